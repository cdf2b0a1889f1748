"""What was removed leaves for good when its time is over: whole, without a trace in the history, and never too early."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final, LiteralString

import msgspec
import psycopg
import pytest
from tests.support.database import TestDatabase, sealer, travelling
from tests.support.world import Somebody, connect, owner, person, wedding

from wedsync.features.acknowledgements.actions import acknowledge
from wedsync.features.acknowledgements.model import Shown
from wedsync.features.clients import actions as clients
from wedsync.features.clients.bulk_actions import begin_bulk
from wedsync.features.clients.bulk_model import Act, Deed
from wedsync.features.clients.model import ClientSaid
from wedsync.features.clients.note_actions import write_note
from wedsync.features.clients.note_model import NoteSaid
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId, WeddingId
from wedsync.platform.database import Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.purging import purge
from wedsync.platform.vacuuming import vacuum

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
OVER: Final = timedelta(days=30, minutes=1)
ON, NEAR = 40, 35
UNCHECKED: LiteralString = (
    "create or replace function guard.stands_still(scope uuid) returns text language sql return null::text"
)


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was removed, with what it said."""

    wedding_id: WeddingId
    event_id: EventId
    batch: BatchId


async def removed(database: Database, clara: Somebody, own: WeddingId) -> Removed:
    async with database.transaction(clara.actor) as tx:
        event = await weddings.add_event(tx, own, weddings.NewEvent(kind=EventKind.BRUNCH, title="Brunch"))
        for key, value in (("start_time", "11:00"), ("venue_name", "The Pier"), ("venue_name", "The Quay")):
            write = FactWrite(key=key, value=value, base_revision=int(value == "The Quay"), event_id=event.id)
            await weddings.record_fact(tx, own, write)
        await weddings.rename_event(tx, own, event.id, "Sunday brunch")
        return Removed(wedding_id=own, event_id=event.id, batch=await weddings.remove_event(tx, own, event.id))


@asynccontextmanager
async def working(own_database: TestDatabase, folder: Path, by: timedelta) -> AsyncIterator[Workshop]:
    """A worker at work so much later."""
    async with travelling(own_database, by), Database(own_database.worker_url, sealer()) as database:
        mailer = OutboxMailer(folder, "us@example.org")
        yield Workshop(database=database, mailer=mailer, base_url="http://wedsync.test")


async def left(admin: Admin, what: Removed) -> dict[str, int]:
    """How many rows there still are, by table, and images in the history."""
    counts: dict[str, LiteralString] = {
        "events": "select count(*) from app.wedding_events where id = %s",
        "facts": "select count(*) from app.core_field_revisions where event_id = %s",
        "times": "select count(*) from app.event_times where event_id = %s",
        "seen": "select count(*) from app.acknowledgements where subject_id = %s",
        "unseen": "select count(*) from app.unseen_changes where subject_id = %s",
        "images": "select count(*) from app.audit_events where row_id = %s and (before is not null or salt is not null)",
    }
    found = {}
    for name, statement in counts.items():
        row = await (await admin.execute(statement, [what.event_id])).fetchone()
        assert row is not None
        found[name] = int(row[0])
    return found


NOTHING: Final = {"events": 0, "facts": 0, "times": 0, "seen": 0, "unseen": 0, "images": 0}


