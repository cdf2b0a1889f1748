"""One's own data over REST: ask to be forgotten, see how it stands, take it back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, delete, get, post

from wedsync.features.privacy import actions
from wedsync.features.privacy.model import DataRequest, Kind
from wedsync.features.privacy.queries import MINE
from wedsync.kernel.ids import RequestId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import NoParams, Reader, Tx
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed_all
from wedsync.platform.http.routes import declares

SELF: Final = declares(Permission.SELF)


class RequestBody(Body, frozen=True, kw_only=True):
    """What you ask for. With `wedding_id` your part in that wedding, without it everything."""

    kind: Kind
    wedding_id: UUID | None = None


@get("/api/v1/me/data-requests", tags=["privacy"], summary="What you asked for of your data", opt=SELF)
async def requests(reader: Reader) -> Response[list[DataRequest]]:
    """Newest first; `waits` says why one is not done yet."""
    return passed_all(await reader.json(MINE, NoParams()), DataRequest)


@post("/api/v1/me/data-requests", tags=["privacy"], summary="Ask to be forgotten", opt=SELF)
async def ask(data: RequestBody, tx: Tx) -> DataRequest:
    """A letter confirms it at once; it begins after 24 hours, and after your wedding if that is on."""
    wedding = None if data.wedding_id is None else WeddingId(data.wedding_id)
    kept = await actions.ask_to_be_forgotten(tx, tx.person_id, wedding)
    return next(each for each in await tx.all(MINE, NoParams()) if each.id == kept)


@delete("/api/v1/me/data-requests/{request_id:uuid}", tags=["privacy"], summary="Take a request back", opt=SELF)
async def withdraw(request_id: UUID, tx: Tx) -> None:
    """409 once it has begun."""
    await actions.withdraw(tx, tx.person_id, RequestId(request_id))


ROUTES: Final = (requests, ask, withdraw)
