"""What time it is. Whoever needs the time is given a clock, so that tests can choose the day.

Every instant in WedSync is aware and in UTC.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


def apart_s(theirs: datetime, before: datetime, after: datetime) -> float:
    """How far another clock is from ours, in seconds: half of the way there and back is when it was probably read."""
    return abs((theirs - (before + (after - before) / 2)).total_seconds())
