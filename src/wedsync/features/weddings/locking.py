"""Nobody makes a wedding read-only at once without knowing: a date or a lead that would is asked about first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Conflict, Invalid

LONGEST_LEAD_HOURS: Final = 48


def refuse_locking_at_once(
    window: tuple[datetime, datetime] | None, lead_hours: int, *, sentence: str, field: str
) -> None:
    """Raises Conflict with member `would_lock_until` when this window, with its lead, has begun and is not over."""
    if window is None or not window[0] - timedelta(hours=lead_hours) <= utc_now() < window[1]:
        return
    raise Conflict(sentence, field=field, would_lock_until=window[1].isoformat())


def read_lead(hours: int) -> int:
    """Hours of lead. Raises Invalid."""
    if not 0 <= hours <= LONGEST_LEAD_HOURS:
        detail = f"Give a number of hours from 0 to {LONGEST_LEAD_HOURS}."
        raise Invalid(errors=[{"field": "hours", "detail": detail}])
    return hours
