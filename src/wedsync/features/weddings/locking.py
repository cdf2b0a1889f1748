"""Nobody makes a wedding read-only at once, or for long, without knowing: what would do so is asked about first.

A wedding is read-only from its first event to its last, gaps included. An event months away is as a rule a slip of the
year or the month; one that is meant is said twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from wedsync.features.weddings.model import Resolved
from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Conflict, Invalid

LONGEST_LEAD_HOURS: Final = 48
FAR_DAYS: Final = 31
FARTHEST_DAYS: Final = 400


def refuse_locking_at_once(
    window: tuple[datetime, datetime] | None, lead_hours: int, *, sentence: str, field: str
) -> None:
    """Raises Conflict with member `would_lock_until` when this window, with its lead, has begun and is not over."""
    if window is None or not window[0] - timedelta(hours=lead_hours) <= utc_now() < window[1]:
        return
    raise Conflict(sentence, field=field, would_lock_until=window[1].isoformat())


def refuse_far(before: Sequence[Resolved], after: Sequence[Resolved], *, is_accepted: bool, field: str) -> None:
    """What a new date does to the distance between the wedding day and an event, before or after it.

    Raises Conflict with member `far_from_wedding_days` beyond 31 days unless it is accepted, Invalid beyond 400.
    """
    earlier = {each.event_id: days for each, days in _distances(before)}
    days = max((days for each, days in _distances(after) if days != earlier.get(each.event_id)), default=0)
    if days > FARTHEST_DAYS:
        detail = f"{_far(days)}, so an event is at most {FARTHEST_DAYS} days away. Open a wedding of its own for it."
        raise Invalid(errors=[{"field": field, "detail": detail}])
    if days > FAR_DAYS and not is_accepted:
        raise Conflict(f"{_far(days)}. Is that meant?", field=field, far_from_wedding_days=days)


def _far(days: int) -> str:
    return f"That is {days:,} days from the wedding day, and plans are read-only from the first event to the last"


def _distances(events: Sequence[Resolved]) -> list[tuple[Resolved, int]]:
    """How many days each event is from the first that has a date: the wedding day, or while it waits another."""
    days = [(each, date.fromisoformat(each.local_date)) for each in events if each.local_date]
    return [(each, abs((day - days[0][1]).days)) for each, day in days]


def read_lead(hours: int) -> int:
    """Hours of lead. Raises Invalid."""
    if not 0 <= hours <= LONGEST_LEAD_HOURS:
        detail = f"Give a number of hours from 0 to {LONGEST_LEAD_HOURS}."
        raise Invalid(errors=[{"field": "hours", "detail": detail}])
    return hours
