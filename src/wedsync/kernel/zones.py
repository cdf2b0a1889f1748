"""What the clock on the venue's wall means: the only place where a local time becomes an instant.

Times that the clock skips are moved forward and times that it shows twice mean the first; both
are said in a note, for the couple to confirm. A wedding is on from the first event's morning to
the morning after the last. Zones come from the tzdata package alone: one answer everywhere.
"""

import zoneinfo
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from importlib.metadata import version
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

# The operating system's own zone files may be older or newer than those we tested with.
zoneinfo.reset_tzpath(())
ZoneInfo.clear_cache()

ZONE_DATA_VERSION: Final = version("tzdata")
ZONE_NAMES: Final = frozenset(zoneinfo.available_timezones()) - {"Factory", "localtime"}

MIDNIGHT: Final = time(0)
MORNING_AFTER: Final = time(6)
BEFORE_FIRST_START: Final = timedelta(hours=12)
AFTER_LAST_END: Final = timedelta(hours=6)
_NOON: Final = time(12)
_DAY: Final = timedelta(days=1)


class TimeProblem(Exception):  # noqa: N818 - it is about the time, not an error of ours
    """A date, time or zone that cannot be; `detail` says why and what to do."""

    def __init__(self, detail: str) -> None:
        """Keep the sentence for the reader."""
        super().__init__(detail)
        self.detail = detail


class ResolutionKind(StrEnum):
    """Whether the wall clock shows the time once (EXACT), never (GAP) or twice (FOLD)."""

    EXACT = "exact"
    GAP = "gap"
    FOLD = "fold"


class Reading(StrEnum):
    """What somebody meant by a time that the clock shows twice (FIRST, SECOND) or leaps over (SHIFTED)."""

    FIRST = "first"
    SECOND = "second"
    SHIFTED = "shifted"


class Resolution(msgspec.Struct, frozen=True):
    """The instant (UTC) of a local time; `note` says what a clock change does to it, and is empty when exact.

    `reading` is what was confirmed, None where nobody was asked or need be.
    """

    instant: datetime
    kind: ResolutionKind
    note: str = ""
    reading: Reading | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to say what is meant."""
        return self.kind is not ResolutionKind.EXACT and self.reading is None


class EventInstants(msgspec.Struct, frozen=True, kw_only=True):
    """When an event is, in UTC; `notes` say what clock changes do to it, `start` and `end` how each was resolved."""

    day_starts_at: datetime
    day_ends_at: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    notes: tuple[str, ...] = ()
    start: Resolution | None = None
    end: Resolution | None = None


def zone_named(name: str) -> ZoneInfo:
    """The zone of this IANA name; TimeProblem when the tzdata package does not know it."""
    if name not in ZONE_NAMES:
        raise TimeProblem(f"We do not know the time zone {name!r}. Try a city, such as London.")
    return ZoneInfo(name)


def resolve(local_date: date, local_time: time | None, zone: str, reading: Reading | None = None) -> Resolution:
    """The instant at which the clocks of `zone` show this date and time; `reading` is what was meant, if it was asked.

    No time means the first instant of that day. A date that the zone skipped is a TimeProblem.
    """
    info = zone_named(zone)
    refuse_skipped(local_date, zone)
    if local_time is None:
        return Resolution(first_instant(local_date, zone), ResolutionKind.EXACT)
    wall = datetime.combine(local_date, local_time)
    before, after = _offsets(wall, info)
    instant = _utc(wall - before)
    if before == after:
        return Resolution(instant, ResolutionKind.EXACT)
    shown = _clock(wall)
    on = f"on {local_date.day} {local_date:%B %Y}"
    if before < after:
        moved = _clock(instant.astimezone(info))
        note = f"The clocks go forward {on}, so {shown} does not exist. We use {moved}."
        return Resolution(instant, ResolutionKind.GAP, note, reading and Reading.SHIFTED)
    if reading is Reading.SECOND:
        note = f"The clocks go back {on}, so {shown} happens twice. It is the second."
        return Resolution(_utc(wall - after), ResolutionKind.FOLD, note, reading)
    note = f"The clocks go back {on}, so {shown} happens twice. We use the first."
    return Resolution(instant, ResolutionKind.FOLD, note, reading and Reading.FIRST)


def readings_of(found: Resolution, zone: str) -> tuple[tuple[Reading, datetime], ...]:
    """What a time could mean that the clock leaps over or shows twice, with the instants; nothing of one shown once."""
    match found.kind:
        case ResolutionKind.EXACT:
            return ()
        case ResolutionKind.GAP:
            return ((Reading.SHIFTED, found.instant),)
        case ResolutionKind.FOLD:
            info = zone_named(zone)
            wall = found.instant.astimezone(info).replace(tzinfo=None)
            first, second = (_utc(wall - offset) for offset in _offsets(wall, info))
            return ((Reading.FIRST, first), (Reading.SECOND, second))


class Readings(msgspec.Struct, frozen=True):
    """What was confirmed of an event's start and end."""

    start: Reading | None = None
    end: Reading | None = None


