"""Many people ask on two connections: each gets their own answer or refusal, and nobody waits for ever.

Statements that succeed, fail, are not permitted, are slow, time out or lose their reader travel in one stream.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Final
from uuid import UUID

import msgspec
import pytest
from tests.database.roles import Role, outside
from tests.database.scene import Scene
from tests.support.database import TestDatabase, sealer

from wedsync.kernel.problems import InternalError, Problem, Unavailable
from wedsync.platform.database import Actor, Database, Query, Reader, reads
from wedsync.platform.database.reads import FULL_BACKLOG, LONGEST_QUEUE, ReadLane

AT_ONCE: Final = 100
PATIENCE_S: Final = 60
FORGETS_THE_ACTOR: Final = (
    b"select set_config('app.forgotten', '', true), $1::text, $2::text, $3::text, $4::text, $5::text"
)


class Numbered(msgspec.Struct, frozen=True):
    number: int


class Echo(msgspec.Struct, frozen=True):
    number: int
    person: UUID | None = None
    weddings: int | None = None


GOOD: Final = Query(
    Numbered,
    Echo,
    "select %(number)s::integer as number, app.actor_id() as person, (select count(*) from live.weddings) as weddings",
)
SLOW: Final = Query(
    Numbered, Echo, "select %(number)s::integer as number, app.actor_id() as person from pg_sleep(0.005)"
)
FAILS: Final = Query(Numbered, Echo, "select 1 / (%(number)s::integer * 0) as number")
DENIED: Final = Query(
    Numbered, Echo, "select %(number)s::integer as number from app.login_tokens where token_hash is null"
)
WRITES: Final = Query(
    Numbered,
    Echo,
    "insert into app.delete_batches (scope_id, action) values (app.actor_id(), 'x') returning %(number)s::integer as number",
)
TOO_SLOW: Final = Query(Numbered, Echo, "select %(number)s::integer as number from pg_sleep(30)")
MIXED: Final = {GOOD: 80, SLOW: 3, FAILS: 6, DENIED: 5, TOO_SLOW: 0.02}
REFUSALS: Final = {FAILS: InternalError, DENIED: InternalError, TOO_SLOW: Unavailable}


@pytest.fixture
async def lane(own_database: TestDatabase) -> AsyncIterator[ReadLane]:
    opened = ReadLane(own_database.app_url, connections=2, statement_timeout_ms=400)
    yield opened
    opened.close()


class Stream:
    """Questions of everybody, in an order of chance, and what came back."""

    def __init__(self, lane: ReadLane, scene: Scene, seed: int = 7) -> None:
        self.lane = lane
        self.people = list(scene.people.values())
        self.seen = {actor: 0 if name in {"oli", "nobody"} else 1 for name, actor in scene.people.items()}
        self.chance = random.Random(seed)  # noqa: S311 - chooses test data
        self.counted: Counter[str] = Counter()

    async def run(self, questions: int) -> Counter[str]:
        numbers = iter(range(questions))
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*(self._ask_on(numbers) for _ in range(AT_ONCE)))
        return self.counted

    async def _ask_on(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            actor = self.chance.choice(self.people)
            (query,) = self.chance.choices(list(MIXED), list(MIXED.values()))
            asked = asyncio.ensure_future(self._ask(query, actor, number))
            if self.chance.random() < 0.05:  # a closed tab
                await asyncio.sleep(0)
                asked.cancel()
            try:
                self.counted[await asked] += 1
            except asyncio.CancelledError:
                self.counted["cancelled"] += 1

    async def _ask(self, query: Query[Numbered, Echo], actor: Actor, number: int) -> str:
        try:
            echo = await Reader(self.lane, actor).maybe(query, Numbered(number))
        except Problem as problem:
            return "refused" if type(problem) is REFUSALS.get(query) else "wrong"
        if echo is None or query in REFUSALS or (echo.number, echo.person) != (number, actor.person_id):
            return "wrong"
        return "right" if echo.weddings in {None, self.seen[actor]} else "wrong"


@pytest.mark.parametrize("questions", [10_000, pytest.param(100_000, marks=pytest.mark.deep)])
async def test_no_answer_is_somebody_else_s_and_none_is_missing(questions: int, lane: ReadLane, scene: Scene) -> None:
    counted = await Stream(lane, scene).run(questions)
    assert counted.total() == questions
    assert counted["wrong"] == 0
    assert min(counted["right"] / questions / 0.75, counted["refused"] / 500, counted["cancelled"] / 100) >= 1, counted


async def test_a_lane_that_forgot_the_actor_would_be_found_out(
    lane: ReadLane, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "SET_ACTOR", FORGETS_THE_ACTOR)
    assert (await Stream(lane, scene).run(500))["wrong"] > 100


async def test_the_lane_cannot_write(lane: ReadLane, scene: Scene) -> None:
    with pytest.raises(Problem):
        await Reader(lane, scene.clara.actor).one(WRITES, Numbered(1))
    assert (await Reader(lane, scene.clara.actor).one(GOOD, Numbered(2))).number == 2


async def test_who_meets_a_killed_connection_gets_the_answer_or_is_told_and_the_next_reader_reads(
    lane: ReadLane, scene: Scene, as_admin: Role
) -> None:
    await Reader(lane, scene.clara.actor).one(GOOD, Numbered(0))
    for _ in range(3):
        asked = [asyncio.ensure_future(Reader(lane, scene.clara.actor).one(SLOW, Numbered(n))) for n in range(100)]
        await asyncio.sleep(0.02)
        killed = await outside(
            as_admin,
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'wedsync-reads'",
        )
        assert len(killed) >= 1
        async with asyncio.timeout(20):
            answers = await asyncio.gather(*asked, return_exceptions=True)
        for number, answer in enumerate(answers):
            assert isinstance(answer, Unavailable) or (isinstance(answer, Echo) and answer.number == number)
        assert (await Reader(lane, scene.clara.actor).one(GOOD, Numbered(7))).number == 7


async def test_a_server_that_falls_silent_is_given_up_and_asked_anew(
    own_database: TestDatabase, scene: Scene, as_admin: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "GRACE_S", 0.2)
    hasty = ReadLane(own_database.app_url, connections=1, statement_timeout_ms=100)
    assert (await Reader(hasty, scene.clara.actor).one(GOOD, Numbered(1))).number == 1
    sleepers = await outside(
        as_admin,
        "select pid from pg_stat_activity where datname = current_database() and application_name = 'wedsync-reads'",
    )
    for (pid,) in sleepers:
        os.kill(pid, signal.SIGSTOP)  # alive to the kernel, which goes on acknowledging; dead to everybody else
    try:
        async with asyncio.timeout(10):
            assert (await Reader(hasty, scene.clara.actor).one(GOOD, Numbered(2))).number == 2
    finally:
        for (pid,) in sleepers:
            os.kill(pid, signal.SIGCONT)
        hasty.close()


async def test_when_nobody_answers_all_who_wait_are_told_together(scene: Scene) -> None:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    deaf = ReadLane(f"postgresql://nobody@127.0.0.1:{port}/nothing?sslmode=disable", connections=1)
    async with asyncio.timeout(8):  # one attempt lasts five seconds; one after the other, fifty would last minutes
        answers = await asyncio.gather(
            *(Reader(deaf, scene.clara.actor).one(GOOD, Numbered(n)) for n in range(50)), return_exceptions=True
        )
    assert all(isinstance(answer, Unavailable) for answer in answers)
    silent.close()
    await silent.wait_closed()


async def test_who_prepares_a_statement_and_leaves_keeps_nobody_from_asking_it(
    own_database: TestDatabase, scene: Scene
) -> None:
    fresh = ReadLane(own_database.app_url, connections=1)
    await Reader(fresh, scene.clara.actor).one(GOOD, Numbered(1))
    first, second = (asyncio.create_task(Reader(fresh, scene.clara.actor).one(SLOW, Numbered(n))) for n in (2, 3))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).number == 3
    fresh.close()


async def test_more_than_it_can_hold_is_told_at_once_and_the_rest_is_answered(
    own_database: TestDatabase, scene: Scene
) -> None:
    narrow = ReadLane(own_database.app_url, connections=1)
    beyond = 50
    everybody = FULL_BACKLOG + LONGEST_QUEUE + beyond
    answers = await asyncio.gather(
        *(Reader(narrow, scene.clara.actor).one(GOOD, Numbered(n)) for n in range(everybody)), return_exceptions=True
    )
    narrow.close()
    assert sum(isinstance(answer, Unavailable) for answer in answers) == beyond
    assert [answer.number for answer in answers if isinstance(answer, Echo)] == list(range(everybody - beyond))


async def test_both_lanes_give_the_same_answer(own_database: TestDatabase, scene: Scene) -> None:
    async with Database(own_database.app_url, sealer()) as database, database.transaction(scene.clara.actor) as tx:
        assert await tx.one(GOOD, Numbered(3)) == await database.reader(scene.clara.actor).one(GOOD, Numbered(3))
