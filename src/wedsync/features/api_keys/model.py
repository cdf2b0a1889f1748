"""What a key of a business's programs is, and what one may ask of a new one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.kernel.fields.cleaning import FieldError, clean_line, fit
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.ids import KeyId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import KeyScope
from wedsync.kernel.problems import Invalid

MOST_KEYS: Final = 20
USUAL_DAYS: Final = 365
MOST_DAYS: Final = 730
USUAL_OVERLAP_HOURS: Final = 24
MOST_OVERLAP_HOURS: Final = 168
USUAL_PAGE: Final = 50
NO_API: Final = "Programs may come for a business with the Scale or Enterprise tier."
_NAME: Final = Rules(min_length=1, max_length=60)


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key as its business sees it; the key itself is nowhere. `ended_at`: when somebody ended it, or it ended."""

    id: KeyId
    name: str
    public_id: str
    scopes: list[KeyScope]
    made_by: str | None
    replaces_id: KeyId | None
    is_followed: bool
    created_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    used_at: datetime | None


class MadeKey(msgspec.Struct, frozen=True, kw_only=True):
    """A new key, and the words to send: shown this once."""

    key: Key
    token: str


class KeySaid(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a new key: its name, what it opens, and for how many days."""

    name: str
    scopes: list[KeyScope]
    days: int = USUAL_DAYS


class CleanKey(msgspec.Struct, frozen=True, kw_only=True):
    """The same once it was looked at."""

    name: str
    scopes: tuple[KeyScope, ...]
    lasts: timedelta


def read_key(said: KeySaid) -> CleanKey:
    """What a new key is to be. Raises Invalid naming everything that is wrong."""
    errors: list[JsonValue] = []
    name = ""
    try:
        name = fit(clean_line(said.name), _NAME)
    except FieldError as error:
        detail = error.detail if said.name.strip() else "Say which program it is for."
        errors.append({"field": "name", "detail": detail})
    if not said.scopes:
        errors.append({"field": "scopes", "detail": "Choose what it opens."})
    if not 1 <= said.days <= MOST_DAYS:
        errors.append({"field": "days", "detail": f"A key lasts from 1 to {MOST_DAYS} days."})
    if errors:
        raise Invalid(errors=errors)
    return CleanKey(name=name, scopes=in_order(said.scopes), lasts=timedelta(days=said.days))


def read_overlap(hours: int) -> timedelta:
    """How long the key that is followed goes on. Raises Invalid."""
    if not 0 <= hours <= MOST_OVERLAP_HOURS:
        detail = f"The old key goes on for {MOST_OVERLAP_HOURS} hours at most."
        raise Invalid(errors=[{"field": "overlap_hours", "detail": detail}])
    return timedelta(hours=hours)


def in_order(scopes: Collection[KeyScope]) -> tuple[KeyScope, ...]:
    """Each once, as they are listed everywhere."""
    return tuple(scope for scope in KeyScope if scope in scopes)
