"""The log of the day: what was said, by whom, and when it happened. Pure: shapes, limits and what an entry must say.

An entry is made once and never changes. Its device chooses its id, so that what is sent twice is written once.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final, NewType
from uuid import UUID

import msgspec

from wedsync.kernel.ids import SupplierId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import Invalid

EntryId = NewType("EntryId", UUID)

LONGEST_TEXT: Final = 2000
USUAL_PAGE: Final = 50


class EntryKind(StrEnum):
    """What an entry is. CLOSED and REOPENED are the coordinator's word about the day, and never sent as entries."""

    NOTE = "note"
    ISSUE = "issue"
    ARRIVAL = "arrival"
    SUPPLIER_ARRIVAL = "supplier_arrival"
    ANNOUNCEMENT = "announcement"
    CLOSED = "closed"
    REOPENED = "reopened"


class Severity(StrEnum):
    """How bad an issue is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Category(StrEnum):
    """What an issue is about."""

    SUPPLIER = "supplier"
    TIMELINE = "timeline"
    WEATHER = "weather"
    TECHNICAL = "technical"
    LOGISTICS = "logistics"
    OTHER = "other"


WRITTEN: Final = (EntryKind.NOTE, EntryKind.ARRIVAL, EntryKind.ANNOUNCEMENT)
SAID_BY_ACTIONS: Final = frozenset({EntryKind.CLOSED, EntryKind.REOPENED})


class NewEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as its writer sends it; `device_at` None: it is made now, at a machine that has no clock of its own."""

    id: EntryId
    kind: EntryKind
    text: str = ""
    severity: Severity | None = None
    category: Category | None = None
    arrived_supplier_id: SupplierId | None = None
    device_at: datetime | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it is kept. `happened_at` is the device's word where it can be believed; `text` null once erased."""

    id: EntryId
    kind: EntryKind
    happened_at: datetime
    recorded_at: datetime
    text: str | None = None
    severity: Severity | None = None
    category: Category | None = None
    arrived_supplier_id: SupplierId | None = None
    arrived_supplier: str | None = None
    writer: str | None = None

    def says(self, new: NewEntry) -> bool:
        """Whether this is what was sent, once more."""
        return (self.kind, self.text, self.severity, self.category, self.arrived_supplier_id) == (
            new.kind,
            new.text or None,
            new.severity,
            new.category,
            new.arrived_supplier_id,
        )


def read_entry(new: NewEntry) -> NewEntry:
    """The entry with its text tidied. Raises Invalid naming each field that is missing, too long or out of place."""
    text = "\n".join(line.rstrip() for line in new.text.strip().splitlines())
    is_issue, is_arrival = new.kind is EntryKind.ISSUE, new.kind is EntryKind.SUPPLIER_ARRIVAL
    found = {
        "kind": "Close or reopen the day at its own address." if new.kind in SAID_BY_ACTIONS else "",
        "text": _text_fault(text, is_needed=not is_arrival),
        "severity": _fault(new.severity, is_needed=is_issue, missing="Say how bad it is."),
        "category": _fault(new.category, is_needed=is_issue, missing="Say what it is about."),
        "arrived_supplier_id": _fault(new.arrived_supplier_id, is_needed=is_arrival, missing="Say which supplier."),
    }
    errors: list[JsonValue] = [{"field": field, "detail": detail} for field, detail in found.items() if detail]
    if errors:
        raise Invalid(errors=errors)
    return msgspec.structs.replace(new, text=text)


def _text_fault(text: str, *, is_needed: bool) -> str:
    if len(text) > LONGEST_TEXT or "\0" in text:
        return f"Use at most {LONGEST_TEXT:,} ordinary characters."
    return "Say what happened." if is_needed and not text else ""


def _fault(value: object, *, is_needed: bool, missing: str) -> str:
    if is_needed:
        return missing if value is None else ""
    return "" if value is None else "This kind of entry does not say that."
