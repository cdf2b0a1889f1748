"""What a supplier has seen of a fact: the revision that stands, an older one, or none. Pure.

Seen is not agreed: terms are accepted or declined with an amendment.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.weddings.model import FactValue
from wedsync.kernel.cursors import LAST_ID, LATEST, read_cursor
from wedsync.kernel.ids import EventId, SupplierId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import BadRequest, Invalid

MOST_AT_ONCE: Final = 200
LONGEST_KEY: Final = 64
HIGHEST_REVISION: Final = 2**31 - 1


class Stand(StrEnum):
    """Where a supplier stands towards a fact: it has seen what is true now, works from an older value, or saw none."""

    CURRENT = "current"
    BEHIND = "behind"
    NEVER = "never"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A revision that a member was shown. `subject_id` is the wedding or the event whose fact it is."""

    subject_id: UUID
    fact_key: str
    revision: int


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that a supplier reads, and the last revision of it that one of its members saw.

    `is_change`: it was written since the supplier came, and is chased until it is seen. `told_at` is when the couple
    was told. `seen_by` names the member, for their own business alone.
    """

    supplier_id: SupplierId
    key: str
    fact_key: str
    revision: int
    state: str
    written_at: datetime
    stand: Stand
    is_change: bool
    event_id: EventId | None = None
    supplier: str | None = None
    value: FactValue = None
    seen_revision: int | None = None
    seen_value: FactValue = None
    seen_at: datetime | None = None
    seen_by: str | None = None
    told_at: datetime | None = None


def is_outstanding(stand: Stand, *, is_change: bool) -> bool:
    """Whether somebody has to look: an old value is worked from, or a change has not been seen at all."""
    return stand is Stand.BEHIND or is_change


def token_of(subject_id: UUID, fact_key: str, revision: int) -> str:
    """How a page names what it shows."""
    return f"{subject_id}:{fact_key}:{revision}"


def read_tokens(box: str) -> tuple[Shown, ...]:
    """What a page says that it showed, parted by spaces. Raises Invalid."""
    return checked(tuple(_read(token) for token in box.split()), "seen")


def checked(shown: tuple[Shown, ...], field: str) -> tuple[Shown, ...]:
    """The same, if it could be. Raises Invalid: none, too many, or no name of a fact."""
    if not 1 <= len(shown) <= MOST_AT_ONCE:
        raise _wrong(field, f"Say what was seen: at least one fact, and at most {MOST_AT_ONCE} at a time.")
    if not all(_is_possible(each) for each in shown):
        raise _wrong(field, "A fact has a name of at most 64 characters, and a revision from 1 on.")
    return shown


def place_in(after: str) -> tuple[datetime, UUID]:
    """Where a part of a list of changes begins; at the newest for "". Raises BadRequest."""
    if not after:
        return LATEST, LAST_ID
    try:
        at, change = read_cursor(after)
        return datetime.fromisoformat(at).astimezone(UTC), change
    except (ValueError, OverflowError):
        raise BadRequest("Take `after` from the part that came last, as it was given.") from None


def _read(token: str) -> Shown:
    subject, _, rest = token.partition(":")
    fact_key, _, revision = rest.partition(":")
    try:
        return Shown(subject_id=UUID(subject), fact_key=fact_key, revision=int(revision))
    except ValueError:
        raise _wrong("seen", "This is not how our pages name what they show.") from None


def _is_possible(shown: Shown) -> bool:
    is_name = 1 <= len(shown.fact_key) <= LONGEST_KEY and shown.fact_key.isprintable()
    return is_name and 1 <= shown.revision <= HIGHEST_REVISION


def _wrong(field: str, detail: str) -> Invalid:
    errors: list[JsonValue] = [{"field": field, "detail": detail}]
    return Invalid(errors=errors)
