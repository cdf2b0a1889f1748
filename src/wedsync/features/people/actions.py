"""Signing up, signing in and out, and who belongs to a business.

A stranger learns nothing from an answer: known and unknown addresses cause the same work and the same words.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from wedsync.features.people import queries as q
from wedsync.features.people.events import note
from wedsync.features.people.inviting import refuse_needless
from wedsync.features.people.jobs import CODE, SEND_INVITATION, SEND_REMOVAL, ForRow
from wedsync.features.people.lockouts import account_of, end_tries
from wedsync.features.people.model import (
    COUPLE_SESSION_LASTS,
    INVITATION_LASTS,
    INVITED_ROLES,
    MOST_DEVICES,
    OPERATOR_SESSION_LASTS,
    SUPPLIER_SESSION_LASTS,
    Me,
    Member,
    SecurityKind,
    SentInvitation,
    SignedIn,
    SignUp,
)
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import InvitationId, PersonId, SessionId, SupplierId, new_id
from wedsync.kernel.permissions import Permission, SupplierRole, SupplierType, WriteClass, allows
from wedsync.kernel.problems import AlreadyDone, Forbidden, Invalid
from wedsync.platform.database import SELF, SUPPLIER, Event, NoParams, Tx, action, open_action
from wedsync.platform.jobs import defer
from wedsync.platform.passwords import PasswordHash
from wedsync.platform.tokens import new_token, token_hash


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a business invites: to its team in a role, or as a couple it works for with a service."""

    kind: str
    email: str
    name: str = ""
    role: SupplierRole | None = None
    service: SupplierType | None = None


async def register(tx: Tx, *, email: str, name: str, zone: str) -> PersonId:
    """Add a person whose address is proved. Raises AlreadyDone when it has an account."""
    new = q.NewPerson(id=PersonId(new_id()), email=email, name=name, zone=zone)
    found = (await tx.one(q.REGISTER_PERSON, new)).id
    if found is None:
        raise AlreadyDone("This address has an account. Sign in, then open the invitation again.")
    return found


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def begin_session(tx: Tx, person_id: PersonId, device: str, *, is_by_link: bool = False) -> SignedIn:
    """Sign a device in: operators for a day, suppliers for 7, couples for 30. The oldest of more than three is signed
    out. Whoever does has shown just now who they are, by the password or by a link.
    """
    left = await tx.all(q.KEEP_DEVICES, q.KeepDevices(person_id=person_id, most=MOST_DEVICES - 1))
    for ended in left:
        tx.emit(Event(kind="session", id=str(ended.id), scope=str(person_id)))
    me = await tx.one(q.ME, NoParams())
    token = new_token()
    expires_at = utc_now() + _lasts(me)
    new = q.NewSession(
        person_id=person_id,
        token_hash=token_hash(token),
        device=device[:200],
        expires_at=expires_at,
        opened_by="link" if is_by_link else "password",
    )
    begun = await tx.one(q.BEGIN_SESSION, new)
    return SignedIn(
        person_id=person_id,
        session_id=begun.id,
        token=token,
        expires_at=expires_at,
        ended_oldest=any(each.was_signed_in for each in left),
    )


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def note_device(tx: Tx, person_id: PersonId, begun: SignedIn, *, device: str, is_known: bool | None) -> None:
    """Tell them of a device that has just signed in and is new. `is_known` None: go by what it calls itself."""
    others = await tx.one(q.OTHER_SESSIONS, q.OneSession(person_id=person_id, session_id=begun.session_id))
    if others.has_any and not (others.has_alike if is_known is None else is_known):
        await note(tx, SecurityKind.NEW_DEVICE, device)


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def renew_session(tx: Tx, person_id: PersonId, session_id: SessionId) -> SignedIn:
    """They have shown again who they are: the session goes on under another token, and may do what is dangerous for 15
    minutes. Raises NotFound when it has ended.
    """
    token = new_token()
    new = q.NewToken(person_id=person_id, session_id=session_id, token_hash=token_hash(token))
    renewed = await tx.one(q.RENEW_SESSION, new)
    tx.emit(Event(kind="session", id=str(session_id), scope=str(person_id)))
    return SignedIn(person_id=person_id, session_id=session_id, token=token, expires_at=renewed.expires_at)


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def end_session(tx: Tx, person_id: PersonId, session_id: SessionId) -> None:
    """Sign one device out. Signing out twice is no error."""
    await tx.run(q.END_SESSION, q.OneSession(person_id=person_id, session_id=session_id))
    tx.emit(Event(kind="session", id=str(session_id), scope=str(person_id)))


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def end_other_sessions(tx: Tx, person_id: PersonId, here: SessionId) -> None:
    """Sign every device out but this one."""
    for ended in await tx.all(q.END_OTHERS, q.OneSession(person_id=person_id, session_id=here)):
        tx.emit(Event(kind="session", id=str(ended.id), scope=str(person_id)))
    await note(tx, SecurityKind.SIGNED_OUT_EVERYWHERE, "but for one")


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def end_all_sessions(tx: Tx, person_id: PersonId) -> int:
    """Sign out everywhere, this device included; returns how many devices that were."""
    await note(tx, SecurityKind.SIGNED_OUT_EVERYWHERE)
    return await _end_all(tx, person_id)


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def set_password(tx: Tx, person_id: PersonId, secret: PasswordHash) -> None:
    """Choose a password; every device is signed out, and every link that was sent is worth nothing.

    That it is they is proved before: the address is declared dangerous.
    """
    await tx.run(q.SET_PASSWORD, q.NewSecret(person_id=person_id, password_hash=secret))
    await tx.run(q.END_LINKS, NoParams())
    await end_tries(tx, account_of(tx.sealer, (await tx.one(q.MY_SECRET, NoParams())).email))
    await note(tx, SecurityKind.PASSWORD_SET)
    await _end_all(tx, person_id)


