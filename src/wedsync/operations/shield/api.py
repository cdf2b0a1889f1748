"""Whether releases stand still, for everybody: a promise that can be looked up."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

from litestar import Response, get
from litestar.params import QueryParameter

from wedsync.kernel.clock import utc_now
from wedsync.kernel.freeze import FIRST_YEAR, LAST_YEAR, Freeze
from wedsync.operations.shield.now import verdict_now
from wedsync.operations.shield.verdict import Change, Verdict
from wedsync.platform.calendar_feed import MEDIA_TYPE, calendar_feed
from wedsync.platform.http import OPEN, Exchange, HandlerLike

# A feed begins a little in the past, so that what is on now is in it.
FEED_FROM: Final = timedelta(days=-30)
FEED_UNTIL: Final = timedelta(days=400)


@get("/api/v1/shield", tags=["shield"], summary="Whether releases stand still", opt=OPEN)
async def shield(exchange: Exchange, change: Change = Change.DEPLOY) -> Verdict:
    """State, reason, since when, until when, and the last instant at which a release may begin."""
    return await verdict_now(exchange.services, change)


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


ROUTES: Final[tuple[HandlerLike, ...]] = (shield, freezes, feed)
