"""Proves that no past fact was altered, removed or added behind the guard's back, wedding by wedding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import class_row

AT_ONCE: Final = 200
_WEDDINGS: Final = """
select w.id, (select count(*) from app.core_field_revisions r where r.wedding_id = w.id) as revisions
from app.weddings w
where w.id > %s and (%s::uuid is null or w.id = %s)
order by w.id
limit %s"""
_BROKEN: Final = """
select w.id as wedding_id, b.subject_id, b.fact_key, b.revision
from unnest(%s::uuid[]) w(id) cross join lateral guard.broken_facts(w.id) b
order by 1, 2, 3, 4"""


class CannotVerify(Exception):  # noqa: N818 - it reads as the sentence it carries
    """The database does not answer, or not to whom we come as."""


class BrokenFact(msgspec.Struct, frozen=True, kw_only=True):
    """A revision that is not what was written; without a fact: revisions are missing, or too many."""

    wedding_id: UUID
    subject_id: UUID | None
    fact_key: str | None
    revision: int | None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Some weddings that were looked at, and what is broken in them."""

    weddings: int
    revisions: int
    broken: list[BrokenFact]


class _Wedding(msgspec.Struct, frozen=True):
    id: UUID
    revisions: int


def verify_chains(admin_url: str, wedding: UUID | None = None) -> Iterator[Checked]:
    """Recompute every link, a few hundred weddings at a time. Raises CannotVerify when it may not or cannot look."""
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            # Row security shows everybody else a part, or nothing, and nothing is easily whole.
            connection.execute("set role wedsync_guard; set default_transaction_read_only = on")
            yield from _verified(connection, wedding)
    except psycopg.Error as error:
        raise CannotVerify(str(error).strip().splitlines()[0]) from error


def _verified(connection: psycopg.Connection, wedding: UUID | None) -> Iterator[Checked]:
    after = UUID(int=0)
    while True:
        part = [after, wedding, wedding, AT_ONCE]
        weddings = connection.cursor(row_factory=class_row(_Wedding)).execute(_WEDDINGS, part).fetchall()
        if not weddings:
            return
        ids = [each.id for each in weddings]
        broken = connection.cursor(row_factory=class_row(BrokenFact)).execute(_BROKEN, [ids]).fetchall()
        yield Checked(weddings=len(ids), revisions=sum(each.revisions for each in weddings), broken=broken)
        after = ids[-1]
