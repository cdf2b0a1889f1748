"""One open page's event stream. It holds little, waits for nobody, and forgets rather than queue without end."""

from __future__ import annotations

import asyncio
from typing import Final

from litestar.types import Receive, Send

from wedsync.kernel.clock import utc_now
from wedsync.platform.auth import Session
from wedsync.platform.metrics import live_client

REFRESH: Final = b'{"kind":"refresh","id":"*"}'
# More than this untold, and the page is told once to look at everything.
MOST_UNTOLD: Final = 64
OPENING: Final = b"retry: 2000\n: you are listening\n\n"
HEARTBEAT: Final = b": still here\n\n"


class Stream:
    """What one page has yet to be told. The same event twice is told once."""

    __slots__ = ("_beats", "_untold", "_wake", "has_ended", "is_moving", "scopes", "session")

    def __init__(self, session: Session) -> None:
        """In no scope yet."""
        self.session: Final = session
        self.scopes: frozenset[str] = frozenset()
        self.is_moving = False
        self.has_ended = False
        self._beats = False
        self._untold: dict[bytes, None] = {}
        self._wake: asyncio.Future[None] | None = None

    def tell(self, payload: bytes) -> None:
        """Tell the page, as soon as it takes it."""
        if REFRESH in self._untold:
            return
        if payload == REFRESH or len(self._untold) >= MOST_UNTOLD:
            self._untold.clear()
            payload = REFRESH
        self._untold[payload] = None
        self._rouse()

    def beat(self) -> None:
        """Show the page, and every proxy between, that we are here. Ends a stream whose session is over."""
        if self.session.expires_at <= utc_now():
            self.end()
        self._beats = True
        self._rouse()

    def end(self) -> None:
        """End it; the page connects again if it may."""
        self.has_ended = True
        self._rouse()

    async def serve(self, receive: Receive, send: Send) -> None:
        """Send until the page goes or the stream ends."""
        gone = asyncio.ensure_future(_gone(receive))
        gone.add_done_callback(lambda _: self.end())
        try:
            with live_client():
                await send({"type": "http.response.body", "body": OPENING, "more_body": True})
                while not self.has_ended:
                    await send({"type": "http.response.body", "body": await self._next(), "more_body": True})
                if not gone.done():
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()

    async def _next(self) -> bytes:
        while not (self._untold or self._beats or self.has_ended):
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        told = b"".join(b"data: %b\n\n" % payload for payload in self._untold)
        self._untold.clear()
        self._beats = False
        return told or HEARTBEAT

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
