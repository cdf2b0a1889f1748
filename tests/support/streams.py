"""An open page's event stream, as a browser opens it, and an event as the database tells it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from tests.support.world import Somebody

SOON_S = 10.0
REFRESH = {"kind": "refresh", "id": "*"}


class Page:
    """An open page's event stream, read by hand from its socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int) -> None:
        self.status = status
        self._reader = reader
        self._writer = writer

    async def hears(self) -> dict[str, str] | None:
        """The next event; None when the stream ends."""
        async with asyncio.timeout(SOON_S):
            while line := await self._reader.readline():
                if line.startswith(b"data: "):
                    found: dict[str, str] = json.loads(line[6:])
                    return found
                if line == b"0\r\n":
                    return None
            return None

    async def hears_nothing(self) -> bool:
        try:
            async with asyncio.timeout(0.15):
                return await self.hears() is None
        except TimeoutError:
            return True

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@asynccontextmanager
async def opened(url: str, somebody: Somebody) -> AsyncIterator[Page]:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(
        f"GET /live HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: wedsync_session={somebody.token}\r\n\r\n".encode()
    )
    status = int((await reader.readline()).split()[1])
    while (line := await reader.readline()) not in (b": you are listening\n", b"\r\n", b""):
        pass
    if line == b"\r\n" and status == 200:
        while await reader.readline() != b": you are listening\n":
            pass
    page = Page(reader, writer, status)
    try:
        yield page
    finally:
        await page.close()


async def tell(
    admin: psycopg.AsyncConnection[psycopg.rows.TupleRow], scope: UUID, kind: str = "facts", number: int = 0
) -> None:
    event = {"kind": kind, "id": f"{scope}{number or ''}", "scope": str(scope)}
    await admin.execute("select pg_notify('live', %s)", [json.dumps(event)])
