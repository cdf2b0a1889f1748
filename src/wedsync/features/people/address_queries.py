"""Statements about other addresses to sign in with. All that writes is the guard's."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.address_model import AddressChange, AddressState
from wedsync.features.people.queries import ByHash
from wedsync.kernel.ids import PersonId, SessionId
from wedsync.platform.database import ById, NoParams, Nothing, Query


class NewChange(msgspec.Struct, frozen=True, kw_only=True):
    """An address to ask for."""

    id: UUID
    email: str
    code_hash: str
    link_hash: bytes


class MyChange(AddressChange, frozen=True, kw_only=True):
    """The open one of whoever asks."""

    id: UUID


class OneTry(msgspec.Struct, frozen=True, kw_only=True):
    """A code that was brought."""

    hash: str


class Tried(msgspec.Struct, frozen=True):
    """Whether it is right; None when none is waited for."""

    is_right: bool | None


class RightCode(msgspec.Struct, frozen=True, kw_only=True):
    """A right one, and where it was brought."""

    hash: str
    session: SessionId


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """How a change stands now."""

    id: UUID
    state: AddressState


class MovedByLink(Moved, frozen=True, kw_only=True):
    """The same, and whose it is."""

    person_id: PersonId


class Ended(msgspec.Struct, frozen=True):
    """Whether there was one; None when not."""

    is_ended: bool | None


class LinkHolder(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever holds the letter to the old address is asked."""

    email: str
    state: AddressState
    is_code_right: bool
    is_confirmed: bool


class AddressLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letters have to know."""

    name: str
    old_email: str
    email: str
    state: AddressState


ASK: Final = Query(NewChange, Nothing, "select app.ask_address(%(id)s, %(email)s, %(code_hash)s, %(link_hash)s)")
MINE: Final = Query(
    NoParams,
    MyChange,
    """
    select id, email, code_at is not null as is_code_right, link_at is not null as is_link_confirmed,
      created_at, expires_at
    from live.address_changes
    where person_id = app.actor_id() and state = 'open' and expires_at > app.clock()
    """,
)
TRY: Final = Query(OneTry, Tried, "select app.try_address_code(%(hash)s) as is_right")
CONFIRM_CODE: Final = Query(RightCode, Moved, "select id, state from app.confirm_address_code(%(hash)s, %(session)s)")
READ_LINK: Final = Query(
    ByHash, LinkHolder, "select email, state, is_code_right, is_confirmed from app.read_address_link(%(hash)s)"
)
CONFIRM_LINK: Final = Query(ByHash, MovedByLink, "select id, person_id, state from app.confirm_address_link(%(hash)s)")
REFUSE: Final = Query(ByHash, Ended, "select app.refuse_address(%(hash)s) as is_ended")
WITHDRAW: Final = Query(NoParams, Ended, "select app.withdraw_address() as is_ended")
LETTER: Final = Query(ById, AddressLetter, "select name, old_email, email, state from app.address_letter(%(id)s)")
