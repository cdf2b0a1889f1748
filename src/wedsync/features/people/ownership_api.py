"""A business changes hands, over REST: the same actions as the pages."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, put

from wedsync.features.people import ownership_actions as actions
from wedsync.features.people.model import OwnershipOffer
from wedsync.features.people.ownership_queries import OwnershipInvitation
from wedsync.features.people.queries import OPEN_OFFER
from wedsync.kernel.ids import PersonId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import SUPPLIER, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed
from wedsync.platform.http.routes import declares

OWNER: Final = declares(Permission.SUPPLIER_TRANSFER, on="supplier")
OFFERS: Final = declares(Permission.SUPPLIER_TRANSFER, on="supplier", is_dangerous=True)


class OfferBody(Body, frozen=True, kw_only=True):
    """Somebody of the team."""

    person_id: UUID


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    """The business that you own now."""

    supplier_id: SupplierId


OFFER_AT: Final = "/api/v1/suppliers/{supplier_id:uuid}/ownership-offer"


@get(OFFER_AT, tags=["suppliers"], summary="The open offer of a business", opt=OWNER)
async def offer(supplier_id: UUID, reader: Reader) -> Response[OwnershipOffer]:
    """To whom its owner offers it, and until when."""
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.SUPPLIER_TRANSFER)
    return passed(await reader.json_one(OPEN_OFFER, ById(supplier_id)), OwnershipOffer)


@put(OFFER_AT, tags=["suppliers"], summary="Offer a business to a member", opt=OFFERS)
async def offer_ownership(supplier_id: UUID, data: OfferBody, tx: Tx) -> OwnershipOffer:
    """A single-use link is sent to them; it lasts for 7 days. An earlier offer is withdrawn."""
    return await actions.offer_ownership(tx, SupplierId(supplier_id), PersonId(data.person_id))


@delete(OFFER_AT, tags=["suppliers"], summary="Withdraw the offer of a business", opt=OWNER)
async def withdraw_ownership(supplier_id: UUID, tx: Tx) -> None:
    """Its link is worth nothing from now on."""
    await actions.withdraw_ownership(tx, SupplierId(supplier_id))


@get(
    "/api/v1/ownership-offers/{code:str}",
    tags=["suppliers"],
    summary="Read the offer of a business to you",
    opt=declares(Permission.SELF),
)
async def read_offer(code: str, reader: Reader) -> OwnershipInvitation:
    """For whom it was written to, who holds its code."""
    return await actions.find_offer(reader, code)


@put(
    "/api/v1/ownership-offers/{code:str}/acceptance",
    tags=["suppliers"],
    summary="Own a business that was offered to you",
    opt=declares(Permission.SELF),
)
async def accept_ownership(code: str, tx: Tx) -> Owned:
    """Once. Whoever owned it is an admin from then on."""
    return Owned(supplier_id=await actions.accept_ownership(tx, tx.person_id, code))


ROUTES: Final = (offer, offer_ownership, withdraw_ownership, read_offer, accept_ownership)
