"""What a list of clients becomes before anything is saved. Pure: shapes.

Each row that was read has one fate, so imported, merged, flagged and refused add up to the rows read.
"""

from datetime import date
from enum import StrEnum
from typing import TypeAlias

import msgspec

from wedsync.kernel.ids import ClientId
from wedsync.kernel.reading.model import Certainty, Reading
from wedsync.kernel.reading.names import Couple
from wedsync.kernel.reading.numbers import Amount

# A field of that name stands before the type in its own class.
Day: TypeAlias = date
AnyReading: TypeAlias = (
    Reading[Couple] | Reading[str] | Reading[date] | Reading[int] | Reading[Amount] | Reading[tuple[str, ...]]
)


class FileKind(StrEnum):
    """What a file turned out to be, whatever it is called."""

    TEXT = "text"
    EXCEL = "excel"
    CARDS = "cards"
    JSON = "json"


class Target(StrEnum):
    """What a column of a list can be."""

    NAMES = "names"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    PARTNER_FIRST_NAME = "partner_first_name"
    PARTNER_LAST_NAME = "partner_last_name"
    EMAIL = "email"
    PARTNER_EMAIL = "partner_email"
    PHONE = "phone"
    PARTNER_PHONE = "partner_phone"
    COMPANY = "company"
    DATE = "date"
    VENUE = "venue"
    GUESTS = "guests"
    PACKAGE = "package"
    TOTAL = "total"
    PAID = "paid"
    STAGE = "stage"
    NOTES = "notes"
    TAGS = "tags"
    IMPORTANT_NOTES = "important_notes"
    REMINDERS = "reminders"
    PRIVATE_NOTES = "private_notes"
    TEAM_NOTES = "team_notes"


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A file as rows of text. `row_numbers` are those that the file's own program shows, from 1.

    `header` is empty where there is none; `encoding` and `delimiter` are empty where the format knows. `asks` are
    sentences about the file as a whole.
    """

    kind: FileKind
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_numbers: tuple[int, ...]
    encoding: str = ""
    delimiter: str = ""
    asks: tuple[str, ...] = ()


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column and what it seems to be; `confidence` runs from 0 to 1. No target: it is kept as a note."""

    position: int
    title: str
    target: Target | None = None
    confidence: float = 0.0


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A client as one row reads; None where the list has no such column. `others` are columns nobody knows."""

    names: Reading[Couple]
    email: Reading[str] | None = None
    partner_email: Reading[str] | None = None
    phone: Reading[str] | None = None
    partner_phone: Reading[str] | None = None
    company: Reading[str] | None = None
    date: Reading[Day] | None = None
    venue: Reading[str] | None = None
    guests: Reading[int] | None = None
    package: Reading[str] | None = None
    total: Reading[Amount] | None = None
    paid: Reading[Amount] | None = None
    stage: Reading[str] | None = None
    notes: Reading[str] | None = None
    tags: Reading[tuple[str, ...]] | None = None
    important_notes: Reading[str] | None = None
    reminders: Reading[str] | None = None
    private_notes: Reading[str] | None = None
    team_notes: Reading[str] | None = None
    others: tuple[tuple[str, str], ...] = ()

    def readings(self) -> tuple[tuple[Target, AnyReading], ...]:
        """Each reading with what it is of, in the order in which people look."""
        found: tuple[tuple[Target, AnyReading | None], ...] = (
            (Target.NAMES, self.names),
            (Target.EMAIL, self.email),
            (Target.PARTNER_EMAIL, self.partner_email),
            (Target.PHONE, self.phone),
            (Target.PARTNER_PHONE, self.partner_phone),
            (Target.COMPANY, self.company),
            (Target.DATE, self.date),
            (Target.VENUE, self.venue),
            (Target.GUESTS, self.guests),
            (Target.PACKAGE, self.package),
            (Target.TOTAL, self.total),
            (Target.PAID, self.paid),
            (Target.STAGE, self.stage),
            (Target.NOTES, self.notes),
            (Target.TAGS, self.tags),
            (Target.IMPORTANT_NOTES, self.important_notes),
            (Target.REMINDERS, self.reminders),
            (Target.PRIVATE_NOTES, self.private_notes),
            (Target.TEAM_NOTES, self.team_notes),
        )
        return tuple((target, reading) for target, reading in found if reading is not None)

    def questions(self) -> tuple["Question", ...]:
        """What has to be asked before all of it can be kept as more than text."""
        return tuple(
            Question(target=target, verbatim=reading.verbatim, detail=reading.question)
            for target, reading in self.readings()
            if reading.certainty is Certainty.UNCERTAIN
        )


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence to ask about one cell; `target` is None where it is about the row."""

    detail: str
    target: Target | None = None
    verbatim: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A client that is here already, as a row of its list would read."""

    client_id: ClientId
    draft: Draft


class Fate(StrEnum):
    """What happens to a row."""

    IMPORTED = "imported"
    MERGED = "merged"
    FLAGGED = "flagged"
    REFUSED = "refused"


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row's fate, with its reason or its questions.

    A merged row became part of an earlier one (`into`), or of a client that was here already (`client_id`).
    """

    row_number: int
    fate: Fate
    draft: Draft | None = None
    reason: str = ""
    into: int | None = None
    client_id: ClientId | None = None
    questions: tuple[Question, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that would happen, before anything does."""

    kind: FileKind
    encoding: str
    delimiter: str
    columns: tuple[Column, ...]
    asks: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def count(self, fate: Fate) -> int:
        """How many rows have this fate."""
        return sum(outcome.fate is fate for outcome in self.outcomes)
