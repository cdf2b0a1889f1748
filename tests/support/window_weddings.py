"""Weddings of every kind, in every zone, with the clock changes of that zone where they hurt; and evenings that go on."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from tests.support.window_oracle import HOUR, Party

from wedsync.kernel.zones import ZONE_NAMES

WEEK = timedelta(days=7)
FIRST, LAST = date(2027, 1, 1), date(2036, 12, 28)
# Times that clocks leap over or show twice, in one zone or another, and ordinary ones.
NIGHT = (time(0), time(0, 30), time(1, 30), time(2), time(2, 15), time(2, 30), time(3))
USUAL = (time(9), time(11, 45), time(14), time(17, 30), time(23, 59))


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding to be entered. The first party gives the others their date and zone where `follows` says so."""

    parties: tuple[Party, ...]
    follows: tuple[bool, ...]
    lead_hours: int
    # Hours from the planned end, and what is said then.
    evening: tuple[tuple[timedelta, str], ...] = ()


def weddings(seed: int, count: int) -> Iterator[Made]:
    """So many, the same again for the same seed; the zones take turns, so that each has its share."""
    choose = random.Random(seed)  # noqa: S311 - weddings, not secrets
    names = sorted(ZONE_NAMES)
    choose.shuffle(names)
    for number in range(count):
        yield _wedding(choose, names[number % len(names)])


@cache
def changes(zone: str) -> tuple[date, ...]:
    """The dates on which this zone's clocks change."""
    found, day = [], FIRST
    while day < LAST:
        if _behind(day, zone) != _behind(day + WEEK, zone):
            week = [day + timedelta(days=by) for by in range(8)]
            found += [after for before, after in pairwise(week) if _behind(before, zone) != _behind(after, zone)]
        day += WEEK
    return tuple(found)


def _behind(day: date, zone: str) -> timedelta | None:
    return datetime.combine(day, time(12), UTC).astimezone(ZoneInfo(zone)).utcoffset()


def _wedding(choose: random.Random, zone: str) -> Made:
    first = Party(held_on=_day(choose, zone), zone=zone, start=_time(choose), end=_time(choose))
    parties, follows = [first], [False]
    for _ in range(choose.choice((0, 0, 1, 1, 2, 3))):
        follows.append(choose.random() < 0.5)
        own = first.held_on + timedelta(days=choose.choice((-1, 0, 1, 2)))
        there = zone if follows[-1] or choose.random() < 0.7 else choose.choice(sorted(ZONE_NAMES))
        day = first.held_on if follows[-1] else own
        parties.append(Party(held_on=day, zone=there, start=_time(choose), end=_time(choose)))
    return Made(
        parties=tuple(parties),
        follows=tuple(follows),
        lead_hours=choose.choice((0, 0, 0, 1, 12, 48)),
        evening=_evening(choose) if choose.random() < 0.4 else (),
    )


def _day(choose: random.Random, zone: str) -> date:
    known = changes(zone)
    if known and choose.random() < 0.6:
        return choose.choice(known) + timedelta(days=choose.choice((-1, 0, 0)))
    return FIRST + timedelta(days=choose.randrange((LAST - FIRST).days))


def _time(choose: random.Random) -> time | None:
    return choose.choice((None, *NIGHT, *USUAL))


def _evening(choose: random.Random) -> tuple[tuple[timedelta, str], ...]:
    at, steps = choose.choice((-60, -20, -9, -3, -1)) * HOUR, []
    for _ in range(choose.randint(1, 8)):
        kind = choose.choice(("note", "note", "note", "note", "closed", "reopened"))
        steps.append((at, kind))
        at += timedelta(seconds=choose.choice((60, 1200, 2690, 3480, 3670, 5400, 14470)))
    return tuple(steps)
