"""A business changes hands, on pages: offered and withdrawn beside its team, taken up by the link in the letter."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people import ownership_actions as actions
from wedsync.features.people.model import OwnershipOffer, SupplierCapacity
from wedsync.features.people.ownership_api import OFFERS, OWNER
from wedsync.features.people.queries import TeamPage
from wedsync.features.people.shell import Visit, door
from wedsync.features.people.views import Ownership, OwnershipPage
from wedsync.features.people.words import days_left
from wedsync.kernel.ids import PersonId, SupplierId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.platform.database import Tx
from wedsync.platform.forms import Form, chosen, read_form
from wedsync.platform.http import drawn, see_other
from wedsync.platform.http.dependencies import PROVE


class OfferForm(Form, frozen=True, kw_only=True):
    """Somebody of the team."""

    person_id: UUID


@post("/s/{supplier_id:uuid}/ownership", opt=OFFERS)
async def offer(supplier_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """A letter with a link goes to them, and one that says so to the owner."""
    receiver = PersonId(read_form(body, OfferForm).person_id)
    await actions.offer_ownership(tx, SupplierId(supplier_id), receiver)
    return see_other(f"/s/{supplier_id}/team?told=offered")


@get(["/s/{supplier_id:uuid}/ownership", "/s/{supplier_id:uuid}/ownership/withdraw"], opt=OWNER)
async def offered(supplier_id: UUID) -> Response[str]:
    """A refused form is answered at its own address; who opens that again comes to the page it stands on."""
    return see_other(f"/s/{supplier_id}/team")


@post("/s/{supplier_id:uuid}/ownership/withdraw", opt=OWNER)
async def withdraw(supplier_id: UUID, tx: Tx) -> Response[str]:
    """The link is worth nothing from now on."""
    await actions.withdraw_ownership(tx, SupplierId(supplier_id))
    return see_other(f"/s/{supplier_id}/team?told=withdrawn")


@get("/ownership/{code:str}")
async def read(code: str, visit: Visit) -> Response[str]:
    """A button: looking at the link does not use it up."""
    found = await actions.find_offer(visit.reader, code)
    page = OwnershipPage(
        shell=door(visit.exchange, visit.me),
        business=found.business,
        sender=found.sender,
        action=f"/ownership/{quote(code)}",
        expires_text=f"This offer works once; {days_left(found.expires_at)}.",
    )
    return drawn(page)


@post("/ownership/{code:str}")
async def accept(code: str, tx: Tx) -> Response[str]:
    """Once."""
    supplier = await actions.accept_ownership(tx, tx.person_id, code)
    return see_other(f"/s/{supplier}/team?told=owner")


def ownership_view(visit: Visit, business: SupplierCapacity, found: TeamPage) -> Ownership | None:
    """What its owner may do about it; None for everybody else, and where there is nobody to offer it to."""
    others = tuple((str(each.person_id), each.display_name) for each in found.members if each.person_id != visit.me.id)
    if not others or not allows(Standing(supplier_role=business.role), Permission.SUPPLIER_TRANSFER):
        return None
    base, offer = f"/s/{business.supplier_id}", found.offer
    return Ownership(
        offer_url=f"{base}/ownership",
        members=chosen(others, ""),
        prove_url="" if visit.is_proved else f"{PROVE}?next={base}/team",
        offered_to="" if offer is None else offer.receiver,
        expires_text=_left(offer),
        withdraw_url="" if offer is None else f"{base}/ownership/withdraw",
    )


def _left(offer: OwnershipOffer | None) -> str:
    return "" if offer is None else days_left(offer.expires_at)


HANDLERS: Final = (offer, offered, withdraw, read, accept)
