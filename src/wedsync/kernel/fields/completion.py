"""How complete a wedding's details are, and what to ask the couple next.

The score is the weight of complete answers in the weight of those that apply. Nobody is asked
early: basics a year before, suppliers at six months, counts at three, final details in the last.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.fields.model import Field, FieldState, FieldType, Group
from wedsync.kernel.fields.texts import PARTNERS
from wedsync.kernel.json_values import JsonValue

BASICS_MONTHS: Final = 12
_DONE: Final = frozenset({FieldState.COMPLETE, FieldState.FIXED})


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A stored answer; `is_fixed` is a class A fact after the date is confirmed."""

    value: JsonValue = None
    is_not_applicable: bool = False
    is_fixed: bool = False


class Score(msgspec.Struct, frozen=True):
    """Weights: complete of applicable; nothing applicable is complete."""

    complete: int
    applicable: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 is said only when nothing is missing."""
        return 100 * self.complete // self.applicable if self.applicable else 100


class Completion(msgspec.Struct, frozen=True):
    """The score of the whole, and of each group that has something to ask."""

    whole: Score
    groups: Mapping[Group, Score]


def state_of(field: Field, answer: Answer | None) -> FieldState:
    """How far along an answer is; partial is one partner's pronouns without the other's."""
    if answer is None:
        return FieldState.PENDING
    if answer.is_not_applicable:
        return FieldState.NOT_APPLICABLE
    if answer.value is None:
        return FieldState.PENDING
    if answer.is_fixed:
        return FieldState.FIXED
    if field.type is FieldType.PRONOUNS and isinstance(answer.value, Mapping):
        said = [who for who in PARTNERS if answer.value.get(who)]
        return FieldState.COMPLETE if len(said) == len(PARTNERS) else FieldState.PARTIAL
    return FieldState.COMPLETE


def completion(answers: Mapping[str, Answer]) -> Completion:
    """The completion score of a wedding from its answers by field key."""
    groups = {
        group: _score(tuple(field for field in asked_fields() if field.group is group), answers) for group in Group
    }
    asked = {group: score for group, score in groups.items() if _is_asked(group)}
    return Completion(_score(asked_fields(), answers), asked)


def next_questions(answers: Mapping[str, Answer], held_on: date | None, today: date) -> tuple[Field, ...]:
    """The unanswered questions whose time has come: earliest due, then essential, first.

    Without a date only the basics are asked.
    """
    open_states = {FieldState.PENDING, FieldState.PARTIAL}
    due = [
        field
        for field in asked_fields()
        if state_of(field, answers.get(field.key)) in open_states and _is_due(field, held_on, today)
    ]
    return tuple(sorted(due, key=_urgency))


def asked_fields() -> tuple[Field, ...]:
    """The core fields that a couple answers, in the order of the page."""
    return tuple(field for field in CORE_FIELDS if not field.is_derived)


def _score(fields: tuple[Field, ...], answers: Mapping[str, Answer]) -> Score:
    states = [(field, state_of(field, answers.get(field.key))) for field in fields]
    applicable = [pair for pair in states if pair[1] is not FieldState.NOT_APPLICABLE]
    return Score(
        sum(field.weight for field, state in applicable if state in _DONE),
        sum(field.weight for field, _ in applicable),
    )


def _is_asked(group: Group) -> bool:
    return any(field.group is group for field in asked_fields())


def _is_due(field: Field, held_on: date | None, today: date) -> bool:
    """Basics are always due: who has less than a year has them overdue, who has more may start."""
    if field.ask_months >= BASICS_MONTHS:
        return True
    return held_on is not None and _months_before(held_on, field.ask_months) <= today


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last of that month (31 August − 6 is 28 February)."""
    index = day.year * 12 + day.month - 1 - months
    for shown in range(day.day, 0, -1):
        try:
            return date(index // 12, index % 12 + 1, shown)
        except ValueError:
            continue
    return day


def _urgency(field: Field) -> tuple[int, bool]:
    return -field.ask_months, not field.is_essential
