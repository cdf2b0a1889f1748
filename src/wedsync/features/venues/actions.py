"""What a venue publishes of its rooms and places; whoever is signed in reads it at once."""

from __future__ import annotations

from wedsync.features.people.queries import SUPPLIER_CARD
from wedsync.features.venues import queries as q
from wedsync.features.venues.model import Venue, VenueChange, VenueSaid, read_venue, refuse_other_businesses
from wedsync.kernel.ids import BatchId, SupplierId, VenueId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.platform.database import SUPPLIER, ById, Tx, action, open_batch


@action(requires=Permission.VENUES_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def publish_venue(tx: Tx, supplier_id: SupplierId, said: VenueSaid) -> Venue:
    """Put a room or place into the directory."""
    await _refuse_others(tx, supplier_id)
    kept = await tx.one(q.PUBLISH, _new(supplier_id, VenueId(new_id()), read_venue(said)))
    return await tx.one(q.VENUE, ById(kept.id))


@action(requires=Permission.VENUES_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def change_venue(tx: Tx, supplier_id: SupplierId, venue_id: VenueId, change: VenueChange) -> Venue:
    """Say some or all of it anew."""
    await _refuse_others(tx, supplier_id)
    stands = await tx.one(q.VENUE, ById(venue_id))
    kept = await tx.one(q.CHANGE, _new(supplier_id, venue_id, read_venue(change.onto(stands))))
    return await tx.one(q.VENUE, ById(kept.id))


@action(requires=Permission.VENUES_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def remove_venue(tx: Tx, supplier_id: SupplierId, venue_id: VenueId) -> BatchId:
    """Take it out of the directory; weddings keep the name and address they wrote down."""
    await _refuse_others(tx, supplier_id)
    batch = await open_batch(tx, supplier_id, "venues.remove_venue")
    await tx.one(q.REMOVE, q.Removal(supplier_id=supplier_id, id=venue_id, batch=batch))
    return batch


async def _refuse_others(tx: Tx, supplier_id: SupplierId) -> None:
    refuse_other_businesses((await tx.one(SUPPLIER_CARD, ById(supplier_id))).supplier_types)


def _new(supplier_id: SupplierId, venue_id: VenueId, said: VenueSaid) -> q.NewVenue:
    return q.NewVenue(
        supplier_id=supplier_id,
        id=venue_id,
        name=said.name,
        address=said.address,
        capacity=said.capacity,
        load_in=said.load_in,
        latitude=said.latitude,
        longitude=said.longitude,
    )