async def test_after_thirty_days_everything_leaves_and_the_chain_still_holds(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    own, anna = await wedding(database, clara, wedding_date="2031-06-14"), await owner(database, "Anna")
    await connect(database, clara, own, anna)
    gone = await removed(database, clara, own)
    async with database.transaction(anna.actor) as tx:  # from a page that was open
        await acknowledge(tx, own, [Shown(subject_id=gone.event_id, fact_key="venue_name", revision=1)])
    assert 0 not in (await left(admin, gone)).values()
    for by, there in ((timedelta(days=29, hours=23), True), (OVER, False), (OVER, False)):
        async with working(own_database, tmp_path, by) as workshop:
            await purge(workshop)
        assert (await left(admin, gone) == NOTHING) is not there
    row = await (
        await admin.execute("select purged_at, restored_at from app.delete_batches where id = %s", [gone.batch])
    ).fetchone()
    assert row is not None
    assert row[0] is not None
    assert row[1] is None
    assert await (await admin.execute("select guard.broken_facts(%s)", [gone.wedding_id])).fetchall() == []
    images = "select operation from app.audit_events where row_id = %s order by id"
    operations = [name for (name,) in await (await admin.execute(images, [gone.event_id])).fetchall()]
    assert operations[0] == "insert"
    assert operations[-1] == "purge"
    # The table itself does not check this: at every write it would cost more than writing does.
    kept = await admin.execute("select distinct operation, commitment is not null from app.audit_events")
    assert set(await kept.fetchall()) == {("insert", False), ("update", True), ("purge", False)}


async def test_a_client_leaves_with_all_that_hangs_on_it(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    async with database.transaction(anna.actor) as tx:
        lee = await clients.write_client(tx, anna.supplier_id, ClientSaid(name="Ann Lee"))
        await write_note(tx, anna.supplier_id, lee.id, NoteSaid(body="Rang"))
        for act in (Act.TAG, Act.REMOVE):
            await begin_bulk(tx, anna.supplier_id, [lee.id], Deed(act=act, value="" if act is Act.REMOVE else "VIP"))
    async with working(own_database, tmp_path, OVER) as workshop:
        await purge(workshop)
    hanging = """select (select count(*) from app.client_notes where client_id = %(id)s)
      + (select count(*) from app.client_events where client_id = %(id)s)
      + (select count(*) from app.client_bulk_rows where client_id = %(id)s)
      + (select count(*) from app.clients where id = %(id)s)"""
    assert await (await admin.execute(hanging, {"id": lee.id})).fetchone() == (0,)


async def test_nothing_leaves_while_the_wedding_is_on(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    """Its date comes after the 30 days; on the day the purge waits, the day after it does not."""
    clara = await person(database, "Clara")
    own = await wedding(database, clara, wedding_date=day(40))
    gone = await removed(database, clara, own)
    async with database.transaction(clara.actor) as tx:
        await weddings.confirm_date(tx, own)
    async with working(own_database, tmp_path, timedelta(days=40)) as workshop:
        await purge(workshop)
    assert (await left(admin, gone))["events"] == 1
    async with working(own_database, tmp_path, timedelta(days=42)) as workshop:
        await purge(workshop)
    assert await left(admin, gone) == NOTHING


async def test_nothing_leaves_a_draft_whose_date_is_near(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    gone = await removed(database, clara, await wedding(database, clara, wedding_date=day(45)))
    async with working(own_database, tmp_path, timedelta(days=35)) as workshop:
        await purge(workshop)
    assert (await left(admin, gone))["events"] == 1
    async with working(own_database, tmp_path, timedelta(days=80)) as workshop:
        await purge(workshop)
    assert await left(admin, gone) == NOTHING


@pytest.mark.parametrize("days", [ON, NEAR])
async def test_without_its_check_a_purge_would_take_what_stands_still(
    own_database: TestDatabase, database: Database, days: int
) -> None:
    """The control. While the wedding is on, the guard's trigger refuses it even then, and only without both it is gone."""
    clara = await person(database, "Clara")
    gone = await removed(database, clara, await wedding(database, clara, wedding_date=day(ON)))
    async with (
        travelling(own_database, timedelta(days=days)),
        await psycopg.AsyncConnection.connect(own_database.admin_url) as alone,
    ):
        assert await purged(alone, gone) is None
        await alone.execute("select guard.begin_migration('without its check', '')")
        await alone.execute(UNCHECKED)
        if days == ON:
            with pytest.raises(psycopg.DatabaseError, match="read-only until"):
                async with alone.transaction():
                    await purged(alone, gone)
            await alone.execute("alter table app.wedding_events disable trigger removed")
        assert await purged(alone, gone) == 1
        await alone.rollback()


async def purged(connection: Admin, what: Removed) -> object:
    row = await (await connection.execute("select app.purge_batch(%s, %s)", [what.wedding_id, what.batch])).fetchone()
    assert row is not None
    return row[0]


async def test_one_that_is_refused_holds_up_no_other(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    own = await wedding(database, clara, wedding_date="2031-06-14")
    first, second = await removed(database, clara, own), await removed(database, clara, own)
    async with admin.transaction():
        await admin.execute("select guard.begin_migration('tests: refers', '')")
        await admin.execute(
            "create table public.refers (wedding_id uuid, event_id uuid, foreign key (wedding_id, event_id) references app.wedding_events)"
        )
        await admin.execute("insert into public.refers values (%s, %s)", [own, first.event_id])
    async with working(own_database, tmp_path, OVER) as workshop:
        await purge(workshop)
        assert (await left(admin, first))["facts"] == 3, "whole or not at all"
        assert await left(admin, second) == NOTHING
        async with admin.transaction():
            await admin.execute("select guard.begin_migration('tests: refers no more', '')")
            await admin.execute("drop table public.refers")
        await purge(workshop)
    assert await left(admin, first) == NOTHING


async def test_the_web_purges_nothing(own_database: TestDatabase) -> None:
    async with await psycopg.AsyncConnection.connect(own_database.app_url) as web:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await web.execute("select app.purge_batch(gen_random_uuid(), gen_random_uuid())")


async def test_the_worker_vacuums_as_the_keeper_alone(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    swept = "select last_vacuum from pg_stat_user_tables where relid = 'app.sessions'::regclass"
    before = await (await admin.execute(swept)).fetchone()
    async with await psycopg.AsyncConnection.connect(own_database.worker_url, autocommit=True) as worker:
        await worker.execute("vacuum app.sessions")  # passed over with a warning
        assert await (await admin.execute(swept)).fetchone() == before
        await worker.execute("set role wedsync_keeper")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await worker.execute("select from app.sessions")
    async with working(own_database, tmp_path, timedelta()) as workshop:
        await vacuum(own_database.worker_url, workshop)
    after = await (await admin.execute(swept)).fetchone()
    assert after is not None
    assert after != before
    names = "select relname from pg_stat_user_tables where schemaname in ('app', 'jobs') and last_vacuum is null"
    assert await (await admin.execute(names)).fetchall() == []


def day(days: int) -> str:
    """So many days from now."""
    return (utc_now() + timedelta(days=days)).date().isoformat()
