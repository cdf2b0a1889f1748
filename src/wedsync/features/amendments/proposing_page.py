"""Proposing, in two steps: what should change and why; then all that it would do, to be sent as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.amendments.drafting import Draft, is_first_date, is_urgent
from wedsync.features.amendments.effects import Effect, fact_label
from wedsync.features.amendments.model import Kind, Proposal, ReasonCode, Wanted
from wedsync.features.amendments.views import Box, EffectGroup, EffectView, Hidden, ProposePage
from wedsync.features.weddings.field_drawing import control_of
from wedsync.features.weddings.model import PARTNERS, field_at
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.fields.display import as_typed, display
from wedsync.kernel.fields.model import Field, FieldType
from wedsync.kernel.ids import EventId
from wedsync.kernel.permissions import Permission, WeddingRole, allows, may_read
from wedsync.kernel.problems import Conflict, Forbidden, Invalid, NotFound, Problem
from wedsync.platform.forms import Form, chosen, faults, filled, said
from wedsync.platform.pages import Crumb, Shell
from wedsync.platform.zone_options import zone_options

# A place is a name and an address: they are asked for together.
_TOGETHER: Final = {"venue_name": "venue_address", "venue_address": "venue_name"}
_GROUPS: Final = (
    ("facts", "What would change", ""),
    ("warning", "Worth a look before you agree", "fixed"),
    ("day", "When everything would be", ""),
    ("protection", "When plans would be read-only", ""),
    ("wedding", "The wedding", ""),
    ("suppliers", "Your suppliers", ""),
)
_TITLES: Final = {
    Kind.CHANGE: "Propose a change",
    Kind.POSTPONEMENT: "Move the whole wedding",
    Kind.CANCELLATION: "Cancel the wedding",
    Kind.EMERGENCY: "Change it today",
}


_WHO_READS: Final[Mapping[WeddingRole | None, str]] = {
    WeddingRole.PARTNER: "You two and your coordinator read it; suppliers see only your choice above. "
    "You may leave it empty.",
    WeddingRole.COORDINATOR: "The couple reads it; suppliers see only your choice above. You may leave it empty.",
    WeddingRole.COMPANION: "",  # who proposes nothing
    None: "The couple and their coordinator read it, and no other supplier. You may leave it empty.",
}


class ProposalForm(Form, frozen=True, kw_only=True):
    """The boxes of a proposal. `step` is preview, edit or propose; an unticked box is not sent at all."""

    kind: Kind
    key: str = ""
    event: str = ""
    reason_code: str = ""
    reason: str = ""
    value_1: str = ""
    value_2: str = ""
    moves_others: str = ""
    has_no_day: str = ""
    step: str = "preview"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that the form asks for; `value` is what the wedding says now."""

    field: Field
    event_id: EventId | None
    stands: str
    typed: str


def asked_of(sight: Sight, kind: Kind, key: str, event: str) -> tuple[Asked, ...]:
    """What a form of this kind asks for. Raises NotFound for what the reader may not read, or nobody is asked."""
    if kind is Kind.CANCELLATION:
        return ()
    field, event_id = _place(sight, "wedding_date" if kind is Kind.POSTPONEMENT else key, event)
    beside = _TOGETHER.get(field.fact_key)
    places = [(field, event_id)]
    if beside is not None and event_id is not None:
        places.append(field_at(sight.seen.wedding.events, beside, event_id))
        places.sort(key=_by_name, reverse=True)  # the name before the address
    return tuple(_asked(sight, *place) for place in places)


