"""How soon others see what a couple saves, measured in real browsers and on raw streams.

    make bench, or python benchmarks/live.py [--saves 30] [--streams 2000]

(a) 20 connected suppliers have the wedding open. One of them in headless Chromium, which is asked when the new value
stood in its page; the others are programs that do what a page does: hear, and fetch the fragment. Then all 20 in
Chromium, on this one machine, to see what that costs. (b) 8 tabs of one browser. (c) 2,000 streams on one web process:
from commit to the event, and the memory that takes.
"""

import argparse
import asyncio
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import psycopg
from playwright.async_api import Browser, Page, async_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench import _await_port, _environment, _free_port, _prepared
from benchmarks.peer import Http
from tests.support.servers import SECRET, running_servers
from tests.support.world import Somebody, connect, owner, person, wedding

from wedsync.kernel.ids import WeddingId
from wedsync.platform.addresses import Addresses
from wedsync.platform.database import Database
from wedsync.platform.tokens import Sealer, new_token, token_hash

SUPPLIERS = 20
TABS = 8
SEEN_WITHIN_MS, TOLD_WITHIN_MS, MEMORY_MB = 150, 200, 300
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# In the page: when a value appears in the element, by the clock that all pages of the machine share.
WATCH = """
() => {
  window.seen = {};
  const read = () => {
    const text = document.querySelector("#fact-special_requests, #f-special_requests")?.textContent ?? "";
    for (const [word] of text.matchAll(/save-\\d+/g)) window.seen[word] ??= performance.timeOrigin + performance.now();
  };
  new MutationObserver(read).observe(document.body, { childList: true, subtree: true, characterData: true });
}
"""


class Measured:
    """Milliseconds, as medians and 95th percentiles."""

    def __init__(self, took: Sequence[float]) -> None:
        self.took = sorted(took)

    def at(self, share: float) -> float:
        return self.took[min(len(self.took) - 1, int(len(self.took) * share))]

    def __str__(self) -> str:
        return f"p50 {statistics.median(self.took):.0f} ms, p95 {self.at(0.95):.0f} ms, worst {self.took[-1]:.0f} ms"


