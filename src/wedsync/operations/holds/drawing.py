"""A hold in words: how it stands, who did what, and what its reader may do now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from wedsync.features.people.shell import OPERATIONS
from wedsync.kernel.ids import PersonId
from wedsync.operations.holds.model import Hold, State, Step
from wedsync.operations.holds.views import HoldBoxes, HoldView
from wedsync.platform import formats
from wedsync.platform.forms import filled

LIST: Final = f"{OPERATIONS}/holds"
_STATES: Final = {
    State.REQUESTED: ("waits for a second", "fixed"),
    State.IN_FORCE: ("holds", "day"),
    State.RELEASE_REQUESTED: ("holds, release asked for", "fixed"),
    State.RELEASED: ("let go", ""),
}
# Where the form goes, what its button says, and what is asked before it is sent.
_STEPS: Final = {
    Step.APPROVE: ("approval", "Set it", "Set this hold?", "Nothing it holds is purged or erased until two let it go."),
    Step.ASK_RELEASE: (
        "release",
        "Ask for its release",
        "Ask for its release?",
        "It holds until somebody else agrees.",
    ),
    Step.RELEASE: (
        "release/approval",
        "Let it go",
        "Let it go?",
        "What was due to be purged or erased goes from now on.",
    ),
}


def hold_view(hold: Hold, reader: PersonId, zone: str) -> HoldView:
    """One of the list."""
    label, tone = _STATES[hold.state]
    step = hold.next_step(reader)
    place, verb, question, text = ("", "", "", "") if step is None else _STEPS[step]
    return HoldView(
        reference=str(hold.id),
        matter=hold.reason,
        held="person" if hold.subject_id else "wedding",
        held_id=str(hold.subject_id or hold.wedding_id),
        state_label=label,
        tone=tone,
        course=_course(hold, zone),
        step_url=f"{LIST}/{hold.id}/{place}" if step else "",
        step_label=verb,
        step_question=question,
        step_text=text,
    )


def boxes(subject_id: str, wedding_id: str, reason: str, wrong: Mapping[str, str]) -> HoldBoxes:
    """The form, as it was sent, with what was wrong."""
    return HoldBoxes(
        subject_id=filled(subject_id, wrong, "subject_id"),
        wedding_id=filled(wedding_id, wrong, "wedding_id"),
        reason=filled(reason, wrong, "reason"),
    )


def _course(hold: Hold, zone: str) -> tuple[str, ...]:
    done: tuple[tuple[str, str | None, datetime | None], ...] = (
        ("Asked for", hold.asked_by, hold.created_at),
        ("Set", hold.approved_by, hold.approved_at),
        ("Release asked for", hold.release_asked_by, hold.release_asked_at),
        ("Let go", hold.released_by, hold.released_at),
    )
    return tuple(f"{what} by {who}, {formats.moment(at, zone)}" for what, who, at in done if who and at)
