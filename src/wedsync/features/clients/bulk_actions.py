"""Doing one thing to many clients, and undoing it with one press."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from wedsync.features.clients import bulk_queries as q
from wedsync.features.clients import queries as clients
from wedsync.features.clients.actions import tell
from wedsync.features.clients.bulk_doing import DO, FIELDS, ForBulk, do_part
from wedsync.features.clients.bulk_model import Act, Deed, refuse_too_many
from wedsync.features.clients.model import Happened
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, NotFound
from wedsync.platform.database import SUPPLIER, Tx, action, open_batch, restore_batch
from wedsync.platform.jobs import defer

AT_ONCE: Final = 50


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def begin_bulk(tx: Tx, supplier_id: SupplierId, ids: Sequence[ClientId], deed: Deed) -> q.Bulk:
    """Do something to these clients: up to 50 at once, more in the queue. Raises NotFound for none, Conflict."""
    refuse_too_many(ids)
    if not ids:
        raise NotFound
    batch = await open_batch(tx, supplier_id, "clients.begin_bulk") if deed.act is Act.REMOVE else None
    new = q.NewBulk(supplier_id=supplier_id, act=deed.act, value=deed.value, total=len(ids), batch=batch)
    bulk = await tx.one(q.BEGIN, new)
    await tx.run(q.CHOOSE, q.Chosen(supplier_id=supplier_id, bulk_id=bulk.id, ids=ids))
    if len(ids) <= AT_ONCE:
        return await do_part(tx, supplier_id, bulk.id)
    await defer(tx, DO, ForBulk(supplier_id=supplier_id, bulk_id=bulk.id))
    return bulk


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def undo_bulk(tx: Tx, supplier_id: SupplierId, bulk_id: UUID) -> q.Bulk:
    """Put back what still is as it was left, once. Raises Conflict while it is being done, and once it was undone."""
    bulk = await tx.one(q.HOLD, q.OneBulk(supplier_id=supplier_id, id=bulk_id))
    if bulk.done < bulk.total:
        raise Conflict("This is still being done. Undo it when it is done.")
    if bulk.undone_at is not None:
        raise Conflict("This was undone already.")
    put_back = _put_back if bulk.batch is None else _brought_back
    restored = await put_back(tx, supplier_id, bulk)
    tell(tx, supplier_id)
    return await tx.one(q.UNDO, q.Undone(supplier_id=supplier_id, id=bulk_id, restored=restored))


async def _put_back(tx: Tx, supplier_id: SupplierId, bulk: q.Bulk) -> int:
    undoing = q.Undoing(supplier_id=supplier_id, bulk_id=bulk.id, act=bulk.act, value=bulk.value)
    back = [each.id for each in await tx.all(q.PUT_BACK, undoing)]
    if back:
        what = clients.NewEvents(supplier_id=supplier_id, ids=back, kind=Happened.CHANGED, fields=FIELDS[bulk.act])
        await tx.run(clients.HAPPENED, what)
    return len(back)


async def _brought_back(tx: Tx, supplier_id: SupplierId, bulk: q.Bulk) -> int:
    if bulk.batch is None or bulk.changed == 0:
        return 0
    return await restore_batch(tx, supplier_id, bulk.batch)
