"""What is shut, why and until when; what one may propose, what waits for whom, and whom to talk to meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from wedsync.features.amendments.drafting import is_urgent
from wedsync.features.amendments.effects import fact_label
from wedsync.features.amendments.model import Amendment, Kind, State
from wedsync.features.amendments.views import (
    AmendmentRow,
    AmendmentsFragment,
    AmendmentsPage,
    ContactView,
    ContactWay,
    FixedRow,
    Way,
)
from wedsync.features.amendments.words import STATES, TONES, said_by, title_of, waits_for
from wedsync.features.people.words import moment
from wedsync.features.weddings.events_drawing import fields_of
from wedsync.features.weddings.fixed_facts import fixed_facts
from wedsync.features.weddings.model import Member
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.fields.display import display
from wedsync.kernel.fields.texts import PARTNERS
from wedsync.kernel.permissions import Permission, WeddingRole, allows
from wedsync.kernel.shield import ShieldState, WeddingStatus
from wedsync.platform.formats import initials
from wedsync.platform.pages import Crumb, Shell

_WHY: Final = {
    ShieldState.OPEN: "Nothing is fixed yet: everything can be changed until the date is confirmed.",
    ShieldState.FIXED: "The date is confirmed, so names, date, clock and venues are what everybody relies on.",
    ShieldState.LOCKED: "The wedding is on, or about to be. Plans are read-only, so that nobody works from two.",
}
_NOW_COUPLE: Final = {
    ShieldState.OPEN: "Change whatever you like in your details. Look at names, date and venues before you confirm.",
    ShieldState.FIXED: "Propose what should change. You see all that it would do before anybody agrees to it, and "
    "every supplier is told. What is still empty can simply be filled in.",
    ShieldState.LOCKED: "If when or where has to change today all the same, propose it as an emergency: two of you "
    "agree, and every supplier is told at once.",
}
_NOW_COORDINATOR: Final = {
    ShieldState.OPEN: "If something looks wrong, ask the couple: they can still change it.",
    ShieldState.FIXED: "If something looks wrong or has to change, propose it: the couple decides.",
    ShieldState.LOCKED: "If when or where has to change today all the same, propose it as an emergency: with one "
    "partner's yes it takes effect, and every supplier is told at once.",
}
_NOW_SUPPLIER: Final = {
    ShieldState.OPEN: "If something looks wrong, ask the couple: they can still change it.",
    ShieldState.FIXED: "If something looks wrong or has to change, propose it: the couple decides.",
    ShieldState.LOCKED: "Nothing can be changed here until then. If something looks wrong, ask the couple before you "
    "plan by it.",
}
_NO_WAY_COUPLE: Final = "How to reach them stands in your own letters and contracts: nothing of it is kept here yet."
_NO_WAY_SUPPLIER: Final = "They have not shared how to reach them: look in your own letters and contract."
_NOTHING_FIXED: Final = "None. Once the date is confirmed, names, date, clock and venues appear here."
_NOTHING_YOU_READ: Final = "None that you may propose to change."


def amendments_page(sight: Sight, found: Sequence[Amendment], shell: Shell, *, base: str) -> AmendmentsPage:
    """For every reader, as far as they may read. `base` is the address of the wedding for them."""
    is_couple = sight.seen.standing.wedding_role is not None
    talk_to = _suppliers(sight) if is_couple else _couple(sight)
    inside = amendments_fragment(sight, found, base=base)
    return AmendmentsPage(
        shell=shell,
        crumbs=(Crumb(label="Back", href=f"{base}/details" if is_couple else base),),
        wedding_id=str(sight.seen.wedding.id),
        fragment_url=f"{base}/amendments",
        why=_why(sight),
        now=_now(sight)[sight.shield.state],
        until_text=sight.shield.until_text,
        talk_to=talk_to,
        no_way="" if any(each.ways for each in talk_to) else _NO_WAY_COUPLE if is_couple else _NO_WAY_SUPPLIER,
        nobody="No supplier is connected, so nobody works from them yet." if is_couple else "The couple.",
        waiting=inside.waiting,
        decided=inside.decided,
        fixed=inside.fixed,
        nothing_fixed=inside.nothing_fixed,
        ways=inside.ways,
    )


def _now(sight: Sight) -> Mapping[ShieldState, str]:
    match sight.seen.standing.wedding_role:
        case WeddingRole.PARTNER:
            return _NOW_COUPLE
        case WeddingRole.COORDINATOR:
            return _NOW_COORDINATOR
        case _:
            return _NOW_SUPPLIER


def _why(sight: Sight) -> str:
    match sight.seen.wedding.status:
        case WeddingStatus.CANCELLED:
            return "The wedding is cancelled. What was agreed stays on record; a new date takes it up again."
        case WeddingStatus.POSTPONED:
            return "The wedding waits for a new date. Names and venues are what everybody relies on."
        case _:
            return _WHY[sight.shield.state]


def amendments_fragment(sight: Sight, found: Sequence[Amendment], *, base: str) -> AmendmentsFragment:
    """The part that moves when somebody proposes or answers."""
    is_confirmed = sight.seen.wedding.date_set_at is not None
    return AmendmentsFragment(
        waiting=tuple(_row(sight, each, base) for each in found if each.state is State.PROPOSED),
        decided=tuple(_row(sight, each, base) for each in found if each.state is not State.PROPOSED),
        fixed=_fixed(sight, base) if is_confirmed or sight.is_locked else (),
        nothing_fixed=_NOTHING_YOU_READ if is_confirmed else _NOTHING_FIXED,
        ways=_ways_on(sight, base) if is_confirmed else (),
    )


def propose_url(base: str, kind: Kind, key: str = "", event_id: str = "") -> str:
    """Where something is proposed."""
    asked = {"kind": kind.value, "key": key, "event": event_id}
    return f"{base}/amendments/new?{urlencode({name: value for name, value in asked.items() if value})}"


def _row(sight: Sight, each: Amendment, base: str) -> AmendmentRow:
    return AmendmentRow(
        title=title_of(sight, each),
        href=f"{base}/amendments/{each.id}",
        said_by=said_by(each),
        when=moment(each.proposed_at, sight.zone),
        state=STATES[each.state],
        tone=TONES[each.state],
        waits_for=waits_for(sight, each),
    )


def _fixed(sight: Sight, base: str) -> tuple[FixedRow, ...]:
    """Each with the way to ask for something else; on the day, for when and where alone, and by who runs it."""
    may_propose = allows(sight.seen.standing, Permission.AMENDMENTS_PROPOSE)
    if sight.is_locked:
        return tuple(_urgent(sight, base))
    return tuple(
        FixedRow(
            label=each.label,
            display=each.display,
            propose_url=propose_url(base, Kind.CHANGE, each.key, each.event_id) if may_propose else "",
        )
        for each in fixed_facts(sight)
    )


def _urgent(sight: Sight, base: str) -> list[FixedRow]:
    may_propose = sight.seen.standing.wedding_role in {WeddingRole.PARTNER, WeddingRole.COORDINATOR}
    rows = []
    for event in sight.seen.wedding.events:
        for field in fields_of(event):
            fact = sight.fact(field, event.id)
            if fact is not None and fact.value is not None and is_urgent(field, event.id):
                way = propose_url(base, Kind.EMERGENCY, field.fact_key, str(event.id)) if may_propose else ""
                label = fact_label(sight, field, event.id)
                rows.append(FixedRow(label=label, display=display(field, fact.value), propose_url=way))
    return rows


def _ways_on(sight: Sight, base: str) -> tuple[Way, ...]:
    if not sight.is_partner or sight.is_locked:
        return ()
    return (
        Way(
            label="Move the whole wedding",
            why="To another day, or to one that you do not know yet. Both of you agree to it.",
            href=propose_url(base, Kind.POSTPONEMENT),
        ),
        Way(
            label="Cancel the wedding",
            why="Nothing is deleted. Both of you agree to it, and every supplier is told.",
            href=propose_url(base, Kind.CANCELLATION),
        ),
    )


def _suppliers(sight: Sight) -> tuple[ContactView, ...]:
    return tuple(
        ContactView(name=each.name, initials=initials(each.name), role_label=each.service.label)
        for each in sight.seen.wedding.suppliers
    )


def _couple(sight: Sight) -> tuple[ContactView, ...]:
    """Both of them and who runs the day; the one whom they want to be asked first says so."""
    asked = sight.values.get("primary_contact")
    return tuple(
        ContactView(
            name=each.display_name,
            initials=initials(each.display_name),
            role_label=f"{each.role.value.capitalize()}{' · asked first' if _who(sight, each) == asked else ''}",
            ways=_ways(sight, _who(sight, each)),
        )
        for each in sight.seen.wedding.members
        if each.role is not WeddingRole.COMPANION
    )


def _who(sight: Sight, member: Member) -> str:
    """Which of the two a member is, by the name that the details give them; "" when that is not to be told."""
    names = {who: sight.values.get(f"{who}_first_name") for who in PARTNERS}
    first = member.display_name.partition(" ")[0]
    is_partner = member.role is WeddingRole.PARTNER
    return next((who for who, name in names.items() if is_partner and name == first), "")


def _ways(sight: Sight, who: str) -> tuple[ContactWay, ...]:
    """How to reach a partner, as far as the couple's grants let the reader know."""
    found = ((scheme, sight.values.get(f"{who}_{key}")) for key, scheme in (("phone", "tel"), ("email", "mailto")))
    return tuple(ContactWay(text=value, href=f"{scheme}:{value}") for scheme, value in found if isinstance(value, str))
