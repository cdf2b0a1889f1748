"""Whether releases stand still, for everybody: a promise that can be looked up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from wedsync.kernel.clock import apart_s, utc_now
from wedsync.kernel.freeze import FIRST_YEAR, LAST_YEAR, Freeze
from wedsync.kernel.problems import Unavailable
from wedsync.operations.shield.verdict import Trust, Verdict, verdict
from wedsync.platform.calendar_feed import MEDIA_TYPE, calendar_feed
from wedsync.platform.database import NOBODY, NoParams, Query
from wedsync.platform.http import OPEN, Exchange, HandlerLike

# A feed begins a little in the past, so that what is on now is in it.
FEED_FROM: Final = timedelta(days=-30)
FEED_UNTIL: Final = timedelta(days=400)


class Clock(msgspec.Struct, frozen=True):
    """What the database's clock shows."""

    at: datetime


CLOCK: Final = Query(NoParams, Clock, "select clock_timestamp() as at")


@get("/api/v1/shield", tags=["shield"], summary="Whether releases stand still", opt=OPEN)
async def shield(exchange: Exchange) -> Verdict:
    """State, reason, since when, until when, and the last instant at which a release may begin."""
    services = exchange.services
    trust = Trust(
        zone_data_checked_on=services.settings.zone_data_checked_on, clocks_apart_s=await _clocks_apart_s(exchange)
    )
    return verdict(services.freezes, utc_now(), trust)


@get("/api/v1/shield/freezes", tags=["shield"], summary="The freezes of a year", opt=OPEN)
async def freezes(
    exchange: Exchange, year: Annotated[int | None, QueryParameter(ge=FIRST_YEAR, le=LAST_YEAR)] = None
) -> list[Freeze]:
    """This year's, or another's; each half-open, in UTC. Those at its ends reach into the years beside."""
    return list(exchange.services.freezes.of_year(year or utc_now().year))


@get(
    "/api/v1/shield/freezes.ics",
    tags=["shield"],
    summary="The freezes as a calendar to subscribe to",
    opt=OPEN,
    media_type=MEDIA_TYPE,
)
async def feed(exchange: Exchange) -> Response[bytes]:
    """From a month ago to a good year ahead."""
    calendar, now = exchange.services.freezes, utc_now()
    listed = calendar.between(now + FEED_FROM, now + FEED_UNTIL)
    return Response(calendar_feed(calendar.cell.name, listed), media_type=MEDIA_TYPE)


async def _clocks_apart_s(exchange: Exchange) -> float | None:
    before = utc_now()
    try:
        theirs = await exchange.services.database.reader(NOBODY).one(CLOCK, NoParams())
    except Unavailable:
        return None
    return apart_s(theirs.at, before, utc_now())


ROUTES: Final[tuple[HandlerLike, ...]] = (shield, freezes, feed)
