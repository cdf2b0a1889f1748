"""What somebody looks for, from what they typed: words, days and telephones. Pure.

Each word is the beginning of some word. A mark begins with what the index puts before a kind: = a day, + figures of a
telephone, @ an address; what may mean several things is any of them, with | between.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from wedsync.kernel.problems import BadRequest
from wedsync.kernel.reading.dates import YEARS, read_date, read_month
from wedsync.kernel.reading.model import Certainty

LONGEST_SOUGHT: Final = 200
_LONGEST_DATE: Final = 4  # Saturday 8 May 2027
_LEAST_FIGURES: Final = 5
_FIGURES: Final = re.compile(r"[+(]?[\d()./+-]*\d[\d()./-]*", re.ASCII)
_TRUNK: Final = re.compile(r"^\+?00|^0|\(0\)", re.ASCII)


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """Words that are begun, and marks; all of them have to fit."""

    words: str
    marks: tuple[str, ...]


def read_sought(typed: str) -> Sought:
    """What to look for. Raises BadRequest where that is nothing."""
    left = "".join(each if each.isprintable() and each != "|" else " " for each in typed).split()
    words: list[str] = []
    marks: list[str] = []
    while left:
        taken, mark = _dated(left) or _called(left) or _written(left[0])
        if mark:
            marks.append(mark)
        else:
            words += left[:taken]
        left = left[taken:]
    if not marks and not any(each.isalnum() for each in typed):
        raise BadRequest("Type a letter or a figure of what you look for.")
    return Sought(words=" ".join(words), marks=tuple(marks))


def _dated(left: list[str]) -> tuple[int, str] | None:
    """How many words are a day or a month, and the mark; the longest reading counts."""
    for taken in range(min(_LONGEST_DATE, len(left)), 0, -1):
        text = " ".join(left[:taken])
        if month := read_month(text):
            return taken, f"={month[0]:04}{month[1]:02}"
        reading = read_date(text)
        days = reading.offers if taken == 1 else ()
        if reading.certainty is Certainty.CERTAIN and reading.value:
            days = (reading.value,)
        if days:
            return taken, "|".join(f"={day:%Y%m%d}" for day in days)
    return None


def _called(left: list[str]) -> tuple[int, str] | None:
    """A telephone, typed in one piece or in several: 07700 900 123, +44 (0)7700 900123."""
    taken = next((place for place, word in enumerate(left) if not _FIGURES.fullmatch(word)), len(left))
    figures = re.sub(r"\D", "", _TRUNK.sub("", "".join(left[:taken])))
    if len(figures) < _LEAST_FIGURES:
        return None
    return taken, f"+{figures}|{left[0]}" if left[:taken] == [left[0]] and left[0].isdigit() else f"+{figures}"


def _written(word: str) -> tuple[int, str]:
    """A word; a year may be a day's, a few figures the beginning of a telephone, and @ makes an address."""
    if "@" in word.strip("@"):
        return 1, f"@{word.lower()}"
    if word.isascii() and word.isdigit():
        national = word.lstrip("0")
        called = f"|+{national}" if national else ""
        day = f"|={word}" if len(word) == len("2027") and int(word) in YEARS else ""
        return 1, f"{word}{called}{day}"
    return 1, ""
