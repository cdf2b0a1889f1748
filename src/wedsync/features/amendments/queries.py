"""Every statement about amendments. Reading one never shows a change of a fact that its reader does not read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.amendments.model import Amendment, Answer, Kind, ReasonCode
from wedsync.features.weddings.model import Fact
from wedsync.features.weddings.page_queries import SEEN_COLUMNS, SEEN_FROM, Seen
from wedsync.kernel.ids import AmendmentId, EventId, PersonId, SupplierId, WeddingId
from wedsync.platform.database import Query


class NewAmendment(msgspec.Struct, frozen=True, kw_only=True):
    """An amendment to propose."""

    wedding_id: WeddingId
    id: AmendmentId
    kind: Kind
    reason_code: ReasonCode
    reason: str | None


class NewChange(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that it would change. `value` is JSON text."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    event_id: EventId | None
    fact_key: str
    base_revision: int
    value: str | None


class NewResponse(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to give."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    answer: Answer
    note: str | None


class Added(msgspec.Struct, frozen=True):
    """A row that was added."""

    id: UUID


class Responded(msgspec.Struct, frozen=True):
    """When it was given."""

    answered_at: datetime


class OneAmendment(msgspec.Struct, frozen=True, kw_only=True):
    """One amendment of one wedding."""

    wedding_id: WeddingId
    amendment_id: AmendmentId


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's amendments, newest first, before one of them."""

    wedding_id: WeddingId
    before: UUID
    limit: int


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the approvals are enough, and whether nothing can come of it any more; null for who does not see it."""

    is_approved: bool | None
    is_past: bool | None


class EndPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what is to end, after one of it."""

    after_wedding: UUID
    after_amendment: UUID
    most: int


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """An amendment that time or a leaving has decided, and the partner in whose name it ends."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    person_id: PersonId


class AmendedRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A fact to record in the name of an amendment. `value` and `instants` are JSON text."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    event_id: EventId | None
    fact_key: str
    base_revision: int
    value: str | None
    instants: str | None


class OnDay(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding, and a day that it might move to."""

    wedding_id: WeddingId
    held_on: date


class Booked(msgspec.Struct, frozen=True):
    """A supplier that has another wedding on that day."""

    supplier_id: SupplierId


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom an amendment concerns, and what a letter to them has to know."""

    person_id: PersonId
    email: str
    name: str
    party: str
    title: str
    kind: Kind
    is_proposer: bool
    is_answered: bool
    decision: str | None = None
    supplier_id: SupplierId | None = None


class Most(msgspec.Struct, frozen=True):
    """How many to take at once."""

    most: int


class Chased(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that is due now; with the last one the couple is told."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    supplier_id: SupplierId
    step: int
    is_last: bool


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding to look at with its latest amendments, or with one of them."""

    id: WeddingId
    amendment_id: AmendmentId | None = None


class SeenWithAmendments(Seen, frozen=True, kw_only=True):
    """A wedding as its reader sees it, with its amendments, newest first."""

    amendments: tuple[Amendment, ...]


_AMENDMENT: Final = """
    select a.id, app.amendment_state(a.wedding_id, a.id) as state, app.amendment_takes_effect_at(a.wedding_id, a.id) as takes_effect_at,
      app.amendment_asks(a.wedding_id, a.id) as asked,
      a.kind, a.reason_code, a.reason, a.party, a.person_id, a.supplier_id, a.proposed_at, coalesce(p.name, m.display_name) as name,
      coalesce((
        select json_agg(c) from (
          select c.definition_key as key, c.fact_key, c.event_id, c.base_revision, c.value, f.value as previous,
            f.revision is null and c.base_revision > 0 as is_previous_hidden
          from live.amendment_changes c
          left join live.core_field_revisions f
            on f.wedding_id = c.wedding_id and f.subject_id = c.subject_id and f.fact_key = c.fact_key and f.revision = c.base_revision
          where c.wedding_id = a.wedding_id and c.amendment_id = a.id
          order by c.link) c), '[]') as changes,
      coalesce((
        select json_agg(s) from (
          select s.answer, s.party, s.person_id, s.supplier_id, s.note, s.answered_at, coalesce(q.name, n.display_name) as name
          from live.amendment_responses s
          left join live.suppliers q on q.id = s.supplier_id
          left join live.wedding_members n on n.wedding_id = s.wedding_id and n.person_id = s.person_id
          where s.wedding_id = a.wedding_id and s.amendment_id = a.id
          order by s.link) s), '[]') as responses,
      coalesce((
        select json_agg(distinct k.supplier_id)
        from live.core_field_revisions f
        join live.acknowledgements k
          on k.wedding_id = f.wedding_id and k.subject_id = f.subject_id and k.fact_key = f.fact_key
          and k.revision = f.revision
        where f.wedding_id = a.wedding_id and f.amendment_id = a.id and not exists (
          select from live.core_field_revisions o
          join live.unseen_changes u
            on u.wedding_id = o.wedding_id and u.subject_id = o.subject_id and u.fact_key = o.fact_key
            and u.revision = o.revision
          where o.wedding_id = a.wedding_id and o.amendment_id = a.id and u.supplier_id = k.supplier_id)), '[]') as seen_by
    from live.amendments a
    left join live.suppliers p on p.id = a.supplier_id
    left join live.wedding_members m on m.wedding_id = a.wedding_id and m.person_id = a.person_id"""

