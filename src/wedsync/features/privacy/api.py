"""One's own data over REST: ask for it, or to be forgotten; see how it stands, fetch it, take it back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.response import Stream

from wedsync.features.people.api import DANGEROUS
from wedsync.features.privacy import actions
from wedsync.features.privacy.fetching import file_for
from wedsync.features.privacy.model import DataRequest, Kind
from wedsync.features.privacy.queries import MINE
from wedsync.kernel.ids import RequestId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Invalid
from wedsync.platform.database import NoParams, Reader, Tx
from wedsync.platform.http import Exchange
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.dependencies import require_proof
from wedsync.platform.http.passing import passed_all
from wedsync.platform.http.routes import declares
from wedsync.platform.rate_limits import EXPORTS, RateLimits

SELF: Final = declares(Permission.SELF)


class RequestBody(Body, frozen=True, kw_only=True):
    """What you ask for: access to everything about you, portability of a wedding, erasure, in one or everywhere, or
    rectification of what you cannot change yourself: `wrong` says in your own words what.
    """

    kind: Kind
    wedding_id: UUID | None = None
    wrong: str = ""


@get("/api/v1/me/data-requests", tags=["privacy"], summary="What you asked for of your data", opt=SELF)
async def requests(reader: Reader) -> Response[list[DataRequest]]:
    """Newest first; `waits` says why one is not done yet."""
    return passed_all(await reader.json(MINE, NoParams()), DataRequest)


@post(
    "/api/v1/me/data-requests",
    tags=["privacy"],
    summary="Ask for your data, a correction, or to be forgotten",
    opt=SELF,
)
async def ask(data: RequestBody, exchange: Exchange, limits: RateLimits) -> DataRequest:
    """An erasure is confirmed by letter and begins after 24 hours; a letter tells when a file is ready.

    What is taken along or forgotten asks who it is once more: 403 with `prove_url`.
    """
    if data.kind is not Kind.RECTIFICATION:
        require_proof(exchange)
    tx = await exchange.transaction()
    wedding = None if data.wedding_id is None else WeddingId(data.wedding_id)
    kept = await _asked(data, wedding, tx, limits)
    return next(each for each in await tx.all(MINE, NoParams()) if each.id == kept)


async def _asked(data: RequestBody, wedding: WeddingId | None, tx: Tx, limits: RateLimits) -> RequestId:
    match data.kind:
        case Kind.RECTIFICATION:
            _refuse_wedding(
                told="A correction is of everything: say in your own words where.", is_wrong=wedding is not None
            )
            return await actions.ask_to_put_right(tx, tx.person_id, data.wrong)
        case Kind.ERASURE:
            return await actions.ask_to_be_forgotten(tx, tx.person_id, wedding)
        case Kind.ACCESS | Kind.PORTABILITY:
            told = "Portability is of a wedding, access of everything about you."
            _refuse_wedding(told=told, is_wrong=(data.kind is Kind.PORTABILITY) != (wedding is not None))
            await limits.take(EXPORTS, str(tx.person_id))
            return await actions.ask_for_data(tx, tx.person_id, wedding)


def _refuse_wedding(*, told: str, is_wrong: bool) -> None:
    if is_wrong:
        raise Invalid(errors=[{"field": "wedding_id", "detail": told}])


@get("/api/v1/me/data-requests/{request_id:uuid}/file", tags=["privacy"], summary="Fetch your data", opt=DANGEROUS)
async def fetch(request_id: UUID, reader: Reader, exchange: Exchange) -> Stream:
    """A zip, for seven days."""
    return await file_for(reader, exchange, request_id)


@delete("/api/v1/me/data-requests/{request_id:uuid}", tags=["privacy"], summary="Take a request back", opt=SELF)
async def withdraw(request_id: UUID, tx: Tx) -> None:
    """409 once it has begun."""
    await actions.withdraw(tx, tx.person_id, RequestId(request_id))


ROUTES: Final = (requests, ask, fetch, withdraw)