@action(requires=Permission.SELF, on=SELF, write_class=WriteClass.SECURITY)
async def open_supplier(tx: Tx, person_id: PersonId, new: SignUp) -> SupplierId:
    """Open a business of one's own, with oneself as its owner."""
    _ = person_id
    supplier = SupplierId(new_id())
    await tx.run(
        q.FOUND_SUPPLIER,
        q.NewSupplier(
            id=supplier,
            name=new.business,
            supplier_types=tuple(kind.value for kind in new.supplier_types),
            zone=new.zone,
            display_name=new.name,
        ),
    )
    return supplier


@action(requires=Permission.TEAM_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def invite_member(tx: Tx, supplier_id: SupplierId, new: NewInvitation) -> SentInvitation:
    """Invite somebody to the team, for 7 days."""
    if new.role not in INVITED_ROLES:
        raise Invalid(errors=[{"field": "role", "detail": "Choose admin, manager, member or viewer."}])
    return await _invite(tx, supplier_id, new)


@action(requires=Permission.INVITATIONS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def invite_couple(tx: Tx, supplier_id: SupplierId, new: NewInvitation) -> SentInvitation:
    """Invite a couple by a single-use link, for 7 days."""
    if new.service is None:
        raise Invalid(errors=[{"field": "service", "detail": "Say what you do at this wedding."}])
    return await _invite(tx, supplier_id, new)


@action(requires=Permission.INVITATIONS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def revoke_invitation(tx: Tx, supplier_id: SupplierId, invitation: InvitationId) -> SentInvitation:
    """Withdraw an invitation that nobody has used yet."""
    return await tx.one(q.REVOKE_INVITATION, q.OneInvitation(supplier_id=supplier_id, id=invitation))


@action(requires=Permission.INVITATIONS_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def send_again(tx: Tx, supplier_id: SupplierId, invitation: InvitationId) -> SentInvitation:
    """Send the letter of an open invitation once more: the same link, for what is left of its week."""
    found = await tx.one(q.OPEN_INVITATION, q.OneInvitation(supplier_id=supplier_id, id=invitation))
    if found.kind == "member" and not allows(tx.standing, Permission.TEAM_WRITE):
        raise Forbidden("Only an owner or admin invites to the team.")
    await defer(tx, SEND_INVITATION, ForRow(found.id))
    return found


@open_action(write_class=WriteClass.SECURITY)
async def join_team(tx: Tx, code: str, display_name: str) -> SupplierId:
    """Join the business that a code invites to. Once."""
    accepted = await tx.one(q.JOIN_TEAM, q.Acceptance(hash=token_hash(code), display_name=display_name))
    tx.emit(Event(kind="team", id=str(accepted.supplier_id), scope=str(accepted.supplier_id)))
    tx.emit(Event(kind="capacity", id=str(tx.person_id), scope=str(tx.person_id)))
    return accepted.supplier_id


@action(requires=Permission.TEAM_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def change_role(tx: Tx, supplier_id: SupplierId, person: PersonId, role: SupplierRole) -> Member:
    """Give a member another role. The owner's is transferred, never edited."""
    if role not in INVITED_ROLES:
        raise Forbidden("A business has one owner. Ownership is transferred, not given by a role.")
    await _refuse_owner(tx, supplier_id, person)
    changed = await tx.one(q.CHANGE_ROLE, q.NewRole(supplier_id=supplier_id, person_id=person, role=role.value))
    _tell_team(tx, supplier_id, person)
    return changed


@action(requires=Permission.TEAM_WRITE, on=SUPPLIER, write_class=WriteClass.SECURITY)
async def remove_member(tx: Tx, supplier_id: SupplierId, person: PersonId) -> Member:
    """Take somebody off the team and sign them out everywhere; a letter tells them.

    What they did stays on record, and they may be invited again.
    """
    await _refuse_owner(tx, supplier_id, person)
    removed = await tx.one(q.REMOVE_MEMBER, q.OneMember(supplier_id=supplier_id, person_id=person))
    await defer(tx, SEND_REMOVAL, q.OneMember(supplier_id=supplier_id, person_id=person))
    _tell_team(tx, supplier_id, person)
    tx.emit(Event(kind="session", id="all", scope=str(person)))
    return removed


async def _end_all(tx: Tx, person_id: PersonId) -> int:
    ended = await tx.all(q.KEEP_DEVICES, q.KeepDevices(person_id=person_id, most=0))
    tx.emit(Event(kind="session", id="all", scope=str(person_id)))
    return len(ended)


def _lasts(me: Me) -> timedelta:
    if me.operator_role is not None:
        return OPERATOR_SESSION_LASTS
    return SUPPLIER_SESSION_LASTS if me.suppliers else COUPLE_SESSION_LASTS


async def _invite(tx: Tx, supplier_id: SupplierId, new: NewInvitation) -> SentInvitation:
    inviting = q.Inviting(supplier_id=supplier_id, kind=new.kind, email=new.email)
    refuse_needless(new.email, await tx.one(q.BEFORE_INVITING, inviting))
    row = InvitationId(new_id())
    sent = await tx.one(
        q.INVITE,
        q.NewInvitation(
            supplier_id=supplier_id,
            id=row,
            kind=new.kind,
            email=new.email,
            name=new.name,
            role=None if new.role is None else new.role.value,
            service=None if new.service is None else new.service.value,
            code_hash=token_hash(tx.sealer.token(CODE, row)),
            lasts=INVITATION_LASTS,
        ),
    )
    await defer(tx, SEND_INVITATION, ForRow(row))
    tx.emit(Event(kind="invitations", id=str(supplier_id), scope=str(supplier_id)))
    return sent


async def _refuse_owner(tx: Tx, supplier_id: SupplierId, person: PersonId) -> None:
    found = await tx.one(q.MEMBER, q.OneMember(supplier_id=supplier_id, person_id=person))
    if found.role is SupplierRole.OWNER:
        raise Forbidden("This is the owner. Ownership is transferred first; then the role may change.")


def _tell_team(tx: Tx, supplier_id: SupplierId, person: PersonId) -> None:
    tx.emit(Event(kind="team", id=str(supplier_id), scope=str(supplier_id)))
    tx.emit(Event(kind="capacity", id=str(person), scope=str(person)))
