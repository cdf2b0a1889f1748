"""What a preview has to ask the database: who has another wedding on the new day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from wedsync.features.amendments import queries as q
from wedsync.features.amendments.drafting import Draft
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.platform.database import Reader


async def booked_on(reader: Reader, wedding_id: UUID, draft: Draft) -> frozenset[SupplierId]:
    """Connected suppliers that are not free on the first event's new date; none where it stays."""
    if draft.held_on is None:
        return frozenset()
    on = q.OnDay(wedding_id=WeddingId(wedding_id), held_on=date.fromisoformat(draft.held_on))
    return frozenset(each.supplier_id for each in await reader.all(q.BOOKED, on))
