"""Who is reminded of what they have not seen, when, and in how many letters; and that each reminder goes out once."""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import msgspec
import psycopg
import pytest
from tests.features.acknowledgements.scene import There, there
from tests.support.database import TestDatabase, sealer, travelling
from tests.support.world import Somebody, connect, wedding

from wedsync.features.acknowledgements import actions
from wedsync.features.acknowledgements import queries as q
from wedsync.features.acknowledgements.jobs import JOBS, chase
from wedsync.features.acknowledgements.model import Shown
from wedsync.features.weddings.model import Fact
from wedsync.kernel.clock import utc_now
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.outbox import LaidDown, newest_letters
from wedsync.platform.queue import work_through

HOUR = timedelta(hours=1)
# Zones whose clocks show noon and three in the morning at whatever hour the tests run.
NOON, NIGHT = (
    f"Etc/GMT{(utc_now().hour - hour) % 24 - (24 if (utc_now().hour - hour) % 24 > 12 else 0):+}" for hour in (12, 3)
)


class Post:
    """The letters about one wedding, to people where it is day."""

    def __init__(self, at: There, own: TestDatabase) -> None:
        self.at, self.own = at, own
        everybody = (at.clara, at.dan, at.cora, at.anna, at.ben, at.vera, at.carl, at.eve)
        self.names = {each.email: each.name for each in everybody}

    async def letters(self, later: timedelta, *, chases: int = 1) -> list[tuple[str, LaidDown]]:
        """What the worker sends when its clock is so much later, by who gets it."""
        with tempfile.TemporaryDirectory() as folder:
            async with (
                travelling(self.own, later),
                Database(self.own.worker_url, sealer(), read_connections=1, write_connections=4) as workers,
            ):
                workshop = Workshop(
                    database=workers,
                    mailer=OutboxMailer(Path(folder), "us@example.org"),
                    base_url="http://wedsync.test",
                )
                await asyncio.gather(*(chase(workshop) for _ in range(chases)))
                await work_through(self.own.worker_url, workshop, JOBS, until_empty=True)
            found = newest_letters(Path(folder), 1000, "http://wedsync.test")
        return sorted((self.names[each.to], each) for each in found if each.to in self.names)

    async def who(self, later: timedelta, *, chases: int = 1) -> list[str]:
        return [name for name, _ in await self.letters(later, chases=chases)]

    async def saw(self, who: Somebody, fact: Fact) -> None:
        shown = Shown(subject_id=fact.event_id or self.at.id, fact_key=fact.fact_key, revision=fact.revision)
        async with self.at.database.transaction(who.actor) as tx:
            await actions.acknowledge(tx, self.at.id, [shown])

    async def outside(self, statement: LiteralString, *values: object) -> None:
        async with await psycopg.AsyncConnection.connect(self.own.admin_url, autocommit=True) as connection:
            await connection.execute(statement, values)


@pytest.fixture
async def post(database: Database, own_database: TestDatabase) -> Post:
    return await _post(await there(database), own_database)


async def _post(at: There, own: TestDatabase) -> Post:
    made = Post(at, own)
    await made.outside("update app.unseen_changes set due_at = null where wedding_id <> %s", at.id)
    await made.outside("update app.people set zone = %s", NOON)
    return made


async def test_a_day_and_three_days_unseen_are_reminded_of_and_then_the_couple_is_told(post: Post) -> None:
    at = post.at
    await at.say(at.clara, "ceremony_time", "13:30")  # a caterer does not read it
    assert await post.who(23 * HOUR) == []
    ((anna, letter), (ben, _)) = await post.letters(25 * HOUR, chases=3)
    assert (anna, ben) == ("Anna", "Ben")  # Vera only looks
    assert letter.link == f"/s/{at.annas}/weddings/{at.id}"
    assert "13:30" not in letter.body + letter.subject
    assert await post.who(48 * HOUR) == []
    told = dict(await post.letters(73 * HOUR))
    assert list(told) == ["Anna", "Ben", "Clara", "Dan"]
    assert "Anna's has not seen 1 change" in told["Clara"].subject
    assert told["Clara"].link == f"/w/{at.id}/seen"
    assert await post.who(100 * HOUR) == []


async def test_what_is_seen_and_what_stood_before_they_came_is_not_chased(post: Post) -> None:
    at = post.at
    assert await post.who(100 * HOUR) == []
    new = await at.say(at.clara, "ceremony_time", "13:30")
    await post.saw(at.vera, new)
    assert await post.who(100 * HOUR) == []


async def test_a_newer_value_starts_the_hours_anew(post: Post, own_database: TestDatabase) -> None:
    at = post.at
    await at.say(at.clara, "ceremony_time", "13:30")
    async with travelling(own_database, 20 * HOUR) as later:
        await msgspec.structs.replace(at, database=later).say(at.clara, "ceremony_time", "13:45")
    assert await post.who(25 * HOUR) == []
    assert await post.who(45 * HOUR) == ["Anna", "Ben"]


