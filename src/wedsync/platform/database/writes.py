"""The write lane: `Database.transaction(actor)` is the only door to writing.

What comes out of the door is a Tx, which runs Query objects and nothing else. It commits when the block ends well,
before any answer leaves; events and jobs go in the same commit, both or neither.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final, Self

import msgspec
from psycopg import pq

from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Standing
from wedsync.kernel.problems import InternalError, NotFound, SignedOut, Unavailable
from wedsync.platform.database.actor import SET_ACTOR, Actor
from wedsync.platform.database.query import UNNAMED, Params, Query, Row
from wedsync.platform.database.reads import Reader, ReadLane
from wedsync.platform.database.wire import Step, Welcome, Wire, at_once, connect, first_value
from wedsync.platform.metrics import LANES, TRANSACTIONS, statement_series
from wedsync.platform.tokens import Sealer
from wedsync.platform.tracing import statement

BEGIN: Final[Step] = (b"begin", [])
COMMIT: Final[Step] = (b"commit", [])
ROLLBACK: Final[Step] = (b"rollback", [])
NOTIFY: Final = b"select pg_notify('live', $1)"
OPTIONS: Final = ("search_path=pg_catalog", "timezone=UTC")
# Longer than this in the queue and a person would have pressed the button again.
LONGEST_WAIT_S: Final = 5.0
# Longer than the role's own limits on statements and locks, so it ends only what PostgreSQL cannot end any more.
SILENCE_S: Final = 60.0
_OPEN: Final = LANES.of("write", "open")
_WAITING: Final = LANES.of("write", "waiting")
_COMMITTED: Final = TRANSACTIONS.of("committed")
_ROLLED_BACK: Final = TRANSACTIONS.of("rolled_back")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened: what kind, and whose. Never what was said; readers fetch it by their own rights."""

    kind: str
    id: str
    # The scope whose members are told: a wedding, a supplier or a person.
    scope: str


OPERATORS: Final = "operators"
# What the control room shows has changed.
OPERATIONS_CHANGED: Final = Event(kind="operations", id="cell", scope=OPERATORS)


class Tx:
    """One transaction of one actor. `standing` is what the current action found the actor to be."""

    def __init__(self, wire: Wire, actor: Actor, sealer: Sealer) -> None:
        """BEGIN travels with the first statement."""
        self._wire = wire
        self.sealer: Final = sealer
        self._has_begun = False
        self._events: list[Event] = []
        self.actor = actor
        self.standing = Standing()
        self.statements = 0

    @property
    def events(self) -> tuple[Event, ...]:
        """What open pages will be told, if this commits."""
        return tuple(self._events)

    @property
    def person_id(self) -> PersonId:
        """Who acts. Raises SignedOut when nobody is signed in."""
        if self.actor.person_id is None:
            raise SignedOut
        return self.actor.person_id

    async def all(self, query: Query[Params, Row], params: Params) -> list[Row]:
        """Every row the statement returns."""
        answer = first_value(await self._run(query.name, query.many, query.values(params)))
        return [] if answer is None else query.decode_many(answer)

    async def maybe(self, query: Query[Params, Row], params: Params) -> Row | None:
        """The first row, or None."""
        answer = first_value(await self._run(query.name, query.single, query.values(params)))
        return None if answer is None else query.decode_one(answer)

    async def one(self, query: Query[Params, Row], params: Params) -> Row:
        """The first row. Raises NotFound when there is none: hidden rows and missing ones look the same."""
        row = await self.maybe(query, params)
        if row is None:
            raise NotFound
        return row

    async def run(self, query: Query[Params, Row], params: Params) -> None:
        """For statements whose rows nobody needs."""
        await self._run(query.name, query.command, query.values(params))

    async def act_as(self, person: PersonId) -> None:
        """Go on as a person whom this transaction has just proved or added."""
        self.actor = msgspec.structs.replace(self.actor, person_id=person)
        await self._run(UNNAMED, SET_ACTOR, self.actor.settings())

    def emit(self, event: Event) -> None:
        """Tell open pages, if and when this commits."""
        if event not in self._events:
            self._events.append(event)

    async def _run(self, name: str, command: bytes, values: list[bytes | None]) -> pq.abc.PGresult | None:
        self.statements += 1
        began = time.perf_counter()
        try:
            with statement("write", name):
                if self._has_begun:
                    return await self._wire.ask((command, values))
                self._has_begun = True
                return await self._wire.ask(BEGIN, (SET_ACTOR, self.actor.settings()), (command, values))
        finally:
            statement_series("write", name).observe(time.perf_counter() - began)

    async def commit(self) -> None:
        """Events first, so that they belong to the commit. Called by `Database.transaction` alone."""
        if not self._has_begun:
            return
        told: list[Step] = [(NOTIFY, [msgspec.json.encode(event)]) for event in self._events]
        with statement("write", "commit"):
            done = await self._wire.ask(*told, COMMIT)
        # PostgreSQL answers the commit of a failed transaction with ROLLBACK, and no error.
        if done is None or done.command_status != b"COMMIT":
            raise InternalError from RuntimeError("a statement was refused and the action went on")


