"""One wedding as one supplier may read it. What is kept from it leaves no trace, not even a locked box."""

from __future__ import annotations

from uuid import UUID

from wedsync.features.connections.views import (
    ColleagueView,
    EventRow,
    FactGroup,
    FactView,
    WeddingFragment,
    WeddingPage,
)
from wedsync.features.people.shell import Visit, supplier_shell
from wedsync.features.weddings.events_drawing import clock_notes
from wedsync.features.weddings.field_drawing import Spot, draw_field
from wedsync.features.weddings.field_views import FieldState
from wedsync.features.weddings.home import change_view, countdown
from wedsync.features.weddings.model import Event
from wedsync.features.weddings.page_queries import SeenWithNews
from wedsync.features.weddings.sight import Sight, asked_here, shield_line, sight_of, subject_of
from wedsync.kernel.fields.display import display
from wedsync.kernel.fields.model import GROUP_LABELS, Field, FieldType, Group
from wedsync.kernel.permissions import may_write
from wedsync.platform.formats import initials, long_date, short_date
from wedsync.platform.pages import Crumb, Shell

_LONG = frozenset({FieldType.LONG_TEXT, FieldType.MUSIC})


def wedding_page(visit: Visit, supplier_id: UUID, seen: SeenWithNews) -> WeddingPage:
    """The whole page."""
    sight, wedding = sight_of(seen), seen.wedding
    inside = wedding_fragment(supplier_id, seen, visit.exchange.csrf)
    service = next((each.service.label for each in wedding.suppliers if each.supplier_id == supplier_id), "")
    return WeddingPage(
        shell=shell_of(visit, supplier_id, sight),
        wedding_id=str(wedding.id),
        fragment_url=f"/s/{supplier_id}/weddings/{wedding.id}",
        crumbs=(Crumb(label="Weddings", href=f"/s/{supplier_id}/weddings"),),
        title=wedding.title,
        date_text=long_date(wedding.held_on) if wedding.held_on else "No date yet",
        when_text=countdown(sight),
        service=service,
        percent=inside.percent,
        groups=inside.groups,
        events=inside.events,
        changes=inside.changes,
        colleagues=inside.colleagues,
        csrf=inside.csrf,
    )


def wedding_fragment(supplier_id: UUID, seen: SeenWithNews, csrf: str) -> WeddingFragment:
    """The part that moves when somebody saves."""
    sight = sight_of(seen)
    return WeddingFragment(
        percent=sight.percent,
        groups=_groups(sight, supplier_id),
        events=tuple(_event(sight, event) for event in seen.wedding.events),
        changes=tuple(change_view(change, sight.zone) for change in seen.changes),
        colleagues=tuple(
            ColleagueView(name=each.name, type_label=each.service.label, initials=initials(each.name))
            for each in seen.wedding.suppliers
            if each.supplier_id != supplier_id
        ),
        csrf=csrf,
    )


def shell_of(visit: Visit, supplier_id: UUID, sight: Sight) -> Shell:
    """Around the page, with the wedding's shield."""
    amendments = f"/s/{supplier_id}/weddings/{sight.seen.wedding.id}/amendments"
    return supplier_shell(visit, supplier_id, "Weddings", shield_line(sight.shield, amendments))


def fact_spot(sight: Sight, supplier_id: UUID, field: Field) -> Spot:
    """Where a field stands that this supplier may write."""
    base = f"/s/{supplier_id}/weddings/{sight.seen.wedding.id}"
    place = subject_of(sight.seen, field)
    return Spot(
        element_id=f"f-{field.key}",
        action=f"{base}/facts/{field.key}",
        amend_url=f"{base}/amendments",
        event_id=None if place is None else place[0],
    )


def reads(sight: Sight, supplier_id: UUID, field: Field) -> bool:
    """Whether the couple's grants open this field to the supplier, told or not."""
    if field.is_derived:
        return sight.values.get(field.key) is not None
    return any(each.supplier_id == supplier_id for each in sight.readers(field))


def _groups(sight: Sight, supplier_id: UUID) -> tuple[FactGroup, ...]:
    readable = [
        field for field in asked_here(sight) if reads(sight, supplier_id, field) and field.group is not Group.TEAM
    ]
    groups = (
        FactGroup(
            element_id=group.value,
            title="The couple" if group is Group.COUPLE else GROUP_LABELS[group].replace("Your", "Their"),
            facts=tuple(_fact(sight, supplier_id, field) for field in readable if field.group is group),
        )
        for group in Group
    )
    return tuple(group for group in groups if group.facts)


def _fact(sight: Sight, supplier_id: UUID, field: Field) -> FactView:
    drawn = None
    spot = fact_spot(sight, supplier_id, field)
    if not field.is_derived and may_write(sight.seen.standing, field.area):
        found = draw_field(sight, field, spot)
        drawn = found if found.state in {FieldState.EMPTY, FieldState.SAVED} else None
    fact = sight.fact(field, spot.event_id)
    value = sight.values.get(field.key) if field.is_derived or fact is None else fact.value
    is_skipped = fact is not None and fact.state == "not_applicable"
    return FactView(
        key=field.key,
        label=field.name,
        display="does not apply" if is_skipped else display(field, value),
        state="fixed" if sight.is_fixed(field, fact) else "",
        is_long=field.type in _LONG,
        field=drawn,
    )


def _event(sight: Sight, event: Event) -> EventRow:
    venue = sight.facts.get((event.id, "venue_name"))
    ends = f"–{event.end_time}" if event.end_time else ""
    return EventRow(
        title=event.title,
        date_text=short_date(event.local_date) if event.local_date else "no day yet",
        time_text=f"{event.start_time}{ends}" if event.start_time else "",
        zone=event.time_zone or "",
        place=str(venue.value) if venue is not None and venue.value else "",
        note=" ".join(clock_notes(event)),
    )
