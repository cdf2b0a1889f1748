"""What a locked wedding refuses to a job is done once it opens again: nothing lost, nothing overtaken, the reason told."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support import commands
from tests.support.database import TestDatabase, sealer, travelling
from tests.support.world import Somebody, operator, person, wedding

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.queries import EVENTS
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import WeddingId, new_id
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import Actor, ById, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.queue import work_through

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
DAYS_LATER = timedelta(days=3)


class Party(msgspec.Struct, frozen=True):
    """An event that a job adds."""

    wedding_id: WeddingId
    title: str


async def add(workshop: Workshop, actor: Actor, party: Party) -> None:
    async with workshop.database.transaction(actor) as tx:
        new = weddings.NewEvent(kind=EventKind.PARTY, title=party.title)
        await weddings.add_event(tx, party.wedding_id, new)


def adds(write_class: WriteClass = WriteClass.PLAN, retries: int = 3) -> Job[Party]:
    """A kind of its own for each test, so that their jobs do not meet."""
    name = f"tests.add_{new_id().hex}"
    return Job(name, Party, add, write_class=write_class, wedding=lambda party: party.wedding_id, retries=retries)


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding that is on."""

    partner: Somebody
    id: WeddingId


@pytest.fixture
async def today(database: Database) -> Today:
    clara = await person(database, "Clara")
    held_on = datetime.now(ZoneInfo("Europe/London")).date().isoformat()
    opened = await wedding(database, clara)
    async with database.transaction(clara.actor) as tx:
        write = FactWrite(key="wedding_date", value=held_on, base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, opened, write)
    return Today(partner=clara, id=opened)


async def queue(database: Database, today: Today, job: Job[Party], *titles: str) -> None:
    for title in titles:
        async with database.transaction(today.partner.actor) as tx:
            await defer(tx, job, Party(today.id, title))


async def work(own_database: TestDatabase, folder: Path, job: Job[Party]) -> None:
    async with Database(own_database.worker_url, sealer(), write_connections=3) as database:
        mailer = OutboxMailer(folder / "outbox", "WedSync <hello@localhost>")
        workshop = Workshop(database=database, mailer=mailer, base_url="http://wedsync.test")
        await work_through(own_database.worker_url, workshop, (job,), until_empty=True)


async def work_later(own_database: TestDatabase, folder: Path, job: Job[Party]) -> None:
    """Once the wedding is over."""
    async with travelling(own_database, DAYS_LATER):
        await work(own_database, folder, job)


async def make_due(admin: Admin, job: Job[Party], title: str = "%") -> None:
    await admin.execute(
        "update jobs.procrastinate_jobs set scheduled_at = now() "
        "where task_name = %s and args #>> '{envelope,arguments,title}' like %s",
        [job.name, title],
    )


async def waiting(admin: Admin, job: Job[Party]) -> list[tuple[object, ...]]:
    found = await admin.execute(
        "select j.args #>> '{envelope,arguments,title}', j.status::text, d.times, j.scheduled_at = d.unlocks_at "
        "from jobs.procrastinate_jobs j left join jobs.deferrals d on d.job_id = j.id where task_name = %s order by j.id",
        [job.name],
    )
    return await found.fetchall()


async def added(database: Database, today: Today) -> list[str]:
    events = await database.reader(today.partner.actor).all(EVENTS, ById(today.id))
    return [event.title for event in events][2:]


async def test_a_job_for_a_locked_wedding_waits_until_it_opens_and_then_is_done_in_its_order(
    own_database: TestDatabase, database: Database, admin: Admin, today: Today, tmp_path: Path
) -> None:
    job = adds()
    await queue(database, today, job, "First", "Second", "Third")
    await work(own_database, tmp_path, job)
    # The others stand behind the first and are not even tried.
    assert await waiting(admin, job) == [
        ("First", "todo", 1, True),
        ("Second", "todo", None, None),
        ("Third", "todo", None, None),
    ]
    assert await added(database, today) == []
    await make_due(admin, job)
    for _ in range(3):  # a worker that waits for nothing stops when the next one's lock is still held
        await work_later(own_database, tmp_path, job)
    assert await added(database, today) == ["First", "Second", "Third"]
    left = await admin.execute("select count(*) from jobs.deferrals d where d.wedding_id = %s", [today.id])
    assert await left.fetchone() == (0,)


