"""Dates as lists have them. 06/07/2027 is in June or in July: the other dates of its column say which.

An order of day and month counts where a date of the column leaves no other, and none contradicts it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from wedsync.kernel.fields.times import MONTHS, WEEKDAYS
from wedsync.kernel.reading.model import Certainty, Reading, certain, says_nothing, uncertain, unique


class Order(StrEnum):
    """Which part of a date in figures comes first."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    YEAR_FIRST = "year first"


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    """What is possible in one column: with years in full (12/06/2027), and with two figures (12-06-27)."""

    long: frozenset[Order] = frozenset({Order.DAY_FIRST, Order.MONTH_FIRST})
    short: frozenset[Order] = frozenset(Order)


Parts: TypeAlias = tuple[int, int, int]

ANY_ORDER: Final = Orders()
# Where year, month and day stand.
_PLACES: Final = {
    Order.DAY_FIRST: (2, 1, 0),
    Order.MONTH_FIRST: (2, 0, 1),
    Order.YEAR_FIRST: (0, 1, 2),
}
YEARS: Final = range(1990, 2080)
_TWO: Final = 2
_CENTURY: Final = 2000
_LAST_MONTH: Final = 12
_LAST_DAY: Final = 31
_MIDNIGHT: Final = re.compile(r"[ t]00:00(?::00(?:\.0+)?)?z?$")
_YEAR_IN_FRONT: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_LONG: Final = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})", re.ASCII)
_SHORT: Final = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{2})", re.ASCII)
_WEEKDAY: Final = r"(?:(?P<weekday>[a-z]{2,9})\.?,? )?"
_NAMED: Final = (
    re.compile(
        _WEEKDAY + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[- ]?(?:of )?(?P<month>[a-z]{3,9})\.?,?[- ]?(?P<year>\d{4}|\d{2})",
        re.ASCII,
    ),
    re.compile(
        _WEEKDAY + r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4}|\d{2})", re.ASCII
    ),
)
_MONTH_IN_FIGURES: Final = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})", re.ASCII),
    re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>\d{4})", re.ASCII),
)
_MONTH_NAMED: Final = re.compile(r"(?P<month>[a-z]{3,9})\.?,? (?P<year>\d{4})", re.ASCII)
_WHICH_DAY: Final = "This is not a whole date. Which day is it?"
_NO_SUCH_DAY: Final = "There is no such day. Which one is it?"


def orders_of(column: Iterable[str]) -> Orders:
    """Which orders the dates of a column leave possible. One left is proven; several mean: ask."""
    texts = [_plain(text) for text in column]
    long = [parts for text in texts if (parts := _parts(_LONG, text))]
    short = [parts for text in texts if (parts := _parts(_SHORT, text))]
    long_orders = _possible(long, ANY_ORDER.long)
    is_proven = len(long_orders) == 1
    short_orders = _possible(short, long_orders | {Order.YEAR_FIRST} if is_proven else ANY_ORDER.short)
    if years := {day.year for text in texts for day in _unmistakable(text, long_orders)}:
        span = range(min(years), max(years) + 1)
        fitting = frozenset(order for order in short_orders if _fits(short, order, span))
        short_orders = fitting or short_orders
    return Orders(long=long_orders, short=short_orders)


def read_date(text: str, orders: Orders = ANY_ORDER) -> Reading[date]:
    """A day, if the text names one and the column's orders leave no other."""
    if says_nothing(text):
        return Reading(verbatim=text, certainty=Certainty.EMPTY)
    plain = _plain(text)
    if named := next((match for form in _NAMED if (match := form.fullmatch(plain))), None):
        return _named(text, named.groupdict(""))
    if not any(form.fullmatch(plain) for form in (_YEAR_IN_FRONT, _LONG, _SHORT)):
        return uncertain(text, _WHICH_DAY)
    days = _days(plain, orders)
    is_ordered = len(orders.short) == 1 or not _SHORT.fullmatch(plain)
    if len(days) == 1 and is_ordered:
        return _within_years(text, days[0])
    if not days:
        return uncertain(text, _NO_SUCH_DAY)
    return uncertain(text, f"Is this {' or '.join(shown(day) for day in days)}?", *days)


