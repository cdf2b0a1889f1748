"""How releases stand at this moment, as far as this process can tell: web and command line alike."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from wedsync.kernel.clock import apart_s, utc_now
from wedsync.kernel.problems import Unavailable
from wedsync.operations.shield.verdict import Change, Trust, Verdict, WeddingsOn, verdict
from wedsync.platform.database import NOBODY, Database, NoParams, Query

if TYPE_CHECKING:  # the command line loads no web framework
    from wedsync.platform.http import Services


class Seen(WeddingsOn, frozen=True, kw_only=True):
    """What the database knows: what its clock shows, and whether a wedding is on."""

    at: datetime


SEEN: Final = Query(
    NoParams,
    Seen,
    "select app.clock() as at, o.active, o.until, app.events_until() as events_until from app.weddings_on() o",
)


async def verdict_now(services: Services, change: Change = Change.DEPLOY) -> Verdict:
    """The verdict; unknown, and so frozen, while the database does not answer."""
    trust = await trust_in(services.database, services.settings.zone_data_checked_on)
    return verdict(services.freezes, utc_now(), trust, change)


async def trust_in(database: Database, zone_data_checked_on: date) -> Trust:
    """What a verdict may rest on now."""
    before = utc_now()
    try:
        seen = await database.reader(NOBODY).one(SEEN, NoParams())
    except Unavailable:
        return Trust(zone_data_checked_on=zone_data_checked_on, clocks_apart_s=None)
    return Trust(
        zone_data_checked_on=zone_data_checked_on,
        clocks_apart_s=apart_s(seen.at, before, utc_now()),
        weddings_on=WeddingsOn(active=seen.active, until=seen.until, events_until=seen.events_until),
    )
