"""How stages, notes and what happened are called on pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from wedsync.features.clients.filtering import NO_STAGE
from wedsync.features.clients.model import Stage
from wedsync.features.clients.note_model import NoteKind
from wedsync.kernel.reading.model import unique
from wedsync.platform.formats import plural, short_date

STAGES: Final = ((NO_STAGE, "No stage yet"), *((stage.value, stage.value.capitalize()) for stage in Stage))
TONES: Final = {
    Stage.LEAD: "",
    Stage.ENQUIRY: "fixed",
    Stage.BOOKED: "ok",
    Stage.COMPLETED: "",
    Stage.CANCELLED: "bad",
}
NOTE_KINDS: Final = (
    (NoteKind.GENERAL.value, "General"),
    (NoteKind.IMPORTANT.value, "Important"),
    (NoteKind.REMINDER.value, "Reminder, for a day"),
    (NoteKind.PRIVATE.value, "Private, for you alone"),
    (NoteKind.TEAM.value, "For the team"),
)
NOTE_TONES: Final = {
    NoteKind.GENERAL: "",
    NoteKind.IMPORTANT: "bad",
    NoteKind.REMINDER: "fixed",
    NoteKind.PRIVATE: "day",
    NoteKind.TEAM: "ok",
}
TARGETS: Final = {
    "names": "Names",
    "email": "Email",
    "partner_email": "The other's email",
    "phone": "Telephone",
    "partner_phone": "The other's telephone",
    "company": "Company",
    "date": "Date",
    "venue": "Venue",
    "guests": "Guests",
    "package": "Package",
    "total": "Total",
    "paid": "Paid",
    "stage": "Stage",
    "notes": "Notes",
    "tags": "Tags",
    "": "The whole row",
}
_FIELDS: Final = {
    "name": "name",
    "first_name": "names",
    "last_name": "names",
    "partner_first_name": "names",
    "partner_last_name": "names",
    "email": "email",
    "partner_email": "the other's email",
    "phone": "telephone",
    "partner_phone": "the other's telephone",
    "company": "company",
    "event_date": "date",
    "venue": "venue",
    "guests": "guests",
    "package": "package",
    "total_pence": "total",
    "total_currency": "total",
    "paid_pence": "paid",
    "paid_currency": "paid",
    "stage": "stage",
    "tags": "tags",
    "wedding_id": "no longer linked to a wedding",
}
_EVENTS: Final = {
    "written": "Written down",
    "imported": "Brought in with a list",
    "changed": "Changed",
    "answered": "A question was let go",
    "invited": "Invited",
    "connected": "Connected to their wedding",
    "removed": "Removed",
}
_INVITATIONS: Final = {
    "waiting": "Invited; not answered yet",
    "accepted": "Invited, and came",
    "declined": "Invited; they said no",
    "withdrawn": "Invited; withdrawn",
    "expired": "Invited; not answered in time",
}


def happened(what: str, detail: str, fields: Sequence[str]) -> str:
    """An entry of the timeline in a few words; for a change, what of."""
    if what == "note":
        return "Note" if detail == NoteKind.GENERAL else f"Note, {detail}"
    if what == "invitation":
        return _INVITATIONS[detail]
    changed = unique(_FIELDS.get(field, field) for field in fields)
    return f"{_EVENTS[detail]}: {', '.join(changed)}" if changed else _EVENTS[detail]


def day_text(day: date | None) -> str:
    """Sat 8 May 2027, or that there is none."""
    return "no date yet" if day is None else short_date(day)


def questions_text(count: int) -> str:
    """1 question; empty where there is none."""
    return plural(count, "question", "questions") if count else ""
