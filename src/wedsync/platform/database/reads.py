"""The read lane: a page needs one query, or a few, and each costs one round trip on a shared connection.

Nothing here can write: the connections are read-only, and each statement runs for one actor only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import msgspec

from wedsync.kernel.ids import WeddingId
from wedsync.kernel.problems import NotFound, Unavailable
from wedsync.platform.database.actor import SET_ACTOR, Actor
from wedsync.platform.database.query import Params, Query, Row
from wedsync.platform.database.wire import Welcome, Wire, at_once, connect, first_value
from wedsync.platform.metrics import LANES, statement_series
from wedsync.platform.tracing import statement

# More than this outstanding on one connection means the database is behind: later readers wait, then are told.
FULL_BACKLOG: Final = 64
LONGEST_QUEUE: Final = 1024
LONGEST_WAIT_S: Final = 2.0
# PostgreSQL ends a slow statement itself; when not even that is heard, nobody is there.
GRACE_S = 3.0
_OPEN: Final = LANES.of("read", "open")
_WAITING: Final = LANES.of("read", "waiting")
OPTIONS: Final = ("default_transaction_read_only=on", "lock_timeout=500", "search_path=pg_catalog", "timezone=UTC")


class ReadLane:
    """A few multiplexed connections, opened when needed and replaced when they break."""

    def __init__(
        self, url: str, *, connections: int = 2, statement_timeout_ms: int = 2000, welcome: Welcome = at_once
    ) -> None:
        """Nothing is opened yet."""
        self._url = url
        self._welcome = welcome
        self._options = (*OPTIONS, f"statement_timeout={statement_timeout_ms}")
        self._wires: list[Wire | None] = [None] * connections
        self._opening: dict[int, asyncio.Task[Wire]] = {}
        self._patience_s = statement_timeout_ms / 1000 + GRACE_S
        self._room = asyncio.Semaphore(connections * FULL_BACKLOG)
        self._queued = 0

    async def ask(self, actor: Actor, statement: bytes, values: list[bytes | None]) -> bytes | None:
        """Run one statement for an actor. A reader that meets a broken connection asks once more on a new one."""
        if self._room.locked():
            await self._wait_for_room()
        else:
            await self._room.acquire()
        _OPEN.now += 1
        try:
            # A segment outside of a transaction block is one implicit transaction, read-only and for this actor alone.
            steps = (SET_ACTOR, actor.settings()), (statement, values)
            wire = await self._least_busy()
            try:
                return first_value(await wire.ask(*steps))
            except Unavailable:
                if not wire.is_broken:
                    raise
                return first_value(await (await self._least_busy()).ask(*steps))
        finally:
            _OPEN.now -= 1
            self._room.release()

    def close(self) -> None:
        """Close every connection."""
        for index, wire in enumerate(self._wires):
            if wire is not None:
                wire.close()
                self._wires[index] = None

    async def _wait_for_room(self) -> None:
        if self._queued >= LONGEST_QUEUE:
            raise Unavailable
        self._queued += 1
        _WAITING.now += 1
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                await self._room.acquire()
        except TimeoutError:
            raise Unavailable from None
        finally:
            self._queued -= 1
            _WAITING.now -= 1

    async def _least_busy(self) -> Wire:
        best: Wire | None = None
        missing = -1
        for index, wire in enumerate(self._wires):
            if wire is None or wire.is_broken:
                missing = index
            elif best is None or wire.backlog < best.backlog:
                best = wire
        if best is not None and (missing < 0 or best.backlog == 0):
            return best
        return await self._open(missing)

    async def _open(self, index: int) -> Wire:
        """One attempt for all who wait for it: when nobody answers, each is told so as soon as it is known."""
        opening = self._opening.get(index)
        if opening is None:
            opening = self._opening[index] = asyncio.create_task(self._opened(index))
            opening.add_done_callback(lambda done: done.cancelled() or done.exception())  # looked at, if all have gone
        return await asyncio.shield(opening)

    async def _opened(self, index: int) -> Wire:
        try:
            wire = self._wires[index] = await connect(
                self._url,
                name="wedsync-reads",
                options=self._options,
                patience_s=self._patience_s,
                welcome=self._welcome,
            )
        finally:
            del self._opening[index]
        return wire


class Reader:
    """What a page or a GET may do: ask, as one actor."""

    __slots__ = ("_lane", "actor", "statements")

    def __init__(self, lane: ReadLane, actor: Actor) -> None:
        """Nothing is sent yet."""
        self._lane = lane
        self.actor: Final = actor
        self.statements = 0

    def among(self, weddings: Sequence[WeddingId]) -> Reader:
        """The same reader, narrowed to some weddings: what a list costs must not grow with what it leaves out."""
        return Reader(self._lane, msgspec.structs.replace(self.actor, among=tuple(weddings)))

    async def all(self, query: Query[Params, Row], params: Params) -> list[Row]:
        """Every row, in the order of the statement."""
        return query.decode_many(await self.json(query, params))

    async def maybe(self, query: Query[Params, Row], params: Params) -> Row | None:
        """The first row, or None."""
        answer = await self._ask(query.single, query, params)
        return None if answer is None else query.decode_one(answer)

    async def one(self, query: Query[Params, Row], params: Params) -> Row:
        """The first row. Raises NotFound when there is none to see."""
        row = await self.maybe(query, params)
        if row is None:
            raise NotFound
        return row

    async def json(self, query: Query[Params, Row], params: Params) -> bytes:
        """Every row as one JSON array, as PostgreSQL wrote it."""
        return await self._ask(query.many, query, params) or b"[]"

    async def json_one(self, query: Query[Params, Row], params: Params) -> bytes:
        """The first row as a JSON object, as PostgreSQL wrote it. Raises NotFound when there is none to see."""
        answer = await self._ask(query.single, query, params)
        if answer is None:
            raise NotFound
        return answer

    async def _ask(self, text: bytes, query: Query[Params, Row], params: Params) -> bytes | None:
        self.statements += 1
        began = time.perf_counter()
        try:
            with statement("read", query.name):
                return await self._lane.ask(self.actor, text, query.values(params))
        finally:
            statement_series("read", query.name).observe(time.perf_counter() - began)
