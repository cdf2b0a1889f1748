"""Rounds of invitations over REST: many clients invited together, and how far it is."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post

from wedsync.features.clients import round_queries as q
from wedsync.features.clients import rounds
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission, SupplierType
from wedsync.platform.database import Reader, Tx
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed
from wedsync.platform.http.routes import declares

READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
INVITES: Final = declares(Permission.INVITATIONS_WRITE, on="supplier")
Chosen = Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=rounds.MOST_IN_ROUND)]


class RoundBody(Body, frozen=True, kw_only=True):
    """Whom to invite; `service` may be left out where the business does one thing."""

    clients: Chosen
    service: SupplierType | None = None


@post("/api/v1/suppliers/{supplier_id:uuid}/client-invitations", tags=["clients"], summary="Invite many", opt=INVITES)
async def begin(supplier_id: UUID, data: RoundBody, tx: Tx) -> q.Round:
    """Those to whom a letter may go; letters go out one after another, as many as may in an hour."""
    ids = [ClientId(each) for each in data.clients]
    return await rounds.begin_round(tx, SupplierId(supplier_id), ids, data.service)


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/client-invitations/{round_id:uuid}",
    tags=["clients"],
    summary="How far a round of invitations is",
    opt=READS,
)
async def one_round(supplier_id: UUID, round_id: UUID, reader: Reader) -> Response[q.Round]:
    """Who is left and when it goes on, and who got no letter."""
    place = q.OneRound(supplier_id=SupplierId(supplier_id), id=round_id)
    return passed(await reader.json_one(q.ROUND, place), q.Round)


ROUTES: Final = (begin, one_round)