def proposal_of(form: ProposalForm, asked: tuple[Asked, ...]) -> Proposal:
    """What the form says: boxes that say what stands already propose nothing. Raises Invalid."""
    if form.reason_code not in {each.value for each in ReasonCode}:
        raise Invalid(errors=[{"field": "reason_code", "detail": "Choose why."}])
    typed = (form.value_1, form.value_2)
    changed = [
        Wanted(
            key=each.field.fact_key if each.event_id else each.field.key, event_id=each.event_id, value=value or None
        )
        for each, value in zip(asked, typed, strict=False)
        if _plain(value) != _plain(each.typed)
    ]
    if form.kind is Kind.POSTPONEMENT and form.has_no_day:
        changed = [Wanted(key="wedding_date")]
    elif form.kind is Kind.POSTPONEMENT:
        changed = [Wanted(key="wedding_date", value=each.value) for each in changed]
    if asked and not changed:
        raise Invalid(errors=[{"field": "value_1", "detail": "That is what it says already."}])
    return Proposal(
        kind=form.kind,
        reason_code=ReasonCode(form.reason_code),
        reason=form.reason,
        wanted=tuple(changed),
        moves_others=form.moves_others == "yes",
        accept_far=form.step == "propose",  # the step before said how long plans would be read-only
    )


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """How far a proposal is: as the form stands, what was wrong with it, and, once drawn up, what it would do."""

    form: ProposalForm
    asked: tuple[Asked, ...]
    problem: Problem | None = None
    draft: Draft | None = None
    effects: tuple[Effect, ...] = ()


def first_look(kind: Kind, key: str, event: str, asked: tuple[Asked, ...]) -> Shown:
    """The empty form: every box says what stands."""
    values = [each.typed for each in asked] + ["", ""]
    form = ProposalForm(kind=kind, key=key, event=event, value_1=values[0], value_2=values[1], moves_others="yes")
    return Shown(form=form, asked=asked)


def propose_page(sight: Sight, shell: Shell, look: Shown, *, base: str) -> ProposePage:
    """The form, or with a draft the last look before it is sent."""
    form, wrong = look.form, {} if look.problem is None else faults(look.problem)
    is_drawn = look.draft is not None
    others = _others(sight, look)
    return ProposePage(
        shell=shell,
        crumbs=(Crumb(label="What is fixed", href=f"{base}/amendments"),),
        title=_TITLES[form.kind],
        intro=_intro(sight, form.kind, look.asked),
        action=f"{base}/amendments/new",
        carried=tuple(Hidden(name=name, value=value) for name, value in _carried(form, is_drawn=is_drawn)),
        boxes=() if is_drawn else tuple(_boxes(sight, look, wrong)),
        others=others,
        is_moving_others=form.moves_others == "yes",
        may_wait=form.kind is Kind.POSTPONEMENT and any(each.typed for each in look.asked),
        is_waiting=form.has_no_day == "yes",
        reasons=chosen(tuple((each.value, each.label) for each in ReasonCode), form.reason_code),
        reason_error=wrong.get("reason_code", ""),
        reason=filled(form.reason, wrong, "reason"),
        reason_hint=_WHO_READS[sight.seen.standing.wedding_role],
        problem="" if look.problem is None or wrong else said(look.problem),
        why=_why(form) if is_drawn else "",
        groups=groups_of(look.effects),
        lead=_lead(sight, look) if is_drawn else "",
        send=_send(sight, look) if is_drawn else "",
        is_grave=form.kind is Kind.CANCELLATION,
        csrf=shell.csrf,
    )


def _why(form: ProposalForm) -> str:
    return ". ".join(filter(None, (ReasonCode(form.reason_code).label, form.reason.strip())))


def groups_of(effects: tuple[Effect, ...]) -> tuple[EffectGroup, ...]:
    """Effects under their headings; a heading without effects is left out."""
    found = (
        EffectGroup(
            title=title,
            tone=tone,
            effects=tuple(
                EffectView(what=each.what, before=each.before, after=each.after, detail=each.detail)
                for each in effects
                if each.about == about
            ),
        )
        for about, title, tone in _GROUPS
    )
    return tuple(group for group in found if group.effects)


def _place(sight: Sight, key: str, event: str) -> tuple[Field, EventId | None]:
    try:
        event_id = EventId(UUID(event)) if event else None
    except ValueError:
        raise NotFound from None
    field, found = field_at(sight.seen.wedding.events, key, event_id)
    if not may_read(sight.seen.standing, field.area) or field.is_derived:
        raise NotFound
    return field, found


def _by_name(place: tuple[Field, EventId | None]) -> str:
    return place[0].fact_key


