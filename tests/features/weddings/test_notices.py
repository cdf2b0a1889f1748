"""Two days and one day before plans are read-only everybody is told, once; and when new zone data moved the hours."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest
from tests.features.amendments.scene import confirmed
from tests.features.weddings.test_resolving import claim_later
from tests.support.database import TestDatabase, sealer, travelling
from tests.support.world import Somebody, Wedding, connect, join_wedding, member, owner, person, wedding

from wedsync.features.amendments.model import Kind, Proposal, ReasonCode, Wanted
from wedsync.features.weddings import actions
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.notices import JOBS, give_notice
from wedsync.features.weddings.resolving import resolve_anew
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import SupplierRole
from wedsync.platform.database import Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.outbox import LaidDown, newest_letters
from wedsync.platform.queue import work_through

HOUR = timedelta(hours=1)
DAY = "2033-10-29"  # the clocks go back in the night that follows
LOCKS = datetime(2033, 10, 28, 23, tzinfo=UTC)


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """Everybody at a wedding, and their mailboxes."""

    clara: Somebody
    everybody: dict[str, Somebody]
    wedding_id: WeddingId
    own: TestDatabase

    async def letters(self, at: datetime, *, times: int = 1) -> dict[str, LaidDown]:
        """Those that the worker sends when its clock stands there, by who gets them. Nobody gets two."""
        with tempfile.TemporaryDirectory() as folder:
            async with travelled(self.own, at, Path(folder)) as workshop:
                for _ in range(times):
                    await give_notice(workshop)
                    await work(self.own, workshop)
            return self.read(Path(folder))

    def read(self, folder: Path) -> dict[str, LaidDown]:
        names = {somebody.email: name for name, somebody in self.everybody.items()}
        found = [
            each
            for each in newest_letters(folder, 1000, "http://wedsync.test")
            if each.to in names and "read-only" in each.subject
        ]
        letters = {names[each.to]: each for each in found}
        assert len(letters) == len(found)
        return letters


@asynccontextmanager
async def travelled(own: TestDatabase, at: datetime, folder: Path) -> AsyncIterator[Workshop]:
    async with (
        travelling(own, at - utc_now()),
        Database(own.worker_url, sealer(), read_connections=1, write_connections=2) as workers,
    ):
        yield Workshop(database=workers, mailer=OutboxMailer(folder, "us@example.org"), base_url="http://wedsync.test")


async def work(own: TestDatabase, workshop: Workshop) -> None:
    """Everything that is left to do, and the letters that this leaves."""
    for _ in range(2):
        await work_through(own.worker_url, workshop, JOBS, until_empty=True)


@pytest.fixture
async def post(database: Database, own_database: TestDatabase) -> Post:
    clara, dan, cora, colin = [await person(database, name) for name in ("Clara", "Dan", "Cora", "Colin")]
    anna = await owner(database, "Anna")
    ben = await member(database, anna, "Ben", SupplierRole.MEMBER)
    theirs = await wedding(database, clara, wedding_date=DAY)
    for who, kind in ((dan, "partner"), (cora, "coordinator"), (colin, "companion")):
        await join_wedding(database, Wedding(id=theirs, partner=clara), who, kind)
    await connect(database, clara, theirs, anna)
    cast = {"clara": clara, "dan": dan, "cora": cora, "colin": colin, "anna": anna, "ben": ben}
    return Post(clara=clara, everybody=cast, wedding_id=theirs, own=own_database)


TOLD = {"clara", "dan", "cora", "anna", "ben"}


async def test_everybody_but_a_companion_is_told_two_days_and_one_day_before_and_each_once(post: Post) -> None:
    assert await post.letters(LOCKS - 49 * HOUR) == {}
    first = await post.letters(LOCKS - 47 * HOUR, times=2)
    assert set(first) == TOLD
    assert first["clara"].subject == "Clara & Dan: plans are read-only in two days"
    assert "From Saturday 29 October 2033, 00:00 (Europe/London)" in first["clara"].body
    assert "until Sunday 30 October 2033, 06:00 (Europe/London)" in first["clara"].body
    assert first["dan"].link == f"/w/{post.wedding_id}/details"
    anna = post.everybody["anna"].supplier_id
    assert first["ben"].link == f"/s/{anna}/weddings/{post.wedding_id}"
    assert await post.letters(LOCKS - 25 * HOUR) == {}
    second = await post.letters(LOCKS - 23 * HOUR)
    assert set(second) == TOLD
    assert "tomorrow" in second["cora"].subject
    assert await post.letters(LOCKS - HOUR) == {}


async def test_a_notice_more_than_a_day_late_is_skipped_and_nothing_is_said_after_the_fact(
    post: Post, admin: psycopg.AsyncConnection[psycopg.rows.TupleRow], caplog: pytest.LogCaptureFixture
) -> None:
    late = await post.letters(LOCKS - 2 * HOUR)
    assert {each.subject.rpartition(" ")[2] for each in late.values()} == {"tomorrow"}
    assert "notice_skipped" in caplog.text
    found = await admin.execute(
        "select kind, was_skipped from app.window_notices where wedding_id = %s order by kind", [post.wedding_id]
    )
    assert await found.fetchall() == [("one_day", False), ("two_days", True)]


async def test_once_it_has_begun_nobody_is_told_that_it_will(post: Post) -> None:
    assert await post.letters(LOCKS + HOUR) == {}


async def test_a_date_that_moves_is_told_of_again_and_the_old_one_no_more(post: Post, database: Database) -> None:
    assert set(await post.letters(LOCKS - 47 * HOUR)) == TOLD
    async with database.transaction(post.clara.actor) as tx:
        write = FactWrite(key="wedding_date", value="2033-11-05", base_revision=1)
        await actions.record_fact(tx, post.wedding_id, write)
    assert await post.letters(LOCKS - 23 * HOUR) == {}
    moved = await post.letters(LOCKS + timedelta(days=7, hours=1) - 47 * HOUR)
    assert set(moved) == TOLD
    assert "Saturday 5 November 2033, 00:00" in moved["clara"].body


async def test_a_lead_brings_the_notices_forward(post: Post, database: Database) -> None:
    async with database.transaction(post.clara.actor) as tx:
        await actions.set_lead(tx, post.wedding_id, 48)
    early = await post.letters(LOCKS - 95 * HOUR)
    assert "From Thursday 27 October 2033, 00:00 (Europe/London)" in early["clara"].body


async def test_a_postponed_wedding_is_told_of_its_new_day_before_that_is_confirmed(
    database: Database, own_database: TestDatabase
) -> None:
    theirs = await confirmed(database)
    waiting = Proposal(kind=Kind.POSTPONEMENT, reason_code=ReasonCode.ILLNESS, wanted=(Wanted(key="wedding_date"),))
    proposed = await theirs.propose_all(theirs.clara, waiting)
    await theirs.approve(theirs.dan, proposed.id)
    await theirs.say(theirs.clara, "wedding_date", DAY, 2)
    post = Post(
        clara=theirs.clara,
        everybody={"clara": theirs.clara, "dan": theirs.dan, "anna": theirs.anna},
        wedding_id=theirs.id,
        own=own_database,
    )
    assert set(await post.letters(LOCKS - 47 * HOUR)) == {"clara", "dan", "anna"}


async def test_who_has_left_is_not_written_to(post: Post, own_database: TestDatabase, database: Database) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with travelled(own_database, LOCKS - 47 * HOUR, Path(folder)) as workshop:
            await give_notice(workshop)
        async with database.transaction(post.clara.actor) as tx:
            write = FactWrite(key="wedding_date", value=None, base_revision=1)
            await actions.record_fact(tx, post.wedding_id, write)
        async with travelled(own_database, LOCKS - 46 * HOUR, Path(folder)) as workshop:
            await work(own_database, workshop)
        assert post.read(Path(folder)) == {}


async def test_when_instants_were_put_right_everybody_is_told_what_it_was_and_is(
    post: Post, own_database: TestDatabase, database: Database
) -> None:
    await claim_later(database, post.clara.actor, post.wedding_id)
    with tempfile.TemporaryDirectory() as folder:
        async with Database(own_database.worker_url, sealer()) as workers:
            mailer = OutboxMailer(Path(folder), "us@example.org")
            workshop = Workshop(database=workers, mailer=mailer, base_url="http://wedsync.test")
            for _ in range(2):
                await resolve_anew(workshop)
                await work(own_database, workshop)
        letters = post.read(Path(folder))
    assert set(letters) == TOLD
    assert "from Saturday 29 October 2033, 03:00 (Europe/London)" in letters["anna"].body
    assert "now read-only from Saturday 29 October 2033, 00:00 (Europe/London)" in letters["anna"].body
