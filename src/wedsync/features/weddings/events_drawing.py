"""The days and parts of a wedding, each on its own clock."""

from __future__ import annotations

from datetime import time
from typing import Final

from wedsync.features.people.words import moment
from wedsync.features.weddings.field_drawing import Spot, draw_field
from wedsync.features.weddings.field_views import FieldView
from wedsync.features.weddings.model import MOST_EVENTS, Event
from wedsync.features.weddings.page_queries import SeenWithRemoved
from wedsync.features.weddings.sight import Sight
from wedsync.features.weddings.views import EventsFragment, EventsPage, EventView, Head, LeadForm, RemovedEvent
from wedsync.kernel.fields.definitions import event_field
from wedsync.kernel.fields.model import EventKind, Field
from wedsync.kernel.permissions import Permission, allows
from wedsync.kernel.shield import WeddingStatus, show_instant
from wedsync.kernel.zones import Readings, TimeProblem, resolve_event
from wedsync.platform.formats import long_date
from wedsync.platform.forms import chosen
from wedsync.platform.pages import Filled, Shell

EVENT_FACTS: Final = ("date", "time_zone", "start_time", "end_time", "venue_name", "venue_address", "venue_contact")
FOLLOWING: Final = {
    "date": ("On a day of its own?", "Left empty, it is on the day of"),
    "time_zone": ("By a clock of its own?", "Left empty, it goes by the clock of"),
}
FIXED_SOON: Final = (
    "The date is confirmed: a day, clock or place that you tell here is fixed at once, and the event stays with it. "
    "Before that you can remove it."
)
KINDS: Final = tuple((kind.value, kind.value.capitalize()) for kind in EventKind)


EMPTY: Final = Filled()


def events_page(
    sight: Sight, shell: Shell, *, name: Filled = EMPTY, instead: FieldView | None = None, lead: LeadForm | None = None
) -> EventsPage:
    """The whole page; `name` is that of an event that was refused, `instead` a field and `lead` a lead that was."""
    wedding = sight.seen.wedding
    base = f"/w/{wedding.id}/events"
    inside = events_fragment(sight, shell.csrf, instead)
    may_add = _may_change(sight) and len(wedding.events) < MOST_EVENTS
    return EventsPage(
        shell=shell,
        wedding_id=str(wedding.id),
        fragment_url=base,
        head=events_head(sight),
        events=inside.events,
        removed=inside.removed,
        add_url=base,
        kinds=chosen(KINDS, EventKind.PARTY.value) if may_add else (),
        name=name,
        add_note=FIXED_SOON if sight.seen.wedding.date_set_at is not None else "",
        lead=lead or lead_form(sight),
        csrf=shell.csrf,
    )


def events_fragment(sight: Sight, csrf: str, instead: FieldView | None = None) -> EventsFragment:
    """The part that moves when a fact of an event changes; `instead` is a field that was just refused."""
    events = tuple(_event(sight, event, instead) for event in sight.seen.wedding.events)
    return EventsFragment(events=events, removed=_removed(sight), csrf=csrf)


def events_head(sight: Sight) -> Head:
    """What the page is about, and when its plans are protected."""
    return Head(title="The days and their parts", line=_protected(sight))


def lead_form(sight: Sight, hours: str = "", *, question: str = "", error: str = "") -> LeadForm | None:
    """How early plans are read-only, for who says so; `hours` as they were typed."""
    wedding = sight.seen.wedding
    if sight.is_locked or not allows(sight.seen.standing, Permission.LEAD_WRITE):
        return None
    filled = Filled(value=hours or str(wedding.lock_lead_hours), error=error)
    return LeadForm(hours=filled, action=f"/w/{wedding.id}/lead", question=question)