def _asked(sight: Sight, field: Field, event_id: EventId | None) -> Asked:
    fact = sight.fact(field, event_id)
    value = None if fact is None else fact.value
    return Asked(field=field, event_id=event_id, stands=display(field, value), typed=as_typed(field, value))


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _carried(form: ProposalForm, *, is_drawn: bool) -> list[tuple[str, str]]:
    always = [("kind", form.kind.value), ("key", form.key), ("event", form.event)]
    if not is_drawn:
        return always
    boxes = ("reason_code", "reason", "value_1", "value_2", "moves_others", "has_no_day")
    values: Mapping[str, str] = msgspec.to_builtins(form)
    return always + [(name, values[name]) for name in boxes]


def _boxes(sight: Sight, look: Shown, wrong: Mapping[str, str]) -> list[Box]:
    typed = (look.form.value_1, look.form.value_2)
    return [
        Box(
            name=f"value_{number}",
            label=fact_label(sight, each.field, each.event_id),
            control=control_of(each.field),
            value=value,
            stands=each.stands,
            options=zone_options(value) if each.field.type is FieldType.ZONE else (),
            error=wrong.get(each.field.key, "")
            or wrong.get(each.field.fact_key, "")
            or wrong.get(f"value_{number}", ""),
            hint=each.field.hint,
        )
        for number, (each, value) in enumerate(zip(look.asked, typed, strict=False), start=1)
    ]


def _others(sight: Sight, look: Shown) -> str:
    """The days that would move along with the first event's."""
    events = sight.seen.wedding.events
    if not any(is_first_date(sight, each.field, each.event_id) for each in look.asked):
        return ""
    return ", ".join(each.title for each in events[1:] if (each.id, "date") in sight.facts)


def _intro(sight: Sight, kind: Kind, asked: tuple[Asked, ...]) -> str:
    if sight.seen.standing.wedding_role is None:
        return "The couple decides. First you see what it would do."
    if kind is Kind.EMERGENCY:
        return (
            "The wedding is read-only. When and where may still change if two agree: a partner or the coordinator, and "
            "another partner. Every supplier is told at once."
        )
    if not sight.is_partner:
        return "The couple decides. First you see what it would do."
    alone = asked and not any(each.event_id for each in asked)
    if alone or _partners(sight) < PARTNERS:
        return "One of you is enough for this. First you see what it would do."
    return "Both of you have to agree to this. First you see what it would do."


def _partners(sight: Sight) -> int:
    return sum(each.role is WeddingRole.PARTNER for each in sight.seen.wedding.members)


def _is_at_once(sight: Sight, look: Shown) -> bool:
    """Whether the reader's own word is enough."""
    if not sight.is_partner or look.form.kind is Kind.EMERGENCY:
        return False
    is_whole = look.form.kind in {Kind.POSTPONEMENT, Kind.CANCELLATION}
    needs_both = is_whole or any(each.event_id for each in look.asked)
    return _partners(sight) < PARTNERS or not needs_both


def _lead(sight: Sight, look: Shown) -> str:
    if _is_at_once(sight, look):
        return "It takes effect at once, and every supplier whom it concerns is told. It stays on record for good."
    if not sight.is_partner:
        return "Nothing changes until the couple agrees. You can take it back until then."
    return "Nothing changes until the other one agrees; a letter asks them. You can take it back until then."


def _send(sight: Sight, look: Shown) -> str:
    if look.form.kind is Kind.CANCELLATION:
        return "Cancel the wedding" if _is_at_once(sight, look) else "Propose to cancel the wedding"
    return "Make it so" if _is_at_once(sight, look) else "Propose it"


def refuse_unasked(sight: Sight, kind: Kind, asked: tuple[Asked, ...]) -> None:
    """Raises Forbidden for who may not propose this, NotFound for an emergency about anything but when and where."""
    standing = sight.seen.standing
    if not allows(standing, Permission.AMENDMENTS_PROPOSE):
        raise Forbidden
    if kind in {Kind.POSTPONEMENT, Kind.CANCELLATION} and not sight.is_partner:
        raise Forbidden
    if kind is Kind.EMERGENCY and not sight.is_locked:
        raise Conflict("An emergency is for while the wedding is read-only. Propose a change.")
    if kind is Kind.EMERGENCY and not all(is_urgent(each.field, each.event_id) for each in asked):
        raise NotFound
