"""From client to wedding over REST: invite, and say which wedding is theirs."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import delete, post, put

from wedsync.features.clients import inviting
from wedsync.features.clients.model import Client
from wedsync.features.people.model import SentInvitation
from wedsync.kernel.ids import ClientId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission, SupplierType
from wedsync.platform.database import Tx
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares
from wedsync.platform.rate_limits import RateLimits

WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
INVITES: Final = declares(Permission.INVITATIONS_WRITE, on="supplier")


class InvitationBody(Body, frozen=True, kw_only=True):
    """What the business does at their wedding; it may be left out where that is one thing."""

    service: SupplierType | None = None


class WeddingBody(Body, frozen=True, kw_only=True):
    """A wedding that the business is connected to."""

    wedding_id: UUID


@post(
    "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}/invitation",
    tags=["clients"],
    summary="Invite a client",
    opt=INVITES,
)
async def invite(
    supplier_id: UUID, client_id: UUID, data: InvitationBody, tx: Tx, limits: RateLimits
) -> SentInvitation:
    """A single-use link for 7 days goes to the client's address. 409 with the reason where none can."""
    sent = await inviting.invite_client(tx, SupplierId(supplier_id), ClientId(client_id), data.service)
    await limits.take_invitation(str(tx.person_id), sent.email)
    return sent


@put(
    "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}/wedding",
    tags=["clients"],
    summary="Link a client to its wedding",
    opt=WRITES,
)
async def link(supplier_id: UUID, client_id: UUID, data: WeddingBody, tx: Tx) -> Client:
    """To a wedding that the business is connected to. Nothing of the client goes there."""
    wedding = WeddingId(data.wedding_id)
    return await inviting.link_wedding(tx, SupplierId(supplier_id), ClientId(client_id), wedding)


@delete(
    "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}/wedding",
    tags=["clients"],
    summary="Take a client's wedding away",
    status_code=200,
    opt=WRITES,
)
async def unlink(supplier_id: UUID, client_id: UUID, tx: Tx) -> Client:
    """The link goes; the connection with the couple stays."""
    return await inviting.unlink_wedding(tx, SupplierId(supplier_id), ClientId(client_id))


ROUTES: Final = (invite, link, unlink)
