"""What one action deletes is one batch: it comes back whole, once, within 30 days, or not at all."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import BatchId
from wedsync.kernel.problems import AlreadyDone, Conflict, NotFound
from wedsync.platform.database.query import Query
from wedsync.platform.database.writes import Tx


class NewBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Whose things go, and the action that takes them away."""

    scope: UUID
    action: str


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion."""

    id: BatchId


class OneBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion in the place that it belongs to."""

    scope: UUID
    batch: BatchId


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows came back; None when there was nothing to undo."""

    rows: int | None


OPEN_BATCH: Final = Query(
    NewBatch, Batch, "insert into app.delete_batches (scope_id, action) values (%(scope)s, %(action)s) returning id"
)
RESTORE_BATCH: Final = Query(OneBatch, Restored, "select app.restore_batch(%(scope)s, %(batch)s) as rows")


async def open_batch(tx: Tx, scope: UUID, action: str) -> BatchId:
    """Begin a deletion: rows that are given this batch are gone from `live` at once."""
    return (await tx.one(OPEN_BATCH, NewBatch(scope=scope, action=action))).id


async def restore_batch(tx: Tx, scope: UUID, batch: BatchId) -> int:
    """Undo a deletion, with the rights of who asks; returns how many rows came back.

    Raises NotFound, and Conflict where something new has taken the place of what was removed.
    """
    try:
        rows = (await tx.one(RESTORE_BATCH, OneBatch(scope=scope, batch=batch))).rows
    except AlreadyDone:  # unique among what is there: nothing came back
        raise Conflict("Something new has its place by now. Rename or remove it first, then bring this back.") from None
    if rows is None:
        raise NotFound("There is no such deletion, or it was undone already.")
    return rows