async def test_one_letter_says_all_that_is_due_over_weddings_and_facts(post: Post, database: Database) -> None:
    at = post.at
    other = await wedding(database, at.clara, wedding_date=(utc_now() + timedelta(days=300)).date().isoformat())
    await connect(database, at.clara, other, at.anna)
    await at.say(at.clara, "ceremony_time", "13:30")
    await at.say(at.clara, "partner1_last_name", "Hughes-Whitfield")
    await msgspec.structs.replace(at, id=other).say(at.clara, "partner1_last_name", "Hughes-Whitfield")
    letters = dict(await post.letters(25 * HOUR))
    assert set(letters) == {"Anna", "Ben", "Carl"}
    assert letters["Anna"].subject == "3 changes you have not seen"
    assert letters["Anna"].body.count("http://") == 2


async def test_in_the_last_week_reminders_hurry_and_what_is_still_unseen_is_told_once_more(
    database: Database, own_database: TestDatabase
) -> None:
    post = await _post(await there(database, held_in_days=20), own_database)
    await post.at.say(post.at.clara, "ceremony_time", "13:30")
    assert await post.who(80 * HOUR) == ["Anna", "Ben", "Clara", "Dan"]  # who comes late sends one letter, not two
    soon = timedelta(days=14)
    assert await post.who(soon) == ["Anna", "Ben", "Clara", "Dan"]
    async with travelling(own_database, soon) as later:
        await msgspec.structs.replace(post.at, database=later).say(post.at.clara, "ceremony_time", "14:00")
    assert await post.who(soon + 1 * HOUR) == []
    assert await post.who(soon + 3 * HOUR) == ["Anna", "Ben"]
    assert await post.who(soon + 13 * HOUR) == ["Anna", "Ben"]
    assert await post.who(soon + 25 * HOUR) == ["Anna", "Ben", "Clara", "Dan"]
    assert await post.who(timedelta(days=40)) == []  # never after the wedding


async def test_nobody_is_reminded_without_a_day_and_everybody_once_there_is_one_again(post: Post) -> None:
    at = post.at
    day = (await at.fact("wedding_date")).value
    await at.say(at.clara, "ceremony_time", "13:30")
    await at.say(at.clara, "wedding_date", None)
    assert await post.who(80 * HOUR) == []
    await post.saw(at.anna, await at.say(at.clara, "wedding_date", day))
    assert "Anna" in await post.who(80 * HOUR)


async def test_by_night_a_letter_waits_for_the_morning_but_not_in_the_last_week(
    post: Post, database: Database, own_database: TestDatabase
) -> None:
    await post.outside("update app.people set zone = %s", NIGHT)
    await post.at.say(post.at.clara, "ceremony_time", "13:30")
    assert await post.who(25 * HOUR) == []
    near = await _post(await there(database, held_in_days=5), own_database)
    await near.outside("update app.people set zone = %s", NIGHT)
    await near.at.say(near.at.clara, "ceremony_time", "13:30")
    assert await near.who(3 * HOUR) == ["Anna", "Ben"]


async def test_what_waits_for_the_morning_is_one_letter_and_says_what_came_meanwhile(
    post: Post, own_database: TestDatabase
) -> None:
    await post.outside("update app.people set zone = %s where email = %s", NIGHT, post.at.anna.email)
    await post.at.say(post.at.clara, "ceremony_time", "13:30")
    async with travelling(own_database, 1 * HOUR) as later:
        await msgspec.structs.replace(post.at, database=later).say(post.at.clara, "partner1_last_name", "Hall")
    assert await post.who(24.5 * HOUR) == ["Ben"]
    assert await post.who(25.5 * HOUR) == ["Ben", "Carl"]
    await post.outside(
        "update jobs.procrastinate_jobs set scheduled_at = null where task_name = 'acknowledgements.send'"
    )
    ((name, letter),) = await post.letters(25.5 * HOUR)
    assert name == "Anna"
    assert "2 changes" in letter.subject


async def test_a_worker_that_is_killed_in_between_has_taken_nothing(post: Post, own_database: TestDatabase) -> None:
    await post.at.say(post.at.clara, "ceremony_time", "13:30")
    async with travelling(own_database, 25 * HOUR), Database(own_database.worker_url, sealer()) as workers:
        with pytest.raises(KeyError):
            await _killed(workers)
    assert await post.who(25 * HOUR) == ["Anna", "Ben"]
    assert await post.who(25 * HOUR) == []


async def _killed(workers: Database) -> None:
    async with workers.transaction(NOBODY) as tx:
        assert (await tx.one(q.CHASE, q.Most(500))).changes == 1
        raise KeyError
