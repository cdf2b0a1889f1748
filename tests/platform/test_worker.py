"""The worker does what a transaction left: once, as the person it was left by, and again when it failed."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import psycopg
import pytest
from tests.support.database import TestDatabase, sealer
from tests.support.servers import SECRET, eventually
from tests.support.world import person

from wedsync.features.people.jobs import JOBS
from wedsync.features.people.links import ask_for_link
from wedsync.kernel.ids import PersonId, new_id
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor, Database
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.queue import FIRST_WAIT_S, Work, work_through

SYSTEM = WriteClass.SYSTEM
Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]


class Note(msgspec.Struct, frozen=True):
    """What a test's job is told."""

    text: str


class Diary:
    """What the jobs of one test did, and for whom."""

    def __init__(self) -> None:
        self.entries: list[tuple[PersonId | None, str]] = []
        self.fails = 0

    async def write(self, workshop: Workshop, actor: Actor, note: Note) -> None:
        self.entries.append((actor.person_id, note.text))
        if self.fails:
            self.fails -= 1
            raise OSError("the pen is dry")

    async def dawdle(self, workshop: Workshop, actor: Actor, note: Note) -> None:
        self.entries.append((actor.person_id, note.text))
        await asyncio.sleep(10)


async def work(own_database: TestDatabase, folder: Path, *jobs: Work) -> None:
    """Do everything that is due."""
    async with Database(own_database.worker_url, sealer(), write_connections=3) as database:
        mailer = OutboxMailer(folder / "outbox", "WedSync <hello@localhost>")
        workshop = Workshop(database=database, mailer=mailer, base_url="http://wedsync.test")
        await work_through(own_database.worker_url, workshop, jobs, until_empty=True)


async def left(admin: Admin, name: str) -> list[tuple[object, ...]]:
    found = await admin.execute(
        "select status::text, attempts, extract(epoch from scheduled_at - now())::float from jobs.procrastinate_jobs "
        "where task_name = %s",
        [name],
    )
    return await found.fetchall()


async def test_a_job_acts_as_the_person_who_left_it_and_leaves_nothing_behind(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    diary, anna = Diary(), await person(database, "Anna")
    job = Job(f"tests.write_{new_id().hex}", Note, diary.write, write_class=SYSTEM)
    async with database.transaction(anna.actor) as tx:
        await defer(tx, job, Note("hello"))
    await work(own_database, tmp_path, job)
    assert diary.entries == [(anna.person_id, "hello")]
    assert await left(admin, job.name) == []


async def test_what_was_rolled_back_left_no_job(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    diary, anna = Diary(), await person(database, "Anna")
    job = Job(f"tests.write_{new_id().hex}", Note, diary.write, write_class=SYSTEM)
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - what it undoes is the test
        async with database.transaction(anna.actor) as tx:
            await defer(tx, job, Note("never"))
            raise ZeroDivisionError
    await work(own_database, tmp_path, job)
    assert diary.entries == []


async def test_a_job_that_failed_is_done_again_later_and_later_until_it_is_given_up(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    diary = Diary()
    diary.fails = 3
    job = Job(f"tests.write_{new_id().hex}", Note, diary.write, write_class=SYSTEM, retries=2)
    async with database.transaction(NOBODY) as tx:
        await defer(tx, job, Note("again"))
    for attempt, wait_s in enumerate((FIRST_WAIT_S, FIRST_WAIT_S * 2), start=1):
        await work(own_database, tmp_path, job)
        ((status, attempts, due_in_s),) = await left(admin, job.name)
        assert (status, attempts) == ("todo", attempt)
        assert isinstance(due_in_s, float)
        assert wait_s - 5 < due_in_s <= wait_s
        await admin.execute("update jobs.procrastinate_jobs set scheduled_at = now() where task_name = %s", [job.name])
    await work(own_database, tmp_path, job)
    assert [status for status, *_ in await left(admin, job.name)] == ["failed"]
    assert len(diary.entries) == 3


async def test_a_job_that_dawdles_is_stopped(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    diary = Diary()
    job = Job(f"tests.dawdle_{new_id().hex}", Note, diary.dawdle, write_class=SYSTEM, timeout_s=0.05, retries=0)
    async with database.transaction(NOBODY) as tx:
        await defer(tx, job, Note("zzz"))
    async with asyncio.timeout(5):
        await work(own_database, tmp_path, job)
    assert [status for status, *_ in await left(admin, job.name)] == ["failed"]


async def test_a_job_cut_off_by_a_fallen_worker_is_done_again(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    diary = Diary()
    job = Job(f"tests.write_{new_id().hex}", Note, diary.write, write_class=SYSTEM)
    async with database.transaction(NOBODY) as tx:
        await defer(tx, job, Note("cut off"))
    await admin.execute(
        """
        with fallen as (
          insert into jobs.procrastinate_workers (last_heartbeat) values (now() - interval '1 minute') returning id)
        update jobs.procrastinate_jobs set status = 'doing', worker_id = (select id from fallen) where task_name = %s
        """,
        [job.name],
    )
    await work(own_database, tmp_path, job)
    assert [text for _, text in diary.entries] == ["cut off"]


async def test_the_letter_with_a_sign_in_link_is_written(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    anna = await person(database, "Anna")
    async with database.transaction(NOBODY) as tx:
        await ask_for_link(tx, anna.email)
    await work(own_database, tmp_path, *JOBS)
    letters = [path.read_text() for path in (tmp_path / "outbox").glob("*.eml")]
    assert [letter for letter in letters if anna.email in letter and "/sign-in/link/" in letter]


def test_the_worker_stops_when_it_is_told_to(own_database: TestDatabase, valkey_url: str, tmp_path: Path) -> None:
    environment = {
        "DATABASE_URL": own_database.worker_url,
        "VALKEY_URL": valkey_url,
        "WEDSYNC_SECRET": SECRET,
        "WEDSYNC_HOME": str(tmp_path),
        "WEDSYNC_LOG": "json",
        "WEDSYNC_METRICS": "off",
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-P", "-m", "wedsync", "worker"]
    with psycopg.connect(own_database.admin_url, autocommit=True) as connection:
        # Other tests leave workers of theirs behind: this one is at work when one comes that is newer than all of them.
        latest = connection.execute("select coalesce(max(id), 0) from jobs.procrastinate_workers").fetchone()
        worker = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=tmp_path)
        at_work = "select exists (select from jobs.procrastinate_workers where id > %s)"
        assert eventually(lambda: connection.execute(at_work, latest).fetchone() == (True,))
    worker.send_signal(signal.SIGTERM)
    _, said = worker.communicate(timeout=10)
    assert worker.returncode == 0, said.decode()
