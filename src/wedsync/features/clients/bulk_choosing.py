"""Everybody whom an address finds, to do something to them."""

from __future__ import annotations

from wedsync.features.clients.bulk_model import MOST_AT_ONCE
from wedsync.features.clients.bulk_queries import SELECTED
from wedsync.features.clients.filtering import Asked
from wedsync.features.clients.listing import everybody
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.platform.database import Reader


async def found_by(reader: Reader, supplier_id: SupplierId, asked: Asked) -> list[ClientId]:
    """Up to one more than can be taken at once."""
    return [each.id for each in await reader.all(SELECTED, everybody(supplier_id, asked, MOST_AT_ONCE + 1))]
