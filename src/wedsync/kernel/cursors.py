"""Where a part of a list ended, as one word that says nothing to whoever passes it on."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from wedsync.kernel.problems import BadRequest

HEX_DIGITS: Final = 32
LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
LAST_ID: Final = UUID(int=2**128 - 1)
_MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%f"


def cursor_of(key: str, item: UUID) -> str:
    """Of a list that is ordered by a key and by id."""
    return f"{item.hex}{key.encode().hex()}"


def read_cursor(cursor: str) -> tuple[str, UUID]:
    """The place that a cursor names. Raises ValueError for what is none."""
    key = bytes.fromhex(cursor[HEX_DIGITS:]).decode()
    return "".join(character for character in key if character.isprintable()), UUID(hex=cursor[:HEX_DIGITS])


def place_of(at: datetime, item: UUID) -> str:
    """Of a list that is ordered by time and by id."""
    return f"{at.astimezone(UTC):{_MOMENT}}~{item}"


def read_place(before: str) -> tuple[datetime, UUID]:
    """The place that `place_of` wrote; the newest for "". Raises BadRequest."""
    if not before:
        return LATEST, LAST_ID
    at, _, item = before.partition("~")
    try:
        return datetime.strptime(at, _MOMENT).replace(tzinfo=UTC), UUID(item)
    except ValueError:
        raise BadRequest("Take `before` from the part that came last, as it was given.") from None