async def main() -> None:
    """Measure and print; exits 1 when a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=30)
    parser.add_argument("--streams", type=int, default=2000)
    asked = parser.parse_args()
    reached: list[bool] = []
    folder = Path(tempfile.mkdtemp(prefix="wedsync-live-"))
    try:
        with running_servers(folder) as found:
            await _prepared(found)
            async with serving(found, folder) as (port, web), Database(found.app, Sealer(SECRET.encode())) as database:
                clara = await person(database, "Clara")
                wedding_id = await wedding(database, clara, adults=80)
                couple = (port, clara, wedding_id)
                if CHROMIUM:
                    reached.append(await browsers(couple, database, saves=asked.saves))
                else:
                    print("(a), (b) skipped: no Chromium on this machine")
                reached.append(await streams(couple, found, web, number=asked.streams))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not all(reached):
        raise SystemExit(1)


Couple = tuple[int, Somebody, WeddingId]


@asynccontextmanager
async def serving(found: Addresses, folder: Path) -> AsyncIterator[tuple[int, psutil.Process]]:
    """One web process, as people run it."""
    port = _free_port()
    with (folder / "web.log").open("wb") as log:
        environment = _environment(found, port)
        command = [sys.executable, "-m", "wedsync", "web"]
        web = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: ASYNC220 - once, before all
        try:
            _await_port(port, web)
            yield port, psutil.Process(web.pid)
        finally:
            web.terminate()
            await asyncio.to_thread(web.wait, 20)


async def browsers(couple: Couple, database: Database, *, saves: int) -> bool:
    """(a) and (b)."""
    _, clara, wedding_id = couple
    bosses = [await owner(database, f"Anna {number}") for number in range(SUPPLIERS)]
    for boss in bosses:
        await connect(database, clara, wedding_id, boss)
        await _share_wishes(couple, boss)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        pages = [await _open(browser, couple, bosses[0], _page_of(bosses[0], wedding_id))]
        others = [asyncio.create_task(_follow(couple, boss)) for boss in bosses[1:]]
        seen = Measured(await _saved(couple, pages, saves))
        print(f"(a) saved → seen in another browser, {SUPPLIERS} suppliers: {seen} (p95 ≤ {SEEN_WITHIN_MS} ms)")
        for other in others:
            other.cancel()
        pages += [await _open(browser, couple, boss, _page_of(boss, wedding_id)) for boss in bosses[1:]]
        crowd = Measured(await _saved(couple, pages, saves))
        print(f"    and on each of {len(pages)} pages in Chromium on this machine: {crowd}")
        for page in pages:
            await page.context.close()
        tabs = await _tabs(browser, couple)
        updated = Measured(await _saved(couple, tabs, 5))
        print(f"(b) {len(tabs)} tabs of one browser: all loaded, all updated; {updated}")
        await browser.close()
    return seen.at(0.95) <= SEEN_WITHIN_MS


def _page_of(boss: Somebody, wedding_id: WeddingId) -> str:
    return f"/s/{boss.supplier_id}/weddings/{wedding_id}"


async def _follow(couple: Couple, boss: Somebody) -> None:
    """What an open page does, without a browser around it."""
    port, _, wedding_id = couple
    base = f"host: x\r\ncookie: wedsync_session={boss.token}\r\n"
    page = Http(*await asyncio.open_connection("127.0.0.1", port, limit=2**20))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live HTTP/1.1\r\n{base}\r\n".encode())
    while line := await reader.readline():
        if line.startswith(b"data: "):
            status, _, body = await page.ask(f"GET {_page_of(boss, wedding_id)} HTTP/1.1\r\n{base}hx-request: true\r\n")
            assert status == httpx.codes.OK, body[:200]


async def _share_wishes(couple: Couple, boss: Somebody) -> None:
    port, clara, wedding_id = couple
    address = f"http://127.0.0.1:{port}/api/v1/weddings/{wedding_id}/connections/{boss.supplier_id}/grants/wishes"
    async with httpx.AsyncClient(headers=clara.bearer) as client:
        (await client.put(address, json={"level": "everything"})).raise_for_status()


async def _open(browser: Browser, couple: Couple, who: Somebody, path: str) -> Page:
    context = await browser.new_context(base_url=f"http://127.0.0.1:{couple[0]}")
    await context.add_cookies([{"name": "wedsync_session", "value": who.token, "url": f"http://127.0.0.1:{couple[0]}"}])
    page = await context.new_page()
    await _ready(page, path)
    return page


async def _ready(page: Page, path: str) -> None:
    await page.goto(path)
    await page.evaluate(WATCH)


async def _tabs(browser: Browser, couple: Couple) -> list[Page]:
    _, clara, wedding_id = couple
    first = await _open(browser, couple, clara, f"/w/{wedding_id}/details")
    tabs = [first, *[await first.context.new_page() for _ in range(TABS - 1)]]
    for tab in tabs[1:]:
        await _ready(tab, f"/w/{wedding_id}/details")
    return tabs


async def _saved(couple: Couple, pages: Sequence[Page], saves: int) -> list[float]:
    """Milliseconds from sending the save until each page showed it."""
    port, clara, wedding_id = couple
    await asyncio.sleep(2)  # every page follows the stream
    address = f"http://127.0.0.1:{port}/api/v1/weddings/{wedding_id}/facts/special_requests"
    took: list[float] = []
    async with httpx.AsyncClient(headers=clara.bearer) as client:
        stands = await client.get(address)
        tag = stands.headers["etag"] if stands.status_code == httpx.codes.OK else '"0"'
        for number in range(saves):
            word = f"save-{time.time_ns() % 10**12 + number}"
            began_ms = time.time() * 1e3
            answer = await client.patch(address, json={"value": word}, headers={"if-match": tag})
            answer.raise_for_status()
            tag = answer.headers["etag"]
            for page in pages:
                await page.wait_for_function("word => word in window.seen", arg=word, timeout=5000)
                took.append(await page.evaluate("word => window.seen[word]", word) - began_ms)
            await asyncio.sleep(0.1)
    return took


async def streams(couple: Couple, found: Addresses, web: psutil.Process, *, number: int) -> bool:
    """(c): that many streams of as many people, all in one wedding."""
    port, clara, wedding_id = couple
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    tokens = _readers(found.admin, str(wedding_id), number)
    before_mb = web.memory_info().rss / 1e6
    heard: dict[str, list[float]] = {}
    listening = [asyncio.create_task(_listen(port, token, heard)) for token in tokens]
    while len(heard.get("open", [])) < number:
        await asyncio.sleep(0.1)
        if any(task.done() for task in listening):
            raise SystemExit("a stream ended before it was measured")
    delays: list[float] = []
    address = f"http://127.0.0.1:{port}/api/v1/weddings/{wedding_id}/facts/adults"
    async with httpx.AsyncClient(headers=clara.bearer) as client:
        tag = (await client.get(address)).headers["etag"]
        for adults in range(100, 110):
            heard["event"] = []
            answer = await client.patch(address, json={"value": adults}, headers={"if-match": tag})
            committed = _committed(found.admin, str(wedding_id))
            tag = answer.headers["etag"]
            while len(heard["event"]) < number:  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.02)
            delays += [(at - committed) * 1e3 for at in heard["event"]]
    memory_mb = web.memory_info().rss / 1e6
    for task in listening:
        task.cancel()
    told = Measured(delays)
    print(
        f"(c) {number} streams, commit → event: {told} (p95 ≤ {TOLD_WITHIN_MS} ms); web {before_mb:.0f} → {memory_mb:.0f} MB (≤ {MEMORY_MB})"
    )
    return told.at(0.95) <= TOLD_WITHIN_MS and memory_mb <= MEMORY_MB


def _readers(admin_url: str, wedding_id: str, number: int) -> list[str]:
    """Companions of the wedding, each with a session, as accepting and signing in would have made them."""
    tokens = [new_token() for _ in range(number)]
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        for index, token in enumerate(tokens):
            person_id = connection.execute(
                "insert into app.people (email, name) values (%s, 'Reader') returning id", [f"r{index}@example.org"]
            ).fetchone()
            assert person_id
            connection.execute(
                "insert into app.wedding_members (wedding_id, person_id, display_name, role)"
                " values (%s, %s, 'Reader', 'companion')",
                [wedding_id, person_id[0]],
            )
            connection.execute(
                "insert into app.sessions (person_id, token_hash, expires_at) values (%s, %s, now() + interval '1 day')",
                [person_id[0], token_hash(token)],
            )
    return tokens


def _committed(admin_url: str, wedding_id: str) -> float:
    """When the newest revision was written, by the clock that this process reads too."""
    with psycopg.connect(admin_url) as connection:
        row = connection.execute(
            "select extract(epoch from max(written_at)) from app.core_field_revisions where wedding_id = %s",
            [wedding_id],
        ).fetchone()
    assert row
    return float(row[0])


async def _listen(port: int, token: str, heard: dict[str, list[float]]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=4096)
    writer.write(f"GET /live HTTP/1.1\r\nHost: x\r\nCookie: wedsync_session={token}\r\n\r\n".encode())
    while line := await reader.readline():
        if line.startswith(b": you are listening"):
            heard.setdefault("open", []).append(time.time())
        elif line.startswith(b"data: ") and b'"facts"' in line:
            heard.setdefault("event", []).append(time.time())


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", "src")
    asyncio.run(main())
