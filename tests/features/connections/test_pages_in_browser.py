"""One wedding, two browsers: what the couple saves is on the supplier's open page, and nobody overwrites anybody."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from tests.support.browsers import IN_A_BROWSER
from tests.support.world import Somebody, World, build_world, connect, owner, wedding

from wedsync.features.connections.actions import leave_wedding
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.platform.database import Database
from wedsync.platform.http.answers import PLAIN_COOKIE

pytestmark = IN_A_BROWSER


@pytest.fixture
async def own(database: Database) -> World:
    return await build_world(database)


async def opened(browser: Browser, address: str, somebody: Somebody, path: str) -> Page:
    """A browser of somebody's own, at a page."""
    context: BrowserContext = await browser.new_context(base_url=address)
    await context.add_cookies([{"name": PLAIN_COOKIE, "value": somebody.token, "url": address}])
    page = await context.new_page()
    await page.goto(path)
    await page.evaluate("document.querySelectorAll('details.section').forEach((each) => { each.open = true; })")
    return page


async def test_what_the_couple_saves_appears_on_the_suppliers_open_page(
    browser: Browser, address: str, own: World
) -> None:
    supplier = await opened(browser, address, own.anna, f"/s/{own.supplier_id}/weddings/{own.wedding_id}")
    couple = await opened(browser, address, own.clara, f"/w/{own.wedding_id}/details")
    await expect(supplier.locator("#fact-venue_coordinator_name dd")).to_have_text("not told yet")
    await couple.fill("#in-f-venue_coordinator_name", "Jess Moreton")
    await couple.keyboard.press("Tab")
    await expect(supplier.locator("#fact-venue_coordinator_name dd")).to_have_text("Jess Moreton")
    await expect(couple.locator("#f-venue_coordinator_name [data-status]")).to_have_text("Saved")


async def test_who_connects_and_who_leaves_moves_on_the_couples_open_page(
    browser: Browser, address: str, own: World, database: Database
) -> None:
    couple = await opened(browser, address, own.clara, f"/w/{own.wedding_id}/suppliers")
    box = couple.locator("#name")
    await box.fill("Half a na")  # the form beside the list stays as it is
    kate = await owner(database, "Kate")
    await connect(database, own.clara, own.wedding_id, kate)
    row = couple.locator("#connections li", has_text="Kate's")
    await expect(row).to_contain_text("connected")
    assert kate.supplier_id is not None
    async with database.transaction(kate.actor) as tx:
        await leave_wedding(tx, kate.supplier_id, own.wedding_id)
    await expect(row).to_have_count(0)
    await expect(couple.locator("#connections li", has_text="Anna's")).to_have_count(1)
    await expect(box).to_have_value("Half a na")


async def test_two_partners_at_one_field_see_both_answers(browser: Browser, address: str, own: World) -> None:
    clara = await opened(browser, address, own.clara, f"/w/{own.wedding_id}/details")
    dan = await opened(browser, address, own.dan, f"/w/{own.wedding_id}/details")
    box = "#in-f-venue_coordinator_name"
    await dan.fill(box, "Jo")
    await clara.fill(box, "Jess")
    await clara.keyboard.press("Tab")
    await expect(clara.locator("#f-venue_coordinator_name [data-status]")).to_have_text("Saved")
    await dan.keyboard.press("Tab")
    met = dan.locator("#f-venue_coordinator_name")
    await expect(met).to_have_attribute("data-state", "conflict")
    await expect(met).to_contain_text("Clara saved this while you were writing")
    await met.get_by_role("button", name="Keep mine").click()
    await expect(dan.locator(box)).to_have_value("Jo")
    await expect(clara.locator(box)).to_have_value("Jo")


async def test_a_grant_reaches_the_open_page_of_the_supplier(browser: Browser, address: str, own: World) -> None:
    sharing = f"/w/{own.wedding_id}/suppliers/{own.supplier_id}"
    couple = await opened(browser, address, own.clara, sharing)
    await couple.check("#g-headcounts [value=everything]", force=True)
    await expect(couple.locator("#g-headcounts .tag")).to_have_text("Saved")
    supplier = await opened(browser, address, own.anna, f"/s/{own.supplier_id}/weddings/{own.wedding_id}")
    await expect(supplier.locator("#fact-adults dd")).to_have_text("80")


