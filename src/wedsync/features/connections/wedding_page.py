"""One wedding as one supplier may read it. What is kept from it leaves no trace, not even a locked box."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from wedsync.features.connections.views import (
    ColleagueView,
    EventRow,
    FactGroup,
    FactView,
    UnseenRow,
    WeddingFragment,
    WeddingPage,
)
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.features.weddings.events_drawing import clock_notes
from wedsync.features.weddings.field_drawing import Spot, draw_field
from wedsync.features.weddings.field_views import FieldState
from wedsync.features.weddings.home import change_view, countdown, label_of
from wedsync.features.weddings.model import Event
from wedsync.features.weddings.page_queries import SeenAtWork, Unseen
from wedsync.features.weddings.sight import Place, Sight, asked_here, shield_line, sight_of
from wedsync.features.weddings.venue_offers import ADDRESS, NAME, way_in
from wedsync.features.weddings.views import Head
from wedsync.features.weddings.wording import worded
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.fields.display import display
from wedsync.kernel.fields.model import GROUP_LABELS, EventKind, Field, FieldType, Group
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import Permission, Standing, allows, may_write
from wedsync.platform.formats import initials, long_date, short_date
from wedsync.platform.pages import Crumb, Shell

_LONG = frozenset({FieldType.LONG_TEXT, FieldType.MUSIC})
_ASKED = frozenset({EventKind.CEREMONY, EventKind.RECEPTION})


def wedding_page(visit: Visit, supplier_id: UUID, seen: SeenAtWork) -> WeddingPage:
    """The whole page."""
    sight, wedding = sight_of(seen), seen.wedding
    inside = wedding_fragment(supplier_id, seen, sight, visit.exchange.csrf)
    return WeddingPage(
        shell=shell_of(visit, supplier_id, sight),
        wedding_id=str(wedding.id),
        fragment_url=inside.fragment_url,
        crumbs=(Crumb(label="Weddings", href=f"/s/{supplier_id}/weddings"),),
        head=head_of(sight, supplier_id),
        leave_url=_leave_url(visit, supplier_id, sight),
        ask_url=f"/s/{supplier_id}/weddings/{wedding.id}/ask" if allows(seen.standing, Permission.GRANTS_ASK) else "",
        percent=inside.percent,
        unseen=inside.unseen,
        unseen_tokens=inside.unseen_tokens,
        groups=inside.groups,
        events=inside.events,
        changes=inside.changes,
        colleagues=inside.colleagues,
        csrf=inside.csrf,
    )


def wedding_fragment(supplier_id: UUID, seen: SeenAtWork, sight: Sight, csrf: str) -> WeddingFragment:
    """The part that moves when somebody saves."""
    tokens = _tokens(seen)
    groups = _groups(sight, supplier_id, tokens)
    in_groups = {sight.places[fact.key] for group in groups for fact in group.facts if fact.key in sight.places}
    beside = {place: token for place, token in tokens.items() if place not in in_groups}
    return WeddingFragment(
        fragment_url=f"/s/{supplier_id}/weddings/{seen.wedding.id}",
        percent=sight.percent,
        unseen=tuple(
            _unseen(sight, each, tokens) for each in seen.unseen if each.is_change or each.seen_revision is not None
        ),
        unseen_tokens=" ".join(tokens.values()),
        groups=groups,
        events=tuple(_event(sight, event, beside) for event in seen.wedding.events),
        changes=tuple(change_view(change, sight.zone) for change in seen.changes),
        colleagues=tuple(
            ColleagueView(name=each.name, type_label=each.service.label, initials=initials(each.name))
            for each in seen.wedding.suppliers
            if each.supplier_id != supplier_id
        ),
        csrf=csrf,
    )


def head_of(sight: Sight, supplier_id: UUID) -> Head:
    """Whose wedding it is, when, and what this supplier does there."""
    wedding = sight.seen.wedding
    service = next((each.service.label for each in wedding.suppliers if each.supplier_id == supplier_id), "")
    day = long_date(wedding.held_on) if wedding.held_on else "No date yet"
    return Head(title=wedding.title, line=" · ".join(filter(None, (day, service))), tag=countdown(sight))


def shell_of(visit: Visit, supplier_id: UUID, sight: Sight) -> Shell:
    """Around the page, with the wedding's shield."""
    amendments = f"/s/{supplier_id}/weddings/{sight.seen.wedding.id}/amendments"
    return supplier_shell(
        visit, supplier_id, "Weddings", shield_line(sight.shield, amendments, sight.seen.standing.asks)
    )


def fact_spot(sight: Sight, supplier_id: UUID, field: Field) -> Spot:
    """Where a field stands that this supplier may write."""
    base = f"/s/{supplier_id}/weddings/{sight.seen.wedding.id}"
    place = sight.places.get(field.key)
    return Spot(
        element_id=f"f-{field.key}",
        action=f"{base}/facts/{field.key}",
        amend_url=f"{base}/amendments",
        event_id=None if place is None else place[0],
    )


