"""Every statement about weddings, their events and their facts."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.weddings.model import Event, EventRef, Fact, FactValue, LocalTimes, StoredTimes, Wedding
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, EventId, WeddingId
from wedsync.kernel.shield import WeddingStatus
from wedsync.platform.database import ById, Nothing, Query


class NewWedding(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding to found."""

    id: WeddingId
    title: str
    display_name: str


class NewTitle(msgspec.Struct, frozen=True, kw_only=True):
    """What a wedding is called from now on."""

    id: WeddingId
    title: str


class Titled(msgspec.Struct, frozen=True):
    """A wedding's title."""

    title: str


class FactNeeds(msgspec.Struct, frozen=True, kw_only=True):
    """What a writer has to know: the wedding and the stored names of facts."""

    id: WeddingId
    keys: tuple[str, ...]


class Stands(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as it stands; `value` null when it was cleared or does not apply."""

    fact_key: str
    revision: int
    state: str
    written_at: datetime
    event_id: EventId | None = None
    value: FactValue = None


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding before a fact is written: its events, and the facts in question."""

    id: WeddingId
    title: str
    status: WeddingStatus
    lock_lead_hours: int
    is_confirmed: bool
    events: tuple[EventRef, ...]
    facts: tuple[Stands, ...]


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """When a wedding is on, as its day log stands; `span` is None without a date."""

    active_from: datetime | None = None
    opens_at: datetime | None = None

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Both ends."""
        return (self.active_from, self.opens_at) if self.active_from and self.opens_at else None


class NewLead(msgspec.Struct, frozen=True, kw_only=True):
    """From how many hours before its window a wedding is read-only."""

    id: WeddingId
    hours: int


class NewRevision(msgspec.Struct, frozen=True, kw_only=True):
    """A fact to record. `value` and `instants` are JSON text."""

    wedding_id: WeddingId
    event_id: EventId | None
    fact_key: str
    base_revision: int
    state: str
    value: str | None
    reason: str | None
    source: str
    instants: str | None


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event to add, after the others."""

    wedding_id: WeddingId
    kind: EventKind
    title: str


class EventTitle(msgspec.Struct, frozen=True, kw_only=True):
    """What an event is called from now on."""

    wedding_id: WeddingId
    event_id: EventId
    title: str


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """An event to remove, by the batch of its deletion."""

    wedding_id: WeddingId
    event_id: EventId
    batch: BatchId


class Removed(msgspec.Struct, frozen=True):
    """The event that is gone."""

    id: EventId


class NewInstants(msgspec.Struct, frozen=True, kw_only=True):
    """What the events of a wedding resolve to, as JSON text."""

    id: WeddingId
    instants: str


class TimesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the weddings to come, by id."""

    after: UUID
    most: int


class TimesOfWedding(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding's events in their order, with what is stored for them."""

    wedding_id: WeddingId
    events: tuple[StoredTimes, ...]


class Corrected(msgspec.Struct, frozen=True):
    """The notice to send when that moved the wedding's window."""

    notice: UUID | None


class Confirmed(msgspec.Struct, frozen=True):
    """When the date was confirmed."""

    date_set_at: datetime


class OneFact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact of one subject."""

    wedding_id: WeddingId
    subject_id: UUID
    fact_key: str


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a fact. `writer` is a member's name, or the supplier's they acted for."""

    revision: int
    state: str
    written_at: datetime
    value: FactValue = None
    reason: str | None = None
    writer: str | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's list: newest first, before a moment."""

    id: WeddingId
    before: datetime
    limit: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A recent change of a fact, as its reader may see it. `event_title` names the event, unless it is the first."""

    key: str
    revision: int
    state: str
    written_at: datetime
    event_title: str | None = None
    value: FactValue = None
    previous: FactValue = None
    writer: str | None = None


FOUND_WEDDING: Final = Query(NewWedding, Nothing, "select app.found_wedding(%(id)s, %(title)s, %(display_name)s)")
EVENTS: Final = Query(
    ById,
    Event,
    """
    select e.id, e.kind, e.position, e.title, e.local_date, e.time_zone,
      left(t.start_time::text, 5) as start_time, left(t.end_time::text, 5) as end_time,
            t.start_reading, t.end_reading, t.starts_at, t.ends_at
    from live.wedding_events e
    left join live.event_times t on t.wedding_id = e.wedding_id and t.event_id = e.id
    where e.wedding_id = %(id)s
    order by e.position
    limit 20
    """,
)
FACTS: Final = Query(
    ById,
    Fact,
    """
    select definition_key as key, fact_key, event_id, revision, state, value, written_at
    from live.core_facts where wedding_id = %(id)s
    order by definition_key, event_id
    limit 500
    """,
)
# When plans of a wedding (its shield is s) open again. The day log is asked only near the day: else it costs a comparison.
OPENS: Final = """
    cross join lateral (
      select e.opens_at, case when e.is_near and app.clock() < e.opens_at then e.opens_at end as unlocks_at
      from (
        select n.is_near, case when n.is_near then app.opens_at(s.wedding_id) else upper(s.active_span) end as opens_at
        from (select guard.is_near(s.active_span, s.lock_lead_hours, app.clock()) as is_near) n) e) o"""
WEDDING: Final = Query(
    ById,
    Wedding,
    """
    select w.id, w.title, s.status, s.held_on, s.time_zone, s.date_set_at, s.lock_lead_hours,
      lower(s.active_span) as active_from, upper(s.active_span) as active_until, o.opens_at, o.unlocks_at,
      s.weight_complete, s.weight_not_applicable,
      (select t.guests from app.guest_totals(array[w.id]) t) as guests_total,
      coalesce((
        select json_agg(e) from (
          select e.id, e.kind, e.position, e.title, e.local_date, e.time_zone, left(t.start_time::text, 5) as start_time, left(t.end_time::text, 5) as end_time,
            t.start_reading, t.end_reading, t.starts_at, t.ends_at
          from live.wedding_events e
          left join live.event_times t on t.wedding_id = e.wedding_id and t.event_id = e.id
          where e.wedding_id = w.id
          order by e.position) e), '[]') as events,
      coalesce((
        select json_agg(f) from (
          select definition_key as key, fact_key, event_id, revision, state, value, written_at
          from live.core_facts where wedding_id = w.id order by definition_key, event_id) f), '[]') as facts,
      coalesce((
        select json_agg(m) from (
          select person_id, display_name, role
          from live.wedding_members where wedding_id = w.id and left_at is null order by created_at, person_id) m), '[]') as members,
      coalesce((
        select json_agg(c) from (
          select c.supplier_id, coalesce(k.image ->> 'name', p.name) as name, c.service, c.status
          from live.connections c
          join live.suppliers p on p.id = c.supplier_id
          left join live.copies_in_force k on k.wedding_id = w.id and k.row_id = p.id
          where c.wedding_id = w.id and c.status = 'connected' order by c.service, name limit 100) c), '[]') as suppliers
    from live.weddings w
    join live.wedding_shields s on s.wedding_id = w.id"""  # noqa: S608 - a constant
    + OPENS
    + """
    where w.id = %(id)s
    """,
)
BEFORE: Final = Query(
    FactNeeds,
    Before,
    """
    select w.id, w.title, s.status, s.lock_lead_hours, s.date_set_at is not null as is_confirmed,
      coalesce((
        select json_agg(e) from (
          select id, kind from live.wedding_events where wedding_id = w.id order by position) e), '[]') as events,
      coalesce((
        select json_agg(f) from (
          select fact_key, event_id, revision, state, value, written_at
          from live.core_facts where wedding_id = w.id and fact_key = any (%(keys)s)) f), '[]') as facts
    from live.weddings w
    join live.wedding_shields s on s.wedding_id = w.id
    where w.id = %(id)s
    """,
)
LOCAL_TIMES: Final = Query(
    ById,
    LocalTimes,
    """
    select id, kind, start_time, end_time, own_date, own_zone, start_reading, end_reading from app.local_times(%(id)s)
    """,
)
RECORD_FACT: Final = Query(
    NewRevision,
    Fact,
    """
    insert into app.core_field_revisions (wedding_id, event_id, fact_key, base_revision, state, value, reason, source, instants)
    values (%(wedding_id)s, %(event_id)s, %(fact_key)s, %(base_revision)s, %(state)s, %(value)s::jsonb, %(reason)s, %(source)s, %(instants)s::jsonb)
    returning definition_key as key, fact_key, event_id, revision, state, value, written_at
    """,
)
RETITLE: Final = Query(NewTitle, Titled, "update app.weddings set title = %(title)s where id = %(id)s returning title")
ADD_EVENT: Final = Query(
    NewEvent,
    Event,
    """
    insert into app.wedding_events (wedding_id, kind, position, title)
    select %(wedding_id)s, %(kind)s, coalesce(max(e.position), 0) + 1, %(title)s
    from app.wedding_events e where e.wedding_id = %(wedding_id)s
    returning id, kind, position, title, local_date, time_zone
    """,
)
RENAME_EVENT: Final = Query(
    EventTitle,
    Event,
    """
    update app.wedding_events set title = %(title)s
    where wedding_id = %(wedding_id)s and id = %(event_id)s and delete_batch is null
    returning id, kind, position, title, local_date, time_zone
    """,
)
REMOVE_EVENT: Final = Query(
    Removal,
    Removed,
    """
    update app.wedding_events set delete_batch = %(batch)s
    where wedding_id = %(wedding_id)s and id = %(event_id)s and delete_batch is null
    returning id
    """,
)
RESOLVE_EVENTS: Final = Query(NewInstants, Nothing, "select app.resolve_events(%(id)s, %(instants)s::jsonb)")
TIMES_TO_CHECK: Final = Query(
    TimesPage, TimesOfWedding, "select wedding_id, events from app.times_to_check(%(after)s, %(most)s)"
)
CORRECT_INSTANTS: Final = Query(
    NewInstants, Corrected, "select app.correct_instants(%(id)s, %(instants)s::jsonb) as notice"
)
WINDOW: Final = Query(
    ById,
    Window,
    "select lower(s.active_span) as active_from, o.opens_at from live.wedding_shields s"  # noqa: S608 - a constant
    + OPENS
    + " where s.wedding_id = %(id)s",
)
SET_LEAD: Final = Query(NewLead, Nothing, "select app.set_lead(%(id)s, %(hours)s)")
CONFIRM_DATE: Final = Query(ById, Confirmed, "select app.confirm_date(%(id)s) as date_set_at")
REVISIONS: Final = Query(
    OneFact,
    Revision,
    """
    select r.revision, r.state, r.value, r.reason, r.written_at, coalesce(s.name, m.display_name) as writer
    from live.core_field_revisions r
    left join live.suppliers s on s.id = r.actor_supplier_id
    left join live.wedding_members m on m.wedding_id = r.wedding_id and m.person_id = r.actor_id
    where r.wedding_id = %(wedding_id)s and r.subject_id = %(subject_id)s and r.fact_key = %(fact_key)s
    order by r.revision desc
    limit 200
    """,
)
RECENT_CHANGES: Final = Query(
    Page,
    Change,
    """
    select r.definition_key as key, r.revision, r.state, r.value, r.written_at, p.value as previous,
      coalesce(s.name, m.display_name) as writer, e.title as event_title
    from live.core_field_revisions r
    left join live.wedding_events e on e.wedding_id = r.wedding_id and e.id = r.subject_id and e.position > 1
    left join live.core_field_revisions p
      on p.wedding_id = r.wedding_id and p.subject_id = r.subject_id and p.fact_key = r.fact_key and p.revision = r.revision - 1
    left join live.suppliers s on s.id = r.actor_supplier_id
    left join live.wedding_members m on m.wedding_id = r.wedding_id and m.person_id = r.actor_id
    where r.wedding_id = %(id)s and r.written_at < %(before)s
    order by r.written_at desc, r.id desc
    limit %(limit)s
    """,
)
