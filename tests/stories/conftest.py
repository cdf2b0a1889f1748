"""Stories are told to the whole house as people run it, with real browsers in front of it and the demo world inside."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.support.browsers import CHROMIUM, IN_A_BROWSER
from tests.support.servers import RunningHouse, eventually, running_house

from wedsync.entrypoints.demo.world import PASSWORD
from wedsync.platform.outbox import newest_letters

Enter = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for mark in IN_A_BROWSER:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def house() -> Iterator[RunningHouse]:
    """`wedsync up` with the demo world, on servers of its own."""
    with tempfile.TemporaryDirectory(prefix="wedsync-") as folder:
        Path(folder).chmod(0o711)
        outside = {name: os.environ[name] for name in ("DATABASE_URL", "VALKEY_URL") if name in os.environ}
        with running_house(Path(folder) / "var", WEDSYNC_DEMO="1", **outside) as found:
            yield found.wait_open()


# For one file, not for the run: while Playwright stands, no other test of this process can have a loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def enter(browser: Browser, house: RunningHouse) -> Iterator[Enter]:
    """A browser of one's own, signed in as somebody of the cast if an address is given; a script error fails the story."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def entered(email: str = "", *, scripts: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{house.port}",
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if email:
            sign_in(page, email)
        return page

    yield entered
    for context in contexts:
        context.close()
    assert wrong == []


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    if page.url.endswith("/sign-in/code"):
        page.get_by_label("Code").fill(page.locator(".notice b").inner_text())
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


def letter_link(house: RunningHouse, to: str, ending: str = "") -> str:
    """The path of the link, with this ending, in the letter that the worker laid in the outbox for this address."""
    found: list[str] = []

    def has_come() -> bool:
        found[:] = [
            each.link
            for each in newest_letters(house.home / "outbox", 20, f"http://127.0.0.1:{house.port}")
            if each.to == to and each.link.endswith(ending)
        ]
        return bool(found)

    assert eventually(has_come), f"no letter to {to}"
    return found[0]


def open_all(page: Page) -> None:
    """Unfold every section."""
    page.evaluate("document.querySelectorAll('details.section').forEach((each) => { each.open = true; })")
