"""Whom a business may invite of its clients, and rounds of invitations as they go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.clients.candidates import Candidate
from wedsync.features.clients.invitation_queries import CANDIDATE_COLUMNS, CANDIDATE_SOURCES
from wedsync.features.clients.queries import Kept
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import Query


class TheseClients(msgspec.Struct, frozen=True, kw_only=True):
    """Some clients of a business."""

    supplier_id: SupplierId
    ids: Sequence[ClientId]


class PartByName(msgspec.Struct, frozen=True, kw_only=True):
    """A part of those who are not connected, by name, after a place."""

    supplier_id: SupplierId
    after_key: str
    after_id: ClientId
    limit: int


class NewRound(msgspec.Struct, frozen=True, kw_only=True):
    """A round of invitations."""

    supplier_id: SupplierId
    service: SupplierType


class OneRound(msgspec.Struct, frozen=True, kw_only=True):
    """One round of one business."""

    supplier_id: SupplierId
    id: UUID


class Begun(msgspec.Struct, frozen=True):
    """The round that has begun."""

    id: UUID


class InRound(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited in a round, in this order."""

    supplier_id: SupplierId
    round_id: UUID
    ids: Sequence[ClientId]


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """The next of a round, and where its letter would go."""

    id: UUID
    client_id: ClientId
    email: str
    service: SupplierType


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one of a round: sent or passed."""

    supplier_id: SupplierId
    id: UUID
    state: str


class Pausing(msgspec.Struct, frozen=True, kw_only=True):
    """A round that waits until more letters may go; None once it goes on."""

    supplier_id: SupplierId
    id: UUID
    goes_on_at: datetime | None


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """How far a round is; `left` are those whose letters wait and `passed` those who got none, the first 50 of each."""

    id: UUID
    total: int
    sent: int
    waiting: int
    left: tuple[Candidate, ...]
    passed: tuple[Candidate, ...]
    goes_on_at: datetime | None = None


CANDIDATES: Final = Query(
    PartByName,
    Candidate,
    f"""
    select {CANDIDATE_COLUMNS}
    from {CANDIDATE_SOURCES}
    where c.supplier_id = %(supplier_id)s and (c.sort_key, c.id) > (%(after_key)s::text collate "C", %(after_id)s::uuid)
      and not exists (
        select from live.connections k
        where k.supplier_id = c.supplier_id and k.wedding_id = c.wedding_id and k.status = 'connected')
    order by c.sort_key, c.id
    limit %(limit)s
    """,  # noqa: S608 - our own words
)
THESE: Final = Query(
    TheseClients,
    Candidate,
    f"""
    select {CANDIDATE_COLUMNS}
    from {CANDIDATE_SOURCES}
    where c.supplier_id = %(supplier_id)s and c.id = any (%(ids)s::uuid[])
    order by c.sort_key, c.id
    """,  # noqa: S608 - our own words
)
BEGIN: Final = Query(
    NewRound,
    Begun,
    "insert into app.client_rounds (supplier_id, service) values (%(supplier_id)s, %(service)s) returning id",
)
CHOOSE: Final = Query(
    InRound,
    Kept,
    """
    insert into app.client_round_rows (supplier_id, round_id, client_id)
    select %(supplier_id)s, %(round_id)s, i.id from unnest(%(ids)s::uuid[]) with ordinality i (id, place)
    order by i.place
    returning client_id as id
    """,
)
# A worker that is at it holds the round, so that nobody is written to twice.
NEXT: Final = Query(
    OneRound,
    Next,
    """
    select r.id, r.client_id, lower(coalesce(nullif(c.email, ''), c.partner_email)) as email, o.service
    from app.client_rounds o
    join app.client_round_rows r on r.supplier_id = o.supplier_id and r.round_id = o.id
    join app.clients c on c.supplier_id = r.supplier_id and c.id = r.client_id
    where o.supplier_id = %(supplier_id)s and o.id = %(id)s and r.state = 'waiting'
    order by r.id
    limit 1
    for update of o
    """,
)
TELL: Final = Query(
    Told,
    Begun,
    """
    update app.client_round_rows set state = %(state)s
    where supplier_id = %(supplier_id)s and id = %(id)s and state = 'waiting'
    returning id
    """,
)
PAUSE: Final = Query(
    Pausing,
    Begun,
    """
    update app.client_rounds set goes_on_at = %(goes_on_at)s
    where supplier_id = %(supplier_id)s and id = %(id)s
    returning id
    """,
)
ROUND: Final = Query(
    OneRound,
    Round,
    f"""
    select d.id, d.goes_on_at, n.total, n.sent, n.waiting,
      (select coalesce(json_agg(w), '[]') from (
         select {CANDIDATE_COLUMNS}
         from live.client_round_rows r, {CANDIDATE_SOURCES}
         where r.supplier_id = d.supplier_id and r.round_id = d.id and r.state = 'waiting'
           and c.supplier_id = r.supplier_id and c.id = r.client_id
         order by r.id
         limit 50) w) as left,
      (select coalesce(json_agg(w), '[]') from (
         select {CANDIDATE_COLUMNS}
         from live.client_round_rows r, {CANDIDATE_SOURCES}
         where r.supplier_id = d.supplier_id and r.round_id = d.id and r.state = 'passed'
           and c.supplier_id = r.supplier_id and c.id = r.client_id
         order by r.id
         limit 50) w) as passed
    from live.client_rounds d
    cross join lateral (
      select count(*) as total, count(*) filter (where r.state = 'sent') as sent,
        count(*) filter (where r.state = 'waiting') as waiting
      from live.client_round_rows r
      where r.supplier_id = d.supplier_id and r.round_id = d.id) n
    where d.supplier_id = %(supplier_id)s and d.id = %(id)s
    """,  # noqa: S608 - our own words
)
