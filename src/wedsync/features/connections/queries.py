"""Every statement about connections, grants and a couple's invitations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.connections.model import Connection, Grant, Listed, SentInvitation, WeddingMember
from wedsync.features.people.inviting import Known
from wedsync.features.people.queries import WORTH_SHOWING
from wedsync.features.weddings.queries import OPENS
from wedsync.kernel.ids import InvitationId, PersonId, SupplierId, WeddingId
from wedsync.platform.database import ById, Query


class WeddingsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a supplier's list, by date: what comes after a date and a wedding of that date."""

    supplier_id: SupplierId
    after_on: date
    after_id: UUID
    limit: int


class Place(msgspec.Struct, frozen=True):
    """One wedding's place in a list."""

    wedding_id: WeddingId


class ListedOf(msgspec.Struct, frozen=True, kw_only=True):
    """Some weddings of one supplier."""

    supplier_id: SupplierId
    weddings: tuple[WeddingId, ...]


class ConnectionsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's suppliers, by id."""

    wedding_id: WeddingId
    after_id: UUID
    limit: int


class OneConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding and one of its suppliers."""

    wedding_id: WeddingId
    supplier_id: SupplierId


class UnseenBy(msgspec.Struct, frozen=True):
    """How many changes of a wedding a supplier has not seen."""

    supplier_id: SupplierId
    count: int


class NewGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier may do in an area from now on."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    area: str
    level: str
    can_write: bool


class OneGrant(msgspec.Struct, frozen=True, kw_only=True):
    """One area of one connection."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    area: str


class NewStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How a connection ends."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    status: str


class Status(msgspec.Struct, frozen=True):
    """Where a connection stands."""

    status: str


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation from a couple."""

    wedding_id: WeddingId
    id: InvitationId
    kind: str
    email: str
    name: str
    service: str | None
    code_hash: bytes
    lasts: timedelta


class OneInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """One invitation of one wedding."""

    wedding_id: WeddingId
    id: InvitationId


class Inviting(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a couple is about to invite."""

    wedding_id: WeddingId
    kind: str
    email: str
    service: str | None


class KnownToCouple(Known, frozen=True, kw_only=True):
    """The same before a couple invites; `is_connected`: somebody there does this already."""

    is_connected: bool
    has_partner_invited: bool
    partners: int


class CoupleAcceptance(msgspec.Struct, frozen=True, kw_only=True):
    """A couple taking a supplier's invitation up, for one of their weddings."""

    hash: bytes
    wedding_id: WeddingId
    display_name: str


