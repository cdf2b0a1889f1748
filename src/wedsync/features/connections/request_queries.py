"""Every statement about what suppliers ask a couple to share."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.connections.model import Connection, GrantRequest, SentInvitation
from wedsync.features.connections.queries import CONNECTION, OPEN_INVITATIONS
from wedsync.features.connections.receipt_queries import RECEIPTS_OF, AccessReceipt, SupplierReceiptsPage
from wedsync.kernel.ids import GrantRequestId, PersonId, SupplierId, WeddingId
from wedsync.platform.database import ById, Query


class NewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a supplier asks for, and why."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    area: str
    level: str
    can_write: bool
    reason: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An area that a supplier is about to ask for."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    area: str


class BeforeAsking(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand: what it has, whether it has asked already, until when a no stands."""

    is_open: bool
    can_write: bool
    level: str | None = None
    declined_until: datetime | None = None


class OneRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request to one wedding."""

    wedding_id: WeddingId
    id: GrantRequestId


class NewAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a request."""

    wedding_id: WeddingId
    id: GrantRequestId
    answer: str


class GivenGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What was shared just now: it answers a request for no more than that."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    area: str
    level: str
    can_write: bool


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that ends, and what becomes of its open requests."""

    wedding_id: WeddingId
    supplier_id: SupplierId
    answer: str


class RequestsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's requests, newest first."""

    wedding_id: WeddingId
    before_at: datetime
    before_id: UUID
    limit: int


class SharedPage(SupplierReceiptsPage, frozen=True, kw_only=True):
    """One supplier, and how many of its latest receipts."""


class Answered(msgspec.Struct, frozen=True):
    """The request that was answered."""

    id: GrantRequestId


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a couple has invited, and what its suppliers ask for."""

    invitations: tuple[SentInvitation, ...]
    requests: tuple[GrantRequest, ...]


class SharedWith(msgspec.Struct, frozen=True, kw_only=True):
    """One supplier towards a wedding: what it may see, what it asks for, and who of it looked lately."""

    connection: Connection
    requests: tuple[GrantRequest, ...]
    receipts: tuple[AccessReceipt, ...]


class RequestLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter to one of the couple has to know."""

    person_id: PersonId
    email: str
    name: str
    title: str
    wedding_id: WeddingId
    supplier_id: SupplierId
    supplier: str
    asker: str
    area: str
    level: str
    can_write: bool
    reason: str


class AnswerLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter to who asked has to know."""

    email: str
    name: str
    title: str
    wedding_id: WeddingId
    supplier_id: SupplierId
    area: str
    answer: str


COLUMNS: Final = "id, supplier_id, area, level, can_write, reason, created_at, answer, answered_at"

ASK: Final = Query(
    NewRequest,
    GrantRequest,
    """
    insert into app.grant_requests (wedding_id, supplier_id, area, level, can_write, reason)
    values (%(wedding_id)s, %(supplier_id)s, %(area)s, %(level)s, %(can_write)s, %(reason)s)
    on conflict (wedding_id, supplier_id, area) where answer is null do nothing
    returning """  # noqa: S608 - constants
    + COLUMNS,
)
BEFORE_ASKING: Final = Query(
    Wanted,
    BeforeAsking,
    """
    select g.level, coalesce(g.can_write, false) as can_write,
      exists (
        select from live.grant_requests r
        where r.wedding_id = w.wedding_id and r.supplier_id = w.supplier_id and r.area = w.area
          and r.answer is null) as is_open,
      (select max(r.answered_at) + interval '168 hours'
       from live.grant_requests r
       where r.wedding_id = w.wedding_id and r.supplier_id = w.supplier_id and r.area = w.area and r.answer = 'declined'
         and r.answered_at > app.clock() - interval '168 hours') as declined_until
    from (select %(wedding_id)s::uuid as wedding_id, %(supplier_id)s::uuid as supplier_id, %(area)s::text as area) w
    left join live.connection_grants g
      on g.wedding_id = w.wedding_id and g.supplier_id = w.supplier_id and g.area = w.area and g.revoked_at is null
    """,
)
REQUEST: Final = Query(
    OneRequest,
    GrantRequest,
    "select "  # noqa: S608 - constants
    + COLUMNS
    + " from live.grant_requests where wedding_id = %(wedding_id)s and id = %(id)s and answer is null",
)
ANSWER: Final = Query(
    NewAnswer,
    GrantRequest,
    """
    update app.grant_requests set answer = %(answer)s, answered_by = app.actor_id(), answered_at = app.clock()
    where wedding_id = %(wedding_id)s and id = %(id)s and answer is null
    returning """  # noqa: S608 - constants
    + COLUMNS,
)
ANSWER_BY_GRANT: Final = Query(
    GivenGrant,
    Answered,
    """
    update app.grant_requests set answer = 'given', answered_by = app.actor_id(), answered_at = app.clock()
    where wedding_id = %(wedding_id)s and supplier_id = %(supplier_id)s and area = %(area)s and answer is null
      and (level = 'usual' or %(level)s::text = 'everything') and (not can_write or %(can_write)s)
    returning id
    """,
)
ANSWER_ALL: Final = Query(
    Ended,
    Answered,
    """
    update app.grant_requests set answer = %(answer)s, answered_by = app.actor_id(), answered_at = app.clock()
    where wedding_id = %(wedding_id)s and supplier_id = %(supplier_id)s and answer is null
    returning id
    """,
)
REQUESTS: Final = Query(
    RequestsPage,
    GrantRequest,
    "select "  # noqa: S608 - constants
    + COLUMNS
    + """
    from live.grant_requests
    where wedding_id = %(wedding_id)s and (created_at, id) < (%(before_at)s, %(before_id)s)
    order by created_at desc, id desc
    limit %(limit)s
    """,
)
# At most one a supplier and area is open, so there are few.
OPEN_REQUESTS: Final = Query(
    ById,
    GrantRequest,
    "select "  # noqa: S608 - constants
    + COLUMNS
    + " from live.grant_requests where wedding_id = %(id)s and answer is null order by supplier_id, area limit 500",
)
WAITING: Final = Query(
    ById,
    Waiting,
    "select coalesce((select json_agg(i) from ("  # noqa: S608 - constants
    + OPEN_INVITATIONS.sql
    + ") i), '[]') as invitations, coalesce((select json_agg(q) from ("
    + OPEN_REQUESTS.sql
    + ") q), '[]') as requests",
)
SHARED_WITH: Final = Query(
    SharedPage,
    SharedWith,
    "select row_to_json(c) as connection, coalesce((select json_agg(q) from (select "  # noqa: S608 - constants
    + COLUMNS
    + """ from live.grant_requests
      where wedding_id = %(wedding_id)s and supplier_id = %(supplier_id)s and answer is null
      order by area) q), '[]') as requests,
      coalesce((select json_agg(r) from ("""
    + RECEIPTS_OF.sql
    + ") r), '[]') as receipts from ("
    + CONNECTION.sql
    + ") c",
)
REQUEST_LETTERS: Final = Query(
    ById,
    RequestLetter,
    "select person_id, email, name, title, wedding_id, supplier_id, supplier, asker, area, level, can_write, reason"
    " from app.grant_request_letters(%(id)s)",
)
ANSWER_LETTER: Final = Query(
    ById,
    AnswerLetter,
    "select email, name, title, wedding_id, supplier_id, area, answer from app.grant_answer_letter(%(id)s)",
)