class WriteLane:
    """A few connections, each lent to one transaction at a time; opened when needed, replaced when they break."""

    def __init__(self, url: str, connections: int, welcome: Welcome) -> None:
        """Nothing is opened yet."""
        self._url = url
        self._welcome = welcome
        self._free: asyncio.LifoQueue[Wire | None] = asyncio.LifoQueue()
        for _ in range(connections):
            self._free.put_nowait(None)

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Wire]:
        """A connection without a transaction. Raises Unavailable when none is free in time, or none can be opened."""
        _WAITING.now += 1
        try:
            async with asyncio.timeout(LONGEST_WAIT_S):
                wire = await self._free.get()
        except TimeoutError:
            raise Unavailable from None
        finally:
            _WAITING.now -= 1
        _OPEN.now += 1
        try:
            if wire is None or wire.is_broken:
                wire = await connect(
                    self._url, name="wedsync-writes", options=OPTIONS, patience_s=SILENCE_S, welcome=self._welcome
                )
            yield wire
        finally:
            _OPEN.now -= 1
            await self._take_back(wire)

    async def close(self) -> None:
        """Close what is free; what is lent closes when it comes back to a loop that has ended."""
        while not self._free.empty():
            wire = self._free.get_nowait()
            if wire is not None:
                wire.close()

    async def _take_back(self, wire: Wire | None) -> None:
        try:
            if wire is not None and not wire.is_broken and not wire.is_idle:
                # A refusal, or a task that was cancelled half way: what it did is undone, or the connection ends.
                if wire.backlog:
                    wire.close()
                else:
                    await wire.ask(ROLLBACK)
        except Unavailable:
            pass
        except BaseException:
            if wire is not None:
                wire.close()
            raise
        finally:
            self._free.put_nowait(None if wire is None or wire.is_broken else wire)


class Database:
    """Both lanes to one database, as one role."""

    def __init__(
        self,
        url: str,
        sealer: Sealer,
        *,
        read_connections: int = 2,
        write_connections: int = 8,
        welcome: Welcome = at_once,
    ) -> None:
        """Nothing is opened yet: each lane opens with its first statement. `welcome` looks at each new connection."""
        self.sealer: Final = sealer
        self.reads: Final = ReadLane(url, connections=read_connections, welcome=welcome)
        self._writes: Final = WriteLane(url, write_connections, welcome)

    async def __aenter__(self) -> Self:
        """Ready at once."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close both lanes."""
        self.reads.close()
        await self._writes.close()

    def reader(self, actor: Actor) -> Reader:
        """The read lane, for one actor."""
        return Reader(self.reads, actor)

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncIterator[Tx]:
        """One transaction: commits when the block ends well, rolls back when it raises. Raises Unavailable."""
        async with self._writes.lent() as wire:
            tx = Tx(wire, actor, self.sealer)
            began, ended = time.perf_counter(), _ROLLED_BACK
            try:
                yield tx
                await tx.commit()
                ended = _COMMITTED
            finally:
                ended.observe(time.perf_counter() - began)
