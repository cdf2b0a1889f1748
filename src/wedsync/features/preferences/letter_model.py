"""Which letters somebody wants, and what becomes of one that is about to go. Pure.

What must arrive arrives; what somebody can do without goes as they chose.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.letters import AT_ONCE, CHOSEN, Choice, LetterKind, QuietHours, next_daily, quiet_until
from wedsync.kernel.problems import Invalid
from wedsync.platform.mail import Letter
from wedsync.platform.tokens import Sealer

STOP: Final = "stop letters"
LAST_HOUR: Final = 23
# They hold what must arrive too.
LONGEST_QUIET: Final = 12


class LetterTerms(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters somebody gets, and when: as they chose, or as it is without a choice."""

    person_id: PersonId
    zone: str
    stopped: tuple[LetterKind, ...]
    daily: tuple[LetterKind, ...]
    quiet_from: int | None
    quiet_until: int | None

    @property
    def quiet(self) -> QuietHours | None:
        """Their quiet hours; None while they are off."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return QuietHours(start=self.quiet_from, end=self.quiet_until)

    def choice(self, kind: LetterKind) -> Choice:
        """How often they want a kind."""
        if kind in self.stopped:
            return Choice.NONE
        return Choice.DAILY if kind in self.daily else Choice.EACH


class LetterChoices(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody chooses, all of it: how often each kind that is theirs to choose, and their quiet hours or none."""

    answers: Choice
    requests: Choice
    reminders: Choice
    quiet: QuietHours | None

    def kinds(self, choice: Choice) -> tuple[LetterKind, ...]:
        """The kinds for which that is chosen."""
        chosen = {
            LetterKind.ANSWERS: self.answers,
            LetterKind.REQUESTS: self.requests,
            LetterKind.REMINDERS: self.reminders,
        }
        return tuple(kind for kind, each in chosen.items() if each is choice)


class Fate(StrEnum):
    """What becomes of a letter."""

    GOES = "goes"
    WAITS = "waits"
    IS_HELD = "is_held"
    IS_DROPPED = "is_dropped"


def choices_of(terms: LetterTerms) -> LetterChoices:
    """The same, as it is chosen."""
    return LetterChoices(
        answers=terms.choice(LetterKind.ANSWERS),
        requests=terms.choice(LetterKind.REQUESTS),
        reminders=terms.choice(LetterKind.REMINDERS),
        quiet=terms.quiet,
    )


def checked(said: LetterChoices) -> LetterChoices:
    """The same, if it can be. Raises Invalid."""
    quiet = said.quiet
    if quiet is None:
        return said
    are_hours = 0 <= quiet.start <= LAST_HOUR and 0 <= quiet.end <= LAST_HOUR
    if not (are_hours and 0 < (quiet.end - quiet.start) % 24 <= LONGEST_QUIET):
        sentence = f"Choose two different full hours, from 0 to {LAST_HOUR}, for {LONGEST_QUIET} hours at most."
        errors: list[JsonValue] = [{"field": "quiet", "detail": sentence}]
        raise Invalid(errors=errors)
    return said


def fate_of(letter: Letter, terms: LetterTerms, now: datetime) -> tuple[Fate, datetime | None]:
    """What becomes of a letter, and until when where it does not go now."""
    choice = terms.choice(letter.kind)
    if choice is Choice.NONE:
        return Fate.IS_DROPPED, None
    if letter.is_urgent or letter.kind in AT_ONCE:
        return Fate.GOES, None
    if choice is Choice.DAILY:
        return Fate.IS_HELD, next_daily(terms.zone, now, terms.quiet)
    until = quiet_until(terms.zone, now, terms.quiet)
    return (Fate.GOES, None) if until is None else (Fate.WAITS, until)


def stopped_by(kind: LetterKind) -> tuple[LetterKind, ...]:
    """What somebody gets no more who stops a letter: its kind; with the one of once a day all that can be."""
    return tuple(CHOSEN) if kind is LetterKind.DAILY else (kind,)


def may_stop(kind: LetterKind) -> bool:
    """Whether a letter of this kind says how to have no more of it."""
    return kind in CHOSEN or kind is LetterKind.DAILY


def stop_path(sealer: Sealer, person: UUID, kind: LetterKind) -> str:
    """Where one request has letters of a kind stop for one person: whoever holds the letter holds the address."""
    return f"/letters/{kind.value}/{person}/{sealer.sign(STOP, person.bytes + kind.value.encode())}"
