"""What people ask for of their own data, and how it stands with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.kernel.ids import PersonId, RequestId, WeddingId
from wedsync.kernel.problems import Invalid

# Whoever did not ask themselves has this long to take it back; a letter tells them at once.
PAUSE: Final = timedelta(hours=24)
SHORTEST: Final = 10
LONGEST: Final = 2000


class Kind(StrEnum):
    """What is asked for: what is about oneself, or of a wedding, to be forgotten, or to have something put right."""

    ACCESS = "access"
    PORTABILITY = "portability"
    ERASURE = "erasure"
    RECTIFICATION = "rectification"

    @property
    def is_export(self) -> bool:
        """Whether a file comes of it."""
        return self in {Kind.ACCESS, Kind.PORTABILITY}


class Outcome(StrEnum):
    """What became of a correction."""

    DONE = "done"
    REFUSED = "refused"


class DataRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what became of it.

    `wedding_id` None: everything. `waits` says why an erasure is not carried out yet, `waits_until` how long.
    """

    id: RequestId
    kind: Kind
    created_at: datetime
    due_at: datetime
    wedding_id: WeddingId | None = None
    title: str | None = None
    begun_at: datetime | None = None
    done_at: datetime | None = None
    withdrawn_at: datetime | None = None
    waits: str | None = None
    waits_until: datetime | None = None
    parts_done: int = 0
    parts_total: int = 0
    size_bytes: int | None = None
    file_ends_at: datetime | None = None
    wrong: str | None = None
    outcome: Outcome | None = None
    told: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it."""
        return self.done_at is None and self.withdrawn_at is None

    @property
    def may_be_withdrawn(self) -> bool:
        """Not once it has begun."""
        return self.is_open and (self.begun_at is None or self.kind is not Kind.ERASURE)

    def has_file(self, now: datetime) -> bool:
        """Whether there is something to fetch."""
        return self.file_ends_at is not None and self.file_ends_at > now


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter that confirms a request has to know."""

    email: str
    name: str
    kind: Kind
    title: str | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter with an answer has to know."""

    email: str
    name: str
    outcome: Outcome
    told: str


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure under way: whose, from what, and what letters may still call them."""

    person_id: PersonId
    email: str
    name: str
    titles: tuple[str, ...]
    weddings: tuple[WeddingId, ...]
    wedding_id: WeddingId | None = None


def read_words(field: str, text: str) -> str:
    """What somebody wrote about what is wrong, or answered. Raises Invalid."""
    words = text.replace("\r\n", "\n").strip()
    is_plain = all(each.isprintable() for each in words.split("\n"))
    if not SHORTEST <= len(words) <= LONGEST or not is_plain:
        told = f"Write {SHORTEST} to {LONGEST:,} ordinary characters."
        raise Invalid(errors=[{"field": field, "detail": told}])
    return words


# What stays after an erasure, and on what grounds; the page and the letter say it alike.
STAYS: Final = (
    "The day and the times of a wedding, which name nobody: suppliers keep their diaries by them.",
    "What your partner still needs, as long as they have an account here: it is theirs as much as yours.",
    "That something was done, and when, without who you are: others rely on that record.",
    "That you asked to be forgotten, under a number: it proves that we did it, and makes every backup forget you too.",
    "Backups, for 35 days at most. None is used before it has forgotten you.",
)
