"""The way on from what is fixed or locked: what is shut, why, until when, and whom to talk to meanwhile."""

from __future__ import annotations

from typing import Final

from wedsync.features.weddings.sight import Sight
from wedsync.features.weddings.views import AmendmentsPage, ContactView, FixedFact
from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.fields.display import display
from wedsync.kernel.permissions import WeddingRole
from wedsync.kernel.shield import ShieldState
from wedsync.platform.formats import initials
from wedsync.platform.pages import Crumb, Shell

_WHY: Final = {
    ShieldState.OPEN: "Nothing is fixed yet: everything can be changed until the date is confirmed.",
    ShieldState.FIXED: "The date is confirmed, so names, date, clock and venues are what everybody relies on.",
    ShieldState.LOCKED: "The wedding is on, or about to be. Plans are read-only, so that nobody works from two.",
}
_NOW_COUPLE: Final = (
    "A fixed fact cannot be changed here for now. If one of them is wrong or has to change, tell each supplier "
    "yourself, and agree what counts. What is still empty can be filled in."
)
_NOW_SUPPLIER: Final = (
    "A fixed fact cannot be changed here for now. If one of them looks wrong, ask the couple before you plan by it."
)


def amendments_page(sight: Sight, shell: Shell, *, back: str) -> AmendmentsPage:
    """For every reader, as far as they may read: the couple is told who works from it, a supplier whom to ask."""
    fixed = []
    for field in CORE_FIELDS:
        place = sight.places.get(field.key)
        fact = None if place is None else sight.facts.get(place)
        if fact is not None and sight.is_fixed(field, fact):
            fixed.append(FixedFact(label=field.name, display=display(field, fact.value)))
    is_couple = sight.seen.standing.wedding_role is not None
    return AmendmentsPage(
        shell=shell,
        crumbs=(Crumb(label="Back", href=back),),
        why=_WHY[sight.shield.state],
        now=_NOW_COUPLE if is_couple else _NOW_SUPPLIER,
        until_text=sight.shield.until_text,
        fixed=tuple(fixed),
        talk_to=_suppliers(sight) if is_couple else _couple(sight),
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
    first = {who: sight.values.get(f"{who}_first_name") for who in ("partner1", "partner2")}.get(str(asked))
    return tuple(
        ContactView(
            name=each.display_name,
            initials=initials(each.display_name),
            role_label=f"{each.role.value.capitalize()}{' · asked first' if each.display_name == first else ''}",
        )
        for each in sight.seen.wedding.members
        if each.role is not WeddingRole.COMPANION
    )
