"""Which letters there are, which of them must arrive, and when somebody wants to be left in peace. Pure.

What keeps an account safe, a wedding right or a promise kept always arrives; all else is for whoever gets it to choose.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.kernel.zones import resolve, zone_named


class LetterKind(StrEnum):
    """What a letter is about; every letter states one."""

    SECURITY = "security"
    EMERGENCY = "emergency"
    INVITATION = "invitation"
    YOUR_DATA = "your_data"
    CHANGES = "changes"
    WINDOW = "window"
    ANSWERS = "answers"
    REQUESTS = "requests"
    REMINDERS = "reminders"
    DAILY = "daily"


class Choice(StrEnum):
    """How often somebody wants letters of a kind."""

    EACH = "each"
    DAILY = "daily"
    NONE = "none"


class QuietHours(msgspec.Struct, frozen=True, kw_only=True):
    """From one full hour to another on somebody's own clock, over midnight or not."""

    start: int
    end: int


USUAL_QUIET: Final = QuietHours(start=22, end=8)
DAILY_AT: Final = 8
# What somebody waits for, or must know now: by night too, and never with the letter of once a day.
AT_ONCE: Final = frozenset(
    {LetterKind.SECURITY, LetterKind.EMERGENCY, LetterKind.INVITATION, LetterKind.YOUR_DATA, LetterKind.DAILY}
)
# What it is, and why nobody can do without it.
ALWAYS: Final = {
    LetterKind.SECURITY: (
        "Signing in, and what happens to your account",
        "Without them you could not sign in, or would not hear that somebody else did.",
    ),
    LetterKind.EMERGENCY: ("Emergencies", "A wedding, or WedSync itself, needs somebody at once."),
    LetterKind.INVITATION: ("Invitations to you", "The way in stands in the letter and nowhere else."),
    LetterKind.YOUR_DATA: ("What you asked for of your data", "The law wants you to be told."),
    LetterKind.CHANGES: (
        "Proposals and changes to what is fixed",
        "Your answer counts, and what was fixed is not true any more. By night they wait for the morning.",
    ),
    LetterKind.WINDOW: (
        "When plans become read-only",
        "After that it is too late to put something right. By night they wait for the morning.",
    ),
}
# What it is, in the words of whoever gets it.
CHOSEN: Final = {
    LetterKind.ANSWERS: ("Answers to your invitations", "Somebody you invited said no."),
    LetterKind.REQUESTS: ("Who sees what", "A supplier asks to see more, or a couple answers what you asked."),
    LetterKind.REMINDERS: (
        "What has not been seen",
        "A change that your team, or a supplier of yours, has not seen. In the last week before a wedding at once.",
    ),
}


def quiet_until(zone: str, now: datetime, hours: QuietHours | None = USUAL_QUIET) -> datetime | None:
    """When somebody's quiet hours are over; None while they are not on, or are off."""
    if hours is None:
        return None
    here = now.astimezone(zone_named(zone))
    over_midnight = hours.start > hours.end
    is_late, is_early = here.hour >= hours.start, here.hour < hours.end
    if not (is_late or is_early if over_midnight else is_late and is_early):
        return None
    day = here.date() + timedelta(days=1 if over_midnight and is_late else 0)
    return resolve(day, time(hours.end), zone).instant


def next_daily(zone: str, now: datetime, hours: QuietHours | None = USUAL_QUIET) -> datetime:
    """When the next letter of once a day goes: at eight in the morning, or when the quiet hours end after that."""
    day = now.astimezone(zone_named(zone)).date()
    at = resolve(day, time(DAILY_AT), zone).instant
    if at <= now:
        at = resolve(day + timedelta(days=1), time(DAILY_AT), zone).instant
    return quiet_until(zone, at, hours) or at
