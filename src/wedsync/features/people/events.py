"""Security events: what happened to how somebody signs in, for themselves to read, and a letter about each.

Whoever else changes how people come in, a key for programs for one, notes it here in the transaction that does it.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.people.jobs import SEND_EVENT, ForRow
from wedsync.features.people.model import SecurityEvent, SecurityKind
from wedsync.features.people.security_queries import EVENTS, FIRST, NOTE, EventsPage, NewEvent
from wedsync.kernel.ids import PersonId, new_id
from wedsync.platform.database import Reader, Tx
from wedsync.platform.jobs import defer

LONGEST_DETAIL: Final = 200


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what happened, newest first; `next` leads on, and is empty at the end."""

    items: list[SecurityEvent]
    next: str = ""


async def note(tx: Tx, kind: SecurityKind, detail: str = "") -> None:
    """Write down what the person has just done, and have a letter sent. For actions to call."""
    new = new_event(tx.person_id, kind, detail)
    await tx.run(NOTE, new)
    await defer(tx, SEND_EVENT, ForRow(new.id))


def new_event(person: PersonId, kind: SecurityKind, detail: str) -> NewEvent:
    """An event to write down: alone where another letter tells of it."""
    return NewEvent(id=new_id(), person_id=person, kind=kind, detail=detail[:LONGEST_DETAIL])


async def events_of(reader: Reader, page: EventsPage = FIRST) -> Events:
    """What happened to the reader's own."""
    found = await reader.all(EVENTS, page)
    return Events(items=found, next=str(found[-1].id) if len(found) == page.limit else "")
