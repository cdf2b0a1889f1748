"""A wedding: its events, its facts and what protects it. Pure: shapes, and how local times become instants.

A fact has one subject, the wedding or one of its events. "wedding_date" or "ceremony_time" are names under which pages
show the first event's date and the ceremony's start; nothing is stored twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Final, TypeAlias

import msgspec

from wedsync.kernel.fields.definitions import FIELD_BY_KEY, event_field, field_named
from wedsync.kernel.fields.model import EventKind, Field, FieldClass, Subject
from wedsync.kernel.ids import EventId, PersonId, SupplierId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierType, WeddingRole
from wedsync.kernel.problems import NotFound
from wedsync.kernel.shield import Protection, WeddingStatus
from wedsync.kernel.zones import ZONE_DATA_VERSION, EventInstants, Reading, Readings, resolve_event
from wedsync.kernel.zones import Resolution as TimeResolution

# Every shape a fact's value has (kernel.fields.values); flat, so that it can be read from JSON strictly.
FactValue: TypeAlias = bool | int | float | str | list[str] | dict[str, str | list[str]] | None

TIMING: Final = frozenset({"date", "time_zone", "start_time", "end_time"})
# While a wedding is postponed these are awaited, not fixed.
AWAITED: Final = frozenset({"date", "time_zone"})
MOST_EVENTS: Final = 20
PARTNERS: Final = 2
LONGEST_TITLE: Final = 100
# Core fields whose values are checked against each other, by the stored name of each.
CHECKED_TOGETHER: Final = (
    frozenset({"adults", "children", "infants", "wheelchair_guests", "out_of_town_guests"}),
    frozenset({"partner1_email", "partner2_email"}),
    frozenset({"start_time", "end_time"}),
)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A dated part of a wedding; local times as HH:MM, with the instants they resolved to.

    `start_reading` and `end_reading` say which of two a time is, where the clock shows it twice.
    """

    id: EventId
    kind: EventKind
    position: int
    title: str
    local_date: date | None = None
    time_zone: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    start_reading: Reading | None = None
    end_reading: Reading | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """The current revision of a fact, as its reader may see it. `key` is the question it answers."""

    key: str
    fact_key: str
    revision: int
    state: str
    written_at: datetime
    value: FactValue = None
    event_id: EventId | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who belongs to the wedding."""

    person_id: PersonId
    display_name: str
    role: WeddingRole


class ConnectedSupplier(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier of the wedding, as the others see it."""

    supplier_id: SupplierId
    name: str
    service: SupplierType
    status: str


class Wedding(msgspec.Struct, frozen=True, kw_only=True):
    """One wedding as one reader may see it, in one answer.

    `guests_total` is adults, children and infants together, also for who does not read them apart. `active_until` is
    planned, `opens_at` as the day log has it; `unlocks_at` the same while the wedding is read-only.
    """

    id: WeddingId
    title: str
    status: WeddingStatus
    lock_lead_hours: int
    weight_complete: int
    weight_not_applicable: int
    events: tuple[Event, ...]
    facts: tuple[Fact, ...]
    members: tuple[Member, ...]
    suppliers: tuple[ConnectedSupplier, ...]
    guests_total: int | None = None
    held_on: date | None = None
    time_zone: str | None = None
    date_set_at: datetime | None = None
    active_from: datetime | None = None
    active_until: datetime | None = None
    opens_at: datetime | None = None
    unlocks_at: datetime | None = None

    @property
    def protection(self) -> Protection:
        """What the shield line is made from."""
        window = (self.active_from, self.active_until) if self.active_from and self.active_until else None
        return Protection(
            status=self.status,
            date_set_at=self.date_set_at,
            span=window,
            lead_hours=self.lock_lead_hours,
            ends_at=self.opens_at,
            zone=self.time_zone or "UTC",
        )

    @property
    def values(self) -> dict[str, JsonValue]:
        """Values by the key of the core field they answer."""
        return {fact.key: fact.value for fact in self.core_facts.values() if fact.value is not None}

    @property
    def core_facts(self) -> dict[str, Fact]:
        """Facts by the key of the core field they answer: the first event's date, the first ceremony's start."""
        places = {(event_of(self.events, FIELD_BY_KEY[fact.key]), fact.key): fact for fact in self.facts}
        return {key: fact for (event, key), fact in places.items() if fact.event_id == event}


class EventRef(msgspec.Struct, frozen=True, kw_only=True):
    """Which event, and of which kind."""

    id: EventId
    kind: EventKind


class LocalTimes(EventRef, frozen=True, kw_only=True):
    """An event with its local values; without a date or zone of its own it follows the first event's."""

    own_date: str | None = None
    own_zone: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    start_reading: Reading | None = None
    end_reading: Reading | None = None

    @property
    def readings(self) -> Readings:
        """What was confirmed of its times."""
        return Readings(self.start_reading, self.end_reading)


