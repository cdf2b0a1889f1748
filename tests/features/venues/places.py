"""Short words for what the tests of the directory do: a venue's business, and what it publishes."""

from tests.support.world import Somebody

from wedsync.features.venues import actions
from wedsync.features.venues.model import Venue, VenueSaid
from wedsync.kernel.ids import SupplierId
from wedsync.platform.database import Database

MILL = VenueSaid(
    name="The Old Mill",
    address="Mill Lane, Bath BA1 2QT",
    capacity=120,
    load_in="Yard behind the mill from 08:00",
    latitude=51.3811,
    longitude=-2.359,
)


def business_of(somebody: Somebody) -> SupplierId:
    """Whose owner they are."""
    assert somebody.supplier_id is not None
    return somebody.supplier_id


async def published(database: Database, venue: Somebody, said: VenueSaid = MILL) -> Venue:
    """A room or place in the directory."""
    async with database.transaction(venue.actor) as tx:
        return await actions.publish_venue(tx, business_of(venue), said)
