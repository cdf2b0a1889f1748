"""Saving one field, from whichever page it stands on, and showing what became of it.

What is refused comes back as it was typed, beside what stands, with the way on: nobody's words are lost.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.weddings import actions
from wedsync.features.weddings.clock_questions import ClockQuestion
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.field_drawing import Spot, draw_field, parts_of
from wedsync.features.weddings.field_views import FieldState, FieldView, Part, Side
from wedsync.features.weddings.page_queries import SeenWithNews
from wedsync.features.weddings.sight import Sight
from wedsync.kernel.fields.display import display
from wedsync.kernel.fields.model import Field, FieldType
from wedsync.kernel.ids import EventId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import Conflict, Fixed, Invalid, LockedWedding, Problem, RevisionConflict
from wedsync.kernel.zones import Reading
from wedsync.platform.database import Tx
from wedsync.platform.forms import Form, faults, said

SHOWN_BY_THE_FIELD: Final = (Invalid, RevisionConflict, Fixed, Conflict, LockedWedding)


class FieldForm(Form, frozen=True, kw_only=True):
    """A field's boxes. One box, or a box for each part; `base_revision` is the revision that was on the page."""

    base_revision: int = 0
    value: str = ""
    value_partner1: str = ""
    value_partner2: str = ""
    value_must_play: str = ""
    value_do_not_play: str = ""
    not_applicable: str = ""
    accept_lock: str = ""
    accept_far: str = ""
    clock: Reading | None = None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody saves a field; with `event_id` it is named by its event and stored name, not by its core key."""

    field: Field
    form: FieldForm
    event_id: EventId | None = None

    @property
    def write(self) -> FactWrite:
        """What the form says, as the action takes it."""
        return FactWrite(
            key=self.field.fact_key if self.event_id else self.field.key,
            event_id=self.event_id,
            base_revision=self.form.base_revision,
            value=None if self.form.not_applicable else self.typed,
            is_not_applicable=self.form.not_applicable == "yes",
            accept_lock=self.form.accept_lock == "yes",
            accept_far=self.form.accept_far == "yes",
            clock=self.form.clock,
        )

    @property
    def typed(self) -> JsonValue:
        """What stood in the boxes; None when all were empty."""
        match self.field.type:
            case FieldType.PRONOUNS:
                parts = {"partner1": self.form.value_partner1, "partner2": self.form.value_partner2}
            case FieldType.MUSIC:
                parts = {"must_play": self.form.value_must_play, "do_not_play": self.form.value_do_not_play}
            case _:
                return self.form.value
        return {**parts} if any(part.strip() for part in parts.values()) else None


async def save(tx: Tx, wedding_id: WeddingId, attempt: Attempt) -> Problem | None:
    """Save. Returns the refusals that a field shows for itself; every other is raised."""
    try:
        await actions.record_fact(tx, wedding_id, attempt.write)
    except SHOWN_BY_THE_FIELD as problem:
        return problem
    return None


def draw_refused(problem: Problem, attempt: Attempt, sight: Sight, spot: Spot) -> FieldView:
    """The field with the refusal of what was typed."""
    stands = draw_field(sight, attempt.field, spot)
    if isinstance(problem, RevisionConflict):
        return _conflict(attempt, sight, stands)
    if isinstance(problem, Invalid):
        return _mistake(problem, attempt, sight, stands)
    if "would_lock_until" in problem.members:
        return _asked(problem, attempt, stands, (Choice("Save it and lock", accept_lock="yes"),))
    if "far_from_wedding_days" in problem.members:
        return _asked(problem, attempt, stands, (Choice("Yes, save it", accept_far="yes"),))
    if "clock_questions" in problem.members:
        return _asked(problem, attempt, stands, _choices(problem))
    return msgspec.structs.replace(stands, error=said(problem))


def _conflict(attempt: Attempt, sight: Sight, stands: FieldView) -> FieldView:
    writer = _writer(sight, attempt.field)
    yours = Side(
        title="Yours",
        display=_shown(attempt),
        said_by="not saved yet",
        choose="Keep mine",
        value=attempt.form.value,
        parts=_typed_parts(attempt, sight),
    )
    theirs = Side(
        title=f"{writer}, saved",
        display=stands.display or "Nothing",
        said_by=stands.note,
        choose="Take the saved one",
        is_current=True,
    )
    return msgspec.structs.replace(
        stands,
        state=FieldState.CONFLICT,
        error=f"{writer} saved this while you were writing. Which one is right?",
        sides=(yours, theirs),
    )


def _mistake(problem: Problem, attempt: Attempt, sight: Sight, stands: FieldView) -> FieldView:
    found = faults(problem)
    detail = found.get(attempt.write.key) or found.get(attempt.field.key) or next(iter(found.values()), said(problem))
    return msgspec.structs.replace(
        stands,
        state=FieldState.ERROR,
        error=detail,
        base_revision=attempt.form.base_revision,
        value=attempt.form.value,
        parts=_typed_parts(attempt, sight),
        warning="",
    )


class Choice(msgspec.Struct, frozen=True):
    """A way to save what was asked about; what it says beside the value."""

    label: str
    display: str = ""
    accept_lock: str = ""
    accept_far: str = ""
    clock: str = ""


def _choices(problem: Problem) -> tuple[Choice, ...]:
    """Each meaning of the first time that was asked about; the answer counts for all of them."""
    asked = msgspec.convert(problem.members["clock_questions"], list[ClockQuestion])[0]
    words = {Reading.FIRST: "The first", Reading.SECOND: "The second", Reading.SHIFTED: "Yes"}
    return tuple(Choice(words[each.reading], each.shown, clock=each.reading.value) for each in asked.readings)


def _asked(problem: Problem, attempt: Attempt, stands: FieldView, choices: tuple[Choice, ...]) -> FieldView:
    """Saving it is possible, but only by saying what one means, or that one knows."""
    theirs = Side(
        title="As it stands", display=stands.display or "Nothing", said_by="", choose="Leave it", is_current=True
    )
    sides = (*(_side(attempt, choice) for choice in choices), theirs)
    return msgspec.structs.replace(
        stands, state=FieldState.CONFLICT, error=problem.detail or problem.title, sides=sides
    )


def _side(attempt: Attempt, choice: Choice) -> Side:
    said_before = "" if attempt.form.clock is None else attempt.form.clock.value
    boxes = {
        "value": attempt.form.value,
        "accept_lock": choice.accept_lock or attempt.form.accept_lock,
        "accept_far": choice.accept_far or attempt.form.accept_far,
        "clock": choice.clock or said_before,
    }
    parts = tuple(Part(name=name, label="", value=value) for name, value in boxes.items() if value or name == "value")
    return Side(
        title="Yours",
        display=choice.display or _shown(attempt),
        said_by="not saved yet",
        choose=choice.label,
        parts=parts,
    )


def _writer(sight: Sight, field: Field) -> str:
    seen = sight.seen
    changes = seen.changes if isinstance(seen, SeenWithNews) else ()
    return next((change.writer for change in changes if change.key == field.key and change.writer), "Somebody else")


def _shown(attempt: Attempt) -> str:
    """What was typed, as people read it; it may not have been read yet, so it stays as it was typed."""
    if attempt.form.not_applicable == "yes":
        return "Not for us"
    typed = attempt.typed
    if isinstance(typed, str):
        labels = {choice.value: choice.label for choice in attempt.field.rules.choices}
        return labels.get(typed, typed) or "Nothing"
    return display(attempt.field, typed) or "Nothing"


def _typed_parts(attempt: Attempt, sight: Sight) -> tuple[Part, ...]:
    return parts_of(sight, attempt.field, attempt.typed)
