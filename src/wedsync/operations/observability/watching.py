"""Each worker finds out once a minute how the house is, and tells it to whoever scrapes its figures.

What could not be found out stays as it was found last; when that was is a figure of its own.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from math import nan
from typing import Final

from wedsync.kernel.clock import apart_s, utc_now
from wedsync.kernel.freeze import FreezeCalendar, FreezeState
from wedsync.kernel.problems import Problem
from wedsync.operations.continuity.queries import RECORD_LOG_COPIED, LogCopied
from wedsync.operations.continuity.restoring import reaches
from wedsync.operations.continuity.standing import vault_to_read
from wedsync.operations.continuity.vault import WrongKey
from wedsync.operations.observability import figures as f
from wedsync.operations.observability.queries import WATCHED, Watched
from wedsync.operations.shield.verdict import Trust, verdict
from wedsync.platform.backups.places import PlaceFails
from wedsync.platform.backups.sealing import Damaged
from wedsync.platform.database import NOBODY, OPERATIONS_CHANGED, Database, NoParams
from wedsync.platform.settings import Settings
from wedsync.platform.telemetry import Log as Telemetry

EVERY_S: Final = 60.0
_log = Telemetry("watching")


@asynccontextmanager
async def watching(settings: Settings, database: Database) -> AsyncIterator[None]:
    """For as long as the block lasts."""
    task = asyncio.create_task(_keep_watching(settings, database))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def watch(settings: Settings, database: Database) -> None:
    """Once. Raises Problem when the database does not say."""
    before = utc_now()
    found = await database.reader(NOBODY).one(WATCHED, NoParams())
    now = utc_now()
    _tell(found)
    _tell_freeze(settings, found, apart_s(found.at, before, now))
    _tell_backups(found, is_taken=bool(settings.backups_place))
    disk = await asyncio.to_thread(shutil.disk_usage, settings.home)
    f.DISK_FREE_BYTES.set(disk.free)
    f.DISK_BYTES.set(disk.total)
    f.STREAMED_AT.set(nan)
    if settings.backups_place:
        streamed = await asyncio.to_thread(_streamed_until, settings)
        f.STREAMED_AT.set((streamed or found.house_since).timestamp())
        if streamed is not None:
            async with database.transaction(NOBODY) as tx:
                await tx.run(RECORD_LOG_COPIED, LogCopied(streamed))
                tx.emit(OPERATIONS_CHANGED)
    f.WATCHED_AT.set(now.timestamp())


async def _keep_watching(settings: Settings, database: Database) -> None:
    while True:
        try:
            await watch(settings, database)
        except (Problem, PlaceFails, Damaged, WrongKey, OSError) as error:
            _log.warning("not_watched", reason=f"{type(error).__name__}: {error}")
        await asyncio.sleep(EVERY_S)


def _tell(found: Watched) -> None:
    f.WEDDINGS_ACTIVE.set(found.active)
    f.OVERRIDES_WAITING.set(found.overrides_waiting)
    f.DATABASE_BYTES.set(found.database_bytes)
    f.SLOT_BYTES.set(found.slot_bytes)
    f.JOBS_DUE.set(found.jobs_due)
    f.OLDEST_JOB_S.set(found.oldest_job_s)
    f.JOBS_DEFERRED.set(found.jobs_deferred)
    f.JOBS_GIVEN_UP.set(found.jobs_given_up)
    # Never looked at counts as looked at when the house began.
    f.ATTESTED_AT.set((found.attested_at or found.house_since).timestamp())
    f.DIFFERENCES.set(found.differences or 0)


def _tell_freeze(settings: Settings, found: Watched, clocks_apart_s: float) -> None:
    trust = Trust(zone_data_checked_on=settings.zone_data_checked_on, clocks_apart_s=clocks_apart_s, weddings_on=found)
    state = verdict(FreezeCalendar(settings.cell), found.at, trust).state
    for each in FreezeState:
        f.FREEZE.set(each is state, each.value)


def _tell_backups(found: Watched, *, is_taken: bool) -> None:
    f.BACKED_UP_AT.set((found.backed_up_at or found.house_since).timestamp() if is_taken else nan)
    f.PROVEN_AT.set((found.proven_at or found.house_since).timestamp() if is_taken else nan)
    f.RESTORE_FAILED.set(found.failed_at is not None if is_taken else nan)


def _streamed_until(settings: Settings) -> datetime | None:
    """None where nothing is streamed yet, or where the place has no backup yet."""
    try:
        return reaches(vault_to_read(settings))
    except PlaceFails:
        return None
