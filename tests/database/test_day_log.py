"""When a wedding is over: its log, the overrun it makes, the early closing and the reopening, to the second."""

from datetime import datetime, timedelta
from typing import Final, LiteralString
from uuid import uuid4

import psycopg
import pytest
from tests.database.roles import ACT, Answer, Role, outside, role, until
from tests.database.scene import Scene, build_scene
from tests.database.test_window import add, utc
from tests.database.writing import Couple, couple
from tests.support.database import TestDatabase
from tests.support.world import Somebody, Wedding, join_wedding, person

from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.platform.database import Actor, Database

ENTRY: Final[LiteralString] = (
    "insert into app.day_log (wedding_id, id, kind, text, device_at) values (%s, %s, %s, 'x', %s) returning happened_at"
)
ENDS: Final = utc("2031-06-15T05:00")
TICK: Final = timedelta(seconds=5)
HOUR: Final = timedelta(hours=1)
EDIT: LiteralString = "update app.weddings set title = title where id = %s"


class Evening(Couple, frozen=True, kw_only=True):
    """A wedding on 14 June 2031 in London with its coordinator; the ceremony is at 14:00, the reception at 17:00."""

    cora: Somebody
    app: Role
    admin: Role

    async def enter(
        self, at: datetime, kind: str = "note", *, by: Actor | None = None, device_at: datetime | None = None
    ) -> Answer:
        """An entry that the house receives at that moment."""
        values = (self.wedding_id, uuid4(), kind, device_at or at)
        return await self.app(by or self.cora.actor, ENTRY, *values, keep=True, travel=until(at, utc_now()))

    async def close(self, at: datetime) -> Answer:
        return await self.enter(at, "closed")

    async def reopen(self, at: datetime) -> Answer:
        return await self.enter(at, "reopened")

    async def is_locked(self, at: datetime) -> bool:
        answer = await self.app(self.clara.actor, EDIT, self.wedding_id, travel=until(at, utc_now()))
        assert answer.state in {"", "WS001"}, answer
        return answer.state == "WS001"

    async def ends(self) -> datetime:
        """As the log stands."""
        asked: LiteralString = (
            "select guard.opens_at(wedding_id, active_span) from app.wedding_shields where wedding_id = %s"
        )
        ((found,),) = await outside(self.admin, asked, self.wedding_id)
        return datetime.fromisoformat(str(found))


@pytest.fixture
async def evening(database: Database, as_app: Role, as_admin: Role) -> Evening:
    made = await couple(database, wedding_date="2031-06-14", ceremony_time="14:00", reception_time="17:00")
    cora = await person(database, "Cora")
    await join_wedding(database, Wedding(id=made.wedding_id, partner=made.clara), cora, "coordinator")
    return Evening(made.clara, made.wedding_id, database, cora=cora, app=as_app, admin=as_admin)


def close_to(found: datetime, expected: datetime) -> bool:
    """Entries are recorded by a clock that goes on while the test travels."""
    return abs(found - expected) < TICK


async def test_a_wedding_runs_on_while_something_is_written_in_the_last_hour(evening: Evening) -> None:
    await evening.enter(ENDS - 2 * HOUR)
    assert await evening.ends() == ENDS
    await evening.enter(ENDS - HOUR / 2)
    assert close_to(await evening.ends(), ENDS + HOUR / 2)
    assert [await evening.is_locked(ENDS + HOUR / 2 + by) for by in (-TICK, TICK)] == [True, False]
    await evening.enter(ENDS + HOUR / 4)
    assert close_to(await evening.ends(), ENDS + HOUR * 5 / 4)
    assert await evening.is_locked(ENDS + HOUR)


async def test_an_hour_of_silence_ends_it_and_nothing_brings_it_back(evening: Evening) -> None:
    await evening.enter(ENDS - HOUR / 2)
    late = await evening.enter(ENDS + 2 * HOUR, device_at=ENDS - HOUR / 4)
    assert late.state == ""
    assert close_to(await evening.ends(), ENDS + HOUR / 2)
    assert not await evening.is_locked(ENDS + 2 * HOUR + TICK)


async def test_the_longest_evening_is_twelve_hours_longer(evening: Evening) -> None:
    for number in range(27):
        answer = await evening.enter(ENDS + (number - 1) * HOUR / 2)
        assert answer.state == ("" if number <= 24 else "WS002"), number
    assert await evening.ends() == ENDS + 12 * HOUR


@pytest.mark.parametrize(
    ("received", "device", "state", "happened"),
    [
        ("2031-06-11T22:59", "2031-06-11T22:59", "WS002", None),  # more than 48 hours before
        ("2031-06-11T23:01", "2031-06-11T23:00:30", "", "2031-06-11T23:00:30"),
        ("2031-06-14T15:00", "2031-06-14T14:20", "", "2031-06-14T14:20"),  # no signal for a while
        ("2031-06-14T15:00", "2031-06-14T19:00", "", "2031-06-14T15:00"),  # a clock that is fast
        ("2031-06-14T15:00", "2001-01-01T00:00", "", "2031-06-14T15:00"),  # a clock that forgot everything
        ("2031-06-17T23:00", "2031-06-14T23:01", "", "2031-06-14T23:01"),  # 72 hours old, almost
        ("2031-06-17T23:00", "2031-06-14T22:59", "WS002", None),  # older
        ("2031-06-15T06:00", "2031-06-15T05:30", "WS002", None),  # made when it was over
        ("2031-06-15T06:00", "2031-06-15T04:59", "", "2031-06-15T04:59"),
    ],
)
async def test_what_was_made_in_time_is_taken_for_72_hours_by_the_clock_of_the_house(
    evening: Evening, received: str, device: str, state: str, happened: str | None
) -> None:
    answer = await evening.enter(utc(received), device_at=utc(device))
    assert answer.state == state
    assert happened is None or close_to(answer.only, utc(happened))


