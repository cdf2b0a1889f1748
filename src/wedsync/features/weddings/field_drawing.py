"""Draws one field: which box it has, what stands in it, what it says of itself and who reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from wedsync.features.weddings.field_views import Badge, Control, FieldState, FieldView, Part, ProposalView
from wedsync.features.weddings.model import Fact, is_fixed
from wedsync.features.weddings.sight import Sight
from wedsync.features.weddings.venue_offers import NAME, offers_of
from wedsync.features.weddings.wording import worded
from wedsync.kernel.fields.display import as_typed, display, lines
from wedsync.kernel.fields.model import Audience, Field, FieldClass, FieldType
from wedsync.kernel.ids import EventId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import Area, WeddingRole, may_write
from wedsync.platform.formats import initials, plural, short_date
from wedsync.platform.pages import Option
from wedsync.platform.zone_options import zone_options

FEW_CHOICES: Final = 4
FEW_NAMES: Final = 2
NOBODY_YET: Final = "Nobody yet: you decide"
VENUE_NAMES: Final = "/venues/names"
CONTROLS: Final = {
    FieldType.TEXT: Control.TEXT,
    FieldType.LONG_TEXT: Control.LONG_TEXT,
    FieldType.EMAIL: Control.EMAIL,
    FieldType.PHONE: Control.PHONE,
    FieldType.CONTACT: Control.CONTACT,
    FieldType.ENUM: Control.CHOICE,
    FieldType.DATE: Control.DATE,
    FieldType.LOCAL_TIME: Control.TIME,
    FieldType.ZONE: Control.SELECT,
    FieldType.BOOLEAN: Control.CHOICE,
    FieldType.INTEGER: Control.NUMBER,
    FieldType.TAGS: Control.TAGS,
    FieldType.COLOURS: Control.COLOURS,
    FieldType.NAMES: Control.LINES,
    FieldType.ADDRESS: Control.LINES,
    FieldType.PENCE: Control.MONEY,
    FieldType.PRONOUNS: Control.PARTS,
    FieldType.MUSIC: Control.LONG_PARTS,
    FieldType.CONNECTION: Control.DERIVED,
    FieldType.MOMENT: Control.DERIVED,
}
TYPED_FREELY: Final = frozenset({Control.TEXT, Control.EMAIL, Control.CONTACT, Control.LONG_TEXT, Control.LINES})
_OPEN: Final = frozenset({FieldState.EMPTY, FieldState.SAVED})


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """Where a field stands on a page, and where its form goes; `action` is also where the field alone is found.

    `label` and `hint` ask it in other words where the event would else follow the first one. `proposals_url` is where
    what suppliers propose is answered, "" where it is not shown.
    """

    element_id: str
    action: str
    amend_url: str
    event_id: EventId | None = None
    label: str = ""
    hint: str = ""
    proposals_url: str = ""


def draw_field(sight: Sight, field: Field, spot: Spot) -> FieldView:
    """The field as it stands now."""
    if field.is_derived:
        return _worked_out(sight, field, spot)
    fact = sight.fact(field, spot.event_id)
    value = None if fact is None else fact.value
    state = _state(sight, field, fact)
    is_open = state in _OPEN
    return FieldView(
        key=field.key,
        element_id=spot.element_id,
        label=spot.label or worded(sight, field, field.label),
        control=control_of(field),
        state=state,
        base_revision=0 if fact is None else fact.revision,
        action=spot.action,
        href=spot.action,
        value=as_typed(field, value) if is_open else "",
        parts=parts_of(sight, field, value),
        options=options_of(sight, field, value),
        display=worded(sight, field, display(field, value)) if field.rules.choices else display(field, value),
        colours=_colours(field, value),
        hint=(spot.hint or field.hint) if is_open else "",
        suffix=_clock(sight, field, spot.event_id),
        warning=sight.warnings.get(field.key, "") if is_open and not spot.label else "",
        note=f"saved {short_date(fact.written_at.date())}" if fact and state is FieldState.SAVED else "",
        autocomplete=field.autocomplete,
        max_length=field.rules.max_length if control_of(field) in TYPED_FREELY else 0,
        is_essential=field.is_essential and not spot.label,
        is_final=is_open and sight.seen.wedding.date_set_at is not None and is_fixed(field, sight.seen.wedding.status),
        may_skip=_may_skip(sight, field, state),
        amend_url=spot.amend_url,
        unlocks_text=f"{sight.shield.until_text}." if state is FieldState.LOCKED else "",
        readers=readers_text(sight, field),
        readers_url=f"/w/{sight.seen.wedding.id}/details/{field.key}/readers" if sight.is_partner else "",
        badges=_badges(sight, field),
        not_seen=_not_seen(sight, field, spot),
        not_seen_url=f"/w/{sight.seen.wedding.id}/seen?by=fact#g-{spot.event_id or ''}{field.fact_key}",
        suggest_url=VENUE_NAMES if is_open and field.fact_key == NAME else "",
        offers=offers_of(sight, spot) if field.fact_key == NAME else (),
        proposals=tuple(_proposals(sight, field, spot, is_open=is_open)) if spot.proposals_url else (),
    )


def control_of(field: Field) -> Control:
    """Its box."""
    if field.is_derived:
        return Control.DERIVED
    control = CONTROLS[field.type]
    return Control.SELECT if control is Control.CHOICE and len(field.rules.choices) > FEW_CHOICES else control


def options_of(sight: Sight, field: Field, value: JsonValue) -> tuple[Option, ...]:
    """The answers to choose from."""
    match field.type:
        case FieldType.ZONE:
            return zone_options(value if isinstance(value, str) else "")
        case FieldType.BOOLEAN:
            typed = as_typed(field, value)
            return tuple(Option(value=each, label=each.capitalize(), is_chosen=each == typed) for each in ("yes", "no"))
        case _:
            return tuple(
                Option(value=each.value, label=worded(sight, field, each.label), is_chosen=each.value == value)
                for each in field.rules.choices
            )


def parts_of(sight: Sight, field: Field, value: JsonValue) -> tuple[Part, ...]:
    """The boxes of a field with two."""
    told = value if isinstance(value, Mapping) else {}
    match field.type:
        case FieldType.PRONOUNS:
            labels = {who: _first_name(sight, who) for who in ("partner1", "partner2")}
        case FieldType.MUSIC:
            labels = {"must_play": "Must play", "do_not_play": "Never play"}
        case _:
            return ()
    return tuple(Part(name=f"value_{name}", label=label, value=lines(told.get(name))) for name, label in labels.items())


def readers_text(sight: Sight, field: Field) -> str:
    """Who reads it, for the couple; a supplier is not told about its colleagues' rights."""
    if sight.seen.standing.wedding_role is None:
        return ""
    if field.area is Area.BUDGET:
        return "Nobody but the two of you"
    names = [each.name for each in sight.readers(field)]
    if not names:
        return _by_default(field.readers) if field.area is not Area.CONTACTS else NOBODY_YET
    if len(names) > FEW_NAMES:
        return f"{', '.join(names[:FEW_NAMES])} and {len(names) - FEW_NAMES} more"
    return " and ".join(names)


