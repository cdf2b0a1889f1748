"""What was removed leaves for good once its 30 days are over: whole, children before parents.

Never while it stands still: the wedding is on, or its date near and unconfirmed. It waits, in the order it came.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import BatchId
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import Problem
from wedsync.platform.database import NOBODY, Query
from wedsync.platform.database.deletions import OneBatch
from wedsync.platform.jobs import Workshop
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

AT_ONCE: Final = 100
_log = Log("purging")


class DuePage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the deletions that are due, by id."""

    after: UUID
    most: int


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion whose time is over."""

    scope_id: UUID
    batch: BatchId


class Purged(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows left; None when it stands still after all."""

    rows: int | None


DUE: Final = Query(DuePage, Due, "select scope_id, batch from app.purges_due(%(after)s, %(most)s)")
PURGE: Final = Query(OneBatch, Purged, "select app.purge_batch(%(scope)s, %(batch)s) as rows")


async def purge(workshop: Workshop) -> None:
    """Each deletion in a transaction of its own, so that one that is refused holds up no other. Safe to cut off."""
    after = UUID(int=0)
    while due := await _due(workshop, after):
        for each in due:
            await _purge_one(workshop, each)
        after = due[-1].batch


async def _due(workshop: Workshop, after: UUID) -> list[Due]:
    async with workshop.database.transaction(NOBODY) as tx:
        return await tx.all(DUE, DuePage(after=after, most=AT_ONCE))


async def _purge_one(workshop: Workshop, due: Due) -> None:
    try:
        async with workshop.database.transaction(NOBODY) as tx:
            gone = await tx.one(PURGE, OneBatch(scope=due.scope_id, batch=due.batch))
    except (
        Problem
    ) as problem:  # a row of another table refers to it, or the database is busy: the next hour tries again
        _log.error("purge_refused", problem, batch=str(due.batch))
        return
    _log.info("purged", batch=str(due.batch), rows=gone.rows)


PURGE_DUE: Final = Chore(name="platform.purge", cron="29 * * * *", run=purge, write_class=WriteClass.PLAN)
