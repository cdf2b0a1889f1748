"""Local times become instants, checked against an oracle that only ever goes the other way."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wedsync.kernel.zones import (
    ZONE_NAMES,
    Reading,
    ResolutionKind,
    TimeProblem,
    active_span,
    first_instant,
    next_date,
    readings_of,
    resolve,
    resolve_event,
    today_in,
)

EXACT, GAP, FOLD = ResolutionKind.EXACT, ResolutionKind.GAP, ResolutionKind.FOLD


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def showing(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """All instants at which the zone's clock shows `wall`, found from UTC to local alone."""
    around = wall.replace(tzinfo=UTC)
    offsets = {
        (around + timedelta(hours=hours)).astimezone(zone).utcoffset() or timedelta() for hours in range(-30, 31)
    }
    candidates = sorted(around - offset for offset in offsets)
    return [at for at in candidates if at.astimezone(zone).replace(tzinfo=None) == wall]


@pytest.mark.parametrize(
    ("zone", "local", "kind", "instant"),
    [
        ("Europe/London", "2027-06-12T14:30", EXACT, "2027-06-12T13:30"),
        ("Europe/London", "2027-03-28T00:59", EXACT, "2027-03-28T00:59"),
        ("Europe/London", "2027-03-28T01:00", GAP, "2027-03-28T01:00"),
        ("Europe/London", "2027-03-28T01:30", GAP, "2027-03-28T01:30"),
        ("Europe/London", "2027-03-28T02:00", EXACT, "2027-03-28T01:00"),
        ("Europe/London", "2027-10-31T00:59", EXACT, "2027-10-30T23:59"),
        ("Europe/London", "2027-10-31T01:00", FOLD, "2027-10-31T00:00"),
        ("Europe/London", "2027-10-31T01:59", FOLD, "2027-10-31T00:59"),
        ("Europe/London", "2027-10-31T02:00", EXACT, "2027-10-31T02:00"),
        ("America/New_York", "2027-03-14T02:30", GAP, "2027-03-14T07:30"),
        ("America/New_York", "2027-11-07T01:30", FOLD, "2027-11-07T05:30"),
        ("Australia/Lord_Howe", "2027-10-03T02:15", GAP, "2027-10-02T15:45"),
        ("Australia/Lord_Howe", "2027-10-03T02:30", EXACT, "2027-10-02T15:30"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", FOLD, "2027-04-03T14:45"),
        ("Pacific/Apia", "2011-12-29T23:59", EXACT, "2011-12-30T09:59"),
        ("Pacific/Apia", "2011-12-31T00:00", EXACT, "2011-12-30T10:00"),
        ("Pacific/Kiritimati", "2027-01-01T00:00", EXACT, "2026-12-31T10:00"),
        ("Asia/Kathmandu", "2027-05-01T12:00", EXACT, "2027-05-01T06:15"),
    ],
)
def test_the_clock_change_table(zone: str, local: str, kind: ResolutionKind, instant: str) -> None:
    wall = datetime.fromisoformat(local)
    found = resolve(wall.date(), wall.time(), zone)
    assert (found.kind, found.instant) == (kind, utc(instant))
    assert bool(found.note) is (kind is not EXACT)


def test_a_skipped_time_says_which_time_is_used_instead() -> None:
    note = resolve(date(2027, 3, 28), time(1, 30), "Europe/London").note
    assert note == "The clocks go forward on 28 March 2027, so 01:30 does not exist. We use 02:30."


def test_a_time_shown_twice_says_that_the_first_is_used() -> None:
    note = resolve(date(2027, 10, 31), time(1, 30), "Europe/London").note
    assert note == "The clocks go back on 31 October 2027, so 01:30 happens twice. We use the first."


@pytest.mark.parametrize(
    ("zone", "skipped"),
    [("Pacific/Apia", date(2011, 12, 30)), ("Pacific/Kwajalein", date(1993, 8, 21))],
)
@pytest.mark.parametrize("at", [None, time(0), time(12), time(23, 59)])
def test_a_date_that_the_calendar_skipped_is_refused(zone: str, skipped: date, at: time | None) -> None:
    with pytest.raises(TimeProblem, match="the calendar skipped it"):
        resolve(skipped, at, zone)
    assert next_date(skipped - timedelta(days=1), zone) == skipped + timedelta(days=1)
    resolve(skipped - timedelta(days=1), at, zone)


@pytest.mark.parametrize("name", ["Europe/Londn", "", "../../etc/passwd", "localtime", "Factory"])
def test_an_unknown_zone_is_refused_with_a_hint(name: str) -> None:
    with pytest.raises(TimeProblem, match="Try a city"):
        resolve(date(2027, 6, 12), time(12), name)


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_a_year_that_cannot_be_meant_is_refused(year: int) -> None:
    with pytest.raises(TimeProblem, match="four digits"):
        resolve(date(year, 12, 31), None, "Europe/London")


def test_every_zone_resolves_every_month() -> None:
    for zone in sorted(ZONE_NAMES):
        for month in range(1, 13):
            assert resolve(date(2027, month, 15), time(12), zone).instant.tzinfo is UTC


WALLS = st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2060, 1, 1))  # noqa: DTZ001
CHANGES = st.sampled_from(
    [
        ("Europe/London", datetime(2027, 3, 28)),  # noqa: DTZ001
        ("Europe/London", datetime(2027, 10, 31)),  # noqa: DTZ001
        ("America/New_York", datetime(2027, 3, 14)),  # noqa: DTZ001
        ("Australia/Lord_Howe", datetime(2027, 4, 4)),  # noqa: DTZ001
        ("Australia/Lord_Howe", datetime(2027, 10, 3)),  # noqa: DTZ001
        ("America/Sao_Paulo", datetime(2018, 11, 4)),  # noqa: DTZ001
        ("America/Sao_Paulo", datetime(2018, 2, 17)),  # noqa: DTZ001
        ("America/Havana", datetime(2026, 3, 8)),  # noqa: DTZ001
        ("Africa/Casablanca", datetime(2027, 2, 7)),  # noqa: DTZ001
        ("Asia/Gaza", datetime(2027, 4, 3)),  # noqa: DTZ001
    ]
)
NEAR_A_CHANGE = st.tuples(CHANGES, st.integers(0, 26 * 60)).map(
    lambda drawn: (drawn[0][0], drawn[0][1] + timedelta(minutes=drawn[1]))
)
ANYWHERE = st.tuples(st.sampled_from(sorted(ZONE_NAMES)), WALLS.map(lambda at: at.replace(second=0, microsecond=0)))


