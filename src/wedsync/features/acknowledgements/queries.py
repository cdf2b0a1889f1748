"""Every statement about who has seen what. Revisions come from the ledger, values under their reader's own rights."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.acknowledgements.model import Sighting
from wedsync.features.weddings.model import FactValue
from wedsync.features.weddings.page_queries import SEEN_COLUMNS, SEEN_FROM, SIGHTED, Seen
from wedsync.kernel.ids import EventId, PersonId, SupplierId, WeddingId
from wedsync.kernel.letters import QuietHours
from wedsync.platform.database import ById, Query


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Revisions that a member was shown, as three lists of one length."""

    wedding_id: WeddingId
    subjects: tuple[UUID, ...]
    fact_keys: tuple[str, ...]
    revisions: tuple[int, ...]


class Kept(msgspec.Struct, frozen=True):
    """An acknowledgement that was not there before."""

    id: UUID


class LedgerPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's ledger, after a fact of a supplier."""

    wedding_id: WeddingId
    after_supplier: UUID
    after_subject: UUID
    after_key: str
    limit: int


class SeenWithSightings(Seen, frozen=True, kw_only=True):
    """A wedding as its reader sees it, with where its suppliers stand towards each fact."""

    sightings: tuple[Sighting, ...]


class ChangesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what a supplier has not seen, newest first, before one of it."""

    supplier_id: SupplierId
    before: datetime
    before_id: UUID
    limit: int


class Place(msgspec.Struct, frozen=True):
    """One change's place in that list."""

    id: UUID
    wedding_id: WeddingId
    changed_at: datetime


class SomeChanges(msgspec.Struct, frozen=True, kw_only=True):
    """Some changes that a supplier has not seen."""

    supplier_id: SupplierId
    ids: tuple[UUID, ...]


class UnseenChange(msgspec.Struct, frozen=True, kw_only=True):
    """A change that no member has seen; `seen_value` is what they saw last. `event_title`: of another than the first."""

    id: UUID
    wedding_id: WeddingId
    title: str
    key: str
    fact_key: str
    revision: int
    state: str
    changed_at: datetime
    event_id: EventId | None = None
    event_title: str | None = None
    value: FactValue = None
    seen_revision: int | None = None
    seen_value: FactValue = None


class Most(msgspec.Struct, frozen=True):
    """How many reminders to take at once."""

    most: int


class Reminded(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to write to, and which letter it is; `is_urgent`: a wedding is less than a week away.

    `quiet` is None where it need not wait for a night to end: those hours are off, or it goes with others once a day.
    """

    person_id: PersonId
    reminder_id: UUID
    zone: str
    is_urgent: bool
    quiet: QuietHours | None = None


class Chased(msgspec.Struct, frozen=True, kw_only=True):
    """How many changes were due, and whom to write to about them."""

    changes: int
    people: tuple[Reminded, ...]


class OneReminder(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that a job takes; the same job may ask again."""

    person_id: PersonId
    reminder_id: UUID
    letter_id: UUID


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the letter says: what a business of theirs, or at their own wedding a supplier, has not seen."""

    email: str
    name: str
    wedding_id: WeddingId
    title: str
    supplier_id: SupplierId
    supplier: str
    is_own: bool
    changes: int


_SIGHTING: Final = (
    """
          select g.supplier_id, p.name as supplier, f.definition_key as key, g.fact_key, f.event_id, g.revision,
            f.value, f.state, f.written_at, g.seen_revision, o.value as seen_value, g.seen_at,
            m.display_name as seen_by, g.is_change, g.told_at,
            case when g.seen_revision = g.revision then 'current' when g.seen_revision is null then 'never'
              else 'behind' end as stand"""
    + SIGHTED
    + """
          left join live.suppliers p on p.id = g.supplier_id
          left join live.supplier_members m on m.supplier_id = g.supplier_id and m.person_id = g.person_id"""
)

ACKNOWLEDGE: Final = Query(
    Report,
    Kept,
    """
    insert into app.acknowledgements (wedding_id, subject_id, fact_key, revision)
    select %(wedding_id)s, s.subject_id, s.fact_key, s.revision
    from unnest(%(subjects)s::uuid[], %(fact_keys)s::text[], %(revisions)s::integer[]) as s (subject_id, fact_key, revision)
    order by s.subject_id, s.fact_key, s.revision   -- two who report at once wait for each other in one order
    on conflict do nothing
    returning id
    """,
)
SEEN_WITH_SIGHTINGS: Final = Query(
    ById,
    SeenWithSightings,
    SEEN_COLUMNS  # noqa: S608 - constants
    + """,
      coalesce((
        select json_agg(x) from ("""
    + _SIGHTING
    + """
          order by p.name, g.supplier_id, g.subject_id, g.fact_key
          limit 5000) x), '[]') as sightings"""
    + SEEN_FROM,
)
LEDGER: Final = Query(
    LedgerPage,
    Sighting,
    "select l.* from (select %(wedding_id)s::uuid as id) w cross join lateral ("  # noqa: S608 - a constant
    + _SIGHTING
    + """
          where (g.supplier_id, g.subject_id, g.fact_key) > (%(after_supplier)s, %(after_subject)s, %(after_key)s)
          order by g.supplier_id, g.subject_id, g.fact_key
          limit %(limit)s) l""",
)
# A list is two statements: which changes (the index unseen_changes_list orders them), then those, narrowed to their weddings.
CHANGES: Final = Query(
    ChangesPage,
    Place,
    """
    select id, wedding_id, changed_at
    from live.unseen_changes
    where supplier_id = %(supplier_id)s and (changed_at, id) < (%(before)s, %(before_id)s)
    order by changed_at desc, id desc
    limit %(limit)s
    """,
)
CHANGES_OF: Final = Query(
    SomeChanges,
    UnseenChange,
    """
    select u.id, u.wedding_id, w.title, f.definition_key as key, u.fact_key, f.event_id, u.revision, f.state, f.value, u.changed_at,
      e.title as event_title, o.revision as seen_revision, o.value as seen_value
    from live.unseen_changes u
    join live.weddings w on w.id = u.wedding_id
    join live.core_field_revisions f
      on f.wedding_id = u.wedding_id and f.subject_id = u.subject_id and f.fact_key = u.fact_key and f.revision = u.revision
    left join live.wedding_events h on h.wedding_id = f.wedding_id and h.id = f.event_id
    left join live.wedding_events e on e.wedding_id = f.wedding_id and e.id = f.event_id and e.position > 1
    left join lateral (
      select max(k.revision) as revision
      from live.acknowledgements k
      where k.wedding_id = u.wedding_id and k.supplier_id = u.supplier_id and k.subject_id = u.subject_id
        and k.fact_key = u.fact_key) k on true
    left join live.core_field_revisions o
      on o.wedding_id = u.wedding_id and o.subject_id = u.subject_id and o.fact_key = u.fact_key and o.revision = k.revision
    where u.supplier_id = %(supplier_id)s and u.id = any (%(ids)s) and (f.event_id is null or h.id is not null)
    order by u.changed_at desc, u.id desc
    """,
)
CHASE: Final = Query(Most, Chased, "select changes, people from app.chase_unseen(%(most)s)")
TAKE_REMINDER: Final = Query(
    OneReminder,
    Line,
    """
    select email, name, wedding_id, title, supplier_id, supplier, is_own, changes
    from app.take_reminder(%(person_id)s, %(reminder_id)s, %(letter_id)s)
    """,
)
