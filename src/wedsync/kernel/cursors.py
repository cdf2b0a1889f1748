"""Where a part of a list ended, as one word that says nothing to whoever passes it on."""

from typing import Final
from uuid import UUID

HEX_DIGITS: Final = 32


def cursor_of(key: str, item: UUID) -> str:
    """Of a list that is ordered by a key and by id."""
    return f"{item.hex}{key.encode().hex()}"


def read_cursor(cursor: str) -> tuple[str, UUID]:
    """The place that a cursor names. Raises ValueError for what is none."""
    key = bytes.fromhex(cursor[HEX_DIGITS:]).decode()
    return "".join(character for character in key if character.isprintable()), UUID(hex=cursor[:HEX_DIGITS])
