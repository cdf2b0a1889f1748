"""Who the couple are, from one cell: "Ann Lee", "Lee, Ann", "Ann & Bea Lee", "Ann Lee and Bea Fox".

Only these forms are split, since a wrong name on a card is worse than a question. Null and O’Brien are names.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from wedsync.kernel.reading.model import Certainty, Reading, certain, uncertain


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """One of two, as their name is written."""

    first_name: str
    last_name: str


class Couple(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A client; the second partner may not be known yet."""

    partner1: Partner
    partner2: Partner | None = None


LONGEST_NAME: Final = 100
_TWO: Final = 2
_AND: Final = re.compile(r"\s*[&+/]\s*|\s+and\s+", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'ʼ‘\-‐‑][^\W\d_]+)*")
_PARTICLES: Final = frozenset(
    {
        "al",
        "bin",
        "da",
        "de",
        "del",
        "della",
        "den",
        "der",
        "di",
        "dos",
        "du",
        "la",
        "le",
        "van",
        "von",
        "ter",
        "ten",
        "zu",
    }
)
_TITLES: Final = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "lady", "lord", "dame", "family", "the"}
)
_NO_NAMES: Final = frozenset(
    {
        "ltd",
        "limited",
        "inc",
        "llc",
        "plc",
        "gmbh",
        "tbc",
        "tba",
        "tbd",
        "bride",
        "groom",
        "unknown",
        "jr",
        "sr",
        "test",
    }
)
_WHO: Final = "We cannot tell first and last names apart here. Who is it?"


def read_names(text: str) -> Reading[Couple]:
    """One person or two, with first and last name each."""
    plain = " ".join(text.split())
    if not plain:
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    sides = _AND.sub("&", plain).split("&")
    words = [word for side in sides for part in side.split(",") for word in part.split()]
    if len(sides) > _TWO or not all(_is_name(word) for word in words):
        return uncertain(text, _WHO)
    if "," in plain:
        return _turned_round(text, plain, len(sides))
    people = [side.split() for side in sides]
    couple = _alone(people[0]) if len(people) == 1 else _together(*people)
    return certain(text, couple) if couple else uncertain(text, _WHO)


def joined(first_name: str, last_name: str) -> Partner | None:
    """A partner from two cells; None where one of them is no name."""
    first, last = " ".join(first_name.split()), " ".join(last_name.split())
    words = [*first.split(), *last.split()]
    is_whole = first and last and all(_is_name(word) for word in words)
    return Partner(first_name=first, last_name=last) if is_whole else None


def _is_name(word: str) -> bool:
    """Letters, at least two of them: an initial may stand for anybody."""
    letters = word.casefold()
    is_word = _WORD.fullmatch(word) is not None and _TWO <= len(word) <= LONGEST_NAME
    return is_word and letters not in _TITLES | _NO_NAMES


def _is_family(words: Sequence[str]) -> bool:
    """One word, or particles before one: Fox, van der Berg."""
    return bool(words) and words[-1].casefold() not in _PARTICLES and all(word in _PARTICLES for word in words[:-1])


def _partner(words: Sequence[str]) -> Partner | None:
    if len(words) < _TWO or words[0].casefold() in _PARTICLES or not _is_family(words[1:]):
        return None
    return Partner(first_name=words[0], last_name=" ".join(words[1:]))


def _alone(words: Sequence[str]) -> Couple | None:
    partner = _partner(words)
    return Couple(partner1=partner) if partner else None


def _together(one: Sequence[str], other: Sequence[str]) -> Couple | None:
    """Two whole names, or a first name and a whole one whose family is both's."""
    second = _partner(other)
    if second is None:
        return None
    first = Partner(first_name=one[0], last_name=second.last_name) if len(one) == 1 else _partner(one)
    return Couple(partner1=first, partner2=second) if first else None


def _turned_round(text: str, plain: str, sides: int) -> Reading[Couple]:
    family, _, given = plain.partition(",")
    names = given.split()
    if sides == 1 and len(names) == 1 and "," not in given and _is_family(family.split()):
        return certain(text, Couple(partner1=Partner(first_name=names[0], last_name=" ".join(family.split()))))
    return uncertain(text, _WHO)
