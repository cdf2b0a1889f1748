"""Impersonations over REST: read only, for who looks over what was done. Beginning one takes a browser."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.params import Parameter, QueryParameter

from wedsync.kernel.cursors import place_of, read_place
from wedsync.kernel.permissions import Permission
from wedsync.operations.impersonation.queries import LISTED, Before, Listed
from wedsync.platform.database import CELL, Actor, Reader, refuse_hidden
from wedsync.platform.http import HandlerLike, declares

Limit = Annotated[int, Parameter(ge=1, le=100)]
Place = Annotated[str, QueryParameter(name="before", description="The `next` of the part before.", max_length=80)]


class ImpersonationsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list; `next` leads on, and is empty at the end."""

    items: list[Listed]
    next: str = ""


@get(
    "/api/v1/operations/impersonations",
    tags=["operations"],
    summary="Who looked as whom, and why",
    opt=declares(Permission.IMPERSONATE, on="cell"),
)
async def list_impersonations(reader: Reader, actor: Actor, limit: Limit = 50, place: Place = "") -> ImpersonationsList:
    """Newest first; kept for two years."""
    at, item = read_place(place)
    items = await reader.all(LISTED, Before(before_at=at, before_id=item, limit=limit))
    if not items and actor.person_id is not None:
        await refuse_hidden(reader, CELL, actor.person_id, requires=Permission.IMPERSONATE)
    is_more = len(items) == limit
    return ImpersonationsList(items=items, next=place_of(items[-1].created_at, items[-1].id) if is_more else "")


ROUTES: Final[tuple[HandlerLike, ...]] = (list_impersonations,)
