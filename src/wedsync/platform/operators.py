"""Appoints who runs the installation, and signs people out: it takes the database's administrator, no page does.

The guard's triggers write each appointment into the audit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import class_row

from wedsync.platform.database import Event
from wedsync.platform.jobs import Prepared, defer_by_hand

_APPOINT: Final = """
insert into app.operators as o (person_id, display_name, role)
select p.id, p.name, %s from app.people p where p.email = %s
on conflict (person_id) do update set role = excluded.role, display_name = excluded.display_name, left_at = null"""
_SIGN_OUT: Final = """
with ended as (
  update app.sessions s set ended_at = app.clock()
  where s.ended_at is null
    and (%(email)s::text is null or s.person_id = (select p.id from app.people p where p.email = %(email)s))
  returning s.person_id)
select person_id, count(*) from ended group by person_id"""
_TELL: Final = "select pg_notify('live', %s)"
_DISMISS: Final = """
update app.operators o set left_at = app.clock()
from app.people p
where p.id = o.person_id and p.email = %s and o.left_at is null"""
_RESET: Final = """
update app.second_factors f set sealed_key = null, confirmed_at = null
from app.people p
where p.id = f.person_id and p.email = %s and f.confirmed_at is not null
returning f.person_id"""
_END_CODES: Final = """
update app.recovery_codes c set ended_at = app.clock()
where c.person_id = %s and c.used_at is null and c.ended_at is null"""
_BY: Final = "by whoever keeps the server"
_NOTE: Final = "insert into app.security_events (person_id, id, kind, detail) values (%s, %s, 'factor_off', %s)"
_READDRESS: Final = "select person_id, state from guard.change_address_for(%s, %s, %s, %s, %s)"
_LIST: Final = """
select p.email, o.display_name as name, o.role, o.created_at as since
from app.operators o join app.people p on p.id = o.person_id
where o.left_at is null
order by p.email"""


class CannotAppoint(Exception):  # noqa: N818 - it reads as the sentence it carries
    """The database does not answer, or not to whom we come as."""


class Appointed(msgspec.Struct, frozen=True, kw_only=True):
    """An operator, as the administrator sees them."""

    email: str
    name: str
    role: str
    since: datetime


class Readdressed(StrEnum):
    """What came of another address: done, nobody has the old one, or somebody has the new one."""

    CHANGED = "changed"
    UNKNOWN = "unknown"
    TAKEN = "taken"


class Readdressing(msgspec.Struct, frozen=True, kw_only=True):
    """Another address for somebody, why, and the rows that it gets."""

    old: str
    new: str
    reason: str
    change: UUID
    event: UUID


class SignedOut(msgspec.Struct, frozen=True, kw_only=True):
    """How many people were signed out, on how many devices."""

    people: int
    devices: int


def appoint(admin_url: str, email: str, role: str) -> bool:
    """Make a person an operator, or give them another role; False when the address has no account.

    Every device of theirs is signed out: an operator's session is shorter than others.
    """
    with as_guard(admin_url) as connection:
        if connection.execute(_APPOINT, [role, email]).rowcount == 0:
            return False
        _sign_out(connection, email)
    return True


def dismiss(admin_url: str, email: str) -> bool:
    """End it at once; False when the address is no operator's."""
    with as_guard(admin_url) as connection:
        return connection.execute(_DISMISS, [email]).rowcount == 1


def reset(admin_url: str, email: str, event: UUID, letter: Prepared) -> bool:
    """Turn the second step of somebody off who has lost it, and sign them out; False when they have none."""
    with as_guard(admin_url) as connection:
        found = connection.execute(_RESET, [email]).fetchone()
        if found is None:
            return False
        connection.execute(_END_CODES, found)
        connection.execute(_NOTE, [*found, event, _BY])
        _sign_out(connection, email)
        defer_by_hand(connection, letter)
    return True


def change_address(admin_url: str, wanted: Readdressing, letters: tuple[Prepared, ...]) -> Readdressed:
    """Give somebody another address, and sign them out; nothing is changed when it cannot be."""
    detail = f"{_BY}: {wanted.reason}"
    with as_guard(admin_url) as connection:
        _sign_out(connection, wanted.old)
        found = connection.execute(_READDRESS, [wanted.old, wanted.new, wanted.change, wanted.event, detail]).fetchone()
        state = Readdressed.UNKNOWN if found is None else Readdressed(found[1])
        if state is not Readdressed.CHANGED:
            connection.rollback()
            return state
        defer_by_hand(connection, *letters)
    return state


def appointed(admin_url: str) -> list[Appointed]:
    """All of them, by address."""
    with as_guard(admin_url) as connection:
        return connection.cursor(row_factory=class_row(Appointed)).execute(_LIST).fetchall()


def sign_out(admin_url: str, email: str | None) -> SignedOut:
    """End every session of the person with this address, or of everybody; every process hears of it at once."""
    with as_guard(admin_url) as connection:
        return _sign_out(connection, email)


def _sign_out(connection: psycopg.Connection, email: str | None) -> SignedOut:
    found = connection.execute(_SIGN_OUT, {"email": email}).fetchall()
    for person, _ in found:
        ended = Event(kind="session", id="all", scope=str(person))
        connection.execute(_TELL, [msgspec.json.encode(ended).decode()])
    return SignedOut(people=len(found), devices=sum(count for _, count in found))


@contextmanager
def as_guard(admin_url: str) -> Iterator[psycopg.Connection]:
    """For what only the administrator's commands write: row security shows everybody else nothing."""
    try:
        with psycopg.connect(admin_url) as connection:
            connection.execute("set local role wedsync_guard")
            yield connection
    except psycopg.Error as error:
        raise CannotAppoint(str(error).strip().splitlines()[0]) from error