def _not_seen(sight: Sight, field: Field, spot: Spot) -> str:
    count = sight.not_seen_by(field, spot.event_id)
    return f"{plural(count, 'supplier has', 'suppliers have')} not seen this yet" if count else ""


def _proposals(sight: Sight, field: Field, spot: Spot, *, is_open: bool) -> Iterator[ProposalView]:
    may_answer = sight.seen.standing.wedding_role in {WeddingRole.PARTNER, WeddingRole.COORDINATOR}
    for each in sight.seen.proposals:
        if each.key == field.key:
            yield ProposalView(
                text=f"{each.supplier} wrote: {display(field, each.value)}",
                value=as_typed(field, each.value),
                may_use=is_open,
                is_final=sight.seen.wedding.date_set_at is not None and is_fixed(field, sight.seen.wedding.status),
                leave_url=f"{spot.proposals_url}/{each.id}/leave" if may_answer else "",
            )


def _worked_out(sight: Sight, field: Field, spot: Spot) -> FieldView:
    return FieldView(
        key=field.key,
        element_id=spot.element_id,
        label=field.name,
        control=Control.DERIVED,
        state=FieldState.READ_ONLY,
        href=spot.action,
        display=display(field, sight.values.get(field.key)),
        hint=field.hint or "Follows from your other answers.",
        warning=sight.warnings.get(field.key, ""),
        readers=readers_text(sight, field),
        badges=_badges(sight, field),
    )


def _state(sight: Sight, field: Field, fact: Fact | None) -> FieldState:
    if fact is not None and fact.state == "not_applicable":
        return FieldState.NOT_APPLICABLE
    if sight.is_fixed(field, fact):
        return FieldState.FIXED
    if not may_write(sight.seen.standing, field.area):
        return FieldState.READ_ONLY
    if sight.is_locked:
        return FieldState.LOCKED
    return FieldState.EMPTY if fact is None or fact.value is None else FieldState.SAVED


def _may_skip(sight: Sight, field: Field, state: FieldState) -> bool:
    is_askable = state in {FieldState.EMPTY, FieldState.NOT_APPLICABLE} and field.field_class is FieldClass.B
    return is_askable and sight.is_partner and not sight.is_locked


def _clock(sight: Sight, field: Field, event_id: EventId | None) -> str:
    if field.type is not FieldType.LOCAL_TIME:
        return ""
    event = next((event for event in sight.seen.wedding.events if event.id == event_id), None)
    return (event.time_zone or "") if event else ""


def _colours(field: Field, value: JsonValue) -> tuple[str, ...]:
    if field.type is not FieldType.COLOURS or not isinstance(value, list):
        return ()
    return tuple(str(colour) for colour in value)


def _badges(sight: Sight, field: Field) -> tuple[Badge, ...]:
    if sight.seen.standing.wedding_role is None:
        return ()
    return tuple(Badge(initials=initials(each.name), name=each.name) for each in sight.readers(field)[:FEW_CHOICES])


def _by_default(audience: Audience) -> str:
    match audience.codes:
        case "*":
            return "Every supplier you connect"
        case "":
            return NOBODY_YET
        case "-":
            return "Nobody but the two of you"
        case _:
            words = [kind.label if kind.label.isupper() else kind.label.lower() for kind in audience.types]
            said = ", ".join(words)
            return said[:1].upper() + said[1:]


def _first_name(sight: Sight, who: str) -> str:
    name = sight.values.get(f"{who}_first_name")
    return name if isinstance(name, str) else {"partner1": "First partner"}.get(who, "Second partner")
