"""Statements about security events, and about wrong passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.model import SecurityEvent, SecurityKind
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import PersonId
from wedsync.platform.database import ById, Nothing, Query

USUAL_PAGE: Final = 50


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event to write down."""

    id: UUID
    person_id: PersonId
    kind: SecurityKind
    detail: str


class EventsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list, of what came before an event."""

    before: UUID = LAST_ID
    limit: int = USUAL_PAGE


class EventLetter(msgspec.Struct, frozen=True, kw_only=True):
    """What the letter about an event has to know."""

    email: str
    name: str
    zone: str
    kind: SecurityKind
    detail: str
    created_at: datetime


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose tries are counted, under a keyed hash."""

    account: bytes


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is looked at, and the stage that it reached if it turns out wrong."""

    is_taken: bool
    stage: int


class Lockout(msgspec.Struct, frozen=True, kw_only=True):
    """An account that waits."""

    person: PersonId
    event: UUID
    detail: str


FIRST: Final = EventsPage()
NOTE: Final = Query(
    NewEvent,
    Nothing,
    """
    insert into app.security_events (person_id, id, kind, detail)
    values (%(person_id)s, %(id)s, %(kind)s, %(detail)s)
    """,
)
EVENTS: Final = Query(
    EventsPage,
    SecurityEvent,
    """
    select id, kind, detail, created_at
    from live.security_events
    where person_id = app.actor_id() and id < %(before)s
    order by id desc limit %(limit)s
    """,
)
EVENT_LETTER: Final = Query(
    ById, EventLetter, "select email, name, zone, kind, detail, created_at from app.event_letter(%(id)s)"
)
BEGIN_TRY: Final = Query(Account, Try, "select is_taken, stage from app.begin_try(%(account)s)")
END_TRIES: Final = Query(Account, Nothing, "select app.end_tries(%(account)s)")
NOTE_LOCKOUT: Final = Query(Lockout, Nothing, "select app.note_lockout(%(person)s, %(event)s, %(detail)s)")
