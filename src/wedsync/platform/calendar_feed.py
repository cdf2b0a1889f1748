"""The freezes as a calendar to subscribe to, so that a release planned for Friday is moved on Tuesday."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from icalendar import Calendar, Event

from wedsync.kernel.freeze import Freeze

MEDIA_TYPE: Final = "text/calendar"


def calendar_feed(cell: str, freezes: Iterable[Freeze]) -> bytes:
    """RFC 5545. The same freezes give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//WedSync//Release freezes//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Release freezes of {cell}")
    for freeze in freezes:
        event = Event()
        event.add("uid", f"{freeze.starts_at:%Y%m%dT%H%MZ}.{cell}@freezes.wedsync")
        event.add("dtstamp", freeze.starts_at)
        event.add("dtstart", freeze.starts_at)
        event.add("dtend", freeze.ends_at)
        event.add("summary", f"Frozen: {freeze.reason}")
        event.add("description", f"Nothing is released to {cell}.")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    feed: bytes = calendar.to_ical()
    return feed