def readable_by(sight: Sight, supplier_id: UUID) -> list[Field]:
    """What the couple's grants open to the supplier, told or not, in the order of the page."""
    mine = next((each for each in sight.seen.wedding.suppliers if each.supplier_id == supplier_id), None)
    return [
        field
        for field in asked_here(sight)
        if (field.key in sight.values if field.is_derived else mine is not None and sight.is_read_by(mine, field))
    ]


def _leave_url(visit: Visit, supplier_id: UUID, sight: Sight) -> str:
    standing = Standing(supplier_role=business_of(visit.me, supplier_id).role)
    may_leave = allows(standing, Permission.CONNECTIONS_WRITE)
    return f"/s/{supplier_id}/weddings/{sight.seen.wedding.id}/end" if may_leave else ""


def _tokens(seen: SeenAtWork) -> dict[Place, str]:
    """How the page names what it shows and nobody has seen, by place."""
    return {
        (each.event_id, each.fact_key): f"{each.event_id or seen.wedding.id}:{each.fact_key}:{each.revision}"
        for each in seen.unseen
    }


def _unseen(sight: Sight, each: Unseen, tokens: Mapping[Place, str]) -> UnseenRow:
    field, place = field_named(each.key), (each.event_id, each.fact_key)
    event = next((found for found in sight.seen.wedding.events if found.id == each.event_id), None)
    fact = sight.facts.get(place)
    is_skipped = fact is not None and fact.state == "not_applicable"
    after = "" if fact is None else _shown(sight, field, fact.value)
    return UnseenRow(
        label=label_of(field, event.title if event is not None and event.position > 1 else ""),
        before=_shown(sight, field, each.seen_value),
        after="does not apply" if is_skipped else after or "taken back",
        seen_as=tokens[place],
    )


def _groups(sight: Sight, supplier_id: UUID, tokens: Mapping[Place, str]) -> tuple[FactGroup, ...]:
    readable: dict[Group, list[Field]] = {}
    for field in readable_by(sight, supplier_id):
        if field.group is not Group.TEAM:
            readable.setdefault(field.group, []).append(field)
    return tuple(
        FactGroup(
            element_id=group.value,
            title="The couple" if group is Group.COUPLE else GROUP_LABELS[group].replace("Your", "Their"),
            facts=tuple(_fact(sight, supplier_id, field, tokens) for field in fields),
        )
        for group, fields in readable.items()
    )


def _fact(sight: Sight, supplier_id: UUID, field: Field, tokens: Mapping[Place, str]) -> FactView:
    drawn = None
    place = sight.places.get(field.key)
    if place is not None and may_write(sight.seen.standing, field.area):
        found = draw_field(sight, field, fact_spot(sight, supplier_id, field))
        drawn = found if found.state in {FieldState.EMPTY, FieldState.SAVED} else None
    fact = None if place is None else sight.facts.get(place)
    value = sight.values.get(field.key) if field.is_derived or fact is None else fact.value
    is_skipped = fact is not None and fact.state == "not_applicable"
    return FactView(
        key=field.key,
        label=worded(sight, field, field.name),
        display="does not apply" if is_skipped else _shown(sight, field, value),
        state="fixed" if sight.is_fixed(field, fact) else "",
        note=way_in(sight.seen, place[0]) if place is not None and field.fact_key == NAME else "",
        warning=sight.warnings.get(field.key, "") if field.is_derived else "",
        is_long=field.type in _LONG,
        seen_as="" if place is None else tokens.get(place, ""),
        field=drawn,
    )


def _shown(sight: Sight, field: Field, value: JsonValue) -> str:
    text = display(field, value)
    return worded(sight, field, text) if field.rules.choices else text


def _event(sight: Sight, event: Event, tokens: Mapping[Place, str]) -> EventRow:
    """`tokens` name what stands nowhere else on the page."""
    venue, address = sight.facts.get((event.id, NAME)), sight.facts.get((event.id, ADDRESS))
    where = (venue, None if event.kind in _ASKED else address)
    # Where the ceremony and the reception are stands among the facts, with the way in beside it.
    further = "" if event.kind in _ASKED else way_in(sight.seen, event.id)
    ends = f"–{event.end_time}" if event.end_time else ""
    return EventRow(
        title=event.title,
        date_text=short_date(event.local_date) if event.local_date else "no day yet",
        time_text=f"{event.start_time}{ends}" if event.start_time else "",
        zone=event.time_zone or "",
        place=", ".join(str(each.value) for each in where if each is not None and each.value),
        seen_as=" ".join(token for (event_id, _), token in tokens.items() if event_id == event.id),
        note=" ".join((*clock_notes(event), *([further] if further else []))),
    )