def read_month(text: str) -> tuple[int, int] | None:
    """Year and month, where the text names a month and no day: May 2027, 2027-05, 05/2027."""
    plain = _plain(text)
    if named := _MONTH_NAMED.fullmatch(plain):
        month = _month_number(named["month"])
    elif named := next((match for form in _MONTH_IN_FIGURES if (match := form.fullmatch(plain))), None):
        month = int(named["month"])
    else:
        return None
    year = int(named["year"])
    return (year, month) if year in YEARS and 1 <= month <= _LAST_MONTH else None


def shown(day: date) -> str:
    """The day in words that read one way: 6 July 2027."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _plain(text: str) -> str:
    return _MIDNIGHT.sub("", " ".join(text.casefold().split()))


def _parts(form: re.Pattern[str], text: str) -> Parts | None:
    """Three numbers as they stand; a year of four figures below 1000 is what programs write for none at all."""
    match = form.fullmatch(text)
    written = [] if match is None else [str(match.group(place)) for place in (1, 3, 4)]
    if not written or any(len(figures) > _TWO and figures.startswith("0") for figures in written):
        return None
    first, second, third = map(int, written)
    return first, second, third


def _day(parts: Parts, order: Order) -> date | None:
    year, month, day = (parts[place] for place in _PLACES[order])
    try:
        return date(year if year > 99 else _CENTURY + year, month, day)  # noqa: PLR2004 - two figures
    except ValueError:
        return None


def _possible(dates: Sequence[Parts], orders: frozenset[Order]) -> frozenset[Order]:
    """Those orders in which each date could be one. 30-02 is a slip and proves nothing; nor do contradicting dates."""
    real = [parts for parts in dates if any(_could_be(parts, order) for order in orders)]
    left = frozenset(order for order in orders if all(_could_be(parts, order) for parts in real))
    return left or orders


def _could_be(parts: Parts, order: Order) -> bool:
    _, month, day = (parts[place] for place in _PLACES[order])
    return 1 <= month <= _LAST_MONTH and 1 <= day <= _LAST_DAY


def _fits(dates: Sequence[Parts], order: Order, years: range) -> bool:
    return all(day.year in years for parts in dates if (day := _day(parts, order)))


def _unmistakable(text: str, long_orders: frozenset[Order]) -> list[date]:
    """The day of a text whose year is written in full."""
    if named := next((match for form in _NAMED if (match := form.fullmatch(text))), None):
        reading = _named(text, named.groupdict(""))
        return [reading.value] if reading.value and str(named["year"])[2:] else []
    return [] if _SHORT.fullmatch(text) else _days(text, Orders(long=long_orders))[:1]


def _days(text: str, orders: Orders) -> list[date]:
    if parts := _parts(_YEAR_IN_FRONT, text):
        possible = [_day(parts, Order.YEAR_FIRST)]
    elif parts := _parts(_LONG, text):
        possible = [_day(parts, order) for order in sorted(orders.long)]
    elif parts := _parts(_SHORT, text):
        possible = [_day(parts, order) for order in sorted(orders.short)]
    else:
        possible = []
    return list(unique(day for day in possible if day))


def _named(text: str, said: dict[str, str]) -> Reading[date]:
    month = _month_number(said["month"])
    if not month:
        return uncertain(text, _WHICH_DAY)
    day = _day((int(said["year"]), month, int(said["day"])), Order.YEAR_FIRST)
    if day is None:
        return uncertain(text, _NO_SUCH_DAY)
    weekday = WEEKDAYS[day.weekday()]
    if not weekday.casefold().startswith(said["weekday"]):
        return uncertain(text, f"{shown(day)} is a {weekday}. Which day is it?", day)
    return _within_years(text, day)


def _within_years(text: str, day: date) -> Reading[date]:
    if day.year not in YEARS:
        return uncertain(text, "That year is far from now. Is it right?", day)
    return certain(text, day)


def _month_number(said: str) -> int:
    return next((number for number, name in enumerate(MONTHS, 1) if _is_month(name, said)), 0)


def _is_month(name: str, said: str) -> bool:
    return name.casefold().startswith(said) or (name == "September" and said == "sept")
