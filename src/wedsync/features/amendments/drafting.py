"""From what somebody proposes to what would change: values read, followers moved along, nonsense refused. Pure.

The database checks all of it again; here a refusal names the box that it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from wedsync.features.amendments.model import LONGEST_TEXT, MOST_CHANGES, Kind, Proposal, Wanted
from wedsync.features.weddings.locking import refuse_far
from wedsync.features.weddings.model import (
    AWAITED,
    TIMING,
    Event,
    Fact,
    LocalTimes,
    Resolved,
    field_at,
    resolve_wedding,
    with_value,
)
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import Field, FieldClass
from wedsync.kernel.fields.values import FieldError, parse
from wedsync.kernel.ids import EventId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import may_read
from wedsync.kernel.problems import Conflict, Invalid, NotFound
from wedsync.kernel.shield import WeddingStatus
from wedsync.kernel.zones import TimeProblem, today_in

TIMES: Final = frozenset({"start_time", "end_time"})
MAY_BE_EMPTY: Final = frozenset({"venue_name", "venue_address"})


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """One fact that would be another; `previous` is what stands, of revision `base_revision`."""

    field: Field
    base_revision: int
    event_id: EventId | None = None
    value: JsonValue = None
    previous: JsonValue = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that could be made: its facts, and the day as it is and as it would be."""

    proposal: Proposal
    changes: tuple[Drafted, ...]
    before: tuple[Resolved, ...]
    after: tuple[Resolved, ...]
    notes: tuple[str, ...]

    @property
    def binds_everybody(self) -> bool:
        """Whether every supplier is asked to accept it: what is an event's, or of the whole wedding."""
        return not self.changes or any(each.event_id is not None for each in self.changes)

    @property
    def held_on(self) -> str | None:
        """The first event's new date, if it gets one."""
        before, after = self.before[:1], self.after[:1]
        return next(
            (new.local_date for old, new in zip(before, after, strict=True) if new.local_date != old.local_date), None
        )


def draft_of(sight: Sight, proposal: Proposal) -> Draft:
    """What would change. Raises Invalid (a value), NotFound, Conflict (nothing to amend, or nothing fixed)."""
    _refuse_long(proposal.reason, "reason")
    if len(proposal.wanted) > MOST_CHANGES:
        raise Invalid(errors=[{"field": "changes", "detail": f"Propose at most {MOST_CHANGES} changes at once."}])
    if (proposal.kind is Kind.CANCELLATION) == bool(proposal.wanted):
        raise Invalid(errors=[{"field": "changes", "detail": _COUNTS[proposal.kind is Kind.CANCELLATION]}])
    changes = [_change(sight, proposal.kind, wanted) for wanted in proposal.wanted]
    if len({(each.event_id, each.field.fact_key) for each in changes}) < len(changes):
        raise Invalid(errors=[{"field": "changes", "detail": "Name each fact once."}])
    if proposal.kind is Kind.POSTPONEMENT and not any(
        is_first_date(sight, each.field, each.event_id) for each in changes
    ):
        raise Invalid(errors=[{"field": "changes", "detail": "Say the new day, or that there is none yet."}])
    if proposal.moves_others:
        changes += _followers(sight, changes)
    return _resolved(sight, proposal, changes)


_COUNTS: Final = {
    False: "Say what should change.",
    True: "A cancellation changes nothing else: what was agreed stays on record.",
}


def _change(sight: Sight, kind: Kind, wanted: Wanted) -> Drafted:
    field, event_id = field_at(sight.seen.wedding.events, wanted.key, wanted.event_id)
    if not may_read(sight.seen.standing, field.area):
        raise NotFound
    fact = sight.fact(field, event_id)
    if kind is Kind.EMERGENCY and not is_urgent(field, event_id):
        raise Conflict(
            "An emergency is about when and where. This can wait until the wedding is over.", field=wanted.key
        )
    if kind is not Kind.EMERGENCY and not _is_fixed(sight, field, fact):
        raise Conflict(f"{field.name} is not fixed, so it is changed without an amendment.", field=wanted.key)
    value = _value(sight, kind, field, wanted)
    if value == (None if fact is None else fact.value):
        raise Invalid(errors=[{"field": wanted.key, "detail": "That is what it says already."}])
    return _drafted(field, fact, event_id, value)


def is_first_date(sight: Sight, field: Field, event_id: EventId | None) -> bool:
    """Whether it is the date that the other events follow."""
    events = sight.seen.wedding.events
    return field.fact_key == "date" and bool(events) and events[0].id == event_id


