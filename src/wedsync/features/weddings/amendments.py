"""The way on from what is fixed or locked: what is shut, why, until when, and whom to talk to meanwhile."""

from __future__ import annotations

from typing import Final

from wedsync.features.weddings.fixed_facts import fixed_facts
from wedsync.features.weddings.fixed_views import AmendmentsPage, ContactView, ContactWay
from wedsync.features.weddings.model import Member
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.fields.texts import PARTNERS
from wedsync.kernel.permissions import WeddingRole
from wedsync.kernel.shield import ShieldState
from wedsync.platform.formats import initials
from wedsync.platform.pages import Crumb, Shell

_WHY: Final = {
    ShieldState.OPEN: "Nothing is fixed yet: everything can be changed until the date is confirmed.",
    ShieldState.FIXED: "The date is confirmed, so names, date, clock and venues are what everybody relies on.",
    ShieldState.LOCKED: "The wedding is on, or about to be. Plans are read-only, so that nobody works from two.",
}
_NOW_COUPLE: Final = {
    ShieldState.OPEN: "Change whatever you like in your details. Look at names, date and venues before you confirm.",
    ShieldState.FIXED: "A fixed fact cannot be changed here for now. If one of them is wrong or has to change, tell "
    "each supplier yourself, and agree what counts. What is still empty can be filled in.",
    ShieldState.LOCKED: "Nothing can be changed or filled in here until then. If something has to change all the "
    "same, tell each supplier yourself, and agree what counts.",
}
_NOW_SUPPLIER: Final = {
    ShieldState.OPEN: "If something looks wrong, ask the couple: they can still change it.",
    ShieldState.FIXED: "A fixed fact cannot be changed here for now. If one of them looks wrong, ask the couple before "
    "you plan by it.",
    ShieldState.LOCKED: "Nothing can be changed here until then. If something looks wrong, ask the couple before you "
    "plan by it.",
}
_NO_WAY_COUPLE: Final = "How to reach them stands in your own letters and contracts: nothing of it is kept here yet."
_NO_WAY_SUPPLIER: Final = "They have not shared how to reach them: look in your own letters and contract."


def amendments_page(sight: Sight, shell: Shell, *, back: str) -> AmendmentsPage:
    """For every reader, as far as they may read: the couple is told who works from it, a supplier whom to ask."""
    is_couple = sight.seen.standing.wedding_role is not None
    talk_to = _suppliers(sight) if is_couple else _couple(sight)
    return AmendmentsPage(
        shell=shell,
        crumbs=(Crumb(label="Back", href=back),),
        why=_WHY[sight.shield.state],
        now=(_NOW_COUPLE if is_couple else _NOW_SUPPLIER)[sight.shield.state],
        until_text=sight.shield.until_text,
        fixed=fixed_facts(sight) if sight.seen.wedding.date_set_at is not None else (),
        talk_to=talk_to,
        no_way="" if any(each.ways for each in talk_to) else _NO_WAY_COUPLE if is_couple else _NO_WAY_SUPPLIER,
        nobody="No supplier is connected, so nobody works from them yet." if is_couple else "The couple.",
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
