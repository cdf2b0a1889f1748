"""The line on every page that says what may still change, and until when.

Open: everything. Fixed: the couple confirmed the date, so what others rely on changes by amendment
only. Locked: the wedding is on, or about to be, and its plans are read-only. It says what the
database will answer; it does not decide it.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from wedsync.kernel.fields.display import show_date
from wedsync.kernel.zones import zone_named

# A lock further away than this is not news yet (A6: the warning starts 48 h before).
WARNING: Final = timedelta(hours=48)


class WeddingStatus(StrEnum):
    """What is stored of a wedding's course; active and done follow from its span."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class ShieldState(StrEnum):
    """What may change."""

    OPEN = "open"
    FIXED = "fixed"
    LOCKED = "locked"


class Protection(msgspec.Struct, frozen=True, kw_only=True):
    """What protects a wedding. `span` is half-open; `ends_at` its end as the day log has it: overrun, or closed early.

    `zone` is that of the first event, in which times are shown; UTC before there is one.
    """

    status: WeddingStatus
    date_set_at: datetime | None = None
    span: tuple[datetime, datetime] | None = None
    lead_hours: int = 0
    ends_at: datetime | None = None
    zone: str = "UTC"

    @property
    def locks_at(self) -> datetime | None:
        """The instant from which plans are read-only."""
        return None if self.span is None else self.span[0] - timedelta(hours=self.lead_hours)

    @property
    def opens_at(self) -> datetime | None:
        """The instant from which they may change again."""
        return None if self.span is None else self.ends_at or self.span[1]


class Shield(msgspec.Struct, frozen=True, kw_only=True):
    """The line: `until` is when its state next changes by itself, `until_text` the same in words."""

    state: ShieldState
    sentence: str
    until: datetime | None = None
    until_text: str = ""


def shield(protection: Protection, now: datetime, *, to_couple: bool = False) -> Shield:
    """The shield of a wedding at this instant; `to_couple`: the two of them read it."""
    locks_at, opens_at = protection.locks_at, protection.opens_at
    if locks_at and opens_at and locks_at <= now < opens_at:
        return _line(protection, ShieldState.LOCKED, _locked(protection, now), until=opens_at)
    state = ShieldState.OPEN if protection.date_set_at is None else ShieldState.FIXED
    sentence = _sentence(protection, now, who="you confirm" if to_couple else "the couple confirms")
    if locks_at is None or now >= locks_at:
        return _line(protection, state, sentence, until=None)
    if locks_at - now <= WARNING:
        sentence = f"{sentence} Plans become read-only soon."
    return _line(protection, state, sentence, until=locks_at)


def show_instant(instant: datetime, zone: str) -> str:
    """An instant on a zone's clock, with the zone: Sunday 13 June 2027, 06:00 (Europe/London)."""
    local = instant.astimezone(zone_named(zone))
    return f"{show_date(local.date())}, {local:%H:%M} ({zone})"


def _line(protection: Protection, state: ShieldState, sentence: str, *, until: datetime | None) -> Shield:
    shown = "" if until is None else show_instant(until, protection.zone)
    lead = "Read-only until" if state is ShieldState.LOCKED else "Read-only from"
    text = f"{lead} {shown}" if shown else ""
    return Shield(state=state, sentence=sentence, until=until, until_text=text)


def _locked(protection: Protection, now: datetime) -> str:
    if protection.span and now < protection.span[0]:
        return "The wedding is about to begin. Details are read-only."
    return "The wedding is on. Details are read-only."


def _sentence(protection: Protection, now: datetime, *, who: str) -> str:
    if protection.status is WeddingStatus.CANCELLED:
        return "This wedding is cancelled. What was agreed stays on record."
    if protection.status is WeddingStatus.POSTPONED:
        return "This wedding is postponed. It waits for a new date."
    if protection.date_set_at is None:
        return f"Everything can change until {who} the date."
    opens_at = protection.opens_at
    if opens_at is not None and now >= opens_at:
        return "The wedding is over. Names, date and venues stay fixed; the rest can change."
    since = show_date(protection.date_set_at.astimezone(zone_named(protection.zone)).date())
    return f"Names, date and venues are fixed since {since}; the rest can change."