PROPOSE: Final = Query(
    NewAmendment,
    Added,
    """
    insert into app.amendments (wedding_id, id, kind, reason_code, reason)
    values (%(wedding_id)s, %(id)s, %(kind)s, %(reason_code)s, %(reason)s)
    returning id
    """,
)
PROPOSE_CHANGE: Final = Query(
    NewChange,
    Added,
    """
    insert into app.amendment_changes (wedding_id, amendment_id, event_id, fact_key, base_revision, value)
    values (%(wedding_id)s, %(amendment_id)s, %(event_id)s, %(fact_key)s, %(base_revision)s, %(value)s::jsonb)
    returning id
    """,
)
RESPOND: Final = Query(
    NewResponse,
    Responded,
    """
    insert into app.amendment_responses (wedding_id, amendment_id, answer, note)
    values (%(wedding_id)s, %(amendment_id)s, %(answer)s, %(note)s)
    returning answered_at
    """,
)
AMENDMENT: Final = Query(
    OneAmendment, Amendment, _AMENDMENT + "\n    where a.wedding_id = %(wedding_id)s and a.id = %(amendment_id)s"
)
SEEN_WITH_AMENDMENTS: Final = Query(
    Looked,
    SeenWithAmendments,
    SEEN_COLUMNS  # noqa: S608 - constants
    + """,
      coalesce((
        select json_agg(x) from ("""
    + _AMENDMENT
    + """
          where a.wedding_id = w.id and (%(amendment_id)s::uuid is null or a.id = %(amendment_id)s)
          order by a.id desc
          limit 50) x), '[]') as amendments"""
    + SEEN_FROM,
)
AMENDMENTS: Final = Query(
    Page,
    Amendment,
    _AMENDMENT
    + """
    where a.wedding_id = %(wedding_id)s and a.id < %(before)s
    order by a.id desc
    limit %(limit)s""",
)
STANDS: Final = Query(
    OneAmendment, Stands, "select is_approved, is_past from app.amendment_stands(%(wedding_id)s, %(amendment_id)s)"
)
TO_END: Final = Query(
    EndPage,
    Ended,
    """
    select wedding_id, amendment_id, person_id
    from app.amendments_to_end(%(after_wedding)s, %(after_amendment)s, %(most)s)
    """,
)
RECORD_AMENDED: Final = Query(
    AmendedRevision,
    Fact,
    """
    insert into app.core_field_revisions (wedding_id, event_id, fact_key, base_revision, value, source, instants, amendment_id)
    values (%(wedding_id)s, %(event_id)s, %(fact_key)s, %(base_revision)s, %(value)s::jsonb, 'person', %(instants)s::jsonb, %(amendment_id)s)
    returning definition_key as key, fact_key, event_id, revision, state, value, written_at
    """,
)
BOOKED: Final = Query(OnDay, Booked, "select supplier_id from app.booked_suppliers(%(wedding_id)s, %(held_on)s)")
RECIPIENTS: Final = Query(
    OneAmendment,
    Recipient,
    """
    select person_id, email, name, party, supplier_id, title, kind, person_id = proposer as is_proposer, decision, is_answered
    from app.amendment_letters(%(wedding_id)s, %(amendment_id)s)
    """,
)
CHASE: Final = Query(
    Most,
    Chased,
    """
    select wedding_id, amendment_id, supplier_id, step, is_last
    from app.chase_amendments(%(most)s)
    """,
)
