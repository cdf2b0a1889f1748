"""Whoever takes their time holds nobody up: a request that comes in drop by drop is given up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from tests.support.database import TestDatabase
from tests.support.rooms import ROOMS
from tests.support.web import served, settings_for

from wedsync.platform.http import Services, build_app, entry, patience

HEAD = b"POST /api/v1/guesses HTTP/1.1\r\nHost: wedsync.test\r\nContent-Type: application/json\r\n"
BODY = b'{"business": "Alder & Lane"}'


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests have less time than telephones."""
    monkeypatch.setattr(entry, "BODY_BEGINS_S", 0.4)
    monkeypatch.setattr(patience, "HEAD_WITHIN_S", 0.4)
    monkeypatch.setattr(patience, "LOOK_EVERY_S", 0.05)


@pytest.fixture(scope="module")
async def url(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[str]:
    async with served(build_app(Services(settings_for(own_database, valkey_url, base_url="")), ROOMS)) as found:
        yield found


async def said(url: str, *drops: bytes, every_s: float = 0.0) -> bytes:
    """What the server answers, until it hangs up or has said it all."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    answer = asyncio.create_task(all_of(reader))
    for drop in drops:
        if answer.done():
            break
        writer.write(drop)
        await asyncio.sleep(every_s)
    try:
        async with asyncio.timeout(1.5):
            return await answer
    finally:
        writer.close()


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """What came before the end, also before one that cuts us short."""
    came = bytearray()
    with contextlib.suppress(ConnectionError):
        while more := await reader.read(65536):
            came += more
    return bytes(came)


async def test_a_body_in_one_piece_is_taken(url: str) -> None:
    length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(BODY)
    assert (await said(url, HEAD, length, BODY)).startswith(b"HTTP/1.1 204")


async def test_a_body_that_comes_drop_by_drop_is_given_up(url: str) -> None:
    drops = [bytes([letter]) for letter in BODY]
    answer = await said(url, HEAD, b"Content-Length: %d\r\n\r\n" % len(BODY), *drops, every_s=0.1)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"/problems/request-timeout" in answer


async def test_a_large_body_has_time_for_its_size(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "SLOWEST_BYTES_PER_S", 40_000)
    drops = [b" " * 10_000] * 6
    length = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % (len(BODY) + 60_000)
    assert (await said(url, HEAD, length, *drops, BODY, every_s=0.1)).startswith(b"HTTP/1.1 204")


async def test_a_head_that_never_ends_is_hung_up_on(url: str) -> None:
    assert await said(url, HEAD, *[b"X-Drop: 1\r\n"] * 20, every_s=0.1) == b""
    assert await said(url, HEAD, *[b"X-Much: " + b"x" * 4000 + b"\r\n"] * 40) == b""


async def test_who_says_nothing_is_hung_up_on_between_requests_too(url: str) -> None:
    assert await said(url) == b""
    whole = b"GET /open HTTP/1.1\r\nHost: wedsync.test\r\n\r\n"
    answer = await said(url, whole, whole, b"GET /open HTTP/1.1\r\n", *[b"X-Drop: 1\r\n"] * 12, every_s=0.1)
    assert answer.count(b"HTTP/1.1 200") == 2


async def test_who_says_a_little_after_an_answer_is_hung_up_on_too(url: str) -> None:
    whole = b"GET /open HTTP/1.1\r\nHost: wedsync.test\r\n\r\n"
    assert (await said(url, whole, b"\r\n", every_s=0.1)).count(b"HTTP/1.1 200") == 1
    announced = b"GET /open HTTP/1.1\r\nHost: wedsync.test\r\nContent-Length: 9\r\n\r\n"
    assert (await said(url, announced, b"x", every_s=0.1)).count(b"HTTP/1.1 200") == 1
