"""A page that somebody looks at says what it showed; one that lies behind another, or was only fetched, says nothing."""

from uuid import UUID

from playwright.async_api import Browser, Page
from tests.features.acknowledgements.scene import there
from tests.support.browsers import IN_A_BROWSER

from wedsync.features.acknowledgements.queries import LEDGER, LedgerPage
from wedsync.platform.database import Database
from wedsync.platform.http.answers import PLAIN_COOKIE

pytestmark = IN_A_BROWSER
# As a browser says of a tab that is behind another.
HIDE = """Object.defineProperty(document, "hidden", { get: () => window.isBehind ?? true, configurable: true });"""
SHOW = "window.isBehind = false; document.dispatchEvent(new Event('visibilitychange'));"
FETCH = "(address) => fetch(address, { headers: { 'HX-Request': 'true' } }).then((answer) => answer.text())"


async def test_only_what_was_on_screen_in_front_is_seen(browser: Browser, address: str, database: Database) -> None:
    at = await there(database)
    await at.say(at.clara, "ceremony_time", "13:30")

    async def seen() -> set[str]:
        first = UUID(int=0)
        page = LedgerPage(wedding_id=at.id, after_supplier=first, after_subject=first, after_key="", limit=500)
        found = await database.reader(at.anna.actor).all(LEDGER, page)
        return {each.key for each in found if each.seen_revision is not None}

    context = await browser.new_context(base_url=address, viewport={"width": 900, "height": 500})
    await context.add_cookies([{"name": PLAIN_COOKIE, "value": at.ben.token, "url": address}])
    await context.add_init_script(HIDE)
    page: Page = await context.new_page()
    here = f"/s/{at.annas}/weddings/{at.id}"
    await page.goto(here)
    await page.evaluate(FETCH, here)
    time = page.locator("#fact-ceremony_time")
    await time.scroll_into_view_if_needed()
    await page.wait_for_timeout(1600)
    assert await seen() == set()  # rendered, scrolled to and fetched, in a tab behind another
    async with page.expect_response(lambda answer: answer.url.endswith("/seen")) as said:
        await page.evaluate(SHOW)
    assert (await said.value).status == 204
    found = await seen()
    assert "ceremony_time" in found
    assert "partner1_last_name" not in found  # far above what is on screen
