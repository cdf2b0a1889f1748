"""The directory of venues over REST: everybody who is signed in reads it, venues publish in it."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import Parameter

from wedsync.features.venues import actions, queries
from wedsync.features.venues.model import USUAL_PAGE, Venue, VenueChange, VenueSaid, searched
from wedsync.kernel.cursors import cursor_of, read_cursor
from wedsync.kernel.ids import BatchId, SupplierId, VenueId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import BadRequest
from wedsync.platform.database import ById, Reader, Tx
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed
from wedsync.platform.http.routes import declares

NO_VENUE: Final = VenueId(UUID(int=0))
WRITES: Final = declares(Permission.VENUES_WRITE, on="supplier")


class VenueBody(VenueSaid, Body, frozen=True, kw_only=True):
    """A room or place: what couples call it, where it is, how many it seats, and how suppliers get in."""


class ChangeBody(VenueChange, Body, frozen=True, kw_only=True):
    """What is said anew; the rest stays."""


class VenuesList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the directory by name; `next` leads on, and is empty at the end."""

    items: list[Venue]
    next: str = ""


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion, by which it can be undone for 30 days."""

    batch: BatchId


Limit = Annotated[int, Parameter(ge=1, le=100)]
After = Annotated[str, Parameter(description="The `next` of the part before.", max_length=8000)]
Search = Annotated[str, Parameter(description="The beginning of a venue's name, or of its business's.", max_length=100)]


@get("/api/v1/venues", tags=["venues"], summary="The directory of venues")
async def directory(reader: Reader, q: Search = "", limit: Limit = USUAL_PAGE, after: After = "") -> VenuesList:
    """By name; with `q` those whose name, or whose business's, begins so, however it is spelt."""
    key, venue = _place(after)
    page = queries.DirectoryPage(search=searched(q), after_key=key, after_id=venue, limit=limit)
    found = await reader.all(queries.DIRECTORY, page)
    is_more = len(found) == limit
    return VenuesList(items=found, next=cursor_of(found[-1].key, found[-1].id) if is_more else "")


@get("/api/v1/venues/{venue_id:uuid}", tags=["venues"], summary="One venue")
async def one_venue(venue_id: UUID, reader: Reader) -> Response[Venue]:
    """As its business describes it now."""
    return passed(await reader.json_one(queries.VENUE, ById(venue_id)), Venue)


@post("/api/v1/suppliers/{supplier_id:uuid}/venues", tags=["venues"], summary="Publish a venue", opt=WRITES)
async def publish(supplier_id: UUID, data: VenueBody, tx: Tx) -> Venue:
    """Only a business that is a venue publishes."""
    return await actions.publish_venue(tx, SupplierId(supplier_id), data)


@patch(
    "/api/v1/suppliers/{supplier_id:uuid}/venues/{venue_id:uuid}", tags=["venues"], summary="Change a venue", opt=WRITES
)
async def change(supplier_id: UUID, venue_id: UUID, data: ChangeBody, tx: Tx) -> Venue:
    """What is not named stays; null takes the position back."""
    return await actions.change_venue(tx, SupplierId(supplier_id), VenueId(venue_id), data)


@delete(
    "/api/v1/suppliers/{supplier_id:uuid}/venues/{venue_id:uuid}",
    tags=["venues"],
    summary="Take a venue out of the directory",
    status_code=200,
    opt=WRITES,
)
async def remove(supplier_id: UUID, venue_id: UUID, tx: Tx) -> Removed:
    """It can be undone for 30 days."""
    return Removed(batch=await actions.remove_venue(tx, SupplierId(supplier_id), VenueId(venue_id)))


def _place(after: str) -> tuple[str, VenueId]:
    if not after:
        return "", NO_VENUE
    try:
        key, item = read_cursor(after)
    except ValueError:
        raise BadRequest("Take `after` from the part of the list before, as it was given.") from None
    return key, VenueId(item)


ROUTES: Final = (directory, one_venue, publish, change, remove)