def is_urgent(field: Field, event_id: EventId | None) -> bool:
    """Whether an emergency may change it: when and where an event is."""
    return event_id is not None and (field.field_class is FieldClass.A or field.fact_key in TIMES)


def _is_fixed(sight: Sight, field: Field, fact: Fact | None) -> bool:
    # A date or zone that follows the first event's is fixed with it; a cancelled wedding's also where it had none.
    is_cancelled = sight.seen.wedding.status is WeddingStatus.CANCELLED
    is_empty_but_fixed = field.fact_key in AWAITED and (fact is None or is_cancelled)
    return field.field_class is FieldClass.A and (sight.is_fixed(field, fact) or is_empty_but_fixed)


def _value(sight: Sight, kind: Kind, field: Field, wanted: Wanted) -> JsonValue:
    try:
        value = parse(field, wanted.value, today_in(sight.zone, utc_now()))
    except FieldError as error:
        raise Invalid(errors=[{"field": wanted.key, "detail": error.detail}]) from None
    is_open_date = field.fact_key == "date" and kind is Kind.POSTPONEMENT
    if value is None and not (is_open_date or field.fact_key in MAY_BE_EMPTY | TIMES):
        raise Invalid(errors=[{"field": wanted.key, "detail": "Say what it should be instead."}])
    return value


def _drafted(field: Field, fact: Fact | None, event_id: EventId | None, value: JsonValue) -> Drafted:
    return Drafted(
        field=field,
        base_revision=0 if fact is None else fact.revision,
        event_id=event_id,
        value=value,
        previous=None if fact is None else fact.value,
    )


def _followers(sight: Sight, changes: Sequence[Drafted]) -> list[Drafted]:
    """Events with a day of their own move by as many days as the first one, and wait when it waits."""
    moved = next((each for each in changes if is_first_date(sight, each.field, each.event_id)), None)
    if moved is None or not isinstance(moved.previous, str):
        return []
    by = None if moved.value is None else date.fromisoformat(str(moved.value)) - date.fromisoformat(moved.previous)
    named = {each.event_id for each in changes if each.field.fact_key == "date"}
    events = sight.seen.wedding.events
    return [
        _drafted(field_at(events, "date", event.id)[0], fact, event.id, _moved(fact.value, by))
        for event in events[1:]
        if event.id not in named
        and (fact := sight.facts.get((event.id, "date"))) is not None
        and isinstance(fact.value, str)
    ]


def _moved(day: str, by: timedelta | None) -> str | None:
    return None if by is None else (date.fromisoformat(day) + by).isoformat()


def _resolved(sight: Sight, proposal: Proposal, changes: Sequence[Drafted]) -> Draft:
    times = [_times(sight, event) for event in sight.seen.wedding.events]
    try:
        before = resolve_wedding(times)
        for each in changes:
            times = [amended(event, each.event_id, each.field.fact_key, each.value) for event in times]
        after = resolve_wedding(times)
    except TimeProblem as problem:
        key = next((wanted.key for wanted in proposal.wanted), "changes")
        raise Invalid(errors=[{"field": key, "detail": problem.detail}]) from None
    refuse_far(
        before.events, after.events, is_accepted=True, field=proposal.wanted[0].key if proposal.wanted else "changes"
    )
    return Draft(proposal=proposal, changes=tuple(changes), before=before.events, after=after.events, notes=after.notes)


def amended(event: LocalTimes, event_id: EventId | None, fact_key: str, value: JsonValue) -> LocalTimes:
    """An event's local values once this fact, of it or of another, stands."""
    if event_id != event.id or fact_key not in TIMING:
        return event
    return with_value(event, fact_key, value if isinstance(value, str) else None)


def _times(sight: Sight, event: Event) -> LocalTimes:
    """As far as the reader may know them: a caterer does not know when the ceremony is."""
    own = {key: sight.facts.get((event.id, key)) for key in ("date", "time_zone")}
    date_, zone = (fact.value if fact and isinstance(fact.value, str) else None for fact in own.values())
    return LocalTimes(
        id=event.id,
        kind=event.kind,
        own_date=date_,
        own_zone=zone,
        start_time=event.start_time,
        end_time=event.end_time,
    )


def _refuse_long(text: str, box: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise Invalid(errors=[{"field": box, "detail": f"Use at most {LONGEST_TEXT} characters."}])
