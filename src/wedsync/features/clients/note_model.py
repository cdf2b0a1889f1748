"""What a business notes of a client. No couple ever reads one; a private one is its author's alone. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.features.clients.model import YEARS
from wedsync.kernel.fields.cleaning import FieldError, clean_lines, fit
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import Invalid

LONGEST_NOTE: Final = 5_000


class NoteKind(StrEnum):
    """What a note is: for whom, and how pressing."""

    GENERAL = "general"
    IMPORTANT = "important"
    REMINDER = "reminder"
    PRIVATE = "private"
    TEAM = "team"


class NoteSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it is written; a reminder says for which day, no other does."""

    body: str
    kind: NoteKind = NoteKind.GENERAL
    remind_on: date | None = None


def read_note(raw: NoteSaid) -> NoteSaid:
    """A note, checked at once. Raises Invalid naming each field that needs another look."""
    errors: list[JsonValue] = []
    body = ""
    try:
        body = fit(clean_lines(raw.body), Rules(min_length=1, max_length=LONGEST_NOTE))
    except FieldError as error:
        errors.append({"field": "body", "detail": error.detail if raw.body.strip() else "Write the note."})
    if raw.kind is NoteKind.REMINDER and (raw.remind_on is None or raw.remind_on.year not in YEARS):
        errors.append({"field": "remind_on", "detail": "Say the day that it reminds you on."})
    if raw.kind is not NoteKind.REMINDER and raw.remind_on is not None:
        errors.append({"field": "remind_on", "detail": "Only a reminder has a day."})
    if errors:
        raise Invalid(errors=errors)
    return NoteSaid(body=body, kind=raw.kind, remind_on=raw.remind_on)
