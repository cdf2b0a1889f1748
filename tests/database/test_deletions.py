"""A deletion comes back once and whole: nobody can mark one as undone and leave behind what it took."""

import asyncio
from typing import LiteralString

import pytest
from tests.database.roles import Role
from tests.database.writing import Couple, couple
from tests.support.world import Somebody, Wedding, connect, join_wedding, owner, person

from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Grant, Level
from wedsync.features.weddings import actions as weddings
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId, SupplierId
from wedsync.kernel.permissions import Area
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import Database

OPEN: LiteralString = "insert into app.delete_batches (scope_id, action) values (%s, 'test') returning id"
MARK: LiteralString = "update app.delete_batches set restored_at = now() where id = %s"


async def brunch(made: Couple) -> EventId:
    async with made.database.transaction(made.clara.actor) as tx:
        new = weddings.NewEvent(kind=EventKind.BRUNCH, title="Brunch")
        return (await weddings.add_event(tx, made.wedding_id, new)).id


async def removed(made: Couple, by: Somebody) -> BatchId:
    event = await brunch(made)
    async with made.database.transaction(by.actor) as tx:
        return await weddings.remove_event(tx, made.wedding_id, event)


async def share_the_day(made: Couple, supplier: SupplierId, *, can_write: bool) -> None:
    async with made.database.transaction(made.clara.actor) as tx:
        grant = Grant(area=Area.EVENT, level=Level.EVERYTHING, can_write=can_write)
        await connections.share(tx, made.wedding_id, supplier, grant)


async def test_an_empty_deletion_is_not_undone(database: Database, as_app: Role) -> None:
    """Not by its own author either, who would only make noise with it."""
    made = await couple(database)
    colin = await person(database, "Colin")
    await join_wedding(database, Wedding(id=made.wedding_id, partner=made.clara), colin, "companion")
    batch = (await as_app(colin.actor, OPEN, made.wedding_id, keep=True)).only
    assert (await as_app(colin.actor, MARK, batch, keep=True)).sentence == "this deletion took nothing"
    with pytest.raises(Conflict, match="took nothing"):
        async with database.transaction(made.clara.actor) as tx:
            await weddings.restore(tx, made.wedding_id, batch)


async def test_who_may_no_longer_write_the_day_cannot_mark_their_deletion_as_undone(
    database: Database, as_app: Role
) -> None:
    made, anna = await couple(database), await owner(database, "Anna")
    await connect(database, made.clara, made.wedding_id, anna)
    assert anna.supplier_id is not None
    await share_the_day(made, anna.supplier_id, can_write=True)
    batch = await removed(made, anna)
    await share_the_day(made, anna.supplier_id, can_write=False)
    for statement in (MARK, "select app.restore_batch(scope_id, id) from live.delete_batches where id = %s"):
        answer = await as_app(anna.actor, statement, batch, keep=True)
        assert answer.sentence == "you may not bring back all of what this deletion took"
    async with database.transaction(made.clara.actor) as tx:
        assert await weddings.restore(tx, made.wedding_id, batch) == 1


async def test_nothing_slips_into_a_deletion_while_it_is_undone(database: Database, as_app: Role) -> None:
    made = await couple(database)
    batch, late = await removed(made, made.clara), await brunch(made)
    take: LiteralString = "update app.wedding_events set delete_batch = %s where wedding_id = %s and id = %s"
    async with database.transaction(made.clara.actor) as tx:
        await weddings.restore(tx, made.wedding_id, batch)
        slipping = asyncio.create_task(as_app(made.clara.actor, take, batch, made.wedding_id, late, keep=True))
        await asyncio.sleep(0.2)
    assert (await slipping).state == "WS002"
