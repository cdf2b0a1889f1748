"""How long people and statements took, and on how many Saturdays somebody was there, out of what was put on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from math import inf
from typing import Final

import msgspec

from wedsync.platform.database import Query

STEP: Final = timedelta(minutes=10)
SHOWN: Final = timedelta(hours=6)


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """From when, in which steps."""

    since: datetime
    step: timedelta


class ZoneOfCell(msgspec.Struct, frozen=True):
    """Whose Saturdays."""

    zone: str


class Waited(msgspec.Struct, frozen=True, kw_only=True):
    """A step: how many asked, how many of them we failed, and how many took how many seconds at most."""

    at: datetime
    asked: int
    failed: int
    requests: dict[str, int]
    statements: dict[str, int]


class Saturday(msgspec.Struct, frozen=True, kw_only=True):
    """In how many minutes somebody was there, and of how many that are over."""

    day: date
    minutes: int
    due: int

    @property
    def is_whole(self) -> bool:
        """Somebody was there in every minute."""
        return self.minutes >= self.due


WAITED: Final = Query(
    Since, Waited, "select at, asked, failed, requests, statements from app.waited(%(since)s, %(step)s)"
)
SATURDAYS: Final = Query(ZoneOfCell, Saturday, "select day, minutes, due from app.saturdays(%(zone)s)")


def together(counted: Iterable[Mapping[str, int]]) -> Counter[str]:
    """Several steps as one."""
    found: Counter[str] = Counter()
    for each in counted:
        found.update(each)
    return found


def quantile_s(counted: Mapping[str, int], share: float) -> float | None:
    """In seconds, between the bounds of the histogram as Prometheus reads it; None where nothing was counted.

    What lasted longer than the last bound counts as the last bound.
    """
    rank, lower, seen = share * sum(counted.values()), 0.0, 0
    for upper, many in sorted((float(bound), many) for bound, many in counted.items()):
        if seen + many >= rank > 0:
            return lower if upper == inf else lower + (upper - lower) * (rank - seen) / many
        lower, seen = upper, seen + many
    return None


def uptime(saturdays: Sequence[Saturday]) -> float | None:
    """The share of minutes in which somebody was there; None before the first Saturday."""
    due = sum(each.due for each in saturdays)
    return sum(min(each.minutes, each.due) for each in saturdays) / due if due else None


def in_a_row(saturdays: Sequence[Saturday]) -> int:
    """How many of the last ones were whole."""
    return sum(1 for _ in takewhile(lambda each: each.is_whole, reversed(saturdays)))