class StoredTimes(LocalTimes, frozen=True, kw_only=True):
    """An event's local values, and the instants that are stored for them."""

    day_starts_at: datetime | None = None
    day_ends_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """What an event's local values resolve to; the guard compares the values and stores the instants."""

    event_id: EventId
    zone_data_version: str
    local_date: str | None = None
    time_zone: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    start_reading: Reading | None = None
    end_reading: Reading | None = None
    day_starts_at: datetime | None = None
    day_ends_at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class OpenTime(msgspec.Struct, frozen=True, kw_only=True):
    """A time that the clock leaps over or shows twice, and nobody has said yet what is meant."""

    event_id: EventId
    fact_key: str
    local_time: str
    zone: str
    found: TimeResolution


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """Every event of a wedding resolved, what clock changes do to it, and what is still to be asked."""

    events: tuple[Resolved, ...]
    instants: tuple[EventInstants, ...]
    notes: tuple[str, ...]
    open_times: tuple[OpenTime, ...]


def is_fixed(field: Field, status: WeddingStatus) -> bool:
    """Whether a confirmation fixes this fact: class A, but for the day that a postponed wedding waits for."""
    is_awaited = status is WeddingStatus.POSTPONED and field.fact_key in AWAITED
    return field.field_class is FieldClass.A and not is_awaited


def event_of(events: Sequence[Event | EventRef], field: Field) -> EventId | None:
    """The event whose fact answers this field; None for the wedding's own. Raises NotFound without such an event."""
    match field.subject:
        case Subject.WEDDING:
            return None
        case Subject.FIRST:
            found = next(iter(events), None)
        case _:
            found = next((event for event in events if event.kind.value == field.subject.value), None)
    if found is None:
        raise NotFound(f"This wedding has no {field.subject.value}.")
    return found.id


def field_at(events: Sequence[Event | EventRef], key: str, event_id: EventId | None) -> tuple[Field, EventId | None]:
    """The question and its subject, for a core key or for a fact of a named event. Raises NotFound."""
    if event_id is None:
        field = field_named(key)
        return field, event_of(events, field)
    event = next((event for event in events if event.id == event_id), None)
    field_here = None if event is None else event_field(event.kind, key)
    if field_here is None:
        raise NotFound("There is no such event, or no such question about it.")
    return field_here, event_id


def resolve_wedding(events: Sequence[LocalTimes]) -> Resolution:
    """Resolve every event; one without a date or zone of its own follows the first. Raises TimeProblem."""
    first = events[0]
    pairs = [
        _resolve(event, held_on=event.own_date or first.own_date, zone=event.own_zone or first.own_zone)
        for event in events
    ]
    return Resolution(
        events=tuple(stored for stored, _ in pairs),
        instants=tuple(found for _, found in pairs if found),
        notes=tuple(note for _, found in pairs if found for note in found.notes),
        open_times=tuple(each for stored, found in pairs if found for each in _open_times(stored, found)),
    )


def _open_times(stored: Resolved, found: EventInstants) -> Iterator[OpenTime]:
    for fact_key, local, resolution in (
        ("start_time", stored.start_time, found.start),
        ("end_time", stored.end_time, found.end),
    ):
        if resolution is not None and resolution.is_open and local and stored.time_zone:
            yield OpenTime(
                event_id=stored.event_id, fact_key=fact_key, local_time=local, zone=stored.time_zone, found=resolution
            )


def with_value(event: LocalTimes, fact_key: str, value: str | None) -> LocalTimes:
    """The event once one of its local values is another; what was meant by its times is to be asked again."""
    event = msgspec.structs.replace(event, start_reading=None, end_reading=None)
    match fact_key:
        case "date":
            return msgspec.structs.replace(event, own_date=value)
        case "time_zone":
            return msgspec.structs.replace(event, own_zone=value)
        case "start_time":
            return msgspec.structs.replace(event, start_time=value)
        case _:
            return msgspec.structs.replace(event, end_time=value)


def _resolve(event: LocalTimes, *, held_on: str | None, zone: str | None) -> tuple[Resolved, EventInstants | None]:
    found = None
    if held_on and zone:
        start, end = (None if at is None else time.fromisoformat(at) for at in (event.start_time, event.end_time))
        # An end without a start says nothing about which day it is on.
        day, last = date.fromisoformat(held_on), end if start else None
        found = resolve_event(day, zone, start, last, readings=event.readings)
    stored = Resolved(
        event_id=event.id,
        zone_data_version=ZONE_DATA_VERSION,
        local_date=held_on,
        time_zone=zone,
        start_time=event.start_time,
        end_time=event.end_time,
        day_starts_at=found.day_starts_at if found else None,
        day_ends_at=found.day_ends_at if found else None,
        starts_at=found.starts_at if found else None,
        ends_at=found.ends_at if found else None,
        start_reading=found.start.reading if found and found.start else None,
        end_reading=found.end.reading if found and found.end else None,
    )
    return stored, found