UNASKED: Final = Readings()


def resolve_event(
    held_on: date, zone: str, start: time | None = None, end: time | None = None, *, readings: Readings = UNASKED
) -> EventInstants:
    """The instants of an event; TimeProblem when its date or times cannot be.

    An end at or before the start is on the next date. The day ends at 06:00 the morning after.
    """
    day_starts_at = resolve(held_on, None, zone).instant
    morning = next_date(held_on, zone)
    is_next_day = start is not None and end is not None and end <= start
    starts = None if start is None else resolve(held_on, start, zone, readings.start)
    ends = None if end is None else resolve(morning if is_next_day else held_on, end, zone, readings.end)
    if starts and ends and ends.instant <= starts.instant:
        raise TimeProblem("With the clock change that day it would end before it starts.")
    return EventInstants(
        day_starts_at=day_starts_at,
        day_ends_at=resolve(morning, MORNING_AFTER, zone).instant,
        starts_at=None if starts is None else starts.instant,
        ends_at=None if ends is None else ends.instant,
        notes=tuple(found.note for found in (starts, ends) if found and found.note),
        start=starts,
        end=ends,
    )


def active_span(events: Iterable[EventInstants]) -> tuple[datetime, datetime] | None:
    """The hours in which a wedding is on (A1), half-open, in UTC; None without a dated event."""
    listed = tuple(events)
    if not listed:
        return None
    starts = [event.starts_at - BEFORE_FIRST_START for event in listed if event.starts_at]
    ends = [event.ends_at + AFTER_LAST_END for event in listed if event.ends_at]
    return (
        min([event.day_starts_at for event in listed] + starts),
        max([event.day_ends_at for event in listed] + ends),
    )


def refuse_skipped(local_date: date, zone: str) -> None:
    """Raise TimeProblem when the zone has no such date, or its year cannot be meant."""
    if not date(1900, 1, 1) <= local_date <= date(9000, 1, 1):
        raise TimeProblem("Give a date with a year of four digits, such as 12 June 2027.")
    if _is_skipped(local_date, zone_named(zone)):
        shown = f"{local_date.day} {local_date:%B %Y}"
        raise TimeProblem(f"There was no {shown} in {zone}: the calendar skipped it.")


def first_instant(local_date: date, zone: str) -> datetime:
    """The instant at which this date begins there: midnight, or the clock change that skips it."""
    info = zone_named(zone)
    wall = datetime.combine(local_date, MIDNIGHT)
    before, after = _offsets(wall, info)
    if before >= after:
        return _utc(wall - before)
    # Midnight is skipped. The change lies within the gap's width before the shifted midnight.
    late = _utc(wall - before)
    early = late - (after - before)
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(info).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def next_date(local_date: date, zone: str) -> date:
    """The date that follows on this zone's calendar."""
    info = zone_named(zone)
    following = local_date + _DAY
    return following + _DAY if _is_skipped(following, info) else following


def today_in(zone: str, now: datetime) -> date:
    """The date there at this instant."""
    return now.astimezone(zone_named(zone)).date()


def _is_skipped(local_date: date, info: ZoneInfo) -> bool:
    wall = datetime.combine(local_date, _NOON)
    before, after = _offsets(wall, info)
    return before < after and (_utc(wall - before).astimezone(info).date() != local_date)


def _offsets(wall: datetime, info: ZoneInfo) -> tuple[timedelta, timedelta]:
    """The offsets of fold 0 and fold 1: growing in a gap, shrinking in a fold (PEP 495)."""
    first = wall.replace(tzinfo=info, fold=0).utcoffset()
    second = wall.replace(tzinfo=info, fold=1).utcoffset()
    return first or timedelta(), second or timedelta()


def _utc(wall: datetime) -> datetime:
    return wall.replace(tzinfo=UTC)


def _clock(wall: datetime) -> str:
    return f"{wall:%H:%M}"
