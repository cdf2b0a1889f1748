"""Dates, times and zones as people write them, day before month.

"12 June 2027", "12/6/27" and "2027-06-12" are one day; "2.30pm" and "14:30" are one time. What
could be meant in two ways is asked again, never guessed.
"""

import re
from datetime import date, time
from typing import Final

from wedsync.kernel.fields.cleaning import FieldError, clean_line, fit
from wedsync.kernel.fields.model import Rules
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.zones import ZONE_NAMES

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
YEARS_AHEAD: Final = 50
_NOON: Final = 12
_CENTURY: Final = 2000
_WEEKDAY: Final = r"(?:(?P<weekday>[a-z]{2,9})\.?,? )?"
_YEAR: Final = r"(?P<year>\d{4}|\d{2})"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH: Final = r"(?P<month>[a-z]{3,9})\.?"
_DATES: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})[-/. ](?P<month>\d{{1,2}})[-/. ]{_YEAR}",
        rf"{_WEEKDAY}{_DAY}[- ]?(?:of )?{_MONTH},?[- ]?{_YEAR}",
        rf"{_WEEKDAY}{_MONTH} {_DAY},? {_YEAR}",
    )
)
_HALF_DAY: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)? ?[ap]\.?m\.?", re.ASCII)
_FULL_DAY: Final = re.compile(r"(\d{1,2})[:.h](\d{2})(?::00)?|(\d{2})(\d{2})", re.ASCII)
_WORDS: Final = {"noon": "12:00", "midday": "12:00", "12 noon": "12:00", "midnight": "00:00"}
_NOT_A_TIME: Final = "That is not a time. Write it like 14:30 or 2.30pm."
_BY_NAME: Final = {name.casefold(): name for name in ZONE_NAMES}
# Sorted by length, longest first, so that the shortest name of a city wins.
_BY_CITY: Final = {
    name.rsplit("/", 1)[-1].replace("_", " ").casefold(): name
    for name in sorted(ZONE_NAMES, key=len, reverse=True)
    if "/" in name and not name.startswith("Etc/")
}


def read_date(raw: JsonValue, rules: Rules, today: date) -> str:
    """A date as YYYY-MM-DD, today (where the wedding is) or later."""
    text = fit(clean_line(raw), rules).lower()
    found = next((match for pattern in _DATES if (match := pattern.fullmatch(text))), None)
    if found is None:
        raise FieldError("That is not a whole date. Write it like 12 June 2027.")
    day = _day(found["year"], found["month"], found["day"])
    _agree(day, found.groupdict("").get("weekday", ""))
    if day < today:
        raise FieldError("That day is over. Give today or a later date.")
    if day.year > today.year + YEARS_AHEAD:
        raise FieldError(f"That is over {YEARS_AHEAD} years away. Check the year.")
    return day.isoformat()


def read_time(raw: JsonValue, rules: Rules) -> str:
    """A time of the wall clock as HH:MM."""
    text = fit(clean_line(raw), rules).lower()
    if text in _WORDS:
        return _WORDS[text]
    if half := _HALF_DAY.fullmatch(text):
        hour, minute = int(half.group(1)), int(half.group(2) or 0)
        if not 1 <= hour <= _NOON:
            raise FieldError(_NOT_A_TIME)
        hour = hour % _NOON + (_NOON if "p" in text else 0)
        return _time(hour, minute)
    if full := _FULL_DAY.fullmatch(text):
        return _time(int(full.group(1) or full.group(3)), int(full.group(2) or full.group(4)))
    raise FieldError(_NOT_A_TIME)


def read_zone(raw: JsonValue, rules: Rules) -> str:
    """An IANA zone, by its name or by its city."""
    text = fit(clean_line(raw), rules)
    folded = text.casefold()
    name = _BY_NAME.get(folded.replace(" ", "_")) or _BY_CITY.get(folded.replace("_", " "))
    if name is None:
        raise FieldError("We do not know that time zone. Give the nearest big city, such as London.")
    return name


def _day(year: str, month: str, day: str) -> date:
    number = int(month) if month.isdigit() else _month_named(month)
    try:
        return date(int(year) if year[2:] else _CENTURY + int(year), number, int(day))
    except ValueError:
        hint = "There is no such day. Write the day before the month, like 12/06/2027."
        raise FieldError(hint) from None


def _month_named(text: str) -> int:
    for number, name in enumerate(MONTHS, start=1):
        if name.lower().startswith(text):
            return number
    raise FieldError("We do not know that month. Write the date like 12 June 2027.")


def _agree(day: date, weekday: str) -> None:
    actual = WEEKDAYS[day.weekday()]
    if not actual.lower().startswith(weekday):
        shown = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        raise FieldError(f"{shown} is a {actual}. Check the day or the date.")


def _time(hour: int, minute: int) -> str:
    try:
        return time(hour, minute).isoformat("minutes")
    except ValueError:
        raise FieldError(_NOT_A_TIME) from None
