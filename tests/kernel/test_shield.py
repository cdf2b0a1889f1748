"""The line that says what may change, on the day, around it and long before."""

from datetime import UTC, datetime, timedelta

import pytest

from wedsync.kernel.shield import Protection, ShieldState, WeddingStatus, shield, show_instant

START = datetime(2027, 6, 11, 23, tzinfo=UTC)
END = datetime(2027, 6, 13, 5, tzinfo=UTC)
CONFIRMED = Protection(
    status=WeddingStatus.CONFIRMED,
    date_set_at=datetime(2027, 3, 12, 12, tzinfo=UTC),
    span=(START, END),
    lead_hours=6,
    zone="Europe/London",
)
LONG_BEFORE = START - timedelta(days=30)
OPEN, FIXED, LOCKED = ShieldState.OPEN, ShieldState.FIXED, ShieldState.LOCKED


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (LONG_BEFORE, FIXED),
        (START - timedelta(hours=6, seconds=1), FIXED),
        (START - timedelta(hours=6), LOCKED),
        (START, LOCKED),
        (END - timedelta(seconds=1), LOCKED),
        (END, FIXED),
    ],
)
def test_a_confirmed_wedding_is_locked_from_its_lead_to_its_end(now: datetime, state: ShieldState) -> None:
    assert shield(CONFIRMED, now).state is state


def test_the_line_says_until_when_with_the_zone() -> None:
    line = shield(CONFIRMED, START)
    assert line.until == END
    assert line.until_text == "Read-only until Sunday 13 June 2027, 06:00 (Europe/London)"
    assert line.sentence.startswith("The wedding is on.")


def test_before_the_first_hour_the_lead_says_that_it_is_about_to_begin() -> None:
    line = shield(CONFIRMED, START - timedelta(hours=1))
    assert line.sentence.startswith("The wedding is about to begin.")


def test_a_wedding_that_overruns_opens_later() -> None:
    late = Protection(
        status=WeddingStatus.CONFIRMED,
        span=(START, END),
        ends_at=END + timedelta(hours=2),
    )
    assert shield(late, END + timedelta(hours=1)).state is LOCKED
    assert shield(late, END + timedelta(hours=2)).state is OPEN


def test_a_confirmed_date_is_named_with_the_way_on() -> None:
    line = shield(CONFIRMED, LONG_BEFORE)
    assert "fixed since Friday 12 March 2027" in line.sentence
    assert "the rest can change" in line.sentence
    assert line.until == START - timedelta(hours=6)
    assert line.until_text == "Read-only from Friday 11 June 2027, 18:00 (Europe/London)"


def test_two_days_before_the_line_warns() -> None:
    locks_at = START - timedelta(hours=6)
    assert "soon" in shield(CONFIRMED, locks_at - timedelta(hours=48)).sentence
    assert "soon" not in shield(CONFIRMED, locks_at - timedelta(hours=48, seconds=1)).sentence


def test_a_draft_without_a_date_is_open_and_has_no_until() -> None:
    line = shield(Protection(status=WeddingStatus.DRAFT), LONG_BEFORE)
    assert (line.state, line.until, line.until_text) == (OPEN, None, "")


def test_a_wedding_that_is_over_has_no_until() -> None:
    line = shield(CONFIRMED, END)
    assert line.until is None
    assert line.sentence.startswith("The wedding is over.")


@pytest.mark.parametrize("status", [WeddingStatus.CANCELLED, WeddingStatus.POSTPONED])
def test_a_wedding_that_will_not_be_held_says_so(status: WeddingStatus) -> None:
    line = shield(Protection(status=status, date_set_at=LONG_BEFORE), LONG_BEFORE)
    assert line.sentence.startswith(f"This wedding is {status.value}.")
    assert line.state is FIXED


def test_an_instant_is_shown_on_the_clock_of_its_zone() -> None:
    shown = show_instant(START, "Pacific/Kiritimati")
    assert shown == "Saturday 12 June 2027, 13:00 (Pacific/Kiritimati)"
