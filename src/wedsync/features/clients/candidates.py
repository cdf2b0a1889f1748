"""Whom a business may invite of its clients, and why not the others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from wedsync.features.people.model import LONGEST_NAME, read_address, read_name
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.ids import ClientId
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Invalid


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A client as an invitation needs it. `email` is where a letter would go; `open_at` where one is out already."""

    id: ClientId
    key: str
    name: str
    email: str
    is_connected: bool
    has_declined: bool
    open_at: str | None = None
    open_until: datetime | None = None


def why_not(client: Candidate) -> str:
    """Why no letter goes to this client now, in a sentence; empty where one may."""
    if client.is_connected:
        return "Connected to their wedding already."
    if not client.email:
        return "There is no address to write to. Add an email first."
    if not _is_address(client.email):
        return f"{client.email} is no address that letters reach. Correct it first."
    if client.open_at:
        return f"Invited already, at {client.open_at}. Send that letter again, or withdraw it first."
    return ""


def why_not_with_others(client: Candidate) -> str:
    """The same where many are invited together: nobody who has said no is asked again by the dozen."""
    return why_not(client) or (
        "They said no to your invitation. You may invite them again by themselves." if client.has_declined else ""
    )


def greeting(name: str) -> str:
    """Whom the letter greets; empty where a name is none that stands in a letter."""
    try:
        return read_name(name[:LONGEST_NAME])
    except FieldError:
        return ""


def service_of(kinds: Sequence[SupplierType], wanted: SupplierType | None) -> SupplierType:
    """What the business does at their wedding: as said, or the only thing that it does. Raises Invalid."""
    if wanted is not None:
        return wanted
    if len(kinds) != 1:
        raise Invalid(errors=[{"field": "service", "detail": "Say what you do at their wedding."}])
    return kinds[0]


def _is_address(raw: str) -> bool:
    try:
        read_address(raw)
    except FieldError:
        return False
    return True
