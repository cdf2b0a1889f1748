"""Minutes on record: who was there, what people waited, and what the control room makes of it."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Final

import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.operations.releasing import hire
from tests.support.database import Servers, TestDatabase, cloned, sealer

from wedsync.kernel.problems import Problem
from wedsync.operations.continuity.queries import CONTINUITY, RECORD_LOG_COPIED, LogCopied
from wedsync.operations.control_room.figures import Figures, figure_tiles, in_ms, waited_view
from wedsync.operations.observability.waiting import (
    WAITED,
    Saturday,
    Since,
    Waited,
    in_a_row,
    quantile_s,
    uptime,
)
from wedsync.platform.database import NOBODY, Database, NoParams
from wedsync.platform.http.app import WebApp
from wedsync.platform.http.minutes import LAST_S, RECORD, NewMinute, keep_minutes
from wedsync.platform.http.tiers import Tier
from wedsync.platform.metrics import REQUESTS

NOW: Final = datetime(2026, 11, 28, 14, 12, tzinfo=UTC)
SATURDAY: Final = date(2026, 11, 28)
# Three weeks of minutes. On the last Saturday that is over two are missing, and in one most were failed.
FORTNIGHT: Final = """
insert into guard.minutes (minute, process, asked, failed, requests, statements)
select m.minute, p.process, 4, 0, '{"0.1": 4}', '{}'
from generate_series(date_trunc('day', now() - interval '21 days'), now(), interval '1 minute') m (minute), (values ('a'), ('b')) p (process)
on conflict do nothing;
with last_saturday as (select date_trunc('week', now()) - interval '2 days' as day),
gone as (delete from guard.minutes m using last_saturday s where m.minute in (s.day + interval '3 hours', s.day + interval '5 hours'))
update guard.minutes m set failed = 3 from last_saturday s where m.minute = s.day + interval '7 hours';
"""
TOLD: Final = "select day, minutes, due from app.saturdays('UTC') where day < current_date order by day"


def waited(minutes_ago: int, *, failed: int = 0, **counted: int) -> Waited:
    requests = {bound.removeprefix("b").replace("_", "."): many for bound, many in counted.items()}
    at = NOW - timedelta(minutes=minutes_ago)
    return Waited(at=at, asked=sum(requests.values()), failed=failed, requests=requests, statements=requests)


@pytest.mark.parametrize(
    ("counted", "share", "expected"),
    [
        ({}, 0.5, None),
        ({"0.1": 0, "inf": 0}, 0.5, None),
        ({"0.1": 0, "0.2": 10}, 0.5, 0.15),
        ({"0.1": 90, "0.2": 10, "inf": 0}, 0.95, 0.15),
        ({"0.2": 10, "0.1": 90, "inf": 0}, 0.5, 0.1 * 50 / 90),
        ({"0.1": 1, "inf": 99}, 0.95, 0.1),
    ],
)
def test_a_quantile_lies_between_the_bounds_of_its_bucket(
    counted: dict[str, int], share: float, expected: float | None
) -> None:
    assert quantile_s(counted, share) == (expected if expected is None else pytest.approx(expected))


def test_saturdays_are_whole_only_if_somebody_was_there_in_every_minute() -> None:
    broken = Saturday(day=date(2026, 11, 14), minutes=1430, due=1440)
    whole = [
        Saturday(day=SATURDAY - timedelta(days=7), minutes=1440, due=1440),
        Saturday(day=SATURDAY, minutes=852, due=852),
    ]
    assert in_a_row([broken, *whole]) == 2
    assert in_a_row([*whole, broken]) == 0
    assert uptime([broken, *whole]) == pytest.approx((1430 + 1440 + 852) / (1440 + 1440 + 852))
    assert uptime([]) is None


def test_the_tiles_say_which_promise_is_not_kept() -> None:
    kept = Figures(waited=[waited(5, b0_1=100)], saturdays=[Saturday(day=SATURDAY, minutes=852, due=852)])
    assert [tile.tone for tile in figure_tiles(kept, None, NOW)] == ["", "", "bad"], (
        "the same waits are too long for the database"
    )
    broken = Figures(waited=[waited(5, b0_1=1, b0_5=99)], saturdays=[Saturday(day=SATURDAY, minutes=800, due=852)])
    saturday, pages, _ = figure_tiles(broken, None, NOW)
    assert (saturday.figure, saturday.sentence) == ("93.89 %", "52 minutes missing on Sat 28 Nov 2026")
    assert (pages.tone, pages.sentence) == ("bad", "promise 200 ms, last hour")


def test_what_was_before_the_house_was_down_is_not_of_the_last_hour() -> None:
    before = [waited(300 + ago, b0_5=100) for ago in (50, 40, 30, 20, 10, 0)]
    figures = [
        [tile.figure for tile in figure_tiles(Figures(waited=[*before, *since], saturdays=[]), None, NOW)[1:]]
        for since in ([], [waited(2, b0_01=100)])
    ]
    assert figures == [["—", "—"], ["10 ms", "10 ms"]]


def test_a_picture_leaves_a_gap_where_nobody_asked() -> None:
    steps = [waited(60, b0_1=5), waited(50, b0_1=5), waited(20, b0_1=5, failed=1)]
    view = waited_view(Figures(waited=steps, saturdays=[]), NOW, "Europe/London")
    assert view is not None
    assert (view.slow.count("M"), view.slow.count("L")) == (2, 1)
    assert (view.asked_text, view.failed_text, view.tone) == ("15 requests", "1 failed", "bad")
    assert waited_view(Figures(waited=[], saturdays=[]), NOW, "Europe/London") is None
    assert waited_view(Figures(waited=[waited(2, b0_1=5)], saturdays=[]), NOW, "Europe/London") is not None
    assert in_ms(12.4) == "12 s"


def counted(minute: datetime, process: str, asked: int = 4, failed: int = 0) -> NewMinute:
    told = {
        "minute": minute,
        "process": process,
        "asked": asked,
        "failed": failed,
        "requests": {"0.1": asked, "0.2": 0},
        "statements": {"0.01": 9},
    }
    return NewMinute(counted=msgspec.json.encode(told).decode())


@pytest.fixture(scope="module")
async def house(shared_servers: Servers) -> AsyncIterator[TestDatabase]:
    """One in which nobody else puts minutes on record."""
    async with cloned(shared_servers.admin_url, f"wedsync_minutes_{os.getpid()}") as found:
        yield found


async def test_minutes_of_all_processes_are_told_together_to_operators_only(house: TestDatabase) -> None:
    async with Database(house.app_url, sealer()) as database:
        await told_together(database, house)


async def told_together(database: Database, house: TestDatabase) -> None:
    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=3)
    too_old, to_come = minute - timedelta(minutes=30), minute + timedelta(minutes=30)
    async with database.transaction(NOBODY) as tx:
        for told in (counted(minute, "a"), counted(minute, "b", failed=1), counted(minute, "a", asked=90)):
            await tx.run(RECORD, told)
        await tx.run(RECORD, counted(too_old, "believed by nobody"))
        await tx.run(RECORD, counted(to_come, "believed by nobody"))
    since = Since(since=minute, step=timedelta(minutes=1))
    staff = await hire(database, house)
    first, *later = await database.reader(staff.olga.actor).all(WAITED, since)
    assert (first.asked, first.failed, first.requests["0.1"], first.statements) == (8, 1, 8, {"0.01": 18})
    assert later == []
    assert await database.reader(NOBODY).all(WAITED, since) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"requests": {"0.1": "many"}},
        {"statements": {"soon": 4}},
        {"requests": {"0.1": -4}},
        {"requests": {"0.1": None}},
        {"statements": None},
        {"process": "b", "padding": "x" * 5000},
    ],
)
async def test_a_minute_that_nobody_could_add_up_is_refused(
    database: Database, wrong: dict[str, str | dict[str, str | int | None] | None]
) -> None:
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    told = msgspec.json.decode(counted(minute, "wrong").counted, type=dict[str, msgspec.Raw])
    spoilt = NewMinute(counted=msgspec.json.encode({**told, **wrong}).decode())
    with pytest.raises(Problem):
        async with database.transaction(NOBODY) as tx:
            await tx.run(RECORD, spoilt)


async def test_no_more_processes_are_believed_than_a_house_has(house: TestDatabase) -> None:
    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=7)
    async with Database(house.app_url, sealer()) as database, database.transaction(NOBODY) as tx:
        for number in range(210):
            await tx.run(RECORD, counted(minute, f"flood {number}"))
    with psycopg.connect(house.admin_url) as admin:
        found = admin.execute("select count(*) from guard.minutes where process like 'flood %'")
        assert found.fetchall() == [(200,)]


async def test_a_process_puts_its_minute_on_record_when_it_ends(house: TestDatabase) -> None:
    async with Database(house.app_url, sealer()) as database:
        await ended(database)
    with psycopg.connect(house.admin_url) as admin:
        found = admin.execute(
            "select asked, failed, requests ->> '0.05' from guard.minutes where requests ->> '0.05' = '2'"
        )
        assert found.fetchall() == [(2, 1, "2")]


async def ended(database: Database) -> None:
    keeping = asyncio.create_task(keep_minutes(database))
    await asyncio.sleep(0)
    REQUESTS.of(Tier.COUPLE, "/w/{id}", "200").observe(0.03)
    REQUESTS.of(Tier.COUPLE, "/w/{id}", "503").observe(0.03)
    REQUESTS.of(Tier.HOUSE, "/health/ready", "503").observe(0.03)
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


async def test_a_process_that_stops_waits_for_its_last_minute_and_no_longer(house: TestDatabase) -> None:
    with psycopg.connect(house.admin_url) as admin:
        admin.execute("lock table guard.minutes")
        async with Database(house.app_url, sealer()) as database:
            began = time.monotonic()
            await ended(database)
            assert time.monotonic() - began < 2 * LAST_S


def test_saturdays_are_told_from_minutes_until_their_day_is_closed_and_then_from_the_day(house: TestDatabase) -> None:
    """Minutes in which more than half of who asked were failed, or nobody was there, are missing."""
    with psycopg.connect(house.admin_url, autocommit=True) as admin:
        admin.execute(FORTNIGHT)
        before = admin.execute(TOLD).fetchall()
        closed = [admin.execute("select app.close_days('UTC')").fetchall() for _ in range(2)]
        after = admin.execute(TOLD).fetchall()
    assert [each[1:] for each in before[-2:]] == [(1440, 1440), (1437, 1440)]
    assert (closed, after[-2:]) == ([[(20,)], [(0,)]], before[-2:])


async def test_what_would_be_lost_now_is_as_old_as_what_the_worker_saw_in_the_place_of_backups(
    database: Database, own_database: TestDatabase
) -> None:
    now = datetime.now(UTC)
    staff, none = await hire(database, own_database), Figures(waited=[], saturdays=[])
    async with Database(own_database.worker_url, sealer()) as worker:
        for age, figure, tone in ((timedelta(seconds=42), "42 s", ""), (timedelta(minutes=16), "16 min", "bad")):
            async with worker.transaction(NOBODY) as tx:
                await tx.run(RECORD_LOG_COPIED, LogCopied(now - age))
            found = await database.reader(staff.olga.actor).one(CONTINUITY, NoParams())
            (tile,) = figure_tiles(none, found, now)[3:]
            assert (tile.label, tile.figure, tile.tone) == ("Data at risk (RPO)", figure, tone)
    assert await database.reader(NOBODY).maybe(CONTINUITY, NoParams()) is None


async def test_the_control_room_draws_them(app: WebApp, database: Database, own_database: TestDatabase) -> None:
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    async with database.transaction(NOBODY) as tx:
        await tx.run(RECORD, counted(minute, "drawn"))
    room = await Visitor(app, (await hire(database, own_database)).olga).look("/operations")
    assert "Pages and API p95" in room
    assert '<path d="M' in room
