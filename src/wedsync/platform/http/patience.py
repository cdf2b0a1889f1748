"""Hangs up on whoever opens a connection and then takes their time, or begins a request that never ends.

By itself the server only bounds the time between requests. Here it is what comes before a body; the body is in `entry`.
"""

from __future__ import annotations

import asyncio
from typing import Final
from weakref import WeakSet

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

HEAD_WITHIN_S = 10.0
LARGEST_HEAD_BYTES = 64 * 1024
# One look at all connections costs less than a timer for each request.
LOOK_EVERY_S = 1.0
_watched: Final[WeakSet[ServerState]] = WeakSet()


class PatientProtocol(HttpToolsProtocol):
    """One connection. Its time runs from its opening, and from the first byte of each request after that."""

    _since: float | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        """Somebody is there; now they should say something."""
        super().connection_made(transport)
        self._since = self.loop.time()
        if self.server_state not in _watched:
            _watched.add(self.server_state)
            self.loop.call_later(LOOK_EVERY_S, _look, self.loop, self.server_state)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to no request yet; whatever comes between two begins the time of the next."""
        cycle: object = self.cycle  # none before the first request, whatever its type says
        if self._since is None and (cycle is None or self.cycle.response_complete):
            self._since, self._head_bytes = self.loop.time(), 0
        self._head_bytes += len(data)
        super().data_received(data)
        if self._since is not None and self._head_bytes > LARGEST_HEAD_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """A request has begun."""
        super().on_message_begin()
        if self._since is None:
            self._since, self._head_bytes = self.loop.time(), 0

    def on_headers_complete(self) -> None:
        """All is said but its body."""
        self._since = None
        super().on_headers_complete()

    def hang_up_if_late(self, now: float) -> None:
        """Nobody is owed a connection on which they say nothing."""
        if self._since is not None and now - self._since > HEAD_WITHIN_S:
            self.transport.abort()


def _look(loop: asyncio.AbstractEventLoop, server: ServerState) -> None:
    now = loop.time()
    for connection in tuple(server.connections):
        if isinstance(connection, PatientProtocol):
            connection.hang_up_if_late(now)
    if server.connections:
        loop.call_later(LOOK_EVERY_S, _look, loop, server)
    else:
        _watched.discard(server)


PATIENT: Final[type[asyncio.Protocol]] = PatientProtocol
