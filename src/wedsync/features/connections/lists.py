"""A supplier's weddings, a part at a time: which ones, then those alone. The others cost nothing."""

from __future__ import annotations

from wedsync.features.connections.model import Listed
from wedsync.features.connections.queries import LISTED, WEDDINGS_OF_SUPPLIER, ListedOf, WeddingsPage
from wedsync.platform.database import Reader


async def weddings_of(reader: Reader, page: WeddingsPage) -> list[Listed]:
    """The weddings of a part of the list, in its order; empty at the end, and for who may not see the supplier's."""
    places = await reader.all(WEDDINGS_OF_SUPPLIER, page)
    if not places:
        return []
    weddings = tuple(place.wedding_id for place in places)
    return await reader.among(weddings).all(LISTED, ListedOf(supplier_id=page.supplier_id, weddings=weddings))
