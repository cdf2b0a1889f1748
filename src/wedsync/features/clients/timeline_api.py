"""What happened with a client, over REST: what the team did, its notes as far as one may see them, invitations."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import Parameter

from wedsync.features.clients.page_queries import TIMELINE, Entry, TimelinePage
from wedsync.features.clients.queries import CLIENT, OneClient
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import Reader
from wedsync.platform.http.routes import declares

USUAL_PAGE: Final = 50
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
Limit = Annotated[int, Parameter(ge=1, le=100)]
Before = Annotated[UUID | None, Parameter(description="The `next` of the part before.")]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what happened, newest first; `next` leads on, and is empty at the end."""

    items: list[Entry]
    next: str = ""


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}/timeline",
    tags=["clients"],
    summary="What happened with a client",
    opt=READS,
)
async def timeline(
    supplier_id: UUID, client_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, before: Before = None
) -> Timeline:
    """Who did what, and when; of a change which fields, never what they said."""
    supplier, client = SupplierId(supplier_id), ClientId(client_id)
    await reader.one(CLIENT, OneClient(supplier_id=supplier, id=client))
    page = TimelinePage(supplier_id=supplier, client_id=client, before=before or LAST_ID, limit=limit)
    found = await reader.all(TIMELINE, page)
    return Timeline(items=found, next=str(found[-1].id) if len(found) == limit else "")


ROUTES: Final = (timeline,)
