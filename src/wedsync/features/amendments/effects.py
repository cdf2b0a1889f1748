"""Everything an amendment would do, before anybody agrees to it. Each kind of effect is one line in SOURCES. Pure.

A reader is shown what they may know: what the database did not send them is in no effect.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.features.amendments.drafting import Draft
from wedsync.features.amendments.model import TERMS_WITHIN, Kind
from wedsync.features.weddings.locking import FAR_DAYS
from wedsync.features.weddings.model import Resolved
from wedsync.features.weddings.sight import Sight
from wedsync.features.weddings.wording import worded
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.display import display, show_date
from wedsync.kernel.fields.model import Field
from wedsync.kernel.fields.together import remarks
from wedsync.kernel.ids import EventId, SupplierId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import WeddingRole
from wedsync.kernel.shield import WeddingStatus, show_instant
from wedsync.kernel.zones import EventInstants, active_span, today_in
from wedsync.platform.formats import plural

NOTHING: Final = "nothing yet"


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would be different. `about` groups them: facts, day, protection, suppliers, wedding, warning."""

    about: str
    what: str
    before: str = ""
    after: str = ""
    detail: str = ""


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What effects are worked out from. `booked` are connected suppliers with another wedding on the new day."""

    sight: Sight
    draft: Draft
    booked: Collection[SupplierId]
    now: datetime


Source = Callable[[Outlook], Iterator[Effect]]


def effects_of(sight: Sight, draft: Draft, booked: Collection[SupplierId] = ()) -> tuple[Effect, ...]:
    """Every effect, those of the facts first."""
    outlook = Outlook(sight=sight, draft=draft, booked=booked, now=utc_now())
    return tuple(effect for source in SOURCES for effect in source(outlook))


def fact_label(sight: Sight, field: Field, event_id: EventId | None) -> str:
    """A fact as its reader calls it: by core field, or by the name of its event."""
    if sight.places.get(field.key) == (event_id, field.fact_key):
        return worded(sight, field, field.name)
    event = next((each for each in sight.seen.wedding.events if each.id == event_id), None)
    return f"{event.title}: {field.name.lower()}" if event else field.name


def _facts(outlook: Outlook) -> Iterator[Effect]:
    for each in outlook.draft.changes:
        yield Effect(
            about="facts",
            what=fact_label(outlook.sight, each.field, each.event_id),
            before=display(each.field, each.previous) or NOTHING,
            after=display(each.field, each.value) or NOTHING,
        )


def _places(outlook: Outlook) -> Iterator[Effect]:
    """Another place has, as a rule, another address."""
    changed = {(each.event_id, each.field.fact_key) for each in outlook.draft.changes}
    for each in outlook.draft.changes:
        if each.field.fact_key == "venue_name" and (each.event_id, "venue_address") not in changed:
            what = fact_label(outlook.sight, each.field, each.event_id)
            yield Effect(about="warning", what=what, detail="The address stays as it is. Is it the same?")


def _events(outlook: Outlook) -> Iterator[Effect]:
    """Each event that would be at another moment, also those that only follow."""
    titles = {event.id: event.title for event in outlook.sight.seen.wedding.events}
    for before, after in zip(outlook.draft.before, outlook.draft.after, strict=True):
        if _when(before) != _when(after):
            yield Effect(about="day", what=titles[before.event_id], before=_when(before), after=_when(after))
    for note in outlook.draft.notes:
        yield Effect(about="warning", what="The clocks change", detail=note)


def _protection(outlook: Outlook) -> Iterator[Effect]:
    if outlook.draft.proposal.kind is Kind.CANCELLATION:
        return
    before, after = (_span(events) for events in (outlook.draft.before, outlook.draft.after))
    if before == after:
        return
    zone = next((each.time_zone for each in outlook.draft.after if each.time_zone), "UTC")
    yield Effect(about="protection", what="Read-only", before=_hours(before, zone), after=_hours(after, zone))
    if after is not None and after[1] - after[0] > timedelta(days=FAR_DAYS):
        days = (after[1] - after[0]).days
        detail = f"Plans would be read-only for {days:,} days, from the first event to the last."
        yield Effect(about="warning", what="Read-only for long", detail=detail)
    if after is not None and after[0] <= outlook.now < after[1] and not outlook.sight.is_locked:
        yield Effect(about="warning", what="Read-only at once", detail="With these times the wedding is on right now.")


def _wedding(outlook: Outlook) -> Iterator[Effect]:
    match outlook.draft.proposal.kind:
        case Kind.CANCELLATION:
            yield Effect(
                about="wedding",
                what="The wedding",
                before=outlook.sight.seen.wedding.status.value,
                after="cancelled",
                detail="Nothing is deleted. The day is no longer protected, and no plans lead to it.",
            )
        case Kind.POSTPONEMENT if outlook.draft.held_on is not None:
            if outlook.sight.seen.wedding.status is not WeddingStatus.CONFIRMED:
                before = outlook.sight.seen.wedding.status.value
                yield Effect(about="wedding", what="The wedding", before=before, after="confirmed")
        case Kind.POSTPONEMENT:
            yield Effect(
                about="wedding",
                what="The wedding",
                before=outlook.sight.seen.wedding.status.value,
                after="postponed",
                detail="It waits for a new date. Names, venues and everything planned stay as they are.",
            )
        case _:
            return


def _remarks(outlook: Outlook) -> Iterator[Effect]:
    """What the new values make doubtful: a date within a month, a venue that seats fewer."""
    sight = outlook.sight
    values: dict[str, JsonValue] = dict(sight.values)
    for each in outlook.draft.changes:
        if sight.places.get(each.field.key) == (each.event_id, each.field.fact_key):
            values[each.field.key] = each.value
    told = {key: value for key, value in values.items() if value is not None}
    for remark in remarks(told, today_in(sight.zone, outlook.now), capacity=None):
        if sight.warnings.get(remark.field) != remark.detail:
            yield Effect(about="warning", what=field_named(remark.field).name, detail=remark.detail)


def _suppliers(outlook: Outlook) -> Iterator[Effect]:
    """Who works from it, and who has another wedding on the new day."""
    sight = outlook.sight
    for each in sight.seen.wedding.suppliers:
        if each.supplier_id in outlook.booked:
            yield Effect(
                about="warning", what=each.name, detail="Has another wedding on that day. Ask before you decide."
            )
    if sight.seen.standing.wedding_role not in {WeddingRole.PARTNER, WeddingRole.COORDINATOR}:
        return
    count = len(sight.seen.wedding.suppliers)
    if count and not outlook.draft.binds_everybody:
        detail = "A supplier who does not read it is neither told nor asked."
        yield Effect(about="suppliers", what="Suppliers who read it are told", detail=detail)
    elif count:
        hours = int(TERMS_WITHIN.total_seconds() // 3600)
        yield Effect(
            about="suppliers",
            what=plural(count, "supplier is told", "suppliers are told"),
            detail=f"Each is asked to accept or decline within {hours} hours; who does not is marked “terms differ”.",
        )


def _acknowledgements(outlook: Outlook) -> Iterator[Effect]:
    """Who has to look at it anew; only the couple knows what each supplier reads."""
    sight = outlook.sight
    fields = [each.field for each in outlook.draft.changes if each.field.is_acknowledged]
    names = [
        each.name for each in sight.seen.wedding.suppliers if any(sight.is_read_by(each, field) for field in fields)
    ]
    if sight.is_partner and names:
        yield Effect(
            about="suppliers",
            what=plural(len(names), "supplier has to look again", "suppliers have to look again"),
            detail=f"{', '.join(names)}. You see who has seen the new value, and who still works from the old one.",
        )


# Where a feature that an amendment touches says what would happen to it.
SOURCES: Final[tuple[Source, ...]] = (
    _facts,
    _places,
    _events,
    _protection,
    _wedding,
    _remarks,
    _suppliers,
    _acknowledgements,
)


def _when(event: Resolved) -> str:
    if event.local_date is None:
        return "no day yet"
    times = "–".join(filter(None, (event.start_time, event.end_time)))
    day = show_date(datetime.fromisoformat(event.local_date).date())
    return ", ".join(filter(None, (day, times))) + (f" ({event.time_zone})" if event.time_zone else "")


def _span(events: tuple[Resolved, ...]) -> tuple[datetime, datetime] | None:
    return active_span(
        EventInstants(
            day_starts_at=each.day_starts_at,
            day_ends_at=each.day_ends_at,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
        )
        for each in events
        if each.day_starts_at is not None and each.day_ends_at is not None
    )


def _hours(span: tuple[datetime, datetime] | None, zone: str) -> str:
    if span is None:
        return "no day yet"
    return f"{show_instant(span[0], zone).removesuffix(f' ({zone})')} to {show_instant(span[1], zone)}"
