"""When nothing of the platform may change: from Friday evening to Monday morning, and over holidays.

One engine for the application, the scheduler, the command line and the release pipeline. It is told the instant and
what the cell serves, and knows nothing else; whoever cannot ask it counts as frozen.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from wedsync.kernel.zones import first_instant, next_date, zone_named

if TYPE_CHECKING:
    from holidays import HolidayBase

# F1: 62 hours of an ordinary weekend; 61 or 63 where the clocks change in it.
BEGINS: Final = time(18)
ENDS: Final = time(8)
# F4: after the slowest rollout (p99) a release is watched for as long again before everybody goes home.
BAKE: Final = timedelta(minutes=30)
ROLLOUT_MINUTES: Final = 60
# F7. `make lock` writes the day on which the zone data were last compared with what is published.
ZONE_DATA_CHECKED_ON: Final = date(2026, 11, 27)
ZONE_DATA_GOOD_FOR: Final = timedelta(days=180)
CLOCKS_AGREE_WITHIN: Final = timedelta(seconds=2)
# F2: by then somebody has to have found a longer calendar.
CALENDAR_WARNING: Final = timedelta(days=400)
# Years that may be asked about: those for which every calendar we know of has its holidays.
FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2090
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class Region(msgspec.Struct, frozen=True):
    """A country served, or a part of one ("GB-ENG"), by its ISO 3166 code, and its IANA zones."""

    code: str
    zones: tuple[str, ...]


class BusyDates(msgspec.Struct, frozen=True):
    """Days, both included, that the operator keeps free of releases."""

    first: date
    last: date
    why: str


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One regional installation. Staging never freezes (F8)."""

    name: str
    regions: tuple[Region, ...]
    busy: tuple[BusyDates, ...] = ()
    is_staging: bool = False
    rollout_minutes: int = ROLLOUT_MINUTES

    @property
    def zone(self) -> str:
        """In which its days begin: that of the first region."""
        return self.regions[0].zones[0]


class FreezeState(StrEnum):
    """`closing`: nothing is frozen yet, but what starts now would not be done in time.

    Two are for whoever asks: `active`, a wedding is on and this change waits for a gap (F3); `unknown`, what the
    calendar rests on cannot be trusted, which counts as frozen (F7).
    """

    OPEN = "open"
    CLOSING = "closing"
    FROZEN = "frozen"
    ACTIVE = "active"
    UNKNOWN = "unknown"


class Freeze(msgspec.Struct, frozen=True, order=True):
    """One period, half-open, in UTC; it stands if it stands in any zone that the cell serves."""

    starts_at: datetime
    ends_at: datetime
    reason: str


class FreezeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of the engine; without `since`, `until` and `next_change` the cell never freezes.

    `last_start` is the last instant at which a release may still begin before the next freeze; None while none may.
    """

    state: FreezeState
    reason: str
    since: datetime | None = None
    until: datetime | None = None
    next_change: datetime | None = None
    last_start: datetime | None = None


def is_country(code: str) -> bool:
    """Whether the holidays of this country, or part of one, are known."""
    country, _, part = code.partition("-")
    known = _supported()
    return country in known and (not part or part in known[country])


class FreezeCalendar:
    """What a cell's calendar says; it remembers the years it was asked about."""

    def __init__(self, cell: Cell) -> None:
        """Nothing is looked up yet."""
        self.cell: Final = cell
        self._years: dict[int, tuple[Freeze, ...]] = {}

    def status(self, now: datetime) -> FreezeStatus:
        """What may be released at this instant, and until when."""
        if self.cell.is_staging:
            return FreezeStatus(state=FreezeState.OPEN, reason="Staging never freezes.")
        instant = now.astimezone(UTC)
        listed = self._around(instant.year)
        index = bisect_right([freeze.starts_at for freeze in listed], instant) - 1
        current = listed[index]
        if instant < current.ends_at:
            return _status(FreezeState.FROZEN, current.reason, current.starts_at, current.ends_at)
        following = listed[index + 1]
        lead = timedelta(minutes=self.cell.rollout_minutes) + BAKE
        # A gap shorter than a rollout has no instant at which one might start.
        last_start = max(following.starts_at - lead, current.ends_at)
        if instant <= last_start and current.ends_at < last_start:
            found = _status(FreezeState.OPEN, "Releases may start.", current.ends_at, last_start)
            return msgspec.structs.replace(found, last_start=last_start)
        why = f"What starts now would not be done before the next freeze: {following.reason}"
        return _status(FreezeState.CLOSING, why, last_start, following.starts_at)

    def between(self, since: datetime, until: datetime) -> tuple[Freeze, ...]:
        """Every freeze that touches [since, until), in order, as the union over the cell's zones."""
        if self.cell.is_staging:
            return ()
        years = range(since.astimezone(UTC).year, until.astimezone(UTC).year + 1)
        listed = {freeze for year in years for freeze in self._around(year)}
        return tuple(freeze for freeze in sorted(listed) if freeze.starts_at < until and since < freeze.ends_at)

    def of_year(self, year: int) -> tuple[Freeze, ...]:
        """Those of a year (UTC), with those at its ends that reach into the years beside."""
        return self.between(datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))

    @property
    def ends_on(self) -> date:
        """The last day for which the holidays of all the countries served are known."""
        return min(date(_country(region.code).end_year, 12, 31) for region in self.cell.regions)

    def _around(self, year: int) -> tuple[Freeze, ...]:
        """The freezes of a year, with those of the months before and after it, joined where zones overlap."""
        if year not in self._years:
            found: list[Freeze] = []
            for region in self.cell.regions:
                why = days_off(self.cell, region.code, year)
                for zone in region.zones:
                    found.extend(_of_zone(why, zone, year))
            self._years[year] = tuple(_joined(sorted(found)))
        return self._years[year]