@pytest.mark.deep
async def test_a_moved_date_a_confirmation_and_a_lock_reach_the_head_of_open_pages(
    browser: Browser, address: str, database: Database, own: World
) -> None:
    supplier = await opened(browser, address, own.anna, f"/s/{own.supplier_id}/weddings/{own.wedding_id}")
    today = await opened(browser, address, own.anna, f"/s/{own.supplier_id}/today")
    couple = [
        await opened(browser, address, own.dan, f"/w/{own.wedding_id}/{page}") for page in ("home", "details", "events")
    ]
    await expect(supplier.locator("#shield")).to_have_attribute("data-state", "open")
    async with database.transaction(own.clara.actor) as tx:
        await weddings.record_fact(tx, own.wedding_id, moved(utc_now() + timedelta(days=800), revision=1))
    year = str((utc_now() + timedelta(days=800)).year)
    await expect(supplier.locator("#head")).to_contain_text(year)
    await expect(couple[0].locator("#head")).to_contain_text(year)
    await expect(couple[2].locator("#head")).to_contain_text(year)
    async with database.transaction(own.clara.actor) as tx:
        await weddings.confirm_date(tx, own.wedding_id)
    for page in (supplier, *couple):
        await expect(page.locator("#shield")).to_have_attribute("data-state", "fixed")
    await expect(couple[0].locator("#confirmation")).to_have_count(0)
    other = await wedding(database, own.clara)
    await connect(database, own.clara, other, own.anna)
    await supplier.goto(f"/s/{own.supplier_id}/weddings/{other}")
    async with database.transaction(own.clara.actor) as tx:
        await weddings.record_fact(tx, other, moved(utc_now(), revision=0))
    for page in (supplier, today):
        await expect(page.locator("#shield")).to_have_attribute("data-state", "locked")


async def test_what_is_typed_while_signed_out_is_there_after_signing_in_again(
    browser: Browser, address: str, own: World
) -> None:
    couple = await opened(browser, address, own.clara, f"/w/{own.wedding_id}/details")
    field, box = couple.locator("#f-special_requests"), "#in-f-special_requests"
    await couple.context.clear_cookies()
    await couple.fill(box, "Owls with the rings")
    await couple.keyboard.press("Tab")
    way_back = field.get_by_role("link", name="Sign in and go on here")
    await expect(way_back).to_be_visible()
    await expect(couple.locator(box)).to_have_value("Owls with the rings")
    await way_back.click()
    await couple.wait_for_url("**/sign-in?next=*")
    there = await couple.locator("[name=next]").input_value()
    assert there == f"/w/{own.wedding_id}/details#f-special_requests"
    await couple.context.add_cookies([{"name": PLAIN_COOKIE, "value": own.clara.token, "url": address}])
    await couple.goto(there)
    await expect(couple.locator(box)).to_have_value("Owls with the rings")
    await expect(field.locator("[data-status]")).to_have_text("Saved")
    await couple.reload()
    await expect(couple.locator(box)).to_have_value("Owls with the rings")
    assert await couple.evaluate("sessionStorage.getItem('kept')") == "{}"


async def test_answer_leads_into_the_box(browser: Browser, address: str, own: World) -> None:
    couple = await opened(browser, address, own.clara, f"/w/{own.wedding_id}/home")
    await couple.locator("#next a.btn").first.click()
    await couple.wait_for_url("**/details#f-*")
    key = couple.url.rpartition("#f-")[2]
    await expect(couple.locator(f"#in-f-{key}")).to_be_focused()


def moved(to: datetime, *, revision: int) -> FactWrite:
    return FactWrite(key="wedding_date", value=to.date().isoformat(), base_revision=revision, accept_lock=True)
