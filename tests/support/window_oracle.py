"""When a wedding is read-only, worked out otherwise than the house does: by reading a clock on the wall, minute by minute.

It knows no gaps, folds or offsets. It looks at what the clock shows, and counts on from the last minute that it showed.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A dated part of a wedding, by its clock."""

    held_on: date
    zone: str
    start: time | None = None
    end: time | None = None


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the contract says, so that a control can say it one minute wrong."""

    morning: time = time(6)
    before_start: timedelta = 12 * HOUR
    after_end: timedelta = 6 * HOUR
    quiet: timedelta = HOUR
    longest: timedelta = 12 * HOUR
    reopened_within: timedelta = 6 * HOUR


def shown(at: datetime, zone: str) -> datetime:
    """What the clock on the wall shows."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@cache
def first_minute(day: date, zone: str) -> datetime | None:
    """The first minute in which the calendar shows this date; None when it never does."""
    noon = datetime.combine(day, time(12), UTC)
    at = noon - 40 * HOUR
    while at < noon + 40 * HOUR and shown(at, zone).date() != day:
        at += QUARTER
    if shown(at, zone).date() != day:
        return None
    while shown(at - MINUTE, zone).date() == day:
        at -= MINUTE
    return at


def next_day(day: date, zone: str) -> date:
    """The date that the calendar shows after this one."""
    following = day + timedelta(days=1)
    return following if first_minute(following, zone) else following + timedelta(days=1)


@cache
def minute_of(day: date, told: time, zone: str) -> datetime:
    """The first minute in which the clock shows this; where it never does, as if it had gone on as it was."""
    target = datetime.combine(day, told)
    at = (first_minute(day, zone) or datetime.combine(day, told, UTC)) - QUARTER
    while (now := shown(at, zone)) != target:
        after = shown(at + MINUTE, zone)
        if now < target < after:  # it leaps over it
            return at + (target - now)
        later = shown(at + QUARTER, zone)
        # A quarter of an hour in which the clock ran on and did not come so far may be passed over at once.
        at += QUARTER if later - now == QUARTER and later < target else MINUTE
    return at


def span_of(parties: Sequence[Party], rules: Rules) -> tuple[datetime, datetime] | None:
    """From the first morning to the morning after the last; None where a date or an order cannot be."""
    begins, ends = [], []
    for party in parties:
        opens = first_minute(party.held_on, party.zone)
        if opens is None:
            return None
        tomorrow = next_day(party.held_on, party.zone)
        begins.append(opens)
        ends.append(minute_of(tomorrow, rules.morning, party.zone))
        if party.start is None:
            continue
        start = minute_of(party.held_on, party.start, party.zone)
        begins.append(start - rules.before_start)
        if party.end is not None:
            end = minute_of(tomorrow if party.end <= party.start else party.held_on, party.end, party.zone)
            if end <= start:
                return None
            ends.append(end + rules.after_end)
    return min(begins), max(ends)


def last_begins(parties: Iterable[Party]) -> datetime:
    """When the last of them has begun."""
    found = []
    for party in parties:
        opens = first_minute(party.held_on, party.zone)
        assert opens is not None
        found.append(opens if party.start is None else max(opens, minute_of(party.held_on, party.start, party.zone)))
    return max(found)


class Evening:
    """A wedding as its evening goes on. What is entered is told in order; `is_locked` is asked as of the last of it."""

    def __init__(self, parties: Sequence[Party], lead_hours: int, rules: Rules) -> None:
        found = span_of(parties, rules)
        assert found is not None
        self.begins, self.planned = found
        self.locks = self.begins - lead_hours * HOUR
        self.last = last_begins(parties)
        self.rules = rules
        self.entries: list[datetime] = []
        self.words: list[tuple[str, datetime]] = []

    def is_running(self, at: datetime) -> bool:
        """Whether the evening goes on, had nobody closed it: no quiet hour since the planned end has passed."""
        if at < self.planned:
            return True
        if at >= self.planned + self.rules.longest:
            return False
        marks = sorted({self.planned, *(each for each in self.entries if self.planned - self.rules.quiet < each < at)})
        alive_until = self.planned
        for mark in marks:
            if mark > self.planned and mark >= alive_until:
                return False
            if mark in self.entries:
                alive_until = max(alive_until, mark + self.rules.quiet)
        return at < alive_until

    def closing(self) -> datetime | None:
        """The word that counts."""
        word = self.words[-1] if self.words else None
        return word[1] if word and word[0] == "closed" and word[1] >= self.last else None

    def is_locked(self, at: datetime) -> bool:
        closed = self.closing()
        return self.locks <= at and self.is_running(at) and (closed is None or at < closed)

    def takes(self, kind: str, at: datetime) -> bool:
        """Whether an entry that is made and received at this moment is taken."""
        if not self.locks - 48 * HOUR <= at or not self.is_running(at):
            return False
        closed = self.closing()
        match kind:
            case "closed":
                return self.is_locked(at) and at >= self.last
            case "reopened":
                return closed is not None and at < closed + self.rules.reopened_within
            case _:
                return True

    def enter(self, kind: str, at: datetime) -> None:
        self.entries.append(at)
        if kind in {"closed", "reopened"}:
            self.words.append((kind, at))
