"""When nothing may be released, checked against an oracle that only ever looks at the clock on one wall."""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays

from wedsync.kernel.freeze import BusyDates, Cell, Freeze, FreezeCalendar, FreezeState, Region
from wedsync.kernel.zones import ZONE_NAMES

OPEN, CLOSING, FROZEN = FreezeState.OPEN, FreezeState.CLOSING, FreezeState.FROZEN
LONDON = Cell(name="london", regions=(Region("GB-ENG", ("Europe/London",)),))
YEARS = range(2024, 2036)
SOME_ZONES = sorted(ZONE_NAMES)[::37]
Oracle = Callable[[datetime, Iterable[str], frozenset[date]], bool]
# As the government publishes them; what falls on a weekend is moved by it.
ENGLISH = [
    "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25", "2026-12-28",
    "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27", "2027-12-28",
    "2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29", "2028-08-28", "2028-12-25", "2028-12-26",
]  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock_says(now: datetime, zones: Iterable[str], days_off: frozenset[date]) -> bool:
    """The oracle: no periods, no resolving; only what somebody reads who stands there now."""
    for name in zones:
        local = now.astimezone(zone_of(name))
        today, around = local.date(), (local.date() - timedelta(1), local.date() + timedelta(1))
        yesterday_off, tomorrow_off = (is_off(day, days_off) for day in around)
        evening = local.time() >= time(18) and tomorrow_off
        morning = local.time() < time(8) and yesterday_off
        if is_off(today, days_off) or evening or morning:
            return True
    return False


def is_off(day: date, days_off: frozenset[date]) -> bool:
    return day.isoweekday() > 5 or (day.month, day.day) in {(1, 1), (12, 31)} or day in days_off


