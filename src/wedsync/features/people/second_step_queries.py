"""Statements about the second step of signing in."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from wedsync.kernel.ids import PersonId
from wedsync.platform.database import NoParams, Nothing, Query


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """The app of whoever asks; `codes_left` are those on paper."""

    email: str
    codes_left: int
    last_step: int = 0
    sealed_key: str | None = None
    confirmed_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        """Whether signing in asks for it."""
        return self.confirmed_at is not None


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key to store, sealed."""

    person_id: PersonId
    sealed_key: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """The 30 seconds that a code is of."""

    person_id: PersonId
    step: int


class Taken(msgspec.Struct, frozen=True):
    """The row of what was taken."""

    person_id: PersonId


class Whose(msgspec.Struct, frozen=True, kw_only=True):
    """One person."""

    person_id: PersonId


class Codes(msgspec.Struct, frozen=True, kw_only=True):
    """Codes on paper."""

    person_id: PersonId
    hashes: tuple[str, ...]


class OneCode(msgspec.Struct, frozen=True, kw_only=True):
    """One of them."""

    code_hash: str


class Right(msgspec.Struct, frozen=True):
    """Whether it was."""

    is_right: bool


MY_FACTOR: Final = Query(
    NoParams,
    Factor,
    """
    select p.email, f.sealed_key, f.confirmed_at, coalesce(f.last_step, 0) as last_step,
      (select count(*) from live.recovery_codes c
       where c.person_id = p.id and c.used_at is null and c.ended_at is null) as codes_left
    from live.people p left join live.second_factors f on f.person_id = p.id
    where p.id = app.actor_id()
    """,
)
# One that is on is turned off before another is set up.
SET_KEY: Final = Query(
    NewKey,
    Taken,
    """
    insert into app.second_factors as f (person_id, sealed_key) values (%(person_id)s, %(sealed_key)s)
    on conflict (person_id) do update set sealed_key = excluded.sealed_key, last_step = 0 where f.confirmed_at is null
    returning f.person_id
    """,
)
CONFIRM: Final = Query(
    Step,
    Taken,
    """
    update app.second_factors set confirmed_at = app.clock(), last_step = %(step)s
    where person_id = %(person_id)s and confirmed_at is null and sealed_key is not null
    returning person_id
    """,
)
# Of two that bring the same code at once exactly one gets a row.
TAKE_STEP: Final = Query(
    Step,
    Taken,
    """
    update app.second_factors set last_step = %(step)s
    where person_id = %(person_id)s and confirmed_at is not null and last_step < %(step)s
    returning person_id
    """,
)
TURN_OFF: Final = Query(
    Whose,
    Taken,
    """
    update app.second_factors set sealed_key = null, confirmed_at = null
    where person_id = %(person_id)s and confirmed_at is not null
    returning person_id
    """,
)
END_CODES: Final = Query(
    Whose,
    Taken,
    """
    update app.recovery_codes set ended_at = app.clock()
    where person_id = %(person_id)s and used_at is null and ended_at is null
    returning person_id
    """,
)
ADD_CODES: Final = Query(
    Codes,
    Nothing,
    """
    insert into app.recovery_codes (person_id, code_hash)
    select %(person_id)s, h from unnest(%(hashes)s::text[]) h
    """,
)
TAKE_CODE: Final = Query(
    OneCode,
    Right,
    "select app.take_recovery_code(%(code_hash)s) as is_right",
)
