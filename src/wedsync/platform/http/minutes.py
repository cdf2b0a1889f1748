"""Each web process puts on record, minute by minute, how many asked and how long they waited.

That a row is there says more than its figures: in that minute somebody was there, and could write to the database.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Problem
from wedsync.platform.database import NOBODY, OPERATIONS_CHANGED, Database, Nothing, Query
from wedsync.platform.http.tiers import FAULT_FROM, Tier
from wedsync.platform.metrics import REQUESTS, STATEMENTS, Timing
from wedsync.platform.telemetry import Log

MINUTE: Final = timedelta(minutes=1)
LONGER: Final = "inf"
# What a process that stops waits for its last minute: who restarts it waits too.
LAST_S: Final = 1.0
_log = Log("minutes")


class Tally(msgspec.Struct, frozen=True):
    """How many took at most so many seconds, and more than the bound before. `failed`: answers that were our fault."""

    requests: dict[str, int]
    statements: dict[str, int]
    failed: int

    def since(self, before: Tally) -> Tally:
        """What was counted after `before`."""
        return Tally(
            requests=_after(self.requests, before.requests),
            statements=_after(self.statements, before.statements),
            failed=self.failed - before.failed,
        )


class NewMinute(msgspec.Struct, frozen=True, kw_only=True):
    """A minute of a process, as JSON text."""

    counted: str


RECORD: Final = Query(NewMinute, Nothing, "select app.record_minute(%(counted)s::jsonb)")


def tally() -> Tally:
    """What this process has counted since it began. Probes and styles are not what people wait for."""
    asked = [(values, timing) for values, timing in REQUESTS.series() if values[0] != Tier.HOUSE]
    return Tally(
        requests=_together(timing for _, timing in asked),
        statements=_together(timing for _, timing in STATEMENTS.series()),
        failed=sum(sum(timing.counts) for (_, _, status), timing in asked if int(status) >= FAULT_FROM),
    )


def _together(timings: Iterable[Timing]) -> dict[str, int]:
    found: dict[str, int] = {}
    for timing in timings:
        for bound, count in zip((*map(str, timing.bounds), LONGER), timing.counts, strict=True):
            found[bound] = found.get(bound, 0) + count
    return found


def _after(now: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    return {bound: count - before.get(bound, 0) for bound, count in now.items()}


async def keep_minutes(database: Database) -> None:
    """Until cancelled; then what was counted since the last full minute is put on record too.

    A minute that could not be put on record is missing: nobody could be served in it either.
    """
    process, before = secrets.token_hex(8), tally()
    try:
        while True:
            now = utc_now()
            minute = now.replace(second=0, microsecond=0)
            await asyncio.sleep((minute + MINUTE - now).total_seconds())
            before = await _keep(database, process, minute, before)
    except asyncio.CancelledError:
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                await _keep(database, process, utc_now().replace(second=0, microsecond=0), before)
        raise


async def _keep(database: Database, process: str, minute: datetime, before: Tally) -> Tally:
    """What is to be counted from: `before`, if it could not be put on record."""
    now = tally()
    counted = now.since(before)
    told = {
        "minute": minute,
        "process": process,
        "asked": sum(counted.requests.values()),
        "failed": counted.failed,
        "requests": counted.requests,
        "statements": counted.statements,
    }
    try:
        async with database.transaction(NOBODY) as tx:
            await tx.run(RECORD, NewMinute(counted=msgspec.json.encode(told).decode()))
            tx.emit(OPERATIONS_CHANGED)
    except Problem as error:
        _log.warning("minute_not_kept", reason=str(error))
        return before
    except Exception as error:  # noqa: BLE001 - a fault of ours is told, and the next minute has its own chance
        _log.error("minute_not_kept", error)
        return before
    return now
