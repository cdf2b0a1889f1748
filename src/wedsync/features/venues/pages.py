"""A venue's own page of the directory, and the names that are offered wherever a venue is named."""

from __future__ import annotations

import re
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from wedsync.features.people.shell import Visit, business_of, page_routes, supplier_shell
from wedsync.features.venues import actions
from wedsync.features.venues import queries as q
from wedsync.features.venues.model import Venue, VenueSaid, one_line, refuse_other_businesses, searched
from wedsync.features.venues.views import NamesFragment, Suggestion, VenueBoxes, VenueRow, VenuesPage
from wedsync.kernel.ids import SupplierId, VenueId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.problems import Invalid
from wedsync.platform.database import ById, Reader, Tx
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Filled

READS: Final = declares(Permission.SUPPLIER_READ, on="supplier")
WRITES: Final = declares(Permission.VENUES_WRITE, on="supplier")
# What is no number is a number that is refused, with the sentence for numbers.
NO_CAPACITY: Final = 0
NO_DEGREES: Final = 999.0
_WHOLE: Final = re.compile(r"\d{1,6}", re.ASCII)
_DEGREES: Final = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,15})?", re.ASCII)


Typed = Annotated[str, Parameter(max_length=200)]


class VenueForm(Form, frozen=True, kw_only=True):
    """A room or place as it was typed."""

    name: str
    address: str
    capacity: str
    load_in: str = ""
    latitude: str = ""
    longitude: str = ""

    @property
    def said(self) -> VenueSaid:
        """What the boxes say."""
        capacity = self.capacity.strip().replace(",", "")
        return VenueSaid(
            name=self.name,
            address=self.address,
            capacity=int(capacity) if _WHOLE.fullmatch(capacity) else NO_CAPACITY,
            load_in=self.load_in,
            latitude=_degrees(self.latitude),
            longitude=_degrees(self.longitude),
        )


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on the page beside the list: a venue to change, a form that was refused, a removal to undo."""

    boxes: VenueBoxes | None = None
    change: UUID | None = None
    removed: UUID | None = None


@get("/venues/names")
async def names(reader: Reader, value: Typed = "") -> Response[str]:
    """What a box of a venue's name may offer; `value` is what stands in the box."""
    typed = searched(value)
    is_begun = any(character.isalnum() for character in typed)
    found = await reader.all(q.NAMES, q.BySearch(typed)) if is_begun else []
    return drawn(
        NamesFragment(
            names=tuple(Suggestion(name=each.name, where=one_line(each.business, each.address)) for each in found)
        )
    )


@get("/s/{supplier_id:uuid}/venues", opt=READS)
async def venues(
    supplier_id: UUID, visit: Visit, change: UUID | None = None, removed: UUID | None = None
) -> Response[str]:
    """Rooms and places by name; `change` is one to change, `removed` a removal that can be undone."""
    return drawn(await _page(visit, supplier_id, Asked(change=change, removed=removed)))


@post("/s/{supplier_id:uuid}/venues", opt=WRITES)
async def publish(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Another room or place."""
    form = read_form(body, VenueForm)
    try:
        await actions.publish_venue(tx, SupplierId(supplier_id), form.said)
    except Invalid as refusal:
        return drawn(await _page(visit, supplier_id, Asked(boxes=_as_typed(form, refusal))), status=422)
    return see_other(f"/s/{supplier_id}/venues?told=venue")


@post("/s/{supplier_id:uuid}/venues/{venue_id:uuid}", opt=WRITES)
async def change(supplier_id: UUID, venue_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """All of it, as the form has it."""
    form = read_form(body, VenueForm)
    try:
        await actions.change_venue(tx, SupplierId(supplier_id), VenueId(venue_id), form.said)
    except Invalid as refusal:
        asked = Asked(boxes=_as_typed(form, refusal), change=venue_id)
        return drawn(await _page(visit, supplier_id, asked), status=422)
    return see_other(f"/s/{supplier_id}/venues?told=saved")


@post("/s/{supplier_id:uuid}/venues/{venue_id:uuid}/end", opt=WRITES)
async def remove(supplier_id: UUID, venue_id: UUID, tx: Tx) -> Response[str]:
    """It can be undone for 30 days; at once from the page that follows."""
    batch = await actions.remove_venue(tx, SupplierId(supplier_id), VenueId(venue_id))
    return see_other(f"/s/{supplier_id}/venues?told=venue-removed&removed={batch}")


async def _page(visit: Visit, supplier_id: UUID, asked: Asked) -> VenuesPage:
    business = business_of(visit.me, supplier_id)
    refuse_other_businesses(business.supplier_types)
    found = await visit.reader.all(q.OWN_VENUES, ById(supplier_id))
    may_write = allows(Standing(supplier_role=business.role), Permission.VENUES_WRITE)
    base = f"/s/{supplier_id}/venues"
    changed = next((each for each in found if each.id == asked.change), None)
    boxes = asked.boxes or (VenueBoxes() if changed is None else _as_it_stands(changed))
    return VenuesPage(
        shell=supplier_shell(visit, supplier_id, "Venues"),
        business=business.name,
        venues=tuple(_row(each, base if may_write else "") for each in found),
        boxes=boxes,
        action="" if not may_write else base if changed is None else f"{base}/{changed.id}",
        cancel_url="" if changed is None else base,
        undo_url=f"/s/{supplier_id}/trash/{asked.removed}/restoration?to=venues" if asked.removed and may_write else "",
    )


def _row(venue: Venue, base: str) -> VenueRow:
    position = "" if venue.latitude is None else f"{venue.latitude}, {venue.longitude}"
    return VenueRow(
        name=venue.name,
        seats=f"seats {venue.capacity:,}",
        address=venue.address,
        load_in=venue.load_in,
        position=position,
        change_url=f"{base}?change={venue.id}#venue" if base else "",
        remove_url=f"{base}/{venue.id}/end" if base else "",
    )


def _as_it_stands(venue: Venue) -> VenueBoxes:
    return VenueBoxes(
        name=filled(venue.name),
        address=filled(venue.address),
        capacity=filled(str(venue.capacity)),
        load_in=filled(venue.load_in),
        latitude=_written(venue.latitude),
        longitude=_written(venue.longitude),
    )


def _as_typed(form: VenueForm, refusal: Invalid) -> VenueBoxes:
    wrong = faults(refusal)
    return VenueBoxes(
        name=filled(form.name, wrong, "name"),
        address=filled(form.address, wrong, "address"),
        capacity=filled(form.capacity, wrong, "capacity"),
        load_in=filled(form.load_in, wrong, "load_in"),
        latitude=filled(form.latitude, wrong, "latitude"),
        longitude=filled(form.longitude, wrong, "longitude"),
    )


def _written(degrees: float | None) -> Filled:
    return filled("" if degrees is None else str(degrees))


def _degrees(typed: str) -> float | None:
    written = typed.strip()
    if not written:
        return None
    return float(written) if _DEGREES.fullmatch(written) else NO_DEGREES


ROUTES: Final = page_routes(names, venues, publish, change, remove)
