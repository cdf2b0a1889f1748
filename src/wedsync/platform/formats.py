"""How days, times and numbers are written, everywhere the same.

Times always say whose clock they are on: a wedding in Florence is never shown
in the reader's own zone without a word.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE_S = 60
HOUR_S = 60 * MINUTE_S
DAY_S = 24 * HOUR_S
DAYS_SHOWN_AS_AGO = 7


def long_date(day: date | str) -> str:
    """Saturday 28 November 2026."""
    held_on = _as_date(day)
    return f"{held_on:%A} {held_on.day} {held_on:%B %Y}"


def short_date(day: date | str) -> str:
    """Sat 28 Nov 2026."""
    held_on = _as_date(day)
    return f"{held_on:%a} {held_on.day} {held_on:%b %Y}"


def clock(instant: datetime, zone: str) -> str:
    """13:30 GMT, on the clock of `zone`."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {_zone_word(local, zone)}"


def moment(instant: datetime, zone: str) -> str:
    """Sat 28 Nov 2026, 13:30 GMT, on the clock of `zone`."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{short_date(local.date())}, {clock(instant, zone)}"


def iso(instant: datetime) -> str:
    """2026-11-28T13:30:00Z, for the machine beside the words."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: int) -> str:
    """1,234."""
    return f"{value:,}"


def plural(count: int, one: str, many: str) -> str:
    """1 guest, 2 guests: the words are given, never guessed."""
    return f"{count:,} {one if count == 1 else many}"


def relative_days(days: int) -> str:
    """Say how far away a day is: today, tomorrow, in 6 days, 3 days ago."""
    if days in {-1, 0, 1}:
        return {-1: "yesterday", 0: "today", 1: "tomorrow"}[days]
    return f"in {days:,} days" if days > 0 else f"{-days:,} days ago"


def ago(then: datetime, now: datetime, zone: str) -> str:
    """Say when something happened: just now, 9 min ago, 2 h ago, yesterday, then the date."""
    elapsed_s = int((now - then).total_seconds())
    if elapsed_s < MINUTE_S:
        return "just now"
    if elapsed_s < HOUR_S:
        return f"{elapsed_s // MINUTE_S} min ago"
    if elapsed_s < DAY_S:
        return f"{elapsed_s // HOUR_S} h ago"
    here = ZoneInfo(zone)
    days = (now.astimezone(here).date() - then.astimezone(here).date()) // timedelta(days=1)
    return relative_days(-days) if days <= DAYS_SHOWN_AS_AGO else short_date(then.astimezone(here))


def initials(name: str) -> str:
    """Two letters to stand for a name: "Alder & Lane" is AL."""
    letters = [word[0] for word in name.split() if word[0].isalpha()]
    return (letters[0] + letters[-1] if len(letters) > 1 else "".join(letters)).upper() or "?"


def _as_date(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _zone_word(local: datetime, zone: str) -> str:
    """Abbreviations that are only digits ("+04") say less than the city does."""
    word = local.tzname() or zone
    return word if word.isalpha() else f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"
