"""The way on from what is fixed or locked: what is shut, why, until when, and whom to talk to meanwhile."""

from __future__ import annotations

from typing import Final

from wedsync.features.weddings.sight import Sight, subject_of
from wedsync.features.weddings.views import AmendmentsPage, ContactView, FixedFact
from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.fields.display import display
from wedsync.kernel.permissions import WeddingRole
from wedsync.kernel.shield import ShieldState
from wedsync.platform.formats import initials
from wedsync.platform.pages import Crumb, Shell

_WHY: Final = {
    ShieldState.OPEN: "Nothing is fixed yet: everything can be changed on the details page.",
    ShieldState.FIXED: "The couple confirmed the date, so names, date, clock and venues are what everybody relies on.",
    ShieldState.LOCKED: "The wedding is on, or about to be. Plans are read-only, so that nobody works from two.",
}


def amendments_page(sight: Sight, shell: Shell, *, back: str) -> AmendmentsPage:
    """For every reader; only what they may read is named."""
    wedding = sight.seen.wedding
    fixed = []
    for field in CORE_FIELDS:
        place = subject_of(sight.seen, field)
        fact = None if place is None else sight.facts.get(place)
        if fact is not None and sight.is_fixed(field, fact):
            fixed.append(FixedFact(label=field.name, display=display(field, fact.value)))
    talk_to = tuple(
        ContactView(
            name=each.display_name, initials=initials(each.display_name), role_label=each.role.value.capitalize()
        )
        for each in wedding.members
        if each.role is not WeddingRole.COMPANION
    )
    return AmendmentsPage(
        shell=shell,
        crumbs=(Crumb(label="Back", href=back),),
        why=_WHY[sight.shield.state],
        until_text=sight.shield.until_text,
        fixed=tuple(fixed),
        talk_to=talk_to,
    )
