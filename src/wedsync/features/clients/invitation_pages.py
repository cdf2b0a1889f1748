"""From client to wedding on pages: a letter to one of them, and which wedding is theirs."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, post

from wedsync.features.clients import inviting
from wedsync.kernel.ids import ClientId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission, SupplierType
from wedsync.platform.database import Tx
from wedsync.platform.forms import Form, read_form
from wedsync.platform.http import declares, see_other
from wedsync.platform.rate_limits import RateLimits

WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
INVITES: Final = declares(Permission.INVITATIONS_WRITE, on="supplier")


class InvitationForm(Form, frozen=True, kw_only=True):
    """What the business does at their wedding; no box where that is one thing."""

    service: SupplierType | None = None


class WeddingForm(Form, frozen=True, kw_only=True):
    """One of the weddings that the business is connected to."""

    wedding_id: UUID


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/invitation", opt=INVITES)
async def invite(supplier_id: UUID, client_id: UUID, body: bytes, tx: Tx, limits: RateLimits) -> Response[str]:
    """A letter with a link, good for 7 days."""
    form = read_form(body, InvitationForm)
    sent = await inviting.invite_client(tx, SupplierId(supplier_id), ClientId(client_id), form.service)
    await limits.take_invitation(str(tx.person_id), sent.email)
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=invited")


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/wedding", opt=WRITES)
async def link(supplier_id: UUID, client_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """What they share stands beside the client from now on."""
    wedding = WeddingId(read_form(body, WeddingForm).wedding_id)
    await inviting.link_wedding(tx, SupplierId(supplier_id), ClientId(client_id), wedding)
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=linked")


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/wedding/end", opt=WRITES)
async def unlink(supplier_id: UUID, client_id: UUID, tx: Tx) -> Response[str]:
    """The link goes; the connection with the couple stays."""
    await inviting.unlink_wedding(tx, SupplierId(supplier_id), ClientId(client_id))
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=unlinked")


HANDLERS: Final = (invite, link, unlink)
