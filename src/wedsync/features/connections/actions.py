"""Connecting a supplier and a wedding takes both sides; what the supplier then sees, the couple decides.

Ending a connection, or taking a grant back, ends every right that hung on it with the same commit.
"""

from __future__ import annotations

import msgspec

from wedsync.features.connections import queries as q
from wedsync.features.connections.model import Ending, Grant, SentInvitation, WeddingMember
from wedsync.features.connections.requests import end_requests, give_grant, tell_both
from wedsync.features.people.inviting import refuse_needless
from wedsync.features.people.jobs import CODE, SEND_INVITATION, SEND_REFUSAL, ForRow
from wedsync.features.people.model import INVITATION_LASTS
from wedsync.features.people.queries import DECLINE_INVITATION, READ_INVITATION, ByHash
from wedsync.features.weddings.model import PARTNERS
from wedsync.kernel.ids import InvitationId, PersonId, SupplierId, WeddingId, new_id
from wedsync.kernel.permissions import GRANTABLE_AREAS, Area, Permission, SupplierType, WriteClass
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import SUPPLIER, WEDDING, Event, Tx, action, open_action
from wedsync.platform.jobs import defer
from wedsync.platform.realtime import couple_of
from wedsync.platform.tokens import token_hash

INVITED_KINDS = ("partner", "companion", "coordinator", "supplier")


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a couple invites; `service` says what an invited supplier is to do."""

    kind: str
    email: str
    name: str = ""
    service: SupplierType | None = None


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def invite(tx: Tx, wedding_id: WeddingId, new: NewInvitation) -> SentInvitation:
    """Invite the other partner, a companion, a coordinator or a supplier, by a single-use link for 7 days."""
    if new.kind not in INVITED_KINDS:
        raise Invalid(errors=[{"field": "kind", "detail": "Invite a partner, companion, coordinator or supplier."}])
    if (new.kind == "supplier") != (new.service is not None):
        raise Invalid(errors=[{"field": "service", "detail": "Say what the supplier does at your wedding."}])
    await _refuse_needless(tx, wedding_id, new)
    row = InvitationId(new_id())
    invitation = q.NewInvitation(
        wedding_id=wedding_id,
        id=row,
        kind=new.kind,
        email=new.email,
        name=new.name,
        service=None if new.service is None else new.service.value,
        code_hash=token_hash(tx.sealer.token(CODE, row)),
        lasts=INVITATION_LASTS,
    )
    sent = await tx.one(q.INVITE, invitation)
    await defer(tx, SEND_INVITATION, ForRow(row))
    _tell_couple(tx, wedding_id)
    return sent


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def send_again(tx: Tx, wedding_id: WeddingId, invitation: InvitationId) -> SentInvitation:
    """Send the letter of an open invitation once more: the same link, for what is left of its week."""
    found = await tx.one(q.OPEN_INVITATION, q.OneInvitation(wedding_id=wedding_id, id=invitation))
    await defer(tx, SEND_INVITATION, ForRow(found.id))
    return found


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def revoke_invitation(tx: Tx, wedding_id: WeddingId, invitation: InvitationId) -> SentInvitation:
    """Withdraw an invitation that nobody has used yet."""
    revoked = await tx.one(q.REVOKE_INVITATION, q.OneInvitation(wedding_id=wedding_id, id=invitation))
    _tell_couple(tx, wedding_id)
    return revoked


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def accept_as_couple(tx: Tx, wedding_id: WeddingId, code: str) -> SupplierId:
    """Connect a wedding with the supplier whose invitation this code is. Once."""
    taken = q.CoupleAcceptance(hash=token_hash(code), wedding_id=wedding_id, display_name="")
    supplier = (await tx.one(q.ACCEPT_AS_COUPLE, taken)).supplier_id
    tell_both(tx, wedding_id, supplier)
    tx.emit(Event(kind="clients", id=str(supplier), scope=str(supplier)))  # theirs among them
    return supplier


@open_action(write_class=WriteClass.SECURITY)
async def accept_from_couple(
    tx: Tx, code: str, *, display_name: str, supplier_id: SupplierId | None = None
) -> WeddingId:
    """Take a couple's invitation up: as a person, or for a business of one's own. Once."""
    taken = q.WeddingAcceptance(hash=token_hash(code), supplier_id=supplier_id, display_name=display_name)
    wedding = (await tx.one(q.ACCEPT_FROM_COUPLE, taken)).wedding_id
    tx.emit(Event(kind="capacity", id=str(tx.person_id), scope=str(tx.person_id)))
    _tell(tx, wedding, kind="members")
    if supplier_id is not None:
        tell_both(tx, wedding, supplier_id)
    return wedding


@open_action(write_class=WriteClass.SECURITY)
async def decline_invitation(tx: Tx, code: str) -> None:
    """Say no, for whoever holds the code; the one who invited gets a letter. Raises Conflict when it is not open."""
    invitation = (await tx.one(READ_INVITATION, ByHash(token_hash(code)))).here.open
    declined = await tx.maybe(DECLINE_INVITATION, ByHash(token_hash(code)))
    if declined is None:
        raise Conflict("This invitation was answered a moment ago.")
    await defer(tx, SEND_REFUSAL, ForRow(invitation.id))
    if declined.supplier_id is not None:
        tx.emit(Event(kind="invitations", id=str(declined.supplier_id), scope=str(declined.supplier_id)))
    elif declined.wedding_id is not None:
        _tell_couple(tx, declined.wedding_id)


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def share(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId, grant: Grant) -> Grant:
    """Let a supplier read, or also change, an area. Giving it again changes how much."""
    if grant.area not in GRANTABLE_AREAS:
        raise Invalid(errors=[{"field": "area", "detail": "This stays between the two of you and cannot be shared."}])
    return await give_grant(tx, wedding_id, supplier_id, grant)


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def stop_sharing(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId, area: Area) -> None:
    """Take an area back. What is not shared may be taken back again: it changes nothing."""
    await tx.run(q.REVOKE_GRANT, q.OneGrant(wedding_id=wedding_id, supplier_id=supplier_id, area=area.value))
    tell_both(tx, wedding_id, supplier_id)


@action(requires=Permission.SHARING_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def end_connection(tx: Tx, wedding_id: WeddingId, supplier_id: SupplierId, ending: Ending) -> None:
    """Disconnect or block a supplier: it sees nothing of this wedding from the same moment."""
    await end_requests(tx, wedding_id, supplier_id, "declined")
    await tx.one(q.END_CONNECTION, q.NewStatus(wedding_id=wedding_id, supplier_id=supplier_id, status=ending.value))
    tell_both(tx, wedding_id, supplier_id)


@action(requires=Permission.CONNECTIONS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def leave_wedding(tx: Tx, supplier_id: SupplierId, wedding_id: WeddingId) -> None:
    """Leave a wedding as a supplier; only a new invitation leads back."""
    end = q.NewStatus(wedding_id=wedding_id, supplier_id=supplier_id, status=Ending.DISCONNECTED.value)
    await end_requests(tx, wedding_id, supplier_id, "withdrawn")
    await tx.one(q.END_CONNECTION, end)
    tell_both(tx, wedding_id, supplier_id)


@action(requires=Permission.WEDDING_MEMBERS_WRITE, on=WEDDING, write_class=WriteClass.SECURITY)
async def remove_member(tx: Tx, wedding_id: WeddingId, person: PersonId) -> WeddingMember:
    """Show a companion or coordinator out. Partners stay: nobody shows a partner out."""
    removed = await tx.one(q.REMOVE_MEMBER, q.OneMember(wedding_id=wedding_id, person_id=person))
    tx.emit(Event(kind="capacity", id=str(person), scope=str(person)))
    _tell(tx, wedding_id, kind="members")
    return removed


async def _refuse_needless(tx: Tx, wedding_id: WeddingId, new: NewInvitation) -> None:
    """One's own address, somebody who is invited or connected already, a third partner."""
    service = None if new.service is None else new.service.value
    inviting = q.Inviting(wedding_id=wedding_id, kind=new.kind, email=new.email, service=service)
    known = await tx.one(q.BEFORE_INVITING, inviting)
    refuse_needless(new.email, known)
    if new.kind == "partner" and known.partners >= PARTNERS:
        raise Conflict("Both of you belong to this wedding already.")
    if known.is_connected:
        raise Conflict(f"{new.email} belongs to a supplier that does this for you already.")
    if new.kind == "partner" and known.has_partner_invited:
        raise Conflict("Your partner is invited already, at another address. Withdraw that invitation first.")


def _tell_couple(tx: Tx, wedding_id: WeddingId) -> None:
    tx.emit(Event(kind="sharing", id=str(wedding_id), scope=couple_of(wedding_id)))


def _tell(tx: Tx, wedding_id: WeddingId, *, kind: str) -> None:
    tx.emit(Event(kind=kind, id=str(wedding_id), scope=str(wedding_id)))
