"""Every statement about people, sessions, businesses and their invitations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.inviting import Known
from wedsync.features.people.model import (
    Invitation,
    LinkKind,
    Me,
    Member,
    OwnershipOffer,
    SentInvitation,
    Session,
    Supplier,
)
from wedsync.kernel.ids import InvitationId, PersonId, SessionId, SupplierId, WeddingId
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import ById, NoParams, Nothing, Query


class ByEmail(msgspec.Struct, frozen=True):
    """One address."""

    email: str


class ByHash(msgspec.Struct, frozen=True):
    """SHA-256 of a token or code."""

    hash: bytes


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person to add."""

    id: PersonId
    email: str
    name: str
    zone: str


class Registered(msgspec.Struct, frozen=True):
    """Null when the address has an account already."""

    id: PersonId | None


class Secret(msgspec.Struct, frozen=True):
    """What a password is checked against; no hash when the person uses links only."""

    person_id: PersonId
    password_hash: str | None


class MySecret(Secret, frozen=True):
    """The same of whoever is signed in, with their address."""

    email: str


class Chooser(msgspec.Struct, frozen=True, kw_only=True):
    """Who chooses a password, and the hashes of those that they may not take again."""

    email: str
    name: str
    hashes: tuple[str, ...] = ()


class LinkChooser(Chooser, frozen=True, kw_only=True):
    """The same, of who holds a link."""

    kind: LinkKind


class NewSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A password to store."""

    person_id: PersonId
    password_hash: str


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session to begin."""

    person_id: PersonId
    token_hash: bytes
    device: str
    expires_at: datetime
    opened_by: str


class Begun(msgspec.Struct, frozen=True):
    """The session that began."""

    id: SessionId


class OtherSessions(msgspec.Struct, frozen=True, kw_only=True):
    """Whether they were ever signed in besides, and by what calls itself the same."""

    has_any: bool
    has_alike: bool


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """Another token for a session that goes on."""

    person_id: PersonId
    session_id: SessionId
    token_hash: bytes


class Renewed(msgspec.Struct, frozen=True):
    """Until when the session goes on."""

    expires_at: datetime


class EndedSession(msgspec.Struct, frozen=True):
    """A session that has been ended; its token is worth nothing now."""

    id: SessionId


class LeftDevice(EndedSession, frozen=True):
    """A session that made room; it `was_signed_in` unless it was over already."""

    was_signed_in: bool


class KeepDevices(msgspec.Struct, frozen=True, kw_only=True):
    """How many devices stay signed in."""

    person_id: PersonId
    most: int


class OneSession(msgspec.Struct, frozen=True, kw_only=True):
    """One device of one person."""

    person_id: PersonId
    session_id: SessionId


