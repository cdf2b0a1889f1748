"""Where a part of a list of clients ended: by name, or by day with those that have none last. Pure."""

from __future__ import annotations

from datetime import date
from typing import Final, Protocol
from uuid import UUID

from wedsync.features.clients.filtering import Order
from wedsync.kernel.cursors import cursor_of, read_cursor
from wedsync.kernel.ids import ClientId
from wedsync.kernel.problems import BadRequest

NO_CLIENT: Final = ClientId(UUID(int=0))


class Listed(Protocol):
    """A client in a list."""

    @property
    def id(self) -> ClientId:
        """The client."""

    @property
    def key(self) -> str:
        """What a list by name goes by."""

    @property
    def event_date(self) -> date | None:
        """What a list by day goes by."""


def cursor_at(order: Order, last: Listed) -> str:
    """The place after this client."""
    on = "" if last.event_date is None else last.event_date.isoformat()
    return cursor_of(last.key if order is Order.NAME else on, last.id)


def name_place(after: str) -> tuple[str, ClientId]:
    """A place in a list by name; the beginning for "". Raises BadRequest."""
    return _place(after) if after else ("", NO_CLIENT)


def date_place(after: str) -> tuple[date | None, ClientId]:
    """A place in a list by day. Raises BadRequest."""
    on, client = _place(after)
    try:
        return (date.fromisoformat(on) if on else None), client
    except ValueError:
        raise BadRequest(_WRONG) from None


_WRONG: Final = "Take `after` from the part of the list before, as it was given."


def _place(after: str) -> tuple[str, ClientId]:
    try:
        key, item = read_cursor(after)
    except ValueError:
        raise BadRequest(_WRONG) from None
    return key, ClientId(item)
