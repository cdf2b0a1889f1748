"""A couple types the name of its venue: it is offered, its address is taken, and the guests are counted against it."""

from uuid import uuid4

import msgspec
import pytest
from playwright.async_api import Browser, expect
from tests.features.venues.places import MILL, published
from tests.support.browsers import IN_A_BROWSER
from tests.support.world import owner, person, wedding

from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import Database
from wedsync.platform.http.answers import PLAIN_COOKIE

IDLE_MS = 2000  # as in saving.js
pytestmark = IN_A_BROWSER


async def test_a_typed_name_brings_the_address_and_the_warning(
    browser: Browser, address: str, database: Database
) -> None:
    nora, clara = await owner(database, "Nora", SupplierType.VENUE), await person(database, "Clara")
    mill = msgspec.structs.replace(MILL, name=f"The Old Mill {uuid4().hex[:8]}")
    await published(database, nora, mill)
    own = await wedding(database, clara, adults=130)
    context = await browser.new_context(base_url=address)
    await context.add_cookies([{"name": PLAIN_COOKIE, "value": clara.token, "url": address}])
    page = await context.new_page()
    await page.goto(f"/w/{own}/details")
    await page.evaluate("document.querySelectorAll('details.section').forEach((each) => { each.open = true; })")
    name = page.locator("#in-f-reception_venue_name")
    await name.press_sequentially(mill.name.removeprefix("The ")[:-1].lower())
    offered = page.locator("#venue-names option")
    await expect(offered).to_have_count(1)
    await expect(offered).to_have_attribute("value", mill.name)
    await name.fill(mill.name)  # as choosing it from the list does
    await name.press("Tab")
    place = page.locator("#f-reception_venue_name")
    await expect(place).to_contain_text("In the directory: Nora's, Mill Lane, Bath BA1 2QT. Seats 120.")
    await expect(page.locator("#f-guests_total")).to_contain_text("The venue takes 120; 130 guests are counted.")
    await place.get_by_role("button", name="Use its address").click()
    taken = page.locator("#in-f-reception_venue_address")
    await expect(taken).to_have_value(mill.address)
    await expect(taken).to_be_focused()
    await expect(place.get_by_role("button", name="Use its address")).to_have_count(0)
    await expect(place).to_contain_text("In the directory: Nora's, Mill Lane, Bath BA1 2QT. Seats 120.")
    await page.fill("#in-f-adults", "")
    await page.keyboard.press("Tab")  # into the next box, where somebody goes on typing
    await expect(page.locator("#f-guests_total .held")).to_have_text("Nothing yet")


@pytest.mark.deep
async def test_half_a_name_is_not_saved_while_names_are_offered(
    browser: Browser, address: str, database: Database
) -> None:
    clara = await person(database, "Clara")
    own = await wedding(database, clara)
    context = await browser.new_context(base_url=address)
    await context.add_cookies([{"name": PLAIN_COOKIE, "value": clara.token, "url": address}])
    page = await context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    await page.goto(f"/w/{own}/details")
    await page.evaluate("document.querySelectorAll('details.section').forEach((each) => { each.open = true; })")
    name, coordinator = page.locator("#in-f-reception_venue_name"), page.locator("#in-f-venue_coordinator_name")
    await name.press_sequentially("The Old Mi")
    await page.wait_for_timeout(IDLE_MS + 500)
    assert sent == []
    await expect(page.locator("#f-reception_venue_name [data-status]")).to_have_text("Not saved yet")
    await name.press("Tab")
    await expect(page.locator("#f-reception_venue_name [data-status]")).to_have_text("Saved")
    await coordinator.press_sequentially("Jess")  # what suggests nothing saves itself
    await expect(page.locator("#f-venue_coordinator_name [data-status]")).to_have_text("Saved", timeout=IDLE_MS * 3)