class NewLink(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in link to store."""

    id: UUID
    hash: bytes
    email: str
    kind: LinkKind
    lasts: timedelta
    intent: str | None


class AnotherLink(msgspec.Struct, frozen=True, kw_only=True):
    """A further link for what an earlier one was asked for."""

    earlier: UUID
    id: UUID
    hash: bytes


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """The business a sign-up is for, kept until the address is proved."""

    business: str
    supplier_types: tuple[str, ...]
    zone: str
    name: str


class Redeemed(msgspec.Struct, frozen=True, kw_only=True):
    """Whose link it was."""

    person_id: PersonId | None
    email: str
    intent: Intent | None


class LoginLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter with a sign-in link has to know."""

    email: str
    name: str
    kind: LinkKind
    has_account: bool
    business: str


class InvitationLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter with an invitation has to know."""

    kind: str
    email: str
    name: str
    sender: str
    expires_at: datetime
    service: str | None = None
    role: str | None = None


class NewSupplier(msgspec.Struct, frozen=True, kw_only=True):
    """A business to open."""

    id: SupplierId
    name: str
    supplier_types: tuple[str, ...]
    zone: str
    display_name: str


class Inviting(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a business is about to invite."""

    supplier_id: SupplierId
    kind: str
    email: str


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation from a business."""

    supplier_id: SupplierId
    id: InvitationId
    kind: str
    email: str
    name: str
    role: str | None
    service: str | None
    code_hash: bytes
    lasts: timedelta


class OneInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """One invitation of one business."""

    supplier_id: SupplierId
    id: InvitationId


class Acceptance(msgspec.Struct, frozen=True, kw_only=True):
    """Joining a team by its code."""

    hash: bytes
    display_name: str


class Accepted(msgspec.Struct, frozen=True):
    """Whose invitation it was."""

    supplier_id: SupplierId


class OneMember(msgspec.Struct, frozen=True, kw_only=True):
    """One person in one business."""

    supplier_id: SupplierId
    person_id: PersonId


class NewRole(msgspec.Struct, frozen=True, kw_only=True):
    """A member's next role."""

    supplier_id: SupplierId
    person_id: PersonId
    role: str


class Declined(msgspec.Struct, frozen=True, kw_only=True):
    """The invitation that was declined, and whose it was."""

    id: InvitationId
    supplier_id: SupplierId | None = None
    wedding_id: WeddingId | None = None


class RefusalLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter that tells of a declined invitation has to know: to whom, and who said no to whom."""

    email: str
    name: str
    invited: str
    sender: str


class RemovalLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter that tells somebody they were taken off a team has to know."""

    email: str
    name: str
    business: str


class FoundInvitation(msgspec.Struct, frozen=True):
    """Null when no invitation has that code."""

    invitation: Invitation | None

    @property
    def here(self) -> Invitation:
        """The invitation. Raises NotFound when there is none."""
        if self.invitation is None:
            raise NotFound("No invitation has this code. Copy the whole link from the letter.")
        return self.invitation


# What an invitation shows its sender, and which of them are worth showing: for 30 days each says what became of it. Where
# who came stands among the members already, only those that nobody has taken up.
SENT: Final = "id, kind, email, name, role, service, created_at, expires_at, declined_at, accepted_at"
LATELY: Final = (
    "(revoked_at is null or declined_at is not null)"
    " and coalesce(accepted_at, declined_at, expires_at) > app.clock() - interval '30 days'"
)
WORTH_SHOWING: Final = "accepted_at is null and " + LATELY

REGISTER_PERSON: Final = Query(
    NewPerson, Registered, "select app.register_person(%(id)s, %(email)s, %(name)s, %(zone)s) as id"
)
SIGN_IN_SECRET: Final = Query(ByEmail, Secret, "select person_id, password_hash from app.sign_in_secret(%(email)s)")
SET_PASSWORD: Final = Query(
    NewSecret,
    Nothing,
    """
    insert into app.sign_in_secrets (person_id, password_hash)
    values (%(person_id)s, %(password_hash)s)
    on conflict (person_id) do update
      set password_hash = excluded.password_hash, changed_at = app.clock(),
          earlier_hashes = (array[sign_in_secrets.password_hash] || sign_in_secrets.earlier_hashes)[1:4]
    """,
)
MY_CHOOSER: Final = Query(
    NoParams,
    Chooser,
    """
    select p.email, p.name, array_remove(array[s.password_hash] || s.earlier_hashes, null) as hashes
    from live.people p left join live.sign_in_secrets s on s.person_id = p.id
    where p.id = app.actor_id()
    """,
)
LINK_CHOOSER: Final = Query(ByHash, LinkChooser, "select email, name, kind, hashes from app.link_chooser(%(hash)s)")
MY_SECRET: Final = Query(
    NoParams,
    MySecret,
    """
    select p.id as person_id, p.email, s.password_hash
    from live.people p left join live.sign_in_secrets s on s.person_id = p.id
    where p.id = app.actor_id()
    """,
)
END_LINKS: Final = Query(NoParams, Nothing, "select app.end_links()")
BEGIN_SESSION: Final = Query(
    NewSession,
    Begun,
    """
    insert into app.sessions (person_id, token_hash, device, expires_at, opened_by, proved_at)
    values (%(person_id)s, %(token_hash)s, %(device)s, %(expires_at)s, %(opened_by)s, app.clock())
    returning id
    """,
)
# Whoever signs in for the first time ever is told of nothing.
OTHER_SESSIONS: Final = Query(
    OneSession,
    OtherSessions,
    """
    select count(*) > 0 as has_any, count(*) filter (where o.device = s.device) > 0 as has_alike
    from live.sessions s join live.sessions o on o.person_id = s.person_id and o.id <> s.id
    where s.person_id = %(person_id)s and s.id = %(session_id)s
    """,
)
RENEW_SESSION: Final = Query(
    NewToken,
    Renewed,
    """
    update app.sessions set token_hash = %(token_hash)s, proved_at = app.clock()
    where person_id = %(person_id)s and id = %(session_id)s and ended_at is null and expires_at > app.clock()
    returning expires_at
    """,
)
# The oldest go first; runs before a new session begins, so that one more makes the most.
KEEP_DEVICES: Final = Query(
    KeepDevices,
    LeftDevice,
    """
    update app.sessions
    set ended_at = app.clock()
    where person_id = %(person_id)s and ended_at is null
      and id not in (
        select s.id from app.sessions s
        where s.person_id = %(person_id)s and s.ended_at is null and s.expires_at > app.clock()
        order by s.created_at desc, s.id desc limit %(most)s)
    returning id, expires_at > app.clock() as was_signed_in
    """,
)
END_SESSION: Final = Query(
    OneSession,
    EndedSession,
    """
    update app.sessions set ended_at = app.clock()
    where person_id = %(person_id)s and id = %(session_id)s and ended_at is null
    returning id
    """,
)
END_OTHERS: Final = Query(
    OneSession,
    EndedSession,
    """
    update app.sessions set ended_at = app.clock()
    where person_id = %(person_id)s and id <> %(session_id)s and ended_at is null
    returning id
    """,
)
MY_SESSIONS: Final = Query(
    NoParams,
    Session,
    """
    select s.id, s.device, s.opened_by, s.created_at, s.expires_at, coalesce(u.used_at, s.created_at) as used_at
    from live.sessions s left join app.my_uses() u on u.session_id = s.id
    where s.person_id = app.actor_id() and s.ended_at is null and s.expires_at > app.clock()
    order by s.created_at desc, s.id desc
    """,
)
ISSUE_LINK: Final = Query(
    NewLink,
    Nothing,
    """
    select app.issue_login_token(%(id)s, %(hash)s, %(email)s, %(kind)s, %(lasts)s::interval, %(intent)s::jsonb)
    """,
)
REISSUE_LINK: Final = Query(AnotherLink, Nothing, "select app.reissue_login_token(%(earlier)s, %(id)s, %(hash)s)")
REDEEM_LINK: Final = Query(ByHash, Redeemed, "select person_id, email, intent from app.redeem_login_token(%(hash)s)")
LOGIN_LETTER: Final = Query(
    ById, LoginLetter, "select email, name, kind, has_account, business from app.login_letter(%(id)s)"
)
INVITATION_LETTER: Final = Query(
    ById,
    InvitationLetter,
    "select kind, email, name, sender, service, role, expires_at from app.invitation_letter(%(id)s)",
)
FOUND_SUPPLIER: Final = Query(
    NewSupplier,
    Nothing,
    "select app.found_supplier(%(id)s, %(name)s, %(supplier_types)s, %(zone)s, %(display_name)s)",
)
ME: Final = Query(
    NoParams,
    Me,
    """
    select p.id, p.name, p.email, p.zone, p.locale,
      (select o.role from live.operators o where o.person_id = p.id and o.left_at is null) as operator_role,
      coalesce((
        select json_agg(s order by s.name) from (
          select m.supplier_id, s.name, s.supplier_types, m.role
          from live.supplier_members m join live.suppliers s on s.id = m.supplier_id
          where m.person_id = p.id and m.left_at is null) s), '[]') as suppliers,
      coalesce((
        select json_agg(w order by w.held_on, w.title) from (
          select m.wedding_id, w.title, m.role, s.held_on
          from live.wedding_members m
          join live.weddings w on w.id = m.wedding_id
          join live.wedding_shields s on s.wedding_id = m.wedding_id
          where m.person_id = p.id and m.left_at is null) w), '[]') as weddings
    from live.people p
    where p.id = app.actor_id()
    """,
)
SUPPLIER_CARD: Final = Query(
    ById, Supplier, "select id, name, supplier_types, zone from live.suppliers where id = %(id)s"
)
TEAM: Final = Query(
    ById,
    Member,
    """
    select person_id, display_name, role, created_at
    from live.supplier_members
    where supplier_id = %(id)s and left_at is null
    order by created_at, person_id
    limit 200
    """,
)
# A business may invite itself as a couple where its member marries: the same person comes in another capacity.
BEFORE_INVITING: Final = Query(
    Inviting,
    Known,
    """
    select
      exists (select from live.people p where p.id = app.actor_id() and p.email = %(email)s)
        and not (%(kind)s = 'couple' and exists (
          select from live.wedding_members m
          where m.person_id = app.actor_id() and m.role = 'partner' and m.left_at is null)) as is_own,
      exists (
        select from live.supplier_invitations i
        where i.supplier_id = %(supplier_id)s and i.email = %(email)s and i.kind = %(kind)s
          and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()) as is_invited
    """,
)
INVITE: Final = Query(
    NewInvitation,
    SentInvitation,
    """
    insert into app.supplier_invitations (supplier_id, id, kind, email, name, role, service, code_hash, expires_at)
    values (%(supplier_id)s, %(id)s, %(kind)s, %(email)s, %(name)s, %(role)s, %(service)s, %(code_hash)s, app.clock() + %(lasts)s::interval)
    returning """  # noqa: S608 - constants
    + SENT,
)
SENT_INVITATIONS: Final = Query(
    ById,
    SentInvitation,
    "select "  # noqa: S608 - constants
    + SENT
    + " from live.supplier_invitations where supplier_id = %(id)s and "
    + LATELY
    + " order by created_at desc, id desc limit 200",
)
REVOKE_INVITATION: Final = Query(
    OneInvitation,
    SentInvitation,
    """
    update app.supplier_invitations set revoked_at = app.clock()
    where supplier_id = %(supplier_id)s and id = %(id)s and accepted_at is null and revoked_at is null
    returning """  # noqa: S608 - constants
    + SENT,
)
OPEN_INVITATION: Final = Query(
    OneInvitation,
    SentInvitation,
    "select "  # noqa: S608 - constants
    + SENT
    + " from live.supplier_invitations where supplier_id = %(supplier_id)s and id = %(id)s"
    + " and accepted_at is null and revoked_at is null and expires_at > app.clock()",
)
DECLINE_INVITATION: Final = Query(
    ByHash, Declined, "select id, supplier_id, wedding_id from app.decline_invitation(%(hash)s)"
)
REFUSAL_LETTER: Final = Query(
    ById, RefusalLetter, "select email, name, invited, sender from app.refusal_letter(%(id)s)"
)
REMOVAL_LETTER: Final = Query(
    OneMember, RemovalLetter, "select email, name, business from app.removal_letter(%(supplier_id)s, %(person_id)s)"
)
READ_INVITATION: Final = Query(ByHash, FoundInvitation, "select app.read_invitation(%(hash)s) as invitation")
JOIN_TEAM: Final = Query(
    Acceptance,
    Accepted,
    "select app.accept_supplier_invitation(%(hash)s, null, %(display_name)s) as supplier_id",
)
MEMBER: Final = Query(
    OneMember,
    Member,
    """
    select person_id, display_name, role, created_at
    from live.supplier_members
    where supplier_id = %(supplier_id)s and person_id = %(person_id)s and left_at is null
    """,
)
CHANGE_ROLE: Final = Query(
    NewRole,
    Member,
    """
    update app.supplier_members set role = %(role)s
    where supplier_id = %(supplier_id)s and person_id = %(person_id)s and left_at is null
    returning person_id, display_name, role, created_at
    """,
)
REMOVE_MEMBER: Final = Query(
    OneMember,
    Member,
    """
    update app.supplier_members set left_at = app.clock()
    where supplier_id = %(supplier_id)s and person_id = %(person_id)s and left_at is null
    returning person_id, display_name, role, created_at
    """,
)


OPEN_OFFER: Final = Query(
    ById,
    OwnershipOffer,
    """
    select o.id, o.receiver_id, m.display_name as receiver, o.created_at, o.expires_at
    from live.ownership_offers o
    join live.supplier_members m on m.supplier_id = o.supplier_id and m.person_id = o.receiver_id
    where o.supplier_id = %(id)s and o.ended_at is null and o.expires_at > app.clock()
    """,
)


class TeamPage(msgspec.Struct, frozen=True, kw_only=True):
    """A team, who is invited to it, and to whom the business is offered, for who may know that; in one answer."""

    members: tuple[Member, ...]
    invitations: tuple[SentInvitation, ...]
    offer: OwnershipOffer | None


TEAM_PAGE: Final = Query(
    ById,
    TeamPage,
    "select coalesce((select json_agg(m) from ("  # noqa: S608 - constants
    + TEAM.sql
    + ") m), '[]') as members, coalesce((select json_agg(i) from (select "
    + SENT
    + " from live.supplier_invitations where supplier_id = %(id)s and kind = 'member' and "
    + WORTH_SHOWING
    + " order by created_at desc, id desc limit 200) i), '[]') as invitations, (select to_json(o) from ("
    + OPEN_OFFER.sql
    + ") o) as offer"
    + " from live.suppliers s where s.id = %(id)s",
)