class WeddingAcceptance(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody taking a couple's invitation up; `supplier_id` when a business does."""

    hash: bytes
    supplier_id: SupplierId | None
    display_name: str


class ConnectedWith(msgspec.Struct, frozen=True):
    """The supplier a wedding is connected with now."""

    supplier_id: SupplierId


class Joined(msgspec.Struct, frozen=True):
    """The wedding somebody belongs to now."""

    wedding_id: WeddingId


class OneMember(msgspec.Struct, frozen=True, kw_only=True):
    """One person in one wedding."""

    wedding_id: WeddingId
    person_id: PersonId


SENT: Final = "id, kind, email, name, service, created_at, expires_at, declined_at"

# A list is two statements: which weddings (the index connections_of_supplier orders them), then those weddings, asked for
# by a reader who is narrowed to them. Guests and venue appear only to who may read them; the venue is the ceremony's, or else
# the reception's.
WEDDINGS_OF_SUPPLIER: Final = Query(
    WeddingsPage,
    Place,
    """
    select wedding_id
    from live.connections
    where supplier_id = %(supplier_id)s and status = 'connected'
      and (listed_on, wedding_id) >
        (case when %(after_on)s::date = '9999-12-31' then 'infinity' else %(after_on)s::date end, %(after_id)s)
    order by listed_on, wedding_id
    limit %(limit)s
    """,
)
LISTED: Final = Query(
    ListedOf,
    Listed,
    """
    with said as materialized (   -- once, and not once for each wedding
      select f.wedding_id,
        coalesce(
          max(f.value #>> '{}') filter (where f.definition_key = 'ceremony_venue_name'),
          max(f.value #>> '{}') filter (where f.definition_key = 'reception_venue_name')) as venue
      from live.core_facts f
      where f.wedding_id = any (%(weddings)s) and f.fact_key = 'venue_name'
      group by f.wedding_id)
    select c.wedding_id, w.title, s.status, c.service, s.held_on, s.time_zone, s.date_set_at, s.lock_lead_hours,
      lower(s.active_span) as active_from, upper(s.active_span) as active_until, o.opens_at, o.unlocks_at,
      s.weight_complete, s.weight_not_applicable, t.guests, said.venue
    from live.connections c
    join live.weddings w on w.id = c.wedding_id
    join live.wedding_shields s on s.wedding_id = c.wedding_id
    left join said on said.wedding_id = c.wedding_id
    left join app.guest_totals(%(weddings)s) t on t.wedding_id = c.wedding_id"""  # noqa: S608 - a constant
    + OPENS
    + """
    where c.supplier_id = %(supplier_id)s and c.wedding_id = any (%(weddings)s)
    order by c.listed_on, c.wedding_id
    """,
)
UNSEEN_BY: Final = Query(
    ById,
    UnseenBy,
    "select supplier_id, count(*) as count from live.unseen_changes where wedding_id = %(id)s group by supplier_id",
)
CONNECTIONS: Final = Query(
    ConnectionsPage,
    Connection,
    """
    select c.supplier_id, coalesce(k.image ->> 'name', p.name) as name, c.service, c.status, c.created_at,
      coalesce((
        select json_agg(g) from (
          select area, level, can_write, revoked_at
          from live.connection_grants g
          where g.wedding_id = c.wedding_id and g.supplier_id = c.supplier_id
          order by area) g), '[]') as grants
    from live.connections c
    join live.suppliers p on p.id = c.supplier_id
    left join live.copies_in_force k on k.wedding_id = c.wedding_id and k.row_id = p.id
    where c.wedding_id = %(wedding_id)s and c.supplier_id > %(after_id)s
    order by c.supplier_id
    limit %(limit)s
    """,
)
CONNECTION: Final = Query(
    OneConnection,
    Connection,
    """
    select c.supplier_id, coalesce(k.image ->> 'name', p.name) as name, c.service, c.status, c.created_at,
      coalesce((
        select json_agg(g) from (
          select area, level, can_write, revoked_at
          from live.connection_grants g
          where g.wedding_id = c.wedding_id and g.supplier_id = c.supplier_id
          order by area) g), '[]') as grants
    from live.connections c
    join live.suppliers p on p.id = c.supplier_id
    left join live.copies_in_force k on k.wedding_id = c.wedding_id and k.row_id = p.id
    where c.wedding_id = %(wedding_id)s and c.supplier_id = %(supplier_id)s
    """,
)
SET_GRANT: Final = Query(
    NewGrant,
    Grant,
    """
    insert into app.connection_grants (wedding_id, supplier_id, area, level, can_write)
    values (%(wedding_id)s, %(supplier_id)s, %(area)s, %(level)s, %(can_write)s)
    on conflict (wedding_id, supplier_id, area) do update
      set level = excluded.level, can_write = excluded.can_write, revoked_at = null
    returning area, level, can_write, revoked_at
    """,
)
REVOKE_GRANT: Final = Query(
    OneGrant,
    Grant,
    """
    update app.connection_grants set revoked_at = app.clock()
    where wedding_id = %(wedding_id)s and supplier_id = %(supplier_id)s and area = %(area)s and revoked_at is null
    returning area, level, can_write, revoked_at
    """,
)
END_CONNECTION: Final = Query(
    NewStatus,
    Status,
    """
    update app.connections set status = %(status)s
    where wedding_id = %(wedding_id)s and supplier_id = %(supplier_id)s and status in ('connected', 'disconnected')
    returning status
    """,
)
INVITE: Final = Query(
    NewInvitation,
    SentInvitation,
    """
    insert into app.wedding_invitations (wedding_id, id, kind, email, name, service, code_hash, expires_at)
    values (%(wedding_id)s, %(id)s, %(kind)s, %(email)s, %(name)s, %(service)s, %(code_hash)s, app.clock() + %(lasts)s::interval)
    returning """  # noqa: S608 - constants
    + SENT,
)
OPEN_INVITATIONS: Final = Query(
    ById,
    SentInvitation,
    "select "  # noqa: S608 - constants
    + SENT
    + " from live.wedding_invitations where wedding_id = %(id)s and "
    + WORTH_SHOWING
    + " order by created_at desc, id desc limit 200",
)
REVOKE_INVITATION: Final = Query(
    OneInvitation,
    SentInvitation,
    """
    update app.wedding_invitations set revoked_at = app.clock()
    where wedding_id = %(wedding_id)s and id = %(id)s and accepted_at is null and revoked_at is null
    returning """  # noqa: S608 - constants
    + SENT,
)
OPEN_INVITATION: Final = Query(
    OneInvitation,
    SentInvitation,
    "select "  # noqa: S608 - constants
    + SENT
    + " from live.wedding_invitations where wedding_id = %(wedding_id)s and id = %(id)s"
    + " and accepted_at is null and revoked_at is null and expires_at > app.clock()",
)
# A partner may connect a business of their own: the same person comes in another capacity.
BEFORE_INVITING: Final = Query(
    Inviting,
    KnownToCouple,
    """
    select
      exists (select from live.people p where p.id = app.actor_id() and p.email = %(email)s)
        and not (%(kind)s = 'supplier' and exists (
          select from live.supplier_members m
          where m.person_id = app.actor_id() and m.role <> 'viewer' and m.left_at is null)) as is_own,
      app.is_connected_address(%(wedding_id)s, %(email)s, %(service)s) as is_connected,
      exists (
        select from live.wedding_invitations i
        where i.wedding_id = %(wedding_id)s and i.email = %(email)s and i.kind = %(kind)s
          and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()) as is_invited,
      exists (
        select from live.wedding_invitations i
        where i.wedding_id = %(wedding_id)s and i.kind = 'partner'
          and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()) as has_partner_invited,
      (select count(*) from live.wedding_members m
       where m.wedding_id = %(wedding_id)s and m.role = 'partner' and m.left_at is null) as partners
    """,
)
ACCEPT_AS_COUPLE: Final = Query(
    CoupleAcceptance,
    ConnectedWith,
    "select app.accept_supplier_invitation(%(hash)s, %(wedding_id)s, %(display_name)s) as supplier_id",
)
ACCEPT_FROM_COUPLE: Final = Query(
    WeddingAcceptance,
    Joined,
    "select app.accept_wedding_invitation(%(hash)s, %(supplier_id)s, %(display_name)s) as wedding_id",
)
MEMBERS: Final = Query(
    ById,
    WeddingMember,
    """
    select person_id, display_name, role, created_at
    from live.wedding_members
    where wedding_id = %(id)s and left_at is null
    order by created_at, person_id
    limit 100
    """,
)
REMOVE_MEMBER: Final = Query(
    OneMember,
    WeddingMember,
    """
    update app.wedding_members set left_at = app.clock()
    where wedding_id = %(wedding_id)s and person_id = %(person_id)s and left_at is null and role <> 'partner'
    returning person_id, display_name, role, created_at
    """,
)
