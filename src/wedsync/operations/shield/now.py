"""How releases stand at this moment, as this web process can tell."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.kernel.clock import apart_s, utc_now
from wedsync.kernel.problems import Unavailable
from wedsync.operations.shield.verdict import Trust, Verdict, verdict
from wedsync.platform.database import NOBODY, NoParams, Query
from wedsync.platform.http import Services


class Clock(msgspec.Struct, frozen=True):
    """What the database's clock shows."""

    at: datetime


CLOCK: Final = Query(NoParams, Clock, "select clock_timestamp() as at")


async def verdict_now(services: Services) -> Verdict:
    """The verdict; unknown, and so frozen, while the database does not answer."""
    apart = await _clocks_apart_s(services)
    trust = Trust(zone_data_checked_on=services.settings.zone_data_checked_on, clocks_apart_s=apart)
    return verdict(services.freezes, utc_now(), trust)


async def _clocks_apart_s(services: Services) -> float | None:
    before = utc_now()
    try:
        theirs = await services.database.reader(NOBODY).one(CLOCK, NoParams())
    except Unavailable:
        return None
    return apart_s(theirs.at, before, utc_now())
