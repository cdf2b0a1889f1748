"""Every page of the house, in front of real data: usable by everybody, on a telephone and on a desk."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page
from tests.stories.conftest import Enter, open_all

WIDTHS = [375, pytest.param(1280, marks=pytest.mark.deep)]
SCREENSHOTS = os.environ.get("WEDSYNC_SCREENSHOTS", "")
STRANGER = ("/", "/sign-in", "/sign-in/link", "/sign-in/link/a-link", "/sign-up", "/api", "/outbox", "/nowhere")
COUPLE = ("home", "details", "suppliers", "events", "day", "amendments")
OPERATIONS = "/operations"
CONTROL_ROOM = ("overrides", "deployments", "emergencies", "holds", "requests", "operators")
SUPPLIER = ("today", "weddings", "clients", "clients/board", "team", "invitations")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_stranger_can_use_every_page(enter: Enter, width: int) -> None:
    page = enter(width=width)
    assert _broken(page, STRANGER, "stranger") == {}


@pytest.mark.parametrize(
    ("name", "width"),
    [
        pytest.param("clara", 1280, marks=pytest.mark.deep),
        ("amara", 375),
        pytest.param("clara", 375, marks=pytest.mark.deep),
        pytest.param("amara", 1280, marks=pytest.mark.deep),
    ],
)
def test_a_couple_can_use_every_page(enter: Enter, name: str, width: int) -> None:
    page = enter(f"{name}@example.org", width=width)
    base = page.url.rpartition("/")[0]
    page.goto(f"{base}/suppliers")
    sharing = page.locator("main a[href*='/suppliers/']").first.get_attribute("href") or ""
    assert _broken(page, (*(f"{base}/{each}" for each in COUPLE), sharing, "/sessions"), name) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_supplier_can_use_every_page(enter: Enter, width: int) -> None:
    page = enter("anna@example.org", width=width)
    base = page.url.rpartition("/")[0]
    page.goto(f"{base}/weddings")
    one = page.locator("main a[href*='/weddings/']").first.get_attribute("href") or ""
    assert _broken(page, (*(f"{base}/{each}" for each in SUPPLIER), one, f"{one}/day", "/sessions"), "anna") == {}


@pytest.mark.parametrize("width", [1280, pytest.param(375, marks=pytest.mark.deep)])
def test_an_operator_can_use_every_page(enter: Enter, width: int) -> None:
    page = enter("oscar@example.org", width=width)
    assert page.url.endswith(OPERATIONS)
    rooms = (f"{OPERATIONS}/{each}" for each in CONTROL_ROOM)
    assert _broken(page, (OPERATIONS, *rooms, "/sessions"), "oscar") == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_venue_can_use_the_page_of_its_places(enter: Enter, width: int) -> None:
    page = enter("felix@example.org", width=width)
    base = page.url.rpartition("/")[0]
    assert _broken(page, (f"{base}/venues",), "felix") == {}


def _broken(page: Page, addresses: tuple[str, ...], who: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, address in enumerate(addresses):
        page.goto(address)
        open_all(page)
        wrong = [violation["id"] for violation in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append("scrolls sideways")
        if wrong:
            found[address] = wrong
        if SCREENSHOTS:
            width = page.evaluate("innerWidth")
            name = f"{who}-{width}-{number}-{address.rpartition('/')[2][:24] or 'first'}.png"
            page.screenshot(path=Path(SCREENSHOTS) / name)
    return found
