"""Every statement about which letters somebody wants, and those that are held for the one of once a day."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.queries import ByEmail
from wedsync.features.preferences.letter_model import LetterTerms
from wedsync.kernel.ids import PersonId
from wedsync.kernel.letters import LetterKind
from wedsync.platform.database import ById, NoParams, Nothing, Query


class NewSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which letters somebody chose not to get, or once a day, and their quiet hours."""

    person_id: PersonId
    stopped: tuple[str, ...]
    daily: tuple[str, ...]
    quiet_from: int | None
    quiet_until: int | None


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """Kinds that somebody wants no more."""

    person_id: PersonId
    kinds: tuple[str, ...]


class HeldLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter to hold, and until when."""

    person_id: PersonId
    kind: LetterKind
    subject: str
    body: str
    due_at: datetime


class InBatch(msgspec.Struct, frozen=True, kw_only=True):
    """One of the letters that go together."""

    person_id: PersonId
    email: str
    name: str
    subject: str
    body: str


class Batch(msgspec.Struct, frozen=True):
    """Letters that go together."""

    id: UUID


class Most(msgspec.Struct, frozen=True):
    """How many people to take at once."""

    most: int


class HeldFor(msgspec.Struct, frozen=True, kw_only=True):
    """How many letters are held for somebody; `due_at` is when the first goes, None where there is none."""

    letters: int
    due_at: datetime | None


class Words(msgspec.Struct, frozen=True):
    """What no letter may name any more."""

    words: tuple[str, ...]


_TERMS: Final = "s.stopped, s.daily, s.quiet_from, s.quiet_until"
TERMS_OF: Final = Query(
    ByEmail,
    LetterTerms,
    "select s.person_id, s.zone, " + _TERMS + " from app.letter_terms(%(email)s) s",  # noqa: S608 - constants
)
MY_TERMS: Final = Query(
    NoParams,
    LetterTerms,
    "select p.id as person_id, p.zone, "  # noqa: S608 - constants
    + _TERMS
    + " from live.people p cross join lateral app.my_letter_settings() s where p.id = app.actor_id()",
)
CHOOSE: Final = Query(
    NewSettings,
    Nothing,
    """
    insert into app.letter_settings (person_id, stopped, daily, quiet_from, quiet_until)
    values (%(person_id)s, %(stopped)s, %(daily)s, %(quiet_from)s, %(quiet_until)s)
    on conflict (person_id) do update
      set stopped = excluded.stopped, daily = excluded.daily, quiet_from = excluded.quiet_from,
          quiet_until = excluded.quiet_until
    """,
)
STOP: Final = Query(
    Stopped,
    Nothing,
    """
    insert into app.letter_settings as s (person_id, stopped)
    values (%(person_id)s, %(kinds)s)
    on conflict (person_id) do update
      set stopped = array(select unnest(s.stopped) union select unnest(excluded.stopped) order by 1),
          daily = array(select unnest(s.daily) except select unnest(excluded.stopped) order by 1)
    """,
)
HOLD: Final = Query(
    HeldLetter,
    Nothing,
    "select app.hold_letter(%(person_id)s, %(kind)s, %(subject)s, %(body)s, %(due_at)s)",
)
TAKE_HELD: Final = Query(Most, Batch, "select id from app.take_held_letters(%(most)s)")
HELD_IN: Final = Query(ById, InBatch, "select person_id, email, name, subject, body from app.held_letters_in(%(id)s)")
HELD_FOR: Final = Query(ByEmail, HeldFor, "select letters, due_at from app.held_letters_for(%(email)s)")
DROP_HELD: Final = Query(ById, Nothing, "select app.drop_held_letters(%(id)s)")
FORGET_HELD: Final = Query(Words, Nothing, "select app.forget_held_letters(%(words)s)")
