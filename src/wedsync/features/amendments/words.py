"""Amendments in words: what one is about, who proposed it, what it waits for."""

from __future__ import annotations

from typing import Final

from wedsync.features.amendments.effects import fact_label
from wedsync.features.amendments.model import Amendment, Answer, Kind, Party, State, Terms
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.ids import AmendmentId
from wedsync.kernel.permissions import WeddingRole
from wedsync.kernel.shield import show_instant

STATES: Final = {
    State.PROPOSED: "proposed",
    State.EFFECTIVE: "in effect",
    State.REFUSED: "refused",
    State.WITHDRAWN: "withdrawn",
    State.LAPSED: "lapsed",
}
TONES: Final = {
    State.PROPOSED: "fixed",
    State.EFFECTIVE: "ok",
    State.REFUSED: "bad",
    State.WITHDRAWN: "",
    State.LAPSED: "",
}
ANSWERS: Final = {
    Answer.APPROVE: "approved it",
    Answer.REFUSE: "refused it",
    Answer.WITHDRAW: "withdrew it",
    Answer.LAPSE: "closed it: nothing could come of it any more",
    Answer.EFFECTIVE: "made it take effect",
    Answer.ACCEPT: "accepts what it means",
    Answer.DECLINE: "declines what it means",
}
TERMS_WORDS: Final = {
    Terms.WAITING: ("not answered yet", "fixed"),
    Terms.ACCEPTED: ("accepted", "ok"),
    Terms.DECLINED: ("declined: terms differ", "bad"),
    Terms.DIFFER: ("no answer in 72 hours: terms differ", "bad"),
}
_KINDS: Final = {
    Kind.POSTPONEMENT: "Move the whole wedding",
    Kind.CANCELLATION: "Cancel the wedding",
    Kind.CHANGE: "Change what is fixed",
    Kind.EMERGENCY: "Change in an emergency",
}


def reference_of(amendment: AmendmentId) -> str:
    """Eight digits to read aloud, from the random part of its id: two that wait at a time do not share them."""
    digits = f"{amendment.int % 10**8:08}"
    return f"{digits[:4]} {digits[4:]}"


def title_of(sight: Sight, amendment: Amendment) -> str:
    """What it is about: the facts by name, as far as the reader reads them."""
    if amendment.kind in {Kind.POSTPONEMENT, Kind.CANCELLATION}:
        return _KINDS[amendment.kind]
    labels = [fact_label(sight, field_named(each.key), each.event_id) for each in amendment.changes]
    named = ", ".join(labels) or _KINDS[amendment.kind]
    return f"Emergency: {named}" if amendment.kind is Kind.EMERGENCY else named


def said_by(amendment: Amendment) -> str:
    """Who proposed it, and as what."""
    who = amendment.name or "Somebody who has left"
    return who if amendment.party is Party.PARTNER else f"{who}, {amendment.party.value}"


def waits_for(sight: Sight, amendment: Amendment) -> str:
    """Whose approval is missing, or "" when none is."""
    if amendment.state is not State.PROPOSED:
        return ""
    approved = {each.person_id for each in amendment.approvals}
    partners = [each for each in sight.seen.wedding.members if each.role is WeddingRole.PARTNER]
    missing = [each.display_name for each in partners if each.person_id not in approved]
    if amendment.kind is Kind.EMERGENCY:
        return "waits for a second yes" if approved else "waits for two to agree"
    if amendment.takes_effect_at is not None:
        return f"agreed: takes effect {show_instant(amendment.takes_effect_at, sight.zone)}, when the wedding is over"
    joined = (" and " if amendment.needs_every_partner else " or ").join(missing)
    return f"waits for {joined}" if joined else "is decided in a few minutes"
