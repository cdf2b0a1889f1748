"""Appoints who runs the installation. Only whoever has the database's administrator may: no page, no API does it.

The guard's triggers write each appointment into the audit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
import psycopg
from psycopg.rows import class_row

_APPOINT: Final = """
insert into app.operators as o (person_id, display_name, role)
select p.id, p.name, %s from app.people p where p.email = %s
on conflict (person_id) do update set role = excluded.role, display_name = excluded.display_name, left_at = null"""
_DISMISS: Final = """
update app.operators o set left_at = app.clock()
from app.people p
where p.id = o.person_id and p.email = %s and o.left_at is null"""
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


def appoint(admin_url: str, email: str, role: str) -> bool:
    """Make a person an operator, or give them another role; False when the address has no account."""
    return _change(admin_url, _APPOINT, [role, email])


def dismiss(admin_url: str, email: str) -> bool:
    """End it at once; False when the address is no operator's."""
    return _change(admin_url, _DISMISS, [email])


def appointed(admin_url: str) -> list[Appointed]:
    """All of them, by address."""
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            connection.execute("set role wedsync_guard")
            return connection.cursor(row_factory=class_row(Appointed)).execute(_LIST).fetchall()
    except psycopg.Error as error:
        raise _said(error) from error


def _change(admin_url: str, statement: str, values: list[str]) -> bool:
    try:
        with psycopg.connect(admin_url) as connection:
            # Row security shows everybody else nothing, and nobody else may write here.
            connection.execute("set local role wedsync_guard")
            return connection.execute(statement.encode(), values).rowcount == 1
    except psycopg.Error as error:
        raise _said(error) from error


def _said(error: psycopg.Error) -> CannotAppoint:
    return CannotAppoint(str(error).strip().splitlines()[0])
