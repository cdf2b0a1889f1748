"""What the board and the calendar ask: a few clients of each column or day, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from wedsync.features.clients.page_queries import ROW, ClientRow
from wedsync.kernel.ids import SupplierId
from wedsync.platform.database import Query


class Columns(msgspec.Struct, frozen=True, kw_only=True):
    """The stages of a board, and how many clients each shows at most."""

    supplier_id: SupplierId
    stages: Sequence[str]
    limit: int


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A stage, "none" for those without; the first of its clients by name."""

    stage: str
    count: int
    clients: tuple[ClientRow, ...]


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """Days of a calendar, and how many clients each shows at most."""

    supplier_id: SupplierId
    days: Sequence[date]
    limit: int


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day and how many marry on it; the first of them in the order of their writing."""

    day: date
    count: int
    clients: tuple[ClientRow, ...]


COLUMNS: Final = Query(
    Columns,
    Column,
    f"""
    select s.stage,
      (select count(*) from live.clients c where c.supplier_id = %(supplier_id)s and c.stage = s.stage) as count,
      (select coalesce(json_agg(r order by r.key, r.id), '[]') from (
         select {ROW}
         from live.clients c
         where c.supplier_id = %(supplier_id)s and c.stage = s.stage
         order by c.sort_key, c.id
         limit %(limit)s) r) as clients
    from unnest(%(stages)s::text[]) s (stage)
    union all
    select 'none',
      (select count(*) from live.clients c where c.supplier_id = %(supplier_id)s and c.stage is null),
      (select coalesce(json_agg(r order by r.key, r.id), '[]') from (
         select {ROW}
         from live.clients c
         where c.supplier_id = %(supplier_id)s and c.stage is null
         order by c.sort_key, c.id
         limit %(limit)s) r)
    """,  # noqa: S608 - our own words
)
DAYS: Final = Query(
    Days,
    Day,
    f"""
    select d.day,
      (select count(*) from live.clients c where c.supplier_id = %(supplier_id)s and c.event_date = d.day) as count,
      (select coalesce(json_agg(r order by r.id), '[]') from (
         select {ROW}
         from live.clients c
         where c.supplier_id = %(supplier_id)s and c.event_date = d.day
         order by c.id
         limit %(limit)s) r) as clients
    from unnest(%(days)s::date[]) d (day)
    """,  # noqa: S608 - our own words
)