def event_spot(sight: Sight, event: Event, fact_key: str) -> Spot:
    """Where a fact of an event stands on this page. A later event follows the first one's day and clock."""
    base, first = f"/w/{sight.seen.wedding.id}", sight.seen.wedding.events[0]
    label, hint = ("", "") if event.id == first.id else FOLLOWING.get(fact_key, ("", ""))
    return Spot(
        element_id=f"f-{event.id}-{fact_key}",
        action=f"{base}/events/{event.id}/facts/{fact_key}",
        amend_url=f"{base}/amendments",
        event_id=event.id,
        label=label,
        hint=f"{hint} {first.title}." if hint else "",
    )


def fields_of(event: Event) -> tuple[Field, ...]:
    """What is asked of an event of this kind."""
    found = (event_field(event.kind, key) for key in EVENT_FACTS)
    return tuple(field for field in found if field is not None)


def clock_notes(event: Event) -> tuple[str, ...]:
    """What a clock change does to an event's times."""
    if event.local_date is None or event.time_zone is None:
        return ()
    start, end = (None if at is None else time.fromisoformat(at) for at in (event.start_time, event.end_time))
    try:
        said = Readings(event.start_reading, event.end_reading)
        return resolve_event(event.local_date, event.time_zone, start, end if start else None, readings=said).notes
    except TimeProblem:
        return ()


def _event(sight: Sight, event: Event, instead: FieldView | None) -> EventView:
    first = sight.seen.wedding.events[0]
    is_first = event.id == first.id
    base = f"/w/{sight.seen.wedding.id}/events/{event.id}"
    drawn = [draw_field(sight, field, event_spot(sight, event, field.fact_key)) for field in fields_of(event)]
    has_own_day = is_first or (event.id, "date") in sight.facts
    return EventView(
        event_id=str(event.id),
        title=event.title,
        kind_label=event.kind.value,
        when_text=_when(event),
        zone=event.time_zone or "no clock yet",
        fields=tuple(instead if instead and instead.element_id == each.element_id else each for each in drawn),
        follows="" if has_own_day else f"on the day of {first.title}",
        notes=(*clock_notes(event), *_namesake(sight, event)),
        rename_url=f"{base}/title" if _may_change(sight) else "",
        remove_url=f"{base}/end" if not is_first and _may_remove(sight, event) else "",
    )


def _namesake(sight: Sight, event: Event) -> tuple[str, ...]:
    """Suppliers read of events by their names alone."""
    names = [each.title.casefold() for each in sight.seen.wedding.events]
    is_shared = names.count(event.title.casefold()) > 1
    return ("Another event has the same name. Call one of them something else.",) if is_shared else ()


def _when(event: Event) -> str:
    if event.local_date is None:
        return "No day yet"
    at = f", {event.start_time}" if event.start_time else ""
    return f"{long_date(event.local_date)}{at}"


def _removed(sight: Sight) -> tuple[RemovedEvent, ...]:
    seen = sight.seen
    if not isinstance(seen, SeenWithRemoved) or not _may_change(sight):
        return ()
    return tuple(
        RemovedEvent(
            title=each.title,
            when=moment(each.removed_at, sight.zone),
            undo_url=f"/w/{seen.wedding.id}/deletions/{each.batch}/undo",
        )
        for each in seen.removed
    )


def _may_change(sight: Sight) -> bool:
    return allows(sight.seen.standing, Permission.EVENTS_WRITE) and not sight.is_locked


def _may_remove(sight: Sight, event: Event) -> bool:
    """Not once something in it is fixed: an event less would be a day less of protection."""
    facts = ((field, sight.fact(field, event.id)) for field in fields_of(event))
    return _may_change(sight) and not any(sight.is_fixed(field, fact) for field, fact in facts)


def _protected(sight: Sight) -> str:
    protection = sight.seen.wedding.protection
    if protection.status is WeddingStatus.CANCELLED:
        return "This wedding is cancelled, so none of its days is protected."
    if protection.locks_at is None or protection.opens_at is None:
        return "Once there is a day, its hours are protected: plans are read-only while the wedding is on."
    begins, ends = (show_instant(at, protection.zone) for at in (protection.locks_at, protection.opens_at))
    return f"Plans are read-only from {begins} to {ends}."
