"""What an invitation of a client asks and keeps, and which wedding the client belongs to."""

from __future__ import annotations

from typing import Final, LiteralString

import msgspec

from wedsync.features.clients.candidates import Candidate
from wedsync.features.clients.queries import Kept, OneClient
from wedsync.kernel.ids import ClientId, InvitationId, SupplierId, WeddingId
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import ById, Query


class Kinds(msgspec.Struct, frozen=True):
    """What a business does."""

    supplier_types: tuple[SupplierType, ...]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """The invitation that went to a client."""

    supplier_id: SupplierId
    id: ClientId
    invitation_id: InvitationId


class Meeting(msgspec.Struct, frozen=True, kw_only=True):
    """A client and the wedding that is theirs."""

    supplier_id: SupplierId
    id: ClientId
    wedding_id: WeddingId


KINDS: Final = Query(ById, Kinds, "select supplier_types from live.suppliers where id = %(id)s")
# A letter is out where the client's own invitation is open, or any to the address: each through its own index.
# The address is spelt out first ("offset 0"): a function that may leak would keep the index from answering before row
# security, and 500 clients beside 1,500 letters would take 185 ms instead of 7.
CANDIDATE_COLUMNS: Final[LiteralString] = """c.id, c.sort_key as key, c.name, a.email,
      exists (
        select from live.connections k
        where k.supplier_id = c.supplier_id and k.wedding_id = c.wedding_id and k.status = 'connected') as is_connected,
      exists (
        select from live.supplier_invitations i
        where i.supplier_id = c.supplier_id and i.id = c.invitation_id and i.declined_at is not null) as has_declined,
      o.email as open_at, o.expires_at as open_until"""
CANDIDATE_SOURCES: Final[LiteralString] = """live.clients c
    cross join lateral (select lower(coalesce(nullif(c.email, ''), c.partner_email)) as email offset 0) a
    left join lateral (
      select u.email, u.expires_at
      from (
        select i.email, i.expires_at
        from live.supplier_invitations i
        where i.supplier_id = c.supplier_id and i.id = c.invitation_id and i.kind = 'couple'
          and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()
        union all
        select i.email, i.expires_at
        from live.supplier_invitations i
        where i.supplier_id = c.supplier_id and i.email = a.email and i.kind = 'couple'
          and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()) u
      order by u.expires_at desc
      limit 1) o on true"""
CANDIDATE: Final = Query(
    OneClient,
    Candidate,
    f"""
    select {CANDIDATE_COLUMNS}
    from {CANDIDATE_SOURCES}
    where c.supplier_id = %(supplier_id)s and c.id = %(id)s
    """,  # noqa: S608 - our own words
)
KEEP_INVITATION: Final = Query(
    Sent,
    Kept,
    """
    update app.clients set invitation_id = %(invitation_id)s
    where supplier_id = %(supplier_id)s and id = %(id)s and delete_batch is null
    returning id
    """,
)
MEET: Final = Query(
    Meeting,
    Kept,
    """
    update app.clients c set wedding_id = k.wedding_id
    from live.connections k
    where c.supplier_id = %(supplier_id)s and c.id = %(id)s and c.delete_batch is null
      and k.supplier_id = c.supplier_id and k.wedding_id = %(wedding_id)s and k.status = 'connected'
    returning c.id
    """,
)
PART: Final = Query(
    OneClient,
    Kept,
    """
    update app.clients set wedding_id = null
    where supplier_id = %(supplier_id)s and id = %(id)s and wedding_id is not null and delete_batch is null
    returning id
    """,
)