@pytest.mark.parametrize("has_lock", [True, False])
async def test_nothing_overtakes_a_job_that_waits_and_without_the_lock_it_would(
    own_database: TestDatabase, database: Database, admin: Admin, today: Today, tmp_path: Path, *, has_lock: bool
) -> None:
    job = adds()
    await queue(database, today, job, "First")
    await work(own_database, tmp_path, job)
    await queue(database, today, job, "Second")
    if not has_lock:
        await admin.execute("update jobs.procrastinate_jobs set lock = null where task_name = %s", [job.name])
    await work_later(own_database, tmp_path, job)
    assert await added(database, today) == ([] if has_lock else ["Second"])


async def test_a_job_for_a_later_day_holds_up_nobody(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    job, clara = adds(), await person(database, "Clara")
    far = Today(partner=clara, id=await wedding(database, clara, wedding_date="2031-06-14"))
    async with database.transaction(clara.actor) as tx:
        await defer(tx, job, Party(far.id, "In a month"), at=datetime.now(ZoneInfo("UTC")) + timedelta(days=30))
    await queue(database, far, job, "Now")
    await work(own_database, tmp_path, job)
    assert await added(database, far) == ["Now"]


async def test_waiting_uses_up_no_attempt(
    own_database: TestDatabase, database: Database, admin: Admin, today: Today, tmp_path: Path
) -> None:
    job = adds(retries=1)
    await queue(database, today, job, "Patient")
    for times in (1, 2, 3):
        await work(own_database, tmp_path, job)
        assert await waiting(admin, job) == [("Patient", "todo", times, True)]
        await make_due(admin, job)
    too_long = {"argument": json.dumps("x" * 101), "task": job.name}
    await admin.execute(
        "update jobs.procrastinate_jobs set args = jsonb_set(args, '{envelope,arguments,title}', %(argument)s::jsonb) "
        "where task_name = %(task)s",
        too_long,
    )
    for status in ("todo", "failed"):  # now it fails: once more, then never
        await work_later(own_database, tmp_path, job)
        assert [state for _, state, *_ in await waiting(admin, job)] == [status]
        await make_due(admin, job)


async def test_a_job_that_does_not_say_that_it_writes_plans_fails(
    own_database: TestDatabase, database: Database, admin: Admin, today: Today, tmp_path: Path
) -> None:
    job = adds(WriteClass.SYSTEM, retries=0)
    await queue(database, today, job, "Sly")
    await work(own_database, tmp_path, job)
    assert await waiting(admin, job) == [("Sly", "failed", None, None)]


def test_a_job_that_writes_plans_says_of_which_wedding() -> None:
    with pytest.raises(TypeError, match="of which wedding"):
        Job("tests.add", Party, add, write_class=WriteClass.PLAN)


async def test_whoever_runs_the_house_sees_what_waits_and_until_when(
    own_database: TestDatabase, database: Database, app: WebApp, today: Today, tmp_path: Path
) -> None:
    job = adds()
    await queue(database, today, job, "First")
    await work(own_database, tmp_path, job)
    told = await asyncio.to_thread(wedsync, own_database)
    (found,) = [each for each in json.loads(told) if each["job"] == job.name]
    assert (found["wedding_id"], found["times"]) == (str(today.id), 1)
    olga = Visitor(app, await operator(database, own_database.admin_url, "Olga"))
    page = await olga.look("/operations")
    assert job.name in page
    assert str(today.id) not in page


def wedsync(database: TestDatabase) -> str:
    environment = commands.ambient(DATABASE_URL=database.app_url)
    done = commands.wedsync("jobs", "deferred", "--json", environment=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout
