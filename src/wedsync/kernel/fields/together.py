"""What must be true between answers, and what deserves a second look.

A broken rule stops a save; a remark does not, because couples know their wedding better than we
do. Both name the field to look at and say what to do.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import msgspec

from wedsync.kernel.json_values import JsonValue

SOON: Final = timedelta(days=30)
FAR_YEARS: Final = 3
LONGEST_EVENT_MINUTES: Final = 18 * 60
FEWEST_GUESTS: Final = 2
MOST_GUESTS: Final = 600
NIGHT_ENDS: Final = "06:00"
_DAY_MINUTES: Final = 24 * 60
_COUNTED: Final = ("adults", "children", "infants")
_START_AND_END: Final = (("reception_time", "end_time"), ("event_time", "event_end_time"))


class Remark(msgspec.Struct, frozen=True):
    """A sentence about one field."""

    field: str
    detail: str


def guests_total(values: Mapping[str, JsonValue]) -> int | None:
    """Adults, children and infants together; None until the adults are counted.

    Who may not read them apart is given the total as `guests_total`.
    """
    counts = [number_in(values, key) for key in _COUNTED]
    return number_in(values, "guests_total") if counts[0] is None else sum(count or 0 for count in counts)


def check_together(values: Mapping[str, JsonValue]) -> list[Remark]:
    """Every rule between answers that these values break; by field key, values as stored."""
    return [*_people(values), *_counts(values), *_times(values)]


def remarks(values: Mapping[str, JsonValue], today: date, *, capacity: int | None = None) -> list[Remark]:
    """What the couple should look at again; `capacity` is the largest number the venue takes."""
    found = _date_remarks(text_in(values, "wedding_date"), today)
    total = guests_total(values)
    if total is not None and capacity is not None and total > capacity:
        detail = f"The venue takes {capacity:,}; {total:,} guests are counted."
        found.append(Remark("guests_total", detail))
    for key in ("ceremony_time", "reception_time"):
        at = text_in(values, key)
        if at and at < NIGHT_ENDS:
            detail = f"{at} is at night. Write 2.30pm or 14:30 for the afternoon."
            found.append(Remark(key, detail))
    return found


def number_in(values: Mapping[str, JsonValue], key: str) -> int | None:
    """The whole number stored under this key, if there is one."""
    value = values.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_in(values: Mapping[str, JsonValue], key: str) -> str:
    """The text stored under this key, or nothing."""
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _people(values: Mapping[str, JsonValue]) -> list[Remark]:
    first, second = (text_in(values, f"partner{n}_email").casefold() for n in (1, 2))
    if first and first == second:
        detail = "Both of you have this address. Give each partner their own."
        return [Remark("partner2_email", detail)]
    return []


def _counts(values: Mapping[str, JsonValue]) -> list[Remark]:
    total = guests_total(values)
    if total is None:
        return []
    found = []
    if not FEWEST_GUESTS <= total <= MOST_GUESTS:
        detail = f"That makes {total:,} guests; we can look after {FEWEST_GUESTS} to {MOST_GUESTS}."
        found.append(Remark("adults", detail))
    for key in ("wheelchair_guests", "out_of_town_guests"):
        count = number_in(values, key)
        if count is not None and count > total:
            found.append(Remark(key, f"That is more than your {total:,} guests. Check both."))
    return found


def _times(values: Mapping[str, JsonValue]) -> list[Remark]:
    found = []
    for start_key, end_key in _START_AND_END:
        start, end = text_in(values, start_key), text_in(values, end_key)
        if start and end and not 0 < _minutes_between(start, end) <= LONGEST_EVENT_MINUTES:
            detail = f"From {start} to {end} is not a length of time for one event. Check both."
            found.append(Remark(end_key, detail))
    return found


def _minutes_between(start: str, end: str) -> int:
    """An end before the start is on the next day."""
    return (_minutes(end) - _minutes(start)) % _DAY_MINUTES


def _minutes(at: str) -> int:
    hours, minutes = at.split(":")
    return int(hours) * 60 + int(minutes)


def _date_remarks(written: str, today: date) -> list[Remark]:
    if not written:
        return []
    held_on = date.fromisoformat(written)
    if today <= held_on < today + SOON:
        days = (held_on - today).days
        when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
        return [Remark("wedding_date", f"That is {when}. Check that suppliers can make it.")]
    if (held_on.year - FAR_YEARS, held_on.month, held_on.day) > (today.year, today.month, today.day):
        return [Remark("wedding_date", "That is over three years away. Check the year.")]
    return []
