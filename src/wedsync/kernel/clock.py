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
