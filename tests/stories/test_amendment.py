"""A confirmed date moves: Clara proposes it, Dan is asked by letter and agrees, and their photographer's page shows it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect
from tests.stories.conftest import Enter, letter_link
from tests.support.servers import RunningHouse

from wedsync.kernel.clock import utc_now

SCREENSHOTS = os.environ.get("WEDSYNC_SCREENSHOTS", "")


@pytest.mark.deep
@pytest.mark.parametrize("width", [375, 1280])
def test_a_fixed_date_moves_when_both_partners_want_it_and_every_supplier_sees_it(
    house: RunningHouse, enter: Enter, width: int
) -> None:
    clara, felix = enter("clara@example.org", width=width), enter("felix@example.org", width=width)
    wedding = clara.url.split("/w/")[1].split("/")[0]
    supplier = felix.url.split("/s/")[1].split("/")[0]
    felix.goto(f"/s/{supplier}/weddings/{wedding}/amendments")
    clara.goto(f"/w/{wedding}/amendments")
    _fine(clara, f"list-{width}")
    clara.locator("a[href*='key=wedding_date']").click()
    moved = (utc_now() + timedelta(days=500 + width)).date()
    clara.locator("#value_1").fill(moved.isoformat())
    clara.get_by_label("Why?").select_option("venue")
    clara.get_by_label("In your words").fill("The roof of the barn leaks")
    _fine(clara, f"form-{width}")
    clara.get_by_role("button", name="See all that it would do").click()
    expect(clara.get_by_role("heading", name="What would change")).to_be_visible()
    _fine(clara, f"looked-{width}")
    clara.get_by_role("button", name="Propose it").click()
    expect(clara.get_by_text("waits for Dan").first).to_be_visible()
    expect(felix.get_by_text("waits for Dan").first).to_be_visible(timeout=4000)

    dan = enter("dan@example.org", width=width)
    amendment = clara.url.partition("?")[0].rpartition("/")[2]
    dan.goto(letter_link(house, "dan@example.org", amendment))
    _fine(dan, f"asked-{width}")
    dan.get_by_role("button", name="Approve it").click()
    yes = dan.get_by_role("dialog").get_by_role("button", name="Approve it")
    expect(yes).to_have_class("btn primary")  # red is for what takes something away
    yes.click()
    expect(dan.get_by_text("It is in effect, and every supplier whom it concerns is told.")).to_be_visible()
    expect(clara.locator("#effects .tag.ok")).to_have_text("in effect", timeout=4000)
    expect(felix.get_by_text("in effect").first).to_be_visible(timeout=4000)
    felix.goto(letter_link(house, "felix@example.org", amendment))
    felix.get_by_role("button", name="We accept").click()
    expect(felix.get_by_text("accepted").first).to_be_visible()
    _fine(felix, f"accepted-{width}")


def _fine(page: Page, name: str) -> None:
    assert [each["id"] for each in Axe().run(page).response["violations"]] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"amendment-{name}.png", full_page=True)