async def test_the_coordinator_closes_early_and_reopens_within_six_hours(evening: Evening) -> None:
    assert (await evening.close(utc("2031-06-14T15:59"))).state == "WS002"  # the reception begins at 17:00 in London
    closed_at = utc("2031-06-14T22:00")
    assert await evening.is_locked(closed_at)
    assert (await evening.close(closed_at)).state == ""
    assert close_to(await evening.ends(), closed_at)
    assert [await evening.is_locked(at) for at in (closed_at + TICK, ENDS - TICK, ENDS + TICK)] == [False] * 3
    assert (await evening.close(closed_at + HOUR)).state == "WS002"  # it is closed
    assert (await evening.enter(closed_at + HOUR)).state == ""  # and goes on being written down
    assert (await evening.reopen(closed_at + 6 * HOUR - TICK)).state == ""
    assert await evening.is_locked(ENDS - TICK)


async def test_after_six_hours_or_once_it_would_be_over_a_day_stays_closed(evening: Evening) -> None:
    assert (await evening.reopen(utc("2031-06-14T22:00"))).state == "WS002"  # nobody closed it
    assert (await evening.close(utc("2031-06-14T17:00"))).state == ""
    assert (await evening.reopen(utc("2031-06-14T23:00") + TICK)).state == "WS002"
    assert (await evening.close(utc("2031-06-14T18:00"))).state == "WS002"  # closed already
    other = await evening.reopen(utc("2031-06-14T22:59"))
    assert other.state == ""
    assert (await evening.close(utc("2031-06-15T04:00"))).state == ""
    assert (await evening.reopen(ENDS + HOUR)).state == "WS002"


async def test_an_event_that_is_added_for_the_next_day_takes_the_closing_back(evening: Evening) -> None:
    assert (await evening.close(utc("2031-06-14T22:00"))).state == ""
    brunch = await add(evening, EventKind.BRUNCH, "Brunch")
    await evening.say("date", "2031-06-15", on=brunch)
    assert await evening.is_locked(utc("2031-06-14T23:30"))
    assert await evening.ends() == utc("2031-06-16T05:00")


async def test_only_the_coordinator_closes_and_nobody_by_a_business(evening: Evening, database: Database) -> None:
    scene = await build_scene(database)
    for who, state in (("clara", "42501"), ("dan", "42501"), ("anna", "42501"), ("eve", "42501"), ("cora", "WS002")):
        actor = scene.people[who]
        answer = await evening.app(actor, ENTRY, scene.wedding_id, uuid4(), "closed", utc_now())
        assert (who, answer.state) == (who, state)


WRITERS: Final = {
    # In this order: anna ada mia ben vera, kate; clara dan cora colin; eve oli nobody.
    "insert": "1 1 1 1 -  1   1 1 1 -  - - -",
    "read": "1 1 1 1 1  0   1 1 1 1  0 0 0",
}


@pytest.mark.parametrize("asked", WRITERS)
async def test_who_works_at_the_wedding_writes_and_reads_back_its_own(
    asked: str, database: Database, as_app: Role
) -> None:
    scene: Scene = await build_scene(database)
    held_on = utc_now() + timedelta(days=365)
    there = until(held_on.replace(hour=12), utc_now())
    entry: LiteralString = "insert into app.day_log (wedding_id, id, kind, text, device_at) values (%s, gen_random_uuid(), 'note', 'x', app.clock())"
    await as_app(scene.people["ben"], entry, scene.wedding_id, keep=True, travel=there)
    read: LiteralString = "select count(*) from live.day_log where wedding_id = %s"
    question = entry if asked == "insert" else read
    found = [(await as_app(actor, question, scene.wedding_id, travel=there)).short for actor in scene.people.values()]
    assert found == WRITERS[asked].split()


async def test_the_log_is_only_added_to_and_says_who_by_itself(evening: Evening, as_worker: Role) -> None:
    at = utc("2031-06-14T15:00")
    await evening.enter(at)
    for there in (evening.app, as_worker, evening.admin):
        for change in ("update app.day_log set text = 'y'", "delete from app.day_log"):
            assert (await there(evening.clara.actor, change)).state in {"42501", "WS003"}
    for column in ("recorded_at", "happened_at"):
        forged = psycopg.sql.SQL(
            "insert into app.day_log (wedding_id, id, kind, text, device_at, {}) values ({}, gen_random_uuid(), 'note', 'x', now(), now())"
        ).format(psycopg.sql.Identifier(column), evening.wedding_id)
        assert (await evening.app(evening.clara.actor, forged)).state == "42501"


async def test_a_plan_under_way_lands_before_the_day_is_reopened(evening: Evening, own_database: TestDatabase) -> None:
    """And a closing waits likewise: who wrote under one word never lands under the other."""
    await evening.close(utc("2031-06-14T22:00"))
    travel = until(utc("2031-06-14T23:00"), utc_now())
    async with role(own_database.app_url) as early, role(own_database.app_url) as late:
        for there, actor in ((early, evening.clara.actor), (late, evening.cora.actor)):
            who = [None if value is None else value.decode() for value in actor.settings()]
            await there.connection.execute("begin")
            await there.connection.execute(ACT, [*who, travel])
            await there.connection.execute("set local lock_timeout = '300ms'")
        await early.connection.execute(EDIT, [evening.wedding_id])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            await late.connection.execute(ENTRY, [evening.wedding_id, uuid4(), "reopened", utc_now()])
        await early.connection.execute("rollback")
        await late.connection.execute("rollback")