def _status(state: FreezeState, reason: str, since: datetime, until: datetime) -> FreezeStatus:
    return FreezeStatus(state=state, reason=reason, since=since, until=until, next_change=until)


def _joined(found: list[Freeze]) -> Iterator[Freeze]:
    held = found[0]
    for freeze in found[1:]:
        if freeze.starts_at > held.ends_at:
            yield held
            held = freeze
        else:
            reasons = _each_once((*held.reason.split(", "), *freeze.reason.split(", ")))
            held = Freeze(held.starts_at, max(held.ends_at, freeze.ends_at), reasons)
    yield held


def _of_zone(why: Callable[[date], str], zone: str, year: int) -> Iterator[Freeze]:
    """Each run of days off, from the evening before it to the morning after."""
    day = date(year - 1, 11, 1)
    while why(day - _DAY):
        day -= _DAY
    while day <= date(year + 1, 2, 28):
        if not why(day):
            day += _DAY
            continue
        begins = day
        reasons: list[str] = []
        while reason := why(day):
            reasons.append(reason)
            day = next_date(day, zone)
        starts_at = _evening_before(begins, zone)
        yield Freeze(starts_at, max(_readings(day, ENDS, zone)), _each_once(reasons))


def _each_once(reasons: Iterable[str]) -> str:
    told: list[str] = []
    for reason in reasons:
        if reason not in told:
            told.append(reason)
    return ", ".join(told)


def days_off(cell: Cell, code: str, year: int) -> Callable[[date], str]:
    """Why nobody releases on a day of this year or its neighbours; empty when it is a working day."""
    years = (year - 1, year, year + 1)
    named = {day: str(name) for day, name in _country(code, years).items()}
    for each in years:
        named.setdefault(date(each, 1, 1), "New Year's Day")
        named.setdefault(date(each, 12, 31), "New Year's Eve")

    def why(day: date) -> str:
        if day in named:
            return f"{named[day]} ({code})"
        for busy in cell.busy:
            if busy.first <= day <= busy.last:
                return busy.why
        return "Weekend" if day.weekday() >= _SATURDAY else ""

    return why


def _supported() -> dict[str, list[str]]:
    from holidays import list_supported_countries  # noqa: PLC0415 - as below

    return list_supported_countries(include_aliases=False)


def _country(code: str, years: tuple[int, ...] = ()) -> HolidayBase:
    # Imported late: the calendars of the world are 20 MB that a web process seldom needs.
    from holidays import country_holidays  # noqa: PLC0415

    country, _, part = code.partition("-")
    return country_holidays(country, subdiv=part or None, years=years, language="en_US")


def _evening_before(day: date, zone: str) -> datetime:
    """18:00 of the last day that the zone had before this one."""
    before = (first_instant(day, zone) - timedelta(seconds=1)).astimezone(zone_named(zone)).date()
    return min(_readings(before, BEGINS, zone))


def _readings(day: date, at: time, zone: str) -> tuple[datetime, datetime]:
    """A time that the clock skips or shows twice is read both ways; the longer freeze counts."""
    wall = datetime.combine(day, at, tzinfo=zone_named(zone))
    return wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
