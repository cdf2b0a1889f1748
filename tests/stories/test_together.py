"""Several people, and several browsers of one person, at the same wedding at the same time."""

import os
import time

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.stories.conftest import Enter, open_all
from tests.support.servers import RunningHouse, eventually

pytestmark = pytest.mark.deep
CLARA = "clara@example.org"
AMARA = "amara@example.org"


def test_the_second_writer_sees_both_values_and_chooses(enter: Enter) -> None:
    first, second = _details(enter(CLARA)), _details(enter(CLARA))
    slower = second.locator("#in-f-special_requests")
    slower.fill("Doves")
    _say(first, "special_requests", "Owls")
    slower.blur()
    conflict = second.locator("#f-special_requests .conflict")
    expect(conflict).to_contain_text("Owls")
    expect(conflict).to_contain_text("Doves")
    conflict.locator("button.primary").click()
    expect(second.locator("#in-f-special_requests")).to_have_value("Doves")
    expect(first.locator("#in-f-special_requests")).to_have_value("Doves", timeout=3000)


def test_a_confirmed_date_is_fixed_and_shows_the_way_on(enter: Enter) -> None:
    page = _details(enter(CLARA))
    field = page.locator("#f-wedding_date")
    expect(field).to_have_attribute("data-state", "fixed")
    expect(field.locator("input:not([type=hidden])")).to_have_count(0)
    field.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What is fixed, and how to change it")).to_be_visible()


def test_a_wedding_that_is_on_shows_the_shield_and_takes_no_change(enter: Enter) -> None:
    page = _details(enter(AMARA))
    expect(page.locator(".shield")).to_contain_text("read-only")
    expect(page.locator(".shield")).to_have_attribute("data-state", "locked")
    assert page.locator("form[data-autosave]").count() == 0


def test_a_field_is_saved_without_javascript(enter: Enter) -> None:
    page = enter(CLARA, scripts=False)
    page.goto(page.url.replace("/home", "/details"))
    section = page.locator("details.section", has=page.locator("#f-children"))
    if section.get_attribute("open") is None:
        section.locator("summary").click()
    page.locator("#in-f-children").fill("7")
    page.locator("#f-children form[data-autosave] button.save").click()
    assert page.url.endswith("#f-children")
    expect(page.locator("#in-f-children")).to_have_value("7")


def test_eight_tabs_of_one_browser_all_load_and_all_update(enter: Enter) -> None:
    tabs = [enter(CLARA)]
    address = tabs[0].url.replace("/home", "/details")
    tabs += [tabs[0].context.new_page() for _ in range(7)]
    for tab in tabs:
        tab.goto(address)
    words = f"Tabs {time.time_ns()}"
    open_all(tabs[0])
    _say(tabs[0], "special_requests", words)
    for tab in tabs[1:]:
        expect(tab.locator("#in-f-special_requests")).to_have_value(words, timeout=5000)


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="only our own database may be killed")
def test_a_page_that_may_have_missed_something_looks_at_everything(house: RunningHouse, enter: Enter) -> None:
    page = _details(enter(CLARA))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "hx-request" in request.headers else None)
    page.wait_for_timeout(2000)  # the looks on following the stream
    asked.clear()
    page.wait_for_timeout(500)
    assert asked == []
    database = house.child("postgres")
    assert database is not None
    database.kill()  # whoever listens there says "refresh" when it listens again
    for _ in range(50):
        page.wait_for_timeout(200)
        if asked:
            break
    assert [url for url in asked if url.endswith("/details")] != []


def test_signing_out_everywhere_ends_the_other_browsers_stream(house: RunningHouse, enter: Enter) -> None:
    here, there = enter("felix@example.org"), enter("felix@example.org")
    here.goto("/sessions")
    there.reload()
    assert eventually(lambda: _streams(house) == 1)
    here.get_by_role("button", name="Sign out everywhere").first.click()
    here.get_by_role("dialog").get_by_role("button", name="Sign out everywhere").click()
    here.wait_for_url(lambda url: "/sessions" not in url)
    assert eventually(lambda: _streams(house) == 0)
    there.reload()
    assert "/sign-in" in there.url


def _streams(house: RunningHouse) -> int:
    """How many pages listen now, as the house itself counts."""
    page = httpx.get(f"http://127.0.0.1:{house.port}/metrics").text
    return int(float(page.split("\nwedsync_live_clients ")[1].split("\n")[0]))


def _details(page: Page) -> Page:
    page.goto(page.url.replace("/home", "/details"))
    open_all(page)
    return page


def _say(page: Page, key: str, value: str) -> None:
    box = page.locator(f"#in-f-{key}")
    box.fill(value)
    box.blur()
    expect(page.locator(f"#f-{key} [data-status]")).to_have_text("Saved")
