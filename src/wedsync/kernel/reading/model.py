"""What a value in somebody's list was read as.

The text stays as it was written. A value stands beside it only where the text means one thing; where it could mean
two, it is asked about and nothing is chosen. Nothing is ever invented.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Generic, TypeVar

import msgspec

Value = TypeVar("Value")
Key = TypeVar("Key")

# Written where somebody had nothing to write. Not for names: Null, None and Tba are families.
NOTHING_YET: Final = frozenset(
    {
        "",
        "-",
        "--",
        "–",
        "—",
        "?",
        "n/a",
        "na",
        "nil",
        "none",
        "null",
        "tba",
        "tbc",
        "tbd",
        "unknown",
        "to be confirmed",
    }
)


class Certainty(StrEnum):
    """Whether the text can be taken at its word."""

    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    EMPTY = "empty"


class Reading(msgspec.Struct, Generic[Value], frozen=True, kw_only=True, omit_defaults=True):
    """A text and what it means: a value if that is certain, a question and what it may mean if not."""

    verbatim: str
    certainty: Certainty
    value: Value | None = None
    offers: tuple[Value, ...] = ()
    question: str = ""


def certain(verbatim: str, value: Value) -> Reading[Value]:
    """It means one thing."""
    return Reading(verbatim=verbatim, certainty=Certainty.CERTAIN, value=value)


def uncertain(verbatim: str, question: str, *offers: Value) -> Reading[Value]:
    """It is kept as it is, and asked about; `offers` are what it may mean."""
    return Reading(verbatim=verbatim, certainty=Certainty.UNCERTAIN, question=question, offers=offers)


def says_nothing(text: str) -> bool:
    """Whether this stands for an empty cell; a name never does, unless it is empty."""
    return text.strip().casefold().rstrip(".") in NOTHING_YET


def unique(values: Iterable[Key]) -> tuple[Key, ...]:
    """Each value once, where it came first."""
    ordered: dict[Key, None] = dict.fromkeys(values, None)
    return tuple(ordered)
