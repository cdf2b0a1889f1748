"""What was removed, over REST. It is brought back at `…/deletions/{batch}/restoration`."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import get, put
from litestar.params import Parameter

from wedsync.features.trash.actions import restore_to_business
from wedsync.features.trash.model import USUAL_PAGE, Deletion
from wedsync.features.trash.queries import DELETIONS, DeletionsPage
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import BatchId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import SUPPLIER, WEDDING, Reader, Tx, refuse_hidden
from wedsync.platform.http.routes import declares

Limit = Annotated[int, Parameter(ge=1, le=100)]
Before = Annotated[UUID | None, Parameter(description="The `next` of the part before.")]


class DeletionsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what was removed, newest first; `next` leads on, and is empty at the end."""

    items: list[Deletion]
    next: str = ""


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows came back."""

    rows: int


@get(
    "/api/v1/weddings/{wedding_id:uuid}/deletions",
    tags=["trash"],
    summary="What was removed from a wedding",
    opt=declares(Permission.WEDDING_READ, on="wedding"),
)
async def of_wedding(
    wedding_id: UUID, reader: Reader, before: Before = None, limit: Limit = USUAL_PAGE
) -> DeletionsList:
    """What can still be undone, as far as you may see what went along."""
    await refuse_hidden(reader, WEDDING, WeddingId(wedding_id), requires=Permission.WEDDING_READ)
    return await listed(reader, wedding_id, before, limit)


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/deletions",
    tags=["trash"],
    summary="What was removed from a business",
    opt=declares(Permission.CLIENTS_WRITE, on="supplier"),
)
async def of_supplier(
    supplier_id: UUID, reader: Reader, before: Before = None, limit: Limit = USUAL_PAGE
) -> DeletionsList:
    """What can still be undone; not for who may only look."""
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.CLIENTS_WRITE)
    return await listed(reader, supplier_id, before, limit)


@put(
    "/api/v1/suppliers/{supplier_id:uuid}/deletions/{batch_id:uuid}/restoration",
    tags=["trash"],
    summary="Bring back what a business removed",
    opt=declares(Permission.CLIENTS_WRITE, on="supplier"),
)
async def restore(supplier_id: UUID, batch_id: UUID, tx: Tx) -> Restored:
    """Exactly what the deletion took, once, within 30 days."""
    return Restored(rows=await restore_to_business(tx, SupplierId(supplier_id), BatchId(batch_id)))


async def listed(reader: Reader, scope: UUID, before: UUID | None, limit: int) -> DeletionsList:
    """One part of the list, for the API and the pages."""
    found = await reader.all(DELETIONS, DeletionsPage(scope=scope, before=before or LAST_ID, limit=limit))
    return DeletionsList(items=found, next=str(found[-1].batch) if len(found) == limit else "")


ROUTES: Final = (of_wedding, of_supplier, restore)
