"""How people, roles and devices are called on pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Final, Protocol

from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import SupplierType
from wedsync.platform import formats
from wedsync.platform.pages import Moment

SUPPLIER_TYPES: Final = tuple((kind.value, kind.label) for kind in SupplierType)
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("CrOS", "a Chromebook"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Firefox on Windows: enough to recognise one's own device by, and no more than that is kept."""
    browser = next((word for mark, word in _BROWSERS if mark in user_agent), "A browser")
    system = next((word for mark, word in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def moment(instant: datetime, zone: str) -> Moment:
    """When something happened, for machines and for people."""
    return Moment(iso=formats.iso(instant), text=formats.ago(instant, utc_now(), zone))


class Sent(Protocol):
    """An invitation, whoever sent it."""

    @property
    def declined_at(self) -> datetime | None:
        """When the one invited said no."""

    @property
    def expires_at(self) -> datetime:
        """Until when the link works."""


def is_waiting(sent: Sent) -> bool:
    """Whether an invitation that nobody has taken up still may be."""
    return sent.declined_at is None and sent.expires_at > utc_now()


def answer_so_far(sent: Sent) -> str:
    """What became of an invitation that nobody has taken up: declined, expired, or how long it waits."""
    if sent.declined_at is not None:
        return "declined"
    return days_left(sent.expires_at) if is_waiting(sent) else "expired"


def days_left(until: datetime) -> str:
    """What an invitation has left: 6 days left, ends today."""
    days = ceil((until - utc_now()) / timedelta(days=1))
    return f"{formats.plural(days, 'day', 'days')} left" if days > 0 else "ends today"