@cache
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@cache
def easter(year: int) -> date:
    """Gauss's rule, as the Gregorian calendar has it."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30, b % 4
    f = (32 + 2 * e + 2 * (c // 4) - d - c % 4) % 7
    g = (a + 11 * d + 22 * f) // 451
    month, day = divmod(d + f - 7 * g + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize(
    ("inside", "starts", "ends", "hours"),
    [
        ("2026-11-21", "2026-11-20T18:00", "2026-11-23T08:00", 62),
        ("2026-03-29", "2026-03-27T18:00", "2026-03-30T07:00", 61),
        ("2026-10-25", "2026-10-23T17:00", "2026-10-26T08:00", 63),
        ("2026-04-05", "2026-04-02T17:00", "2026-04-07T07:00", 110),
        ("2027-03-28", "2027-03-25T18:00", "2027-03-30T07:00", 109),
        ("2028-04-16", "2028-04-13T17:00", "2028-04-18T07:00", 110),
        ("2027-05-03", "2027-04-30T17:00", "2027-05-04T07:00", 86),
        # New Year's Eve 2026 is a Thursday, New Year's Day a Friday.
        ("2027-01-01", "2026-12-30T18:00", "2027-01-04T08:00", 110),
        # In 2030 both stand in the middle of a week.
        ("2030-01-01", "2029-12-28T18:00", "2030-01-02T08:00", 110),
        ("2031-01-01", "2030-12-30T18:00", "2031-01-02T08:00", 62),
    ],
)
def test_the_freezes_of_england(inside: str, starts: str, ends: str, hours: int) -> None:
    found = FreezeCalendar(LONDON).status(utc(inside) + timedelta(hours=12))
    assert (found.state, found.since, found.until) == (FROZEN, utc(starts), utc(ends))
    assert found.next_change == found.until
    assert found.until is not None
    assert found.since is not None
    assert found.until - found.since == timedelta(hours=hours)
    assert found.last_start is None


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-11-20T16:29:59", OPEN),
        ("2026-11-20T16:30", OPEN),
        ("2026-11-20T16:30:01", CLOSING),
        ("2026-11-20T17:59:59.999999", CLOSING),
        ("2026-11-20T18:00", FROZEN),
        ("2026-11-23T07:59:59.999999", FROZEN),
        ("2026-11-23T08:00", OPEN),
    ],
)
def test_a_freeze_is_half_open_and_the_last_start_is_half_past_four(now: str, state: FreezeState) -> None:
    found = FreezeCalendar(LONDON).status(utc(now))
    assert found.state is state
    assert (found.last_start == utc("2026-11-20T16:30")) is (state is OPEN and now < "2026-11-21")


def test_a_slower_rollout_has_to_start_earlier() -> None:
    slow = Cell(name="slow", regions=LONDON.regions, rollout_minutes=120)
    assert FreezeCalendar(slow).status(utc("2026-11-20T12:00")).last_start == utc("2026-11-20T15:30")
    assert FreezeCalendar(slow).status(utc("2026-11-20T15:31")).state is CLOSING


def test_a_gap_too_short_for_a_rollout_never_opens() -> None:
    snail = Cell(name="snail", regions=LONDON.regions, rollout_minutes=6 * 24 * 60)
    states = {
        FreezeCalendar(snail).status(utc("2026-11-23T08:00") + timedelta(hours=hours)).state for hours in range(168)
    }
    assert states == {CLOSING, FROZEN}


def test_the_union_of_the_zones_is_frozen() -> None:
    wide = Cell(name="wide", regions=(Region("AU-NSW", ("Australia/Sydney",)), Region("US", ("America/Los_Angeles",))))
    found = FreezeCalendar(wide).status(utc("2026-11-14T12:00"))
    assert (found.since, found.until) == (utc("2026-11-13T07:00"), utc("2026-11-16T16:00"))


def test_the_operators_own_busy_dates_count_and_join_the_weekend() -> None:
    fair = BusyDates(date(2026, 11, 19), date(2026, 11, 20), "Wedding fair")
    busy = FreezeCalendar(Cell(name="busy", regions=LONDON.regions, busy=(fair,))).status(utc("2026-11-19T12:00"))
    assert (busy.state, busy.reason) == (FROZEN, "Wedding fair, Weekend")
    assert (busy.since, busy.until) == (utc("2026-11-18T18:00"), utc("2026-11-23T08:00"))


def test_a_year_that_is_busy_throughout_is_one_freeze() -> None:
    all_year = BusyDates(date(2026, 6, 1), date(2028, 6, 1), "A war")
    found = FreezeCalendar(Cell(name="war", regions=LONDON.regions, busy=(all_year,))).status(utc("2027-07-07T12:00"))
    assert found.state is FROZEN
    assert found.since is not None
    assert found.since < utc("2027-01-01T00:00")


def test_staging_never_freezes() -> None:
    staging = FreezeCalendar(Cell(name="staging", regions=LONDON.regions, is_staging=True))
    found = staging.status(utc("2026-11-21T12:00"))
    assert (found.state, found.next_change) == (OPEN, None)
    assert staging.between(utc("2026-01-01T00:00"), utc("2027-01-01T00:00")) == ()


def test_english_holidays_are_those_the_government_publishes() -> None:
    calendar = FreezeCalendar(LONDON)
    for day in ENGLISH:
        assert calendar.status(utc(day) + timedelta(hours=12)).state is FROZEN, day
    weekdays = (date(2026, 1, 1) + timedelta(days) for days in range(3 * 365))
    unexpected = [
        day
        for day in weekdays
        if calendar.status(utc(f"{day}T12:00")).state is FROZEN
        and not is_off(day, frozenset(map(date.fromisoformat, ENGLISH)))
    ]
    assert unexpected == []


@pytest.mark.parametrize("year", YEARS)
def test_every_easter_is_one_freeze_of_four_days(year: int) -> None:
    sunday = easter(year)
    found = FreezeCalendar(LONDON).status(utc(f"{sunday}T12:00"))
    assert found.since is not None
    assert found.until is not None
    assert found.since.date() == sunday - timedelta(days=3)
    assert found.until.date() == sunday + timedelta(days=2)


def test_between_lists_each_freeze_once_and_in_order() -> None:
    listed = FreezeCalendar(LONDON).between(utc("2026-01-01T00:00"), utc("2029-01-01T00:00"))
    assert list(listed) == sorted(set(listed))
    assert all(before.ends_at < after.starts_at for before, after in pairwise(listed))
    assert listed[0].starts_at <= utc("2026-01-01T00:00") < listed[0].ends_at


def test_the_calendar_says_how_far_it_goes() -> None:
    assert FreezeCalendar(LONDON).ends_on >= date(2090, 12, 31)


def test_no_clock_change_touches_the_hours_at_which_a_freeze_begins_or_ends() -> None:
    """Where one did, the longer reading would count; here it is shown that the two readings are one."""
    changes = [
        (zone_of(name), day)
        for name in sorted(ZONE_NAMES)
        for day in (date(2026, 11, 1) + timedelta(days) for days in range(366))
        if at_noon(day, zone_of(name)) != at_noon(day + timedelta(1), zone_of(name))
    ]
    assert len(changes) > 200
    for zone, day in changes:
        for at in (time(8), time(18)):
            for local in (datetime.combine(each, at, zone) for each in (day, day + timedelta(1))):
                assert local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset(), local


def at_noon(day: date, zone: ZoneInfo) -> timedelta | None:
    return datetime.combine(day, time(12), zone).utcoffset()


def test_engine_and_oracle_agree() -> None:
    assert differences(20_000, SOME_ZONES, clock_says) == []


@pytest.mark.deep
def test_engine_and_oracle_agree_over_a_million_instants_in_all_zones() -> None:
    assert differences(1_000_000, sorted(ZONE_NAMES), clock_says) == []


def test_an_engine_that_is_off_by_a_second_would_be_found_out() -> None:
    def slow_clock(now: datetime, zones: Iterable[str], days_off: frozenset[date]) -> bool:
        return clock_says(now - timedelta(seconds=1), zones, days_off)

    assert len(differences(20_000, SOME_ZONES, slow_clock)) > 1000


def differences(instants: int, names: list[str], oracle: Oracle) -> list[tuple[str, datetime]]:
    """Instants anywhere in these years, half of them within a second of a change."""
    chance = random.Random(18)  # noqa: S311 - the same ones each time
    english = frozenset(country_holidays("GB", subdiv="ENG", years=range(2023, 2038)))
    each = -(-instants // len(names))
    wrong: list[tuple[str, datetime]] = []
    first, last = utc(f"{YEARS[0]}-01-01T00:00"), utc(f"{YEARS[-1]}-12-01T00:00")
    for name in names:
        own = [date(2024, 1, 1) + timedelta(chance.randrange(4380)) for _ in range(40)]
        busy = tuple(BusyDates(day, day, "Busy") for day in sorted(own))
        other = chance.choice(names)
        calendar = FreezeCalendar(Cell(name=name, regions=(Region("GB-ENG", (name, other)),), busy=busy))
        off = english | frozenset(own)
        listed = calendar.between(first, last)
        for number in range(each):
            now = first + (last - first) * chance.random() if number % 2 else near(chance, listed)
            if (calendar.status(now).state is FROZEN) is not oracle(now, (name, other), off):
                wrong.append((name, now))
    return wrong


def near(chance: random.Random, listed: tuple[Freeze, ...]) -> datetime:
    """At the edge of a freeze, or a second to either side of it."""
    freeze = chance.choice(listed)
    edge = chance.choice((freeze.starts_at, freeze.ends_at))
    return edge + timedelta(seconds=chance.choice((-1, 0, 1)), microseconds=chance.choice((0, -1)))
