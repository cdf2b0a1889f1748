"""Duty support, for programs of theirs."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, get, put

from wedsync.kernel.ids import AmendmentId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.operations.duty.actions import approve_emergency
from wedsync.operations.duty.queries import EMERGENCIES, Emergency, SupportApproval
from wedsync.platform.database import CELL, NoParams, Reader, Tx, refuse_hidden
from wedsync.platform.http import Body, Exchange, HandlerLike, declares
from wedsync.platform.http.passing import passed_all

SUPPORTS: Final = declares(Permission.SUPPORT, on="cell")


class CallBody(Body, frozen=True, kw_only=True):
    """Whom you called back, on which number, and when."""

    called_back: str


class Seconded(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it takes effect now."""

    is_approved: bool


@get("/api/v1/operations/emergencies", tags=["operations"], summary="Emergencies that wait", opt=SUPPORTS)
async def emergencies(exchange: Exchange, reader: Reader) -> Response[list[Emergency]]:
    """Longest waiting first. Whose they are and what they say is told by whoever calls."""
    raw = await reader.json(EMERGENCIES, NoParams())
    await refuse_hidden(reader, CELL, exchange.signed_in().person_id, requires=Permission.SUPPORT)
    return passed_all(raw, Emergency)


@put(
    "/api/v1/operations/emergencies/{wedding_id:uuid}/{amendment_id:uuid}/approval",
    tags=["operations"],
    summary="Agree to an emergency",
    opt=SUPPORTS,
)
async def approve(wedding_id: UUID, amendment_id: UUID, data: CallBody, tx: Tx) -> Seconded:
    """After calling back. With one partner's or the coordinator's yes it takes effect at once."""
    approval = SupportApproval(
        wedding_id=WeddingId(wedding_id), amendment_id=AmendmentId(amendment_id), called_back=data.called_back
    )
    return Seconded(is_approved=await approve_emergency(tx, tx.person_id, approval))


ROUTES: Final[tuple[HandlerLike, ...]] = (emergencies, approve)
