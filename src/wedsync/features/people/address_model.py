"""Another address to sign in with: how far it has come. Pure but for what the codes follow from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec

from wedsync.platform.tokens import Sealer

LINK: Final = "address confirmation"
DIGITS: Final = 6
MOST_TRIES: Final = 5
LASTS_TEXT: Final = "24 hours"


class AddressState(StrEnum):
    """What became of it. `TAKEN`: somebody has that address; `WORN_OUT`: five wrong codes; `OVER`: a day went by."""

    OPEN = "open"
    CHANGED = "changed"
    TAKEN = "taken"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    WORN_OUT = "worn_out"
    OVER = "over"


class AddressChange(msgspec.Struct, frozen=True, kw_only=True):
    """The address that somebody asked for, and which of both mailboxes has confirmed."""

    email: str
    is_code_right: bool
    is_link_confirmed: bool
    created_at: datetime
    expires_at: datetime


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a right code came to: `open` while the old mailbox is waited for, `changed`, or `taken`."""

    state: AddressState


def code_of(sealer: Sealer, change: UUID) -> str:
    """The code in the letter to the new address: it stands in no table and no job."""
    whole = sealer.sign("address code digits", change.bytes).encode()
    return f"{int.from_bytes(whole) % 10**DIGITS:0{DIGITS}}"


def code_hash(sealer: Sealer, change: UUID, code: str) -> str:
    """What is kept of it; nobody tries a million out without the installation's secret."""
    return sealer.sign("address code", change.bytes + code.encode())


def read_digits(raw: str) -> str:
    """A code as it was typed, with blanks or without."""
    return "".join(character for character in raw[:32] if character.isdigit() and character.isascii())
