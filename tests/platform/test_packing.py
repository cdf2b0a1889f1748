"""Pages travel packed where the browser can unpack them, and say the same either way."""

import httpx
from tests.support.web import client_of
from tests.support.world import Somebody, World

from wedsync.platform.http.app import WebApp
from wedsync.platform.http.packing import SMALLEST


async def test_a_large_page_travels_packed_and_reads_the_same(app: WebApp, world: World) -> None:
    address = f"/w/{world.wedding_id}/details"
    packed = await _page(app, world, address, "gzip")
    plain = await _page(app, world, address, "identity")
    assert (packed.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert "accept-encoding" in packed.headers["vary"]
    assert int(packed.headers["content-length"]) * 4 < int(plain.headers["content-length"])
    assert packed.text == plain.text


async def test_a_small_page_and_an_answer_to_a_program_travel_as_they_are(app: WebApp, world: World) -> None:
    page = await _page(app, world, "/sessions/nowhere", "gzip", who=world.oli)
    facts = await _page(app, world, f"/api/v1/weddings/{world.wedding_id}", "gzip")
    assert len(page.content) < SMALLEST
    assert [answer.headers.get("content-encoding") for answer in (page, facts)] == [None, None]


async def _page(
    app: WebApp, world: World, address: str, encoding: str, *, who: Somebody | None = None
) -> httpx.Response:
    cookie = f"wedsync_session={(who or world.clara).token}"
    async with client_of(app, cookie=cookie, **{"accept-encoding": encoding}) as browser:
        return await browser.get(address)
