"""Invitations from both ends: sending one to a couple, and opening one, whatever kind it is.

Whoever holds the code may read it; taking it up is a button.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.connections.accepting import Acceptance, Accepted, accept
from wedsync.features.connections.actions import decline_invitation
from wedsync.features.connections.invitation_drawing import NEW_WEDDING, Answer, invitation_page, invitations_page
from wedsync.features.connections.views import InvitationsPage
from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.api import address_in
from wedsync.features.people.entering import device_of
from wedsync.features.people.inviting import wrong_in
from wedsync.features.people.model import LONGEST_NAME, Invitation
from wedsync.features.people.shell import Visit, business_of, door, me_if_signed_in
from wedsync.features.people.signing_in import chosen_password
from wedsync.features.people.views import DeclinedPage
from wedsync.kernel.ids import InvitationId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission, SupplierType
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import ById, Reader, Tx
from wedsync.platform.forms import Form, faults, read_form
from wedsync.platform.http import OPEN, Exchange, declares, drawn, keep_signed_in, see_other
from wedsync.platform.rate_limits import INVITATION_AGAIN, RateLimits
from wedsync.platform.tokens import token_hash

READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.INVITATIONS_WRITE, on="supplier")


class InviteForm(Form, frozen=True, kw_only=True):
    """A couple to invite, and what one does at their wedding."""

    email: str = ""
    name: str = ""
    service: str = ""


class AcceptForm(Form, frozen=True, kw_only=True):
    """How to take an invitation up; each kind needs its own part of it."""

    name: str = ""
    partner_name: str = ""
    password: str = ""
    supplier_id: UUID | None = None
    wedding_id: str = ""


@get("/s/{supplier_id:uuid}/invitations", opt=READS)
async def invitations(supplier_id: UUID, visit: Visit) -> Response[str]:
    """What became of those sent lately, and the form for another."""
    return drawn(await _page(visit, supplier_id, InviteForm(), {}))


@post("/s/{supplier_id:uuid}/invitations", opt=WRITES)
async def invite(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """A letter with a link, good for 7 days."""
    form = read_form(body, InviteForm)
    service = next((kind for kind in SupplierType if kind.value == form.service), None)
    await limits.take_invitation(str(tx.person_id), form.email)
    try:
        new = actions.NewInvitation(
            kind="couple", email=address_in(form.email), name=form.name.strip()[:LONGEST_NAME], service=service
        )
        await actions.invite_couple(tx, SupplierId(supplier_id), new)
    except (Invalid, Conflict) as refusal:
        return drawn(await _page(visit, supplier_id, form, wrong_in(refusal)), status=refusal.status)
    return see_other(f"/s/{supplier_id}/invitations?told=invited")


@post("/s/{supplier_id:uuid}/invitations/{invitation_id:uuid}/again", opt=WRITES)
async def send_again(supplier_id: UUID, invitation_id: UUID, tx: Tx, limits: RateLimits) -> Response[str]:
    """The same link, for what is left of its week."""
    await actions.send_again(tx, SupplierId(supplier_id), InvitationId(invitation_id))
    await limits.take(INVITATION_AGAIN, str(invitation_id))
    return see_other(f"/s/{supplier_id}/invitations?told=again")


@post("/s/{supplier_id:uuid}/invitations/{invitation_id:uuid}/withdraw", opt=WRITES)
async def withdraw(supplier_id: UUID, invitation_id: UUID, tx: Tx) -> Response[str]:
    """The link is worth nothing from now on."""
    await actions.revoke_invitation(tx, SupplierId(supplier_id), InvitationId(invitation_id))
    return see_other(f"/s/{supplier_id}/invitations?told=withdrawn")


@get("/invitations/{code:str}", opt=OPEN)
async def read_invitation(code: str, exchange: Exchange, reader: Reader) -> Response[str]:
    """What is offered, by whom, and what taking it up means."""
    found = (await reader.one(q.READ_INVITATION, q.ByHash(token_hash(code)))).here
    if found.state == "declined":
        return see_other(f"/invitations/{quote(code)}/declined")
    me = await me_if_signed_in(exchange)
    return drawn(invitation_page(exchange, found.open, me, Answer(code=code)))


@post("/invitations/{code:str}", opt=OPEN)
async def take_up(code: str, body: bytes, exchange: Exchange, reader: Reader) -> Response[str]:
    """Once. Who has an account signs in first; who has none gets one for the address the letter went to."""
    form, found = read_form(body, AcceptForm), await _read(reader, code)
    if exchange.session is None and found.has_account:
        return see_other(f"/sign-in?next={quote(f'/invitations/{code}')}")
    if exchange.session is None and found.kind == "supplier":
        return see_other("/sign-up")
    try:
        wanted = await _wanted(form, found)
        accepted = await accept(await exchange.transaction(), code, wanted, device=device_of(exchange))
    except Invalid as refusal:
        answer = Answer(code=code, name=form.name, partner_name=form.partner_name, wrong=faults(refusal))
        return drawn(invitation_page(exchange, found, await me_if_signed_in(exchange), answer), status=422)
    return _inside(exchange, accepted, found.kind)


@post("/invitations/{code:str}/decline", opt=OPEN)
async def decline(code: str, tx: Tx) -> Response[str]:
    """Whoever holds the code may say no."""
    await decline_invitation(tx, code)
    return see_other(f"/invitations/{quote(code)}/declined")


@get("/invitations/{code:str}/declined", opt=OPEN)
async def declined(code: str, exchange: Exchange, reader: Reader) -> Response[str]:
    """Who is told, and how to come back on it."""
    found = (await reader.one(q.READ_INVITATION, q.ByHash(token_hash(code)))).here
    if found.state != "declined":
        return see_other(f"/invitations/{quote(code)}")
    return drawn(DeclinedPage(shell=door(exchange, await me_if_signed_in(exchange)), sender=found.sender))


async def _page(visit: Visit, supplier_id: UUID, form: InviteForm, wrong: dict[str, str]) -> InvitationsPage:
    business_of(visit.me, supplier_id)
    sent = await visit.reader.all(q.SENT_INVITATIONS, ById(supplier_id))
    answer = Answer(name=form.name, email=form.email, service=form.service, wrong=wrong)
    return invitations_page(visit, supplier_id, sent, answer)


async def _read(reader: Reader, code: str) -> Invitation:
    return (await reader.one(q.READ_INVITATION, q.ByHash(token_hash(code)))).here.open


async def _wanted(form: AcceptForm, found: Invitation) -> Acceptance:
    try:
        wedding = None if form.wedding_id in {"", NEW_WEDDING} else WeddingId(UUID(form.wedding_id))
    except ValueError:
        raise Invalid(errors=[{"field": "wedding_id", "detail": "Choose one of your weddings."}]) from None
    chooser = q.Chooser(email=found.email, name=form.name)
    return Acceptance(
        name=form.name,
        secret=await chosen_password(form.password, chooser) if form.password else None,
        partner_name=form.partner_name,
        wedding_id=wedding,
        supplier_id=None if form.supplier_id is None else SupplierId(form.supplier_id),
    )


def _inside(exchange: Exchange, accepted: Accepted, kind: str) -> Response[str]:
    if kind == "member" or (kind == "supplier" and accepted.wedding_id is None):
        answer = see_other(f"/s/{accepted.supplier_id}/today?told=connected")
    elif kind == "supplier":
        answer = see_other(f"/s/{accepted.supplier_id}/weddings/{accepted.wedding_id}?told=connected")
    else:
        answer = see_other(f"/w/{accepted.wedding_id}/{'details' if kind == 'couple' else 'home'}?told=connected")
    if accepted.session is None:
        return answer
    is_secure = exchange.services.settings.is_behind_tls
    return keep_signed_in(answer, accepted.session.token, expires_at=accepted.session.expires_at, is_secure=is_secure)


HANDLERS: Final = (invitations, invite, send_again, withdraw, read_invitation, take_up, decline, declined)
