"""What the browser does by itself: saves, shows, asks, and keeps what was typed."""

import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from tests.support.browsers import CHROMIUM, IN_A_BROWSER
from tests.support.preview_server import World, serve
from tests.support.previews import PREVIEWS

from wedsync.platform import pages

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    with serve(world) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert wrong == []


WHOLE_PAGES = [name for name, build in PREVIEWS.items() if isinstance(build(), pages.Page)]


# In every run what only the narrow dark page can get wrong, of every fifth page: colours are chosen once for all of them.
# The stories open real pages in the light, and ask everything.
DARK = {"runOnly": ["color-contrast"]}


@pytest.mark.deep
def test_pages_can_be_read_in_the_dark_on_a_telephone(browser: Browser, address: str) -> None:
    assert _broken(browser, address, WHOLE_PAGES[::5], 375, "dark", DARK) == {}


@pytest.mark.deep
@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (375, "dark"),
        (375, "light"),
        (1280, "dark"),
        (1280, "light"),
    ],
)
def test_every_page_can_be_used_by_everybody(browser: Browser, address: str, width: int, scheme: str) -> None:
    assert _broken(browser, address, WHOLE_PAGES, width, scheme, {}) == {}


def _broken(
    browser: Browser, address: str, names: list[str], width: int, scheme: str, options: dict[str, list[str]]
) -> dict[str, list[str]]:
    size = ViewportSize(width=width, height=900)
    context = browser.new_context(base_url=address, viewport=size, color_scheme="dark" if scheme == "dark" else "light")
    opened = context.new_page()
    found = {}
    for name in names:
        opened.goto(f"/preview/{name}")
        broken = [violation["id"] for violation in Axe().run(opened, options=options).response["violations"]]
        if opened.evaluate("document.documentElement.scrollWidth > innerWidth"):
            broken.append("scrolls sideways")
        if broken:
            found[name] = broken
    context.close()
    return found


def test_the_check_for_everybody_would_notice(page: Page) -> None:
    page.goto("/preview/sign_in")
    page.evaluate("document.querySelector('label[for=email]').remove()")
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == ["label"]


# In every run of every fifth page: what a policy forbids is looked for in the text of each (tests/platform/test_pages.py).
@pytest.mark.parametrize("names", [WHOLE_PAGES[::5], pytest.param(WHOLE_PAGES, marks=pytest.mark.deep)], ids=len)
def test_no_page_breaks_its_own_content_policy(page: Page, names: list[str]) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
    for name in names:
        page.goto(f"/preview/{name}")
    assert refused == []
    page.evaluate("document.body.setAttribute('style', 'color:red')")
    page.wait_for_timeout(50)
    assert refused != []


