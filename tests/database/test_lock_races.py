"""A confirmation or a lock against what is written meanwhile, in every order in which their steps can come.

Skew is a write that lands although the word that forbids it had landed before. Under the guard's own locks there is none; under
a weaker one there is.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, LiteralString

import msgspec
import psycopg
import pytest
from tests.database.roles import ACT, Role, outside, role
from tests.database.writing import Couple, couple
from tests.support.database import Servers, TestDatabase, cloned, sealer

from wedsync.kernel.clock import utc_now
from wedsync.kernel.zones import today_in
from wedsync.platform.database import Database

CONFIRM: LiteralString = "select app.confirm_date(%s)"
LOCK: LiteralString = "select app.set_lead(%s, 48)"
OPEN: LiteralString = (
    "update app.wedding_shields set date_set_at = null, status = 'draft', lock_lead_hours = 0 where wedding_id = %s"
)
NAME: LiteralString = """
insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value)
select wedding_id, fact_key, revision, '"Clare"' from live.core_facts where wedding_id = %s and fact_key = 'partner1_first_name'"""
ADULTS: LiteralString = """
insert into app.core_field_revisions (wedding_id, fact_key, base_revision, value)
select wedding_id, fact_key, revision, '80' from live.core_facts where wedding_id = %s and fact_key = 'adults'"""
EVENT: LiteralString = "update app.wedding_events set title = 'Vows' where wedding_id = %s and position = 1"
TITLE: LiteralString = "update app.weddings set title = title where id = %s"
PAIRS: Final = ((CONFIRM, NAME), (LOCK, EVENT), (LOCK, TITLE), (LOCK, ADULTS))
# A lock that is weaker than the one it has to hold against.
WEAKER: Final = {
    "guard.check_shield(uuid, text)": ("for share", "for key share"),
    "guard.record_fact()": ("for no key update", "for key share"),
}
SOON_S: Final = 0.004


class Session:
    """One transaction, step by step; a step that has to wait for a lock goes on by itself."""

    def __init__(self, there: Role, made: Couple, statement: LiteralString) -> None:
        self.connection = there.connection
        who = [None if value is None else value.decode() for value in made.clara.actor.settings()]
        self.steps: list[tuple[LiteralString, list[object]]] = [(statement, [made.wedding_id]), ("commit", [])]
        self.first = (ACT, [*who, ""])
        self.began_to_commit = self.was_committed = 0.0
        self.is_refused = False
        self.last: asyncio.Task[None] | None = None

    async def step(self, number: int) -> None:
        """Start the next step after the one before; return when it is done, or seems to wait."""
        self.last = asyncio.create_task(self._take(number, self.last))
        await asyncio.wait({self.last}, timeout=SOON_S)

    async def _take(self, number: int, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        now = asyncio.get_running_loop().time
        try:
            if number == 0:
                await self.connection.execute("begin")
                await self.connection.execute(*self.first)
                return
            statement, values = self.steps[number - 1]
            if statement == "commit":
                self.began_to_commit = now()
            done = await self.connection.execute(statement, values)
            if statement == "commit":
                self.is_refused = self.is_refused or done.statusmessage == "ROLLBACK"
                self.was_committed = now()
        except psycopg.Error as error:
            if error.sqlstate not in {"WS001", "WS002"}:
                raise
            self.is_refused = True


class Outcome(msgspec.Struct, frozen=True):
    """What became of one round."""

    is_skew: bool
    is_refused: bool


async def interleaved(made: Couple, two: tuple[Role, Role], admin: Role, choose: random.Random) -> Outcome:
    """A word that forbids, and a write that it forbids, in one of the orders of their steps."""
    await outside(admin, OPEN, made.wedding_id)
    word, write = choose.choice(PAIRS)
    forbids, writes = Session(two[0], made, word), Session(two[1], made, write)
    order = [forbids] * 3 + [writes] * 3
    choose.shuffle(order)
    taken = {forbids: 0, writes: 0}
    for session in order:
        await session.step(taken[session])
        taken[session] += 1
    await asyncio.gather(*(_finished(session) for session in (forbids, writes)))
    landed_after = forbids.was_committed and forbids.was_committed < writes.began_to_commit
    return Outcome(bool(landed_after) and not forbids.is_refused and not writes.is_refused, writes.is_refused)


def _finished(session: Session) -> Awaitable[None]:
    assert session.last is not None
    return session.last


@asynccontextmanager
async def scene(own: TestDatabase) -> AsyncIterator[tuple[Couple, tuple[Role, Role], Role]]:
    """A wedding so near that the longest lead locks it at once."""
    held_on = today_in("Europe/London", utc_now()) + timedelta(days=2)
    async with (
        Database(own.app_url, sealer(), write_connections=1) as database,
        role(own.app_url) as one,
        role(own.app_url) as other,
        role(own.admin_url) as admin,
    ):
        yield await couple(database, wedding_date=held_on.isoformat(), adults=80), (one, other), admin


@pytest.mark.parametrize("rounds", [150, pytest.param(10_000, marks=pytest.mark.deep)])
async def test_no_write_lands_after_the_word_that_forbids_it(own_database: TestDatabase, rounds: int) -> None:
    choose = random.Random(20260613)  # noqa: S311 - orders of steps
    async with scene(own_database) as (made, two, admin):
        found = [await interleaved(made, two, admin, choose) for _ in range(rounds)]
    assert sum(each.is_skew for each in found) == 0
    assert 0.2 < sum(each.is_refused for each in found) / rounds < 0.8  # both come first often


async def test_under_a_weaker_lock_writes_do_land_after_it(shared_servers: Servers) -> None:
    choose = random.Random(20260613)  # noqa: S311 - orders of steps
    async with cloned(shared_servers.admin_url, "wedsync_test_weaker") as own, scene(own) as (made, two, admin):
        for function, (strong, weak) in WEAKER.items():
            ((body,),) = await outside(admin, "select pg_get_functiondef(%s::regprocedure)", function)
            assert strong in body
            async with admin.connection.transaction():
                await admin.connection.execute("select guard.begin_migration(%s, '')", [f"weaker {function}"])
                await admin.connection.execute(body.replace(strong, weak).encode())
        found = [await interleaved(made, two, admin, choose) for _ in range(60)]
    assert sum(each.is_skew for each in found) > 3
