"""What the directory of venues knows about a place that the couple named, beside the box of its name.

A name can be several venues'. What is relied on is the only one with that name, or the one whose address was told too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wedsync.features.weddings.field_views import Offer
from wedsync.kernel.fields.definitions import event_field
from wedsync.kernel.permissions import may_write

if TYPE_CHECKING:
    from wedsync.features.venues.model import VenueThere
    from wedsync.features.weddings.field_drawing import Spot
    from wedsync.features.weddings.page_queries import Seen
    from wedsync.features.weddings.sight import Sight
    from wedsync.kernel.ids import EventId

NAME: Final = "venue_name"
ADDRESS: Final = "venue_address"
MOST_OFFERS: Final = 5


def venue_at(seen: Seen, event_id: EventId | None) -> VenueThere | None:
    """The venue where an event is; None when the directory does not know it, or not which."""
    named = [each for each in seen.venues if each.event_id == event_id]
    if len(named) > 1:
        told = (fact.value for fact in seen.wedding.facts if fact.event_id == event_id and fact.fact_key == ADDRESS)
        address = next(told, None)
        named = [each for each in named if each.address == address]
    return next(iter(named), None)


def way_in(seen: Seen, event_id: EventId | None) -> str:
    """What a supplier needs to know of the place: how many it seats, and how to get in."""
    venue = venue_at(seen, event_id)
    if venue is None:
        return ""
    return f"Seats {venue.capacity:,}." + (f" Load-in: {venue.load_in}" if venue.load_in else "")


def offers_of(sight: Sight, spot: Spot) -> tuple[Offer, ...]:
    """A line for each venue that has the name, the oldest first. Its address is offered unless told or fixed."""
    named = [each for each in sight.seen.venues if each.event_id == spot.event_id]
    event = next((event for event in sight.seen.wedding.events if event.id == spot.event_id), None)
    field = None if event is None else event_field(event.kind, ADDRESS)
    if field is None:
        return ()
    fact = sight.fact(field, spot.event_id)
    may_change = may_write(sight.seen.standing, field.area) and not sight.is_locked and not sight.is_fixed(field, fact)
    return tuple(
        Offer(
            text=_text(sight, each),
            address=each.address if may_change and (fact is None or fact.value != each.address) else "",
            action=spot.action.removesuffix(NAME) + ADDRESS,
            target=spot.element_id.removesuffix(NAME) + ADDRESS,
            base_revision=0 if fact is None else fact.revision,
            is_final=sight.seen.wedding.date_set_at is not None,
        )
        for each in named[:MOST_OFFERS]
    )


def _text(sight: Sight, venue: VenueThere) -> str:
    is_supplier = sight.seen.standing.wedding_role is None and venue.load_in
    return f"In the directory: {venue.where}. Seats {venue.capacity:,}." + (
        f" Load-in: {venue.load_in}" if is_supplier else ""
    )