def test_a_field_saves_itself_when_it_is_left(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    page.get_by_label("Adults").fill("120")
    page.get_by_label("Children").focus()
    expect(page.locator("#f-adults [data-status]")).to_have_text("Saved")
    assert world.adults == "120"


def test_a_field_saves_itself_two_seconds_after_the_last_key(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    box = page.get_by_label("Adults")
    box.fill("120")
    page.wait_for_timeout(1000)
    assert world.adults == "101"
    expect(page.locator("#f-adults [data-status]")).to_have_text("Saved", timeout=3000)
    assert world.adults == "120"
    expect(box).to_be_focused()
    box.fill("121")
    page.get_by_label("Children").focus()
    expect(page.locator("#f-adults .conflict")).to_have_count(0)
    expect(page.locator("#f-adults [data-status]")).to_have_text("Saved")
    assert world.adults == "121"


def test_half_a_time_is_not_taken_for_none(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    box = page.get_by_label("Adults")
    box.evaluate("box => { box.type = 'time'; box.value = '15:15' }")
    box.press("Backspace")
    expect(page.locator("#f-adults [data-status]")).to_have_text("Not saved yet: finish it", timeout=3000)
    assert world.adults == "101"
    box.fill("16:30")
    page.get_by_label("Children").focus()
    expect(page.locator("#f-adults [data-status]")).not_to_have_text("Not saved yet: finish it")
    expect(page.locator("#f-adults .error")).to_have_text("Give a number from 2 to 500.")  # the server's: it was sent


def test_a_refused_value_stays_with_the_reason_beside_it(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    page.get_by_label("Adults").fill("many")
    page.get_by_label("Children").focus()
    expect(page.locator("#f-adults .error")).to_have_text("Give a number from 2 to 500.")
    expect(page.get_by_label("Adults")).to_have_value("many")
    assert world.adults == "101"


def test_what_was_typed_is_kept_and_sent_when_the_server_is_back(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    world.is_down = True
    page.get_by_label("Adults").fill("120")
    page.get_by_label("Children").focus()
    expect(page.locator("#f-adults [data-status]")).to_have_text("Kept here, not sent yet")
    expect(page.locator("#f-adults .save")).to_be_visible()
    world.is_down = False
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#f-adults [data-status]")).to_have_text("Saved")
    assert world.adults == "120"


@pytest.mark.parametrize(("button", "kept"), [("Keep mine", "120"), ("Take Dan's", "99")])
def test_two_writers_both_see_both_values(page: Page, world: World, button: str, kept: str) -> None:
    page.goto("/w/9/details")
    page.wait_for_function("document.querySelector('form[data-autosave]')")
    box = page.get_by_label("Adults")
    box.fill("120")
    world.adults, world.revision = "99", world.revision + 1
    page.get_by_label("Children").focus()
    conflict = page.locator("#f-adults .conflict")
    expect(conflict).to_contain_text("120")
    expect(conflict).to_contain_text("99")
    page.locator("#f-adults").get_by_text(button, exact=True).click()
    # By role: until the answer is there, the two answers side by side bear the same label and have no value.
    expect(page.get_by_role("textbox", name="Adults")).to_have_value(kept)
    assert world.adults == kept


def test_what_another_person_saves_appears_by_itself(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    settled(page, world)
    world.tell("133")
    expect(page.get_by_label("Adults")).to_have_value("133")


def test_news_never_overwrites_what_is_being_typed(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    settled(page, world)
    box = page.get_by_label("Adults")
    box.focus()
    page.keyboard.press("End")
    page.keyboard.type("7")
    reads = world.reads
    world.tell("133")
    settled(page, world, after=reads)
    expect(box).to_have_value("1017")
    expect(box).to_be_focused()


def test_a_box_that_was_only_looked_at_is_renewed_when_it_is_left(page: Page, world: World) -> None:
    page.goto("/w/9/details")
    settled(page, world)
    page.get_by_label("Adults").focus()
    reads = world.reads
    world.tell("133")
    settled(page, world, after=reads)
    expect(page.get_by_label("Adults")).to_have_value("101")
    page.get_by_label("Children").focus()
    expect(page.get_by_label("Adults")).to_have_value("133")


def test_eight_tabs_share_one_stream_and_all_hear(browser: Browser, address: str, world: World) -> None:
    context = browser.new_context(base_url=address)
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        tab.goto("/w/9/details")
    settled(tabs[0], world)
    assert len(world.listeners) == 1
    world.tell("144")
    for tab in tabs:
        tab.bring_to_front()
        expect(tab.get_by_label("Adults")).to_have_value("144")
    context.close()


@pytest.mark.parametrize("missing", ["SharedWorker", "SharedWorker, navigator.locks"])
def test_an_older_browser_hears_too(browser: Browser, address: str, world: World, missing: str) -> None:
    context = browser.new_context(base_url=address)
    context.add_init_script("delete window.SharedWorker")
    if "locks" in missing:
        context.add_init_script("Object.defineProperty(navigator, 'locks', {value: undefined})")
    tabs = [context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto("/w/9/details")
    settled(tabs[0], world)
    world.tell("155")
    for tab in tabs:
        tab.bring_to_front()
        expect(tab.get_by_label("Adults")).to_have_value("155")
    assert len(world.listeners) == (2 if "locks" in missing else 1)
    context.close()


def test_without_scripts_a_field_has_its_button_and_saves(browser: Browser, address: str, world: World) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    opened = context.new_page()
    opened.goto("/w/9/details")
    opened.get_by_label("Adults").fill("120")
    opened.locator("#f-adults .save").click()
    expect(opened.get_by_label("Adults")).to_have_value("120")
    assert world.adults == "120"
    context.close()


def test_taking_something_away_is_asked_once_more(page: Page) -> None:
    page.goto("/preview/sharing")
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    page.get_by_role("button", name="Disconnect Wild Fennel Catering").click()
    expect(page.get_by_role("dialog")).to_contain_text("Disconnect Wild Fennel Catering?")
    page.get_by_role("button", name="Keep it as it is").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert posts == []
    page.get_by_role("button", name="Disconnect Wild Fennel Catering").click()
    # Waited for to its end: closing a browser in the middle of a navigation can hang.
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    page.wait_for_url("**/w/9/suppliers/3/end")
    assert [url.rpartition("/w/")[2] for url in posts] == ["9/suppliers/3/end"]


def settled(page: Page, world: World, *, after: int = 0) -> None:
    """Wait until the page has heard and read; its first read follows its first connection."""
    ends_at = time.monotonic() + 5
    while (world.reads <= after or not world.listeners) and time.monotonic() < ends_at:
        page.wait_for_timeout(20)
    page.wait_for_timeout(100)
    assert world.reads > after
