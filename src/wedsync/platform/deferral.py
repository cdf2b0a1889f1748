"""What a locked wedding refuses is not lost: the job waits until it opens again, in its order, the reason on record.
So does a letter that comes by night: its job, of no wedding, waits for the morning.

A job says what kind of rows it writes. Only one that writes plans waits; any other that is refused has said it wrong.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.kernel.ids import WeddingId
from wedsync.kernel.problems import LockedWedding
from wedsync.platform.database import NOBODY, OPERATIONS_CHANGED, Database, NoParams, Query


class NewDeferral(msgspec.Struct, frozen=True, kw_only=True):
    """A job that has just been refused."""

    job_id: int
    wedding_id: WeddingId | None
    unlocks_at: datetime


class Deferred(msgspec.Struct, frozen=True, kw_only=True):
    """A job that waits. `times` is how often it was refused."""

    job_id: int
    job: str
    wedding_id: WeddingId | None
    unlocks_at: datetime
    deferred_at: datetime
    times: int


class Times(msgspec.Struct, frozen=True):
    """How often a job was refused."""

    times: int


class OneJob(msgspec.Struct, frozen=True):
    """A job in the queue."""

    job_id: int


RECORD: Final = Query(
    NewDeferral,
    Times,
    """
    insert into jobs.deferrals as d (job_id, wedding_id, unlocks_at)
    values (%(job_id)s, %(wedding_id)s, %(unlocks_at)s)
    on conflict (job_id) do update
      set unlocks_at = excluded.unlocks_at, deferred_at = clock_timestamp(), times = d.times + 1
    returning times
    """,
)
TIMES: Final = Query(OneJob, Times, "select times from jobs.deferrals where job_id = %(job_id)s")
WAITING: Final = Query(
    NoParams,
    Deferred,
    """
    select d.job_id, j.task_name as job, d.wedding_id, d.unlocks_at, d.deferred_at, d.times
    from jobs.deferrals d
    join jobs.procrastinate_jobs j on j.id = d.job_id
    where j.status = 'todo'
    order by d.unlocks_at, d.job_id
    limit 500
    """,
)


def lock_of(wedding: WeddingId | None) -> str | None:
    """Jobs under one lock run one after the other, in the order in which they were queued."""
    return None if wedding is None else f"wedding {wedding}"


def opens_at(refusal: LockedWedding) -> datetime | None:
    """When the wedding opens again; None where nobody knows."""
    try:
        return datetime.fromisoformat(str(refusal.members.get("unlocks_at", "")))
    except ValueError:
        return None


async def record(database: Database, new: NewDeferral) -> None:
    """Put the reason on record, and tell whoever watches."""
    async with database.transaction(NOBODY) as tx:
        await tx.run(RECORD, new)
        tx.emit(OPERATIONS_CHANGED)


async def times_refused(database: Database, job_id: int) -> int:
    """How many of a job's attempts met a locked wedding."""
    found = await database.reader(NOBODY).maybe(TIMES, OneJob(job_id))
    return 0 if found is None else found.times
