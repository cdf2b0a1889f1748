"""Months as a calendar shows them: whole weeks, which begin on Monday. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final, TypeVar

import msgspec

from wedsync.features.clients.model import YEARS
from wedsync.kernel.problems import BadRequest

DayT = TypeVar("DayT")
MONTHS_A_YEAR: Final = 12
DAYS_A_WEEK: Final = 7
_WRITTEN: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A month of a year."""

    year: int
    month: int

    @property
    def iso(self) -> str:
        """2027-05."""
        return f"{self.year:04}-{self.month:02}"

    @property
    def title(self) -> str:
        """May 2027."""
        return f"{date(self.year, self.month, 1):%B} {self.year}"

    def moved(self, months: int) -> Month | None:
        """So many months on; None where no client can have a day any more."""
        year, month = divmod(self.year * MONTHS_A_YEAR + self.month - 1 + months, MONTHS_A_YEAR)
        return Month(year=year, month=month + 1) if year in YEARS else None


def month_of(day: date) -> Month:
    """The month in which a day is."""
    return Month(year=day.year, month=day.month)


def read_month(text: str) -> Month:
    """A month as an address says it. Raises BadRequest."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None or int(written[1]) not in YEARS or not 1 <= int(written[2]) <= MONTHS_A_YEAR:
        raise BadRequest("Write the month as 2027-05.")
    return Month(year=int(written[1]), month=int(written[2]))


def weeks_of(days: tuple[DayT, ...]) -> tuple[tuple[DayT, ...], ...]:
    """Seven days a week."""
    return tuple(days[start : start + DAYS_A_WEEK] for start in range(0, len(days), DAYS_A_WEEK))


def days_of(shown: Month) -> tuple[date, ...]:
    """Every day of the weeks in which the month has one."""
    first = date(shown.year, shown.month, 1)
    later = Month(year=shown.year + shown.month // MONTHS_A_YEAR, month=shown.month % MONTHS_A_YEAR + 1)
    last = date(later.year, later.month, 1) - timedelta(days=1)
    since, until = first - timedelta(days=first.weekday()), last + timedelta(days=DAYS_A_WEEK - 1 - last.weekday())
    return tuple(since + timedelta(days=number) for number in range((until - since).days + 1))
