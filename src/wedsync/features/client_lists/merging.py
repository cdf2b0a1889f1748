"""Rows that are one client become one, with the reason; rows that may be are asked about.

Two rows are one client when their names are the same, they share an address, a number or a day, and nothing in one
contradicts the other. A shared address alone is a planner's or a mother's.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, TypeVar

import msgspec

from wedsync.features.client_lists.model import AnyReading, Draft, Question, Target
from wedsync.kernel.reading.model import Certainty, Reading, unique

Value = TypeVar("Value")
Key: TypeAlias = tuple[Target, str]

# What tells one couple from another of the same name.
_TELLING: Final = (Target.EMAIL, Target.PARTNER_EMAIL, Target.PHONE, Target.PARTNER_PHONE, Target.DATE)
_SHARED: Final = (Target.EMAIL, Target.PARTNER_EMAIL, Target.PHONE, Target.PARTNER_PHONE)
_MOST_ALIKE: Final = 5
_LONGEST_SHOWN: Final = 100
_WORDS: Final[Mapping[Target, str]] = {
    Target.EMAIL: "email address",
    Target.PARTNER_EMAIL: "partner's email address",
    Target.PHONE: "telephone number",
    Target.PARTNER_PHONE: "partner's telephone number",
    Target.DATE: "date",
}


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """A row that became part of an earlier one."""

    into: int
    reason: str


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The clients that are left, by row; what became of the others; and what to ask about rows that look alike."""

    drafts: Mapping[int, Draft]
    merges: Mapping[int, Merge]
    questions: Mapping[int, tuple[Question, ...]]


def merged(rows: Sequence[tuple[int, Draft]]) -> Merged:
    """Each draft, or the earlier one that it belongs to; looks rows up and never compares all with all."""
    drafts: dict[int, Draft] = {}
    merges: dict[int, Merge] = {}
    questions: dict[int, tuple[Question, ...]] = {}
    seen: dict[Key, list[int]] = {}
    for number, draft in rows:
        keys = [*_keys(draft, _TELLING, of=_said(draft.names)), *_keys(draft, _SHARED)]
        alike = unique(row for key in keys for row in seen.get(key, []))
        same = next((row for row in alike if _is_same(drafts[row], draft)), None)
        if same is None:
            drafts[number] = draft
            questions[number] = _doubts(alike, drafts, draft)
            for key in keys:
                if len(others := seen.setdefault(key, [])) < _MOST_ALIKE:
                    others.append(number)
        else:
            merges[number] = Merge(into=same, reason=_reason(same, drafts[same], draft))
            drafts[same] = filled(drafts[same], draft)
    return Merged(drafts=drafts, merges=merges, questions=questions)


def _keys(draft: Draft, targets: Sequence[Target], *, of: str = "") -> list[Key]:
    """What a row may share with another, of one name or of any; names first, so that namesakes are found first."""
    readings = dict(draft.readings())
    return [
        (target, f"{_said(reading)}\n{of}")
        for target in targets
        if (reading := readings.get(target)) and reading.certainty is not Certainty.EMPTY
    ]


def _said(reading: AnyReading) -> str:
    """What is compared: the value if there is one, else the text."""
    if isinstance(reading.value, str):
        return reading.value.casefold()
    if reading.value is not None:
        return msgspec.json.encode(reading.value).decode().casefold()
    return " ".join(reading.verbatim.casefold().split())


def _is_same(kept: Draft, draft: Draft) -> bool:
    return _said(kept.names) == _said(draft.names) and not _contradictions(kept, draft)


def _contradictions(kept: Draft, draft: Draft) -> list[Target]:
    ours = dict(kept.readings())
    return [
        target
        for target, reading in draft.readings()
        if reading.certainty is not Certainty.EMPTY
        and (other := ours.get(target)) is not None
        and other.certainty is not Certainty.EMPTY
        and _said(other) != _said(reading)
    ]


def _shared(kept: Draft, draft: Draft, targets: Sequence[Target]) -> str:
    ours = _keys(kept, targets)
    return ", ".join(_WORDS[key[0]] for key in _keys(draft, targets) if key in ours)


def _reason(row: int, kept: Draft, draft: Draft) -> str:
    shared = _shared(kept, draft, _TELLING)
    same = f"The same client as in row {row}" if row > 0 else "You have this client already"
    return f"{same}: same names and {shared}, and nothing that differs."


def _doubts(alike: Sequence[int], drafts: Mapping[int, Draft], draft: Draft) -> tuple[Question, ...]:
    """One sentence about the first earlier row that shares something and still differs."""
    if not alike:
        return ()
    row, kept = alike[0], drafts[alike[0]]
    other = f"Row {row}" if row > 0 else f"{kept.names.verbatim[:_LONGEST_SHOWN]}, whom you have already,"
    if _said(kept.names) == _said(draft.names):
        differing = ", ".join(target.replace("_", " ") for target in _contradictions(kept, draft))
        return (Question(detail=f"{other} has the same names, but another {differing}. Are they one client?"),)
    return (Question(detail=f"{other} has the same {_shared(kept, draft, _SHARED)}. Is it the same client?"),)


def filled(kept: Draft, draft: Draft) -> Draft:
    """The earlier row, with what only the later one says; nothing that was said is lost, not even "TBC"."""
    also = dict(draft.readings())
    replaced = (
        (target.replace("_", " "), reading.verbatim)
        for target, reading in kept.readings()
        if reading.certainty is Certainty.EMPTY and reading.verbatim and target in also
    )
    return Draft(
        names=kept.names,
        email=_fuller(kept.email, draft.email),
        partner_email=_fuller(kept.partner_email, draft.partner_email),
        phone=_fuller(kept.phone, draft.phone),
        partner_phone=_fuller(kept.partner_phone, draft.partner_phone),
        company=_fuller(kept.company, draft.company),
        date=_fuller(kept.date, draft.date),
        venue=_fuller(kept.venue, draft.venue),
        guests=_fuller(kept.guests, draft.guests),
        package=_fuller(kept.package, draft.package),
        total=_fuller(kept.total, draft.total),
        paid=_fuller(kept.paid, draft.paid),
        stage=_fuller(kept.stage, draft.stage),
        notes=_fuller(kept.notes, draft.notes),
        tags=_fuller(kept.tags, draft.tags),
        important_notes=_fuller(kept.important_notes, draft.important_notes),
        reminders=_fuller(kept.reminders, draft.reminders),
        private_notes=_fuller(kept.private_notes, draft.private_notes),
        team_notes=_fuller(kept.team_notes, draft.team_notes),
        others=unique((*kept.others, *replaced, *draft.others)),
    )


def _fuller(kept: Reading[Value] | None, other: Reading[Value] | None) -> Reading[Value] | None:
    return other if kept is None or kept.certainty is Certainty.EMPTY else kept
