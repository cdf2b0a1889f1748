"""Every statement about the day log."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.day.model import Category, Entry, EntryId, EntryKind, Severity
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.platform.database import ById, Nothing, Query


class LogPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a wedding's log, before an entry."""

    wedding_id: WeddingId
    before: datetime
    before_id: UUID
    limit: int


class OneEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry."""

    wedding_id: WeddingId
    id: EntryId


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry to keep; `device_at` None means now."""

    wedding_id: WeddingId
    id: EntryId
    kind: EntryKind
    text: str | None
    severity: Severity | None
    category: Category | None
    arrived_supplier_id: SupplierId | None
    device_at: datetime | None


class Kept(msgspec.Struct, frozen=True):
    """The entry that was added."""

    id: EntryId


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What the coordinator is about to say of the day: closed or reopened."""

    id: UUID
    word: EntryKind


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """How often the day was closed or reopened, and by which entry it is closed now."""

    count: int
    closed_at: datetime | None = None


_ENTRY: Final = """
    select d.id, d.kind, d.text, d.severity, d.category, d.arrived_supplier_id, d.happened_at, d.recorded_at,
      a.name as arrived_supplier, coalesce(s.name, m.display_name) as writer
    from live.day_log d
    left join live.suppliers a on a.id = d.arrived_supplier_id
    left join live.suppliers s on s.id = d.actor_supplier_id
    left join live.wedding_members m on m.wedding_id = d.wedding_id and m.person_id = d.actor_id
"""
LOG: Final = Query(
    LogPage,
    Entry,
    _ENTRY
    + """
    where d.wedding_id = %(wedding_id)s and (d.happened_at, d.id) < (%(before)s, %(before_id)s)
    order by d.happened_at desc, d.id desc
    limit %(limit)s
    """,
)
ENTRY: Final = Query(OneEntry, Entry, _ENTRY + " where d.wedding_id = %(wedding_id)s and d.id = %(id)s")
WRITE: Final = Query(
    NewRow,
    Kept,
    """
    insert into app.day_log (wedding_id, id, kind, text, severity, category, arrived_supplier_id, device_at)
    values (%(wedding_id)s, %(id)s, %(kind)s, %(text)s, %(severity)s, %(category)s, %(arrived_supplier_id)s,
      coalesce(%(device_at)s::timestamptz, app.clock()))
    on conflict (wedding_id, id) do nothing
    returning id
    """,
)
MAY_SAY: Final = Query(Word, Nothing, "select app.check_closing(%(id)s, %(word)s)")
WORDS: Final = Query(
    ById,
    Words,
    """
    select count(*) as count,
      case when (array_agg(d.kind order by d.recorded_at desc))[1] = 'closed' then max(d.recorded_at) end as closed_at
    from live.day_log d
    where d.wedding_id = %(id)s and d.kind in ('closed', 'reopened')
    """,
)