@settings(max_examples=300, deadline=None)
@given(st.one_of(ANYWHERE, NEAR_A_CHANGE))
def test_every_local_time_agrees_with_the_oracle(drawn: tuple[str, datetime]) -> None:
    zone, wall = drawn
    info = ZoneInfo(zone)
    shown = showing(wall, info)
    try:
        found = resolve(wall.date(), wall.time(), zone)
    except TimeProblem:
        day = wall.replace(hour=0, minute=0)
        assert not [m for m in range(0, 1440, 15) if showing(day + timedelta(minutes=m), info)]
        return
    assert found.kind is {0: GAP, 1: EXACT, 2: FOLD}[len(shown)]
    if shown:
        assert found.instant == shown[0]
    else:
        moved = found.instant.astimezone(info).replace(tzinfo=None)
        assert timedelta() < moved - wall < timedelta(hours=24)
        before = (found.instant - (moved - wall)).astimezone(info).replace(tzinfo=None)
        assert before < wall < moved


@settings(max_examples=200, deadline=None)
@given(st.one_of(ANYWHERE, NEAR_A_CHANGE))
def test_a_day_begins_at_the_first_instant_that_has_its_date(drawn: tuple[str, datetime]) -> None:
    zone, wall = drawn
    info = ZoneInfo(zone)
    try:
        start = resolve(wall.date(), None, zone).instant
    except TimeProblem:
        return
    assert start.astimezone(info).date() == wall.date()
    assert (start - timedelta(seconds=1)).astimezone(info).date() != wall.date()


def test_a_day_whose_midnight_is_skipped_begins_when_the_clocks_have_changed() -> None:
    assert first_instant(date(2018, 11, 4), "America/Sao_Paulo") == utc("2018-11-04T03:00")


def test_an_evening_that_ends_after_midnight_ends_the_next_day() -> None:
    event = resolve_event(date(2027, 6, 12), "Europe/London", time(14), time(0, 30))
    assert (event.day_starts_at, event.day_ends_at) == (utc("2027-06-11T23:00"), utc("2027-06-13T05:00"))
    assert (event.starts_at, event.ends_at) == (utc("2027-06-12T13:00"), utc("2027-06-12T23:30"))


