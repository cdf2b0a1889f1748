"""Writing one fact: read what was said, compare with what stands, resolve times, add the revision.

Nobody overwrites silently: the writer names the revision they had seen, and the database compares again under its lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import msgspec

from wedsync.features.weddings import queries as q
from wedsync.features.weddings.clock_questions import answered
from wedsync.features.weddings.locking import refuse_far, refuse_locking_at_once
from wedsync.features.weddings.model import (
    CHECKED_TOGETHER,
    TIMING,
    EventRef,
    Fact,
    field_at,
    is_fixed,
    resolve_wedding,
    with_value,
)
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.completion import Answer, state_of
from wedsync.kernel.fields.definitions import event_field, field_named, wedding_field
from wedsync.kernel.fields.model import Field, FieldState
from wedsync.kernel.fields.together import check_together
from wedsync.kernel.fields.values import FieldError, parse
from wedsync.kernel.ids import EventId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import Area, WeddingRole, may_read, may_write
from wedsync.kernel.problems import Fixed, Forbidden, Invalid, NotFound, RevisionConflict
from wedsync.kernel.zones import Reading, TimeProblem, active_span, today_in
from wedsync.platform.database import ById, Tx

LONGEST_REASON: Final = 500
WOULD_LOCK: Final = "With this date the wedding is on right now, so its plans become read-only at once."
TITLE_NAMES: Final = ("partner1_first_name", "partner2_first_name")


class FactWrite(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says about a fact, and the revision they had seen (0: none).

    `key` is a core field, or with `event_id` the stored name of a fact of that event. `accept_lock`: they know that the
    new date makes the wedding read-only at once; `accept_far`: for more than a month. `clock`: what they mean by a time
    that the clock leaps over or shows twice; None until they were asked.
    """

    key: str
    base_revision: int
    value: JsonValue = None
    event_id: EventId | None = None
    is_not_applicable: bool = False
    reason: str = ""
    accept_lock: bool = False
    accept_far: bool = False
    clock: Reading | None = None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The fact as it stands now. `notes` say what clocks do to its events; `title` is the wedding's new one, or "".

    `followers`: when the wedding's date moves, days of their own that move by as much.
    """

    fact: Fact
    is_new: bool
    notes: tuple[str, ...] = ()
    title: str = ""
    followers: tuple[FactWrite, ...] = ()


async def write_fact(tx: Tx, wedding_id: WeddingId, write: FactWrite) -> Recorded:
    """See `actions.record_fact`, which admits the writer first."""
    stored = write.key if write.event_id else field_named(write.key).fact_key
    before = await tx.one(q.BEFORE, q.FactNeeds(id=wedding_id, keys=_needed(stored)))
    field, event_id = field_at(before.events, write.key, write.event_id)
    _refuse_unpermitted(tx, field, write)
    current = next((fact for fact in before.facts if (fact.fact_key, fact.event_id) == (stored, event_id)), None)
    value, state = await _said(tx, wedding_id, field, write)
    if _is_unchanged(current, value, state):
        return Recorded(fact=_as_fact(field, current), is_new=False)
    _refuse_stale(current, write, value)
    is_told = current is not None and current.value is not None
    if is_told and before.is_confirmed and is_fixed(field, before.status):
        raise Fixed(amend_url=f"/w/{wedding_id}/amendments")
    _refuse_contradiction(before, field, value)
    instants: str | None = None
    notes: tuple[str, ...] = ()
    if stored in TIMING and event_id is not None:
        instants, notes = await _instants(tx, before, write, value=value, place=(event_id, stored))
    fact = await tx.one(
        q.RECORD_FACT,
        q.NewRevision(
            wedding_id=wedding_id,
            event_id=event_id,
            fact_key=stored,
            base_revision=write.base_revision,
            state=state,
            value=None if value is None else msgspec.json.encode(value).decode(),
            reason=write.reason[:LONGEST_REASON] or None,
            source="person",
            instants=instants,
        ),
    )
    return Recorded(
        fact=fact,
        is_new=True,
        notes=notes,
        title=_title(before, stored, value),
        followers=tuple(_followers(before, write, fact, None if current is None else current.value)),
    )


def is_private(write: FactWrite) -> bool:
    """Whether nobody but the partners may read it, nor hear that it changed."""
    return write.event_id is None and field_named(write.key).area is Area.BUDGET


def _needed(stored: str) -> tuple[str, ...]:
    together = frozenset[str]().union(*(keys for keys in CHECKED_TOGETHER if stored in keys))
    names = frozenset(TITLE_NAMES) if stored in TITLE_NAMES else frozenset[str]()
    return tuple(sorted({stored} | together | names))


def _refuse_unpermitted(tx: Tx, field: Field, write: FactWrite) -> None:
    if not may_write(tx.standing, field.area):
        raise Forbidden if may_read(tx.standing, field.area) else NotFound
    if write.is_not_applicable and tx.standing.wedding_role is not WeddingRole.PARTNER:
        raise Forbidden("Only the couple says that something does not apply.")


async def _said(tx: Tx, wedding_id: WeddingId, field: Field, write: FactWrite) -> tuple[JsonValue, str]:
    """The value to store and its state. Raises Invalid naming the field."""
    if write.is_not_applicable:
        return None, "not_applicable"
    zone = "UTC"
    if field.fact_key == "date":  # today is the day it is at the venue
        times = await tx.all(q.LOCAL_TIMES, ById(wedding_id))
        zone = next((event.own_zone for event in times if event.own_zone), "UTC")
    try:
        value = parse(field, write.value, today_in(zone, utc_now()))
    except FieldError as error:
        raise Invalid(errors=[{"field": write.key, "detail": error.detail}]) from None
    is_partial = state_of(field, Answer(value=value)) is FieldState.PARTIAL
    return value, "partial" if is_partial else "given"


def _is_unchanged(current: q.Stands | None, value: JsonValue, state: str) -> bool:
    if current is None:
        return value is None and state != "not_applicable"
    return current.value == value and current.state == state


def _as_fact(field: Field, current: q.Stands | None) -> Fact:
    if current is None:
        return Fact(key=field.key, fact_key=field.fact_key, revision=0, state="given", written_at=utc_now())
    return Fact(
        key=field.key,
        fact_key=current.fact_key,
        revision=current.revision,
        state=current.state,
        written_at=current.written_at,
        value=current.value,
        event_id=current.event_id,
    )


def _refuse_stale(current: q.Stands | None, write: FactWrite, value: JsonValue) -> None:
    revision = 0 if current is None else current.revision
    if write.base_revision != revision:
        raise RevisionConflict(
            yours=value, current=None if current is None else current.value, revision=revision, field=write.key
        )


def _refuse_contradiction(before: q.Before, field: Field, value: JsonValue) -> None:
    """Only rules about this field stop it; what it makes doubtful elsewhere is remarked there."""
    kinds = {event.id: event for event in before.events}
    values: dict[str, JsonValue] = {}
    for fact in before.facts:
        known = _question(kinds, fact)
        if known is not None:
            values[known.key] = fact.value
    found = [remark for remark in check_together(values | {field.key: value}) if remark.field == field.key]
    if value is not None and found:
        raise Invalid(errors=[{"field": remark.field, "detail": remark.detail} for remark in found])


def _question(events: dict[EventId, EventRef], fact: q.Stands) -> Field | None:
    if fact.event_id is None:
        return wedding_field(fact.fact_key)
    event = events.get(fact.event_id)
    return None if event is None else event_field(event.kind, fact.fact_key)


async def _instants(
    tx: Tx, before: q.Before, write: FactWrite, *, value: JsonValue, place: tuple[EventId, str]
) -> tuple[str, tuple[str, ...]]:
    """Every event resolved with the new value, as JSON. Raises Invalid, or Conflict where somebody has to be asked."""
    event_id, stored = place
    said = value if isinstance(value, str) else None
    times = await tx.all(q.LOCAL_TIMES, ById(before.id))
    moved = [with_value(event, stored, said) if event.id == event_id else event for event in times]
    try:
        resolution = answered(moved, write.clock, field=write.key)
        span = active_span(resolution.instants)
    except TimeProblem as problem:
        raise Invalid(errors=[{"field": write.key, "detail": problem.detail}]) from None
    is_moved = stored == "date" and event_id == times[0].id and times[0].own_date is not None
    if not is_moved:  # when the wedding's day moves, the others move along
        stands = resolve_wedding(times).events
        refuse_far(stands, resolution.events, is_accepted=write.accept_far, field=write.key)
    if not write.accept_lock:
        refuse_locking_at_once(span, before.lock_lead_hours, sentence=WOULD_LOCK, field=write.key)
    return msgspec.json.encode(resolution.events).decode(), resolution.notes


def _followers(before: q.Before, write: FactWrite, fact: Fact, previous: JsonValue) -> Iterator[FactWrite]:
    """Events with a day of their own move by as many days as the first one."""
    is_first = fact.fact_key == "date" and fact.event_id == before.events[0].id
    if not (is_first and isinstance(previous, str) and isinstance(fact.value, str)):
        return
    by = date.fromisoformat(fact.value) - date.fromisoformat(previous)
    here = {event.id for event in before.events[1:]}
    for each in before.facts:
        if each.fact_key == "date" and each.event_id in here and isinstance(each.value, str):
            yield FactWrite(
                key="date",
                event_id=each.event_id,
                base_revision=each.revision,
                value=(date.fromisoformat(each.value) + by).isoformat(),
                accept_lock=True,
                accept_far=True,
                clock=write.clock,
            )


def title_of(stands: str, known: Mapping[str, JsonValue]) -> str:
    """Lists call a wedding by the couple's first names, so a corrected name corrects the title; "" when it is right."""
    names = [name for key in TITLE_NAMES if isinstance(name := known.get(key), str) and name]
    title = " & ".join(names)
    return title if title and title != stands else ""


def _title(before: q.Before, stored: str, value: JsonValue) -> str:
    if stored not in TITLE_NAMES:
        return ""
    return title_of(before.title, {fact.fact_key: fact.value for fact in before.facts} | {stored: value})
