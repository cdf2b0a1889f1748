"""The write lane: `Database.transaction(actor)` is the only door to writing.

What comes out of the door is a Tx, which runs Query objects and nothing else. It commits when the block ends well, before
any answer leaves; events and jobs go in the same commit, both or neither.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Final, LiteralString, Self

import msgspec
from psycopg import AsyncConnection, AsyncRawCursor, Error, OperationalError
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import Standing
from wedsync.kernel.problems import NotFound, SignedOut, Unavailable
from wedsync.platform.database.actor import SET_ACTOR, Actor
from wedsync.platform.database.query import Params, Query, Row
from wedsync.platform.database.reads import STATEMENTS, Reader, ReadLane
from wedsync.platform.database.refusals import problem_for
from wedsync.platform.tokens import Sealer

_WRITE = STATEMENTS.labels("write")
_SET_ACTOR: Final[LiteralString] = SET_ACTOR.decode()
NOTIFY: Final = "select pg_notify('live', $1)"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened, told to open pages: what kind, and whose. Never what was said; readers fetch it by their own rights."""

    kind: str
    id: str
    # The scope whose members are told: a wedding, a supplier or a person.
    scope: str


class Tx:
    """One transaction of one actor. `standing` is what the current action found the actor to be."""

    def __init__(self, connection: AsyncConnection[DictRow], actor: Actor, sealer: Sealer) -> None:
        """BEGIN travels with the first statement."""
        self._connection = connection
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
        rows = await self._run(query.command, query.values(params))
        return [msgspec.convert(row, query.row, strict=False) for row in rows]

    async def maybe(self, query: Query[Params, Row], params: Params) -> Row | None:
        """The first row, or None."""
        rows = await self.all(query, params)
        return rows[0] if rows else None

    async def one(self, query: Query[Params, Row], params: Params) -> Row:
        """The first row. Raises NotFound when there is none: hidden rows and missing ones look the same."""
        row = await self.maybe(query, params)
        if row is None:
            raise NotFound
        return row

    async def run(self, query: Query[Params, Row], params: Params) -> None:
        """For statements whose rows nobody needs."""
        await self._run(query.command, query.values(params))

    async def act_as(self, person: PersonId) -> None:
        """Go on as a person whom this transaction has just proved or added."""
        self.actor = msgspec.structs.replace(self.actor, person_id=person)
        await self._run(_SET_ACTOR, self.actor.settings())

    def emit(self, event: Event) -> None:
        """Tell open pages, if and when this commits."""
        if event not in self._events:
            self._events.append(event)

    async def _run(self, command: LiteralString, values: list[bytes | None]) -> list[DictRow]:
        self.statements += 1
        _WRITE.inc()
        arguments = [None if value is None else value.decode() for value in values]
        try:
            if self._has_begun:
                return await self._fetch(command, arguments)
            self._has_begun = True
            async with self._connection.pipeline():
                await self._connection.execute("begin")
                await self._connection.execute(_SET_ACTOR, [_decoded(value) for value in self.actor.settings()])
                return await self._fetch(command, arguments)
        except Error as error:
            raise problem_for(error) from error

    async def _fetch(self, command: LiteralString, arguments: list[str | None]) -> list[DictRow]:
        async with self._connection.cursor() as cursor:
            await cursor.execute(command, arguments)
            return await cursor.fetchall() if cursor.description or cursor.pgresult is None else []

    async def commit(self) -> None:
        """Events first, so that they belong to the commit. Called by `Database.transaction` alone."""
        if not self._has_begun:
            return
        try:
            if not self._events:
                await self._connection.execute("commit")
                return
            async with self._connection.pipeline():
                for event in self._events:
                    await self._connection.execute(NOTIFY, [msgspec.json.encode(event).decode()])
                await self._connection.execute("commit")
        except Error as error:
            raise problem_for(error) from error


class Database:
    """Both lanes to one database, as one role."""

    def __init__(self, url: str, sealer: Sealer, *, read_connections: int = 2, write_connections: int = 8) -> None:
        """Nothing is opened yet."""
        self.sealer: Final = sealer
        self.reads: Final = ReadLane(url, connections=read_connections)
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=write_connections,
            max_waiting=256,
            timeout=5,
            open=False,
            kwargs={"autocommit": True, "cursor_factory": AsyncRawCursor, "row_factory": dict_row, "prepare_threshold": 2,
                    "application_name": "wedsync-writes"},
            connection_class=AsyncConnection[DictRow],
        )

    async def __aenter__(self) -> Self:
        """Open the write lane; the read lane opens with its first reader."""
        await self._pool.open()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close both lanes."""
        self.reads.close()
        await self._pool.close()

    def reader(self, actor: Actor) -> Reader:
        """The read lane, for one actor."""
        return Reader(self.reads, actor)

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncIterator[Tx]:
        """One transaction: commits when the block ends well, rolls back when it raises. Raises Unavailable without a database."""
        try:
            async with self._pool.connection() as connection:
                tx = Tx(connection, actor, self.sealer)
                try:
                    yield tx
                    await tx.commit()
                finally:
                    await _roll_back_if_open(connection)
        except (PoolTimeout, TooManyRequests) as error:
            raise Unavailable from error


async def _roll_back_if_open(connection: AsyncConnection[DictRow]) -> None:
    if connection.closed or connection.pgconn.transaction_status == TransactionStatus.IDLE:
        return
    try:
        await connection.execute("rollback")
    except OperationalError:
        await connection.close()   # the pool replaces it


def _decoded(value: bytes | None) -> str | None:
    return None if value is None else value.decode()
