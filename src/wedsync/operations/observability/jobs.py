"""What the worker does about the figures: a day that is over is told from its minutes."""

from __future__ import annotations

from functools import partial
from typing import Final

import msgspec

from wedsync.kernel.permissions import WriteClass
from wedsync.operations.observability.waiting import ZoneOfCell
from wedsync.platform.database import NOBODY, Query
from wedsync.platform.jobs import Workshop
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

_log = Log("observability")


class Closed(msgspec.Struct, frozen=True):
    """How many days were over."""

    days: int


CLOSE: Final = Query(ZoneOfCell, Closed, "select app.close_days(%(zone)s) as days")


def closing_days(zone: str) -> Chore:
    """The chore, for days as they begin in the zone of the cell."""
    run = partial(_close_days, zone)
    return Chore(name="operations.close_days", cron="7 * * * *", run=run, write_class=WriteClass.SYSTEM)


async def _close_days(zone: str, workshop: Workshop) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        closed = await tx.one(CLOSE, ZoneOfCell(zone))
    if closed.days:
        _log.info("days_closed", days=closed.days)
