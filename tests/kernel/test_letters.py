"""Which letters must arrive, and when somebody's night is over."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wedsync.kernel.letters import ALWAYS, CHOSEN, LetterKind, QuietHours, next_daily, quiet_until

SOURCE = "\n".join(
    path.read_text("utf-8")
    for path in sorted((Path(__file__).resolve().parents[2] / "src/wedsync").rglob("*.py"))
    if path.name != "letters.py"
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_must_arrive_or_is_for_people_to_choose_and_some_letter_is_of_it(kind: LetterKind) -> None:
    assert (kind in ALWAYS) + (kind in CHOSEN) + (kind is LetterKind.DAILY) == 1
    assert re.search(rf"kind ?= ?LetterKind\.(?:\w+ if .* else LetterKind\.)?{kind.name}\b", SOURCE)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-27T21:59", None),
        ("2026-11-27T22:00", "2026-11-28T08:00"),
        ("2026-11-28T07:59", "2026-11-28T08:00"),
        ("2026-11-28T08:00", None),
        ("2026-03-28T23:00", "2026-03-29T07:00"),  # the clocks go forward that night
    ],
)
def test_the_night_is_where_they_live(now: str, until: str | None) -> None:
    assert quiet_until("Europe/London", at(now)) == (None if until is None else at(until))


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (None, "2026-11-27T23:00", None),
        (QuietHours(start=1, end=6), "2026-11-27T00:59", None),
        (QuietHours(start=1, end=6), "2026-11-27T01:00", "2026-11-27T06:00"),
        (QuietHours(start=1, end=6), "2026-11-27T06:00", None),
        (QuietHours(start=20, end=0), "2026-11-27T20:00", "2026-11-28T00:00"),
        (QuietHours(start=20, end=0), "2026-11-28T00:00", None),
        (QuietHours(start=0, end=23), "2026-11-28T22:59", "2026-11-28T23:00"),
    ],
)
def test_the_hours_are_those_that_somebody_chose(hours: QuietHours | None, now: str, until: str | None) -> None:
    assert quiet_until("Europe/London", at(now), hours) == (None if until is None else at(until))


@pytest.mark.parametrize(
    ("hours", "now", "due"),
    [
        (QuietHours(start=22, end=8), "2026-11-27T07:59", "2026-11-27T08:00"),
        (QuietHours(start=22, end=8), "2026-11-27T08:00", "2026-11-28T08:00"),
        (None, "2026-10-24T09:00", "2026-10-25T08:00"),  # the clocks go back that night
        (QuietHours(start=23, end=10), "2026-11-27T12:00", "2026-11-28T10:00"),
    ],
)
def test_the_letter_of_once_a_day_goes_in_the_morning(hours: QuietHours | None, now: str, due: str) -> None:
    assert next_daily("Europe/London", at(now), hours) == at(due)
