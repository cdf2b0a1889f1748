"""Claimed instants hold for an hour at most: the resolver looks at every wedding to come and puts right what is wrong."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest
from tests.support.database import TestDatabase, sealer
from tests.support.world import person, wedding

from wedsync.features.weddings import queries as q
from wedsync.features.weddings.model import resolve_wedding
from wedsync.features.weddings.resolving import resolve_anew
from wedsync.kernel.ids import WeddingId
from wedsync.platform.database import Actor, ById, Database
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
HOURS = timedelta(hours=3)


@pytest.fixture
async def workshop(own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Workshop]:
    async with Database(own_database.worker_url, sealer()) as workers:
        mailer = OutboxMailer(tmp_path, "us@example.org")
        yield Workshop(database=workers, mailer=mailer, base_url="http://wedsync.test")


async def window(admin: Admin, wedding_id: object) -> tuple[object, ...]:
    row = await (
        await admin.execute(
            "select lower(active_span), upper(active_span), xmin::text from app.wedding_shields where wedding_id = %s",
            [wedding_id],
        )
    ).fetchone()
    assert row is not None
    return row


async def test_a_day_that_was_claimed_to_begin_elsewhere_is_put_right(
    database: Database, admin: Admin, workshop: Workshop
) -> None:
    clara = await person(database, "Clara")
    theirs = await wedding(database, clara, wedding_date="2031-06-14", ceremony_time="14:00")
    right = await window(admin, theirs)
    claimed = await claim_later(database, clara.actor, theirs)
    assert (await window(admin, theirs))[0] != right[0]
    await resolve_anew(workshop)
    assert (await window(admin, theirs))[:2] == right[:2]
    put_right = (await database.reader(clara.actor).all(q.EVENTS, ById(theirs)))[0].starts_at
    assert put_right is not None
    assert claimed == put_right + HOURS


async def claim_later(database: Database, actor: Actor, theirs: WeddingId) -> datetime | None:
    """Every instant three hours late, which some zone could mean; the ceremony's start from then on."""
    async with database.transaction(actor) as tx:
        resolved = resolve_wedding(await tx.all(q.LOCAL_TIMES, ById(theirs))).events
        late = [
            msgspec.structs.replace(
                event,
                day_starts_at=event.day_starts_at and event.day_starts_at + HOURS,
                day_ends_at=event.day_ends_at and event.day_ends_at + HOURS,
                starts_at=event.starts_at and event.starts_at + HOURS,
            )
            for event in resolved
        ]
        await tx.run(q.RESOLVE_EVENTS, q.NewInstants(id=theirs, instants=msgspec.json.encode(late).decode()))
    return (await database.reader(actor).all(q.EVENTS, ById(theirs)))[0].starts_at


async def test_what_is_right_is_not_written_again(database: Database, admin: Admin, workshop: Workshop) -> None:
    clara = await person(database, "Clara")
    theirs = await wedding(database, clara, wedding_date="2031-06-14", ceremony_time="14:00")
    before = await window(admin, theirs)
    await resolve_anew(workshop)
    assert await window(admin, theirs) == before


async def test_the_web_corrects_nothing(own_database: TestDatabase) -> None:
    with psycopg.connect(own_database.app_url, autocommit=True) as web:
        for asked in (
            "select app.times_to_check(gen_random_uuid(), 1)",
            "select app.correct_instants(gen_random_uuid(), '[]')",
            "select app.take_notices(1)",
            "select app.notice_recipients(gen_random_uuid())",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute(asked)
