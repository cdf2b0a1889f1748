"""Where a process shows its figures to Prometheus, beside whatever else it does. Nothing else is told here.

A process that cannot open this door goes on with its work: that nobody can watch it is for whoever watches to notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import msgspec

from wedsync.platform.metrics import metrics_page, say_build
from wedsync.platform.settings import Settings
from wedsync.platform.settings_reader import OFF
from wedsync.platform.telemetry import Log

ASKED_WITHIN_S: Final = 5.0
_log = Log("metrics")


class Door(msgspec.Struct, frozen=True):
    """An address; port 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        """As a setting says it."""
        return f"{self.host}:{self.port}"


def door_of(settings: Settings, number: int = 0) -> Door | None:
    """The worker's, and `number` ports above it that of a web process; None where none is wanted."""
    if settings.metrics == OFF:
        return None
    if not settings.metrics:
        return Door("127.0.0.1", settings.port + 1 + number)
    host, _, port = settings.metrics.rpartition(":")
    return Door(host, int(port) + number if int(port) else 0)


@asynccontextmanager
async def shown_at(door: Door | None, commit: str) -> AsyncIterator[int]:
    """Open for as long as the block lasts; the port, or 0 where there is none. `commit` is what runs, if known."""
    say_build(commit)
    server = await _opened(door)
    if server is None:
        yield 0
        return
    async with server:
        port: int = server.sockets[0].getsockname()[1]
        _log.info("figures_shown", host=door.host if door else "", port=port)
        yield port


async def _opened(door: Door | None) -> asyncio.Server | None:
    if door is None:
        return None
    try:
        return await asyncio.start_server(_answer, door.host.strip("[]"), door.port)
    except OSError as error:
        _log.warning("figures_not_shown", door=str(door), reason=error.strerror)
        return None


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(ASKED_WITHIN_S):
            asked = await reader.readuntil(b"\r\n\r\n")
            is_ours = asked.startswith(b"GET /metrics ")
            body, kind = metrics_page() if is_ours else (b"Figures are at /metrics.\n", "text/plain")
            status = "200 OK" if is_ours else "404 Not Found"
            head = (
                f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        # Closing would wait, with the page in hand, for as long as somebody does not read it.
        writer.transport.abort()
