"""Doing it, a part at a time: what each client said before is kept beside it, so that an undo puts back exactly that.

A part is one transaction. A job that was cut off goes on where it was.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.clients import bulk_queries as q
from wedsync.features.clients import queries as clients
from wedsync.features.clients.actions import tell
from wedsync.features.clients.bulk_model import Act
from wedsync.features.clients.model import Happened
from wedsync.kernel.ids import BatchId, ClientId, SupplierId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.platform.database import SUPPLIER, Actor, Tx, action
from wedsync.platform.jobs import Job, Workshop

A_PART: Final = 250
FIELDS: Final = {Act.STAGE: ("stage",), Act.TAG: ("tags",), Act.UNTAG: ("tags",)}


class ForBulk(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done, of which business."""

    supplier_id: SupplierId
    bulk_id: UUID


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def do_part(tx: Tx, supplier_id: SupplierId, bulk_id: UUID) -> q.Bulk:
    """Do it to the next of them. Nothing is left to do once `done` is `total`."""
    bulk = await tx.one(q.HOLD, q.OneBulk(supplier_id=supplier_id, id=bulk_id))
    part = await tx.all(q.NEXT_PART, q.NextPart(supplier_id=supplier_id, bulk_id=bulk_id, limit=A_PART))
    ids = [each.id for each in part]
    if not ids:
        return bulk
    chosen = q.Chosen(supplier_id=supplier_id, bulk_id=bulk_id, ids=ids)
    await tx.run(q.HOLD_CLIENTS, chosen)
    these = q.Part(supplier_id=supplier_id, bulk_id=bulk_id, ids=ids, act=bulk.act, value=bulk.value)
    await tx.run(q.KEEP, these)
    await tx.run(q.PASS_OVER, chosen)  # removed meanwhile
    changed = await _changed(tx, bulk, these)
    if changed:
        kind = Happened.CHANGED if bulk.batch is None else Happened.REMOVED
        what = clients.NewEvents(supplier_id=supplier_id, ids=changed, kind=kind, fields=FIELDS.get(bulk.act, ()))
        await tx.run(clients.HAPPENED, what)
    tell(tx, supplier_id)
    return await tx.one(q.COUNT, q.Counted(supplier_id=supplier_id, id=bulk_id, done=len(ids), changed=len(changed)))


async def _changed(tx: Tx, bulk: q.Bulk, these: q.Part) -> list[ClientId]:
    if bulk.batch is None:
        return [each.id for each in await tx.all(q.CHANGE_THEM, these)]
    removal = clients.Removal(supplier_id=these.supplier_id, ids=these.ids, batch=BatchId(bulk.batch))
    return [each.id for each in await tx.all(clients.REMOVE, removal)]


async def do_all(workshop: Workshop, actor: Actor, job: ForBulk) -> None:
    """Until nothing is left to do."""
    is_done = False
    while not is_done:
        async with workshop.database.transaction(actor) as tx:
            bulk = await do_part(tx, job.supplier_id, job.bulk_id)
        is_done = bulk.done == bulk.total


# Plans of a business, not of a wedding: no lock holds them up.
DO: Final = Job("clients.do", ForBulk, do_all, write_class=WriteClass.PLAN, wedding=lambda _: None, timeout_s=300)
JOBS: Final = (DO,)
