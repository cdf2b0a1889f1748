"""Bringing back what a business removed, whatever it was."""

from __future__ import annotations

from wedsync.kernel.ids import BatchId, SupplierId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Forbidden
from wedsync.platform.database import SUPPLIER, Event, Tx, action, restore_batch


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def restore_to_business(tx: Tx, supplier_id: SupplierId, batch: BatchId) -> int:
    """Undo a deletion, once, within 30 days; returns how many rows came back.

    Raises Forbidden where something went along that one may not change.
    """
    rows = await restore_batch(tx, supplier_id, batch)
    if rows == 0:  # row security passed over them: to go on would spend the one chance to bring them back
        raise Forbidden
    tx.emit(Event(kind="clients", id=str(supplier_id), scope=str(supplier_id)))
    return rows