def test_of_a_time_that_is_shown_twice_the_second_may_be_meant() -> None:
    day, night = date(2027, 10, 31), time(1, 30)
    found = [resolve(day, night, "Europe/London", reading) for reading in (None, Reading.FIRST, Reading.SECOND)]
    assert [each.instant for each in found] == [
        utc("2027-10-31T00:30"),
        utc("2027-10-31T00:30"),
        utc("2027-10-31T01:30"),
    ]
    assert [each.is_open for each in found] == [True, False, False]
    meant = ((Reading.FIRST, found[0].instant), (Reading.SECOND, found[2].instant))
    assert [readings_of(each, "Europe/London") for each in found] == [meant] * 3
    assert resolve(date(2027, 6, 12), night, "Europe/London", Reading.SECOND).reading is None


def test_an_event_that_ends_when_it_starts_lasts_a_whole_day() -> None:
    event = resolve_event(date(2027, 6, 12), "Europe/London", time(10), time(10))
    assert (event.starts_at, event.ends_at) == (utc("2027-06-12T09:00"), utc("2027-06-13T09:00"))


def test_an_event_across_the_clock_change_lasts_as_long_as_it_lasts() -> None:
    event = resolve_event(date(2027, 10, 30), "Europe/London", time(20), time(3))
    assert event.starts_at
    assert event.ends_at
    assert event.ends_at - event.starts_at == timedelta(hours=8)


def test_both_doubtful_times_are_noted() -> None:
    event = resolve_event(date(2027, 10, 31), "Europe/London", time(1, 15), time(1, 45))
    assert len(event.notes) == 2


def test_times_that_the_clock_change_turns_round_are_refused() -> None:
    with pytest.raises(TimeProblem, match="end before it starts"):
        resolve_event(date(2027, 3, 28), "Europe/London", time(1, 30), time(2, 15))


def test_a_wedding_without_dates_is_never_on() -> None:
    assert active_span([]) is None


LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ("2027-01-09T00:00", "2027-01-10T06:00")),
        (time(14), time(23), ("2027-01-09T00:00", "2027-01-10T06:00")),
        (time(12), None, ("2027-01-09T00:00", "2027-01-10T06:00")),
        (time(11, 59), None, ("2027-01-08T23:59", "2027-01-10T06:00")),
        (time(20), time(0), ("2027-01-09T00:00", "2027-01-10T06:00")),
        (time(20), time(0, 1), ("2027-01-09T00:00", "2027-01-10T06:01")),
        (time(20), time(7), ("2027-01-09T00:00", "2027-01-10T13:00")),
    ],
)
def test_a_wedding_is_on_from_midnight_or_12_h_before_until_six_or_6_h_after(
    start: time | None, end: time | None, expected: tuple[str, str]
) -> None:
    event = resolve_event(date(2027, 1, 9), LONDON, start, end)
    assert active_span([event]) == (utc(expected[0]), utc(expected[1]))


def test_several_days_in_several_zones_are_one_span() -> None:
    welcome = resolve_event(date(2027, 5, 6), "Pacific/Kiritimati", time(18))
    brunch = resolve_event(date(2027, 5, 9), "Pacific/Pago_Pago", time(10), time(14))
    assert active_span([brunch, welcome]) == (utc("2027-05-05T10:00"), utc("2027-05-10T17:00"))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(sorted(ZONE_NAMES)),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.none() | st.times(),
    st.none() | st.times(),
)
def test_a_span_always_holds_its_event_and_its_whole_day(
    zone: str, held_on: date, start: time | None, end: time | None
) -> None:
    try:
        event = resolve_event(held_on, zone, start, end)
    except TimeProblem:
        return
    span = active_span([event])
    assert span is not None
    assert span[0] <= event.day_starts_at < event.day_ends_at <= span[1]
    if event.starts_at:
        assert span[0] <= event.starts_at - timedelta(hours=12)
    if event.ends_at:
        assert event.ends_at + timedelta(hours=6) <= span[1]


def test_today_is_the_date_of_the_place() -> None:
    now = utc("2027-06-12T11:00")
    assert today_in("Pacific/Kiritimati", now) == date(2027, 6, 13)
    assert today_in("Pacific/Pago_Pago", now) == date(2027, 6, 12)
