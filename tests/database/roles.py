"""One role's connection to the database, below every action: what the policies and guards do when all else is forgotten.

Each question is one transaction for one actor. It is rolled back unless the test keeps it, so tests share one world.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, LiteralString

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import TupleRow
from tests.support.database import TEMPLATE_LOCK, urls

from wedsync.platform.database import NOBODY, Actor

ACT = (
    "select set_config('app.actor_id', %s, true), set_config('app.supplier_id', %s, true), "
    "set_config('app.wedding_id', %s, true), set_config('app.request_id', %s, true), "
    "set_config('app.key_id', %s, true), set_config('app.travel', %s, true)"
)


class Answer(msgspec.Struct, frozen=True):
    """Rows and their number, or the SQLSTATE and the sentence of a refusal."""

    rows: list[tuple[Any, ...]]
    count: int
    state: str = ""
    sentence: str = ""

    @property
    def only(self) -> Any:  # noqa: ANN401 - whatever the column is
        """The one value of the one row."""
        assert not self.state, f"{self.state} {self.sentence}"
        assert len(self.rows) == 1, self.rows
        return self.rows[0][0]

    @property
    def short(self) -> str:
        """For tables of expectations: '-' refused, else how many rows were seen or changed."""
        if self.state:
            return "-" if self.state in {"42501", "23503", "23514"} else self.state
        return str(self.rows[0][0] if self.rows and isinstance(self.rows[0][0], int) else self.count)


class Role:
    """A connection as wedsync_app, wedsync_worker, wedsync_migrator or the administrator."""

    def __init__(self, connection: psycopg.AsyncConnection[TupleRow]) -> None:
        self.connection = connection

    async def __call__(
        self,
        actor: Actor,
        statement: LiteralString | sql.Composed,
        *values: object,
        keep: bool = False,
        travel: str = "",
    ) -> Answer:
        """What one statement answers to an actor, at a time so far from now."""
        try:
            async with self.connection.transaction(force_rollback=not keep):
                who = [None if value is None else value.decode() for value in actor.settings()]
                await self.connection.execute(ACT, [*who, travel])
                # Without parameters several statements may travel at once.
                cursor = await self.connection.execute(statement, values or None)
                rows = await cursor.fetchall() if cursor.description else []
                return Answer(rows, cursor.rowcount)
        except psycopg.Error as error:
            return Answer([], 0, error.sqlstate or "lost", error.diag.message_primary or str(error))


@asynccontextmanager
async def role(url: str) -> AsyncIterator[Role]:
    """A role's connection for a while."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        yield Role(connection)


@asynccontextmanager
async def empty(server_url: str, name: str) -> AsyncIterator[str]:
    """The URL of a database with nothing in it, dropped afterwards."""
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    async with await psycopg.AsyncConnection.connect(server_url, autocommit=True) as connection:
        await connection.execute(drop)
        await connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        try:
            yield urls(server_url, name).admin_url
        finally:
            await connection.execute(drop)


@asynccontextmanager
async def roles_to_oneself(server_url: str) -> AsyncIterator[None]:
    """Roles belong to the cluster: two test processes that set their passwords at once would fail."""
    async with await psycopg.AsyncConnection.connect(server_url, autocommit=True) as connection:
        await connection.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        yield


async def outside(admin: Role, statement: LiteralString | sql.Composed, *values: object) -> list[tuple[Any, ...]]:
    """Behind every policy: the administrator looks."""
    answer = await admin(NOBODY, statement, *values, keep=True)
    assert not answer.state, f"{answer.state} {answer.sentence}"
    return answer.rows


def until(instant: datetime, now: datetime) -> str:
    """How far the clock travels to stand there."""
    return seconds(instant - now)


def seconds(by: timedelta) -> str:
    return f"{by.total_seconds()} seconds"
