"""Every statement about what is done to many clients at once. Each takes all of them, or a part of them, in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.features.clients.bulk_model import Act
from wedsync.features.clients.model import Stage
from wedsync.features.clients.queries import FITS, TAGS, Fitting, Kept
from wedsync.kernel.ids import BatchId, ClientId, SupplierId
from wedsync.platform.database import Query


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """Something to do to these clients, to see what would change."""

    supplier_id: SupplierId
    ids: Sequence[ClientId]
    act: Act
    value: str
    limit: int


class WouldChange(msgspec.Struct, frozen=True, kw_only=True):
    """A client that would change."""

    id: ClientId
    name: str
    tags: tuple[str, ...]
    stage: Stage | None = None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are, how many of them would change, and the first of those by name."""

    found: int
    changing: int
    first: tuple[WouldChange, ...]


class NewBulk(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is done; `batch` is the deletion of a removal."""

    supplier_id: SupplierId
    act: Act
    value: str
    total: int
    batch: BatchId | None


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """To whom it is done."""

    supplier_id: SupplierId
    bulk_id: UUID
    ids: Sequence[ClientId]


class OneBulk(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done, of one business."""

    supplier_id: SupplierId
    id: UUID


class Bulk(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is: of `total`, `done` were looked at and `changed` changed; `restored` were put back."""

    id: UUID
    act: Act
    value: str
    total: int
    done: int
    changed: int
    created_at: datetime
    batch: BatchId | None = None
    restored: int | None = None
    undone_at: datetime | None = None


class NextPart(msgspec.Struct, frozen=True, kw_only=True):
    """The next of those to whom it is to be done."""

    supplier_id: SupplierId
    bulk_id: UUID
    limit: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of them, and what is done."""

    supplier_id: SupplierId
    bulk_id: UUID
    ids: Sequence[ClientId]
    act: Act
    value: str


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many more are done, and how many of them changed."""

    supplier_id: SupplierId
    id: UUID
    done: int
    changed: int


class Undoing(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is undone."""

    supplier_id: SupplierId
    bulk_id: UUID
    act: Act
    value: str


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """How many were put back."""

    supplier_id: SupplierId
    id: UUID
    restored: int


_CHANGES: Final[LiteralString] = f"""case %(act)s::text
         when 'stage' then coalesce(c.stage, 'none') <> %(value)s
         when 'tag' then cardinality(c.tags) < 50 and length(array_to_string(c.tags, '') || %(value)s) <= 5000
           and not {TAGS} @> array[lower(%(value)s)]
         when 'untag' then {TAGS} @> array[lower(%(value)s)]
         else true end"""
_BULK: Final[LiteralString] = """b.id, b.act, b.value, b.total, b.done, b.changed, b.created_at, b.batch,
      b.restored, b.undone_at"""
SELECTED: Final = Query(
    Fitting,
    Kept,
    f"""
    select c.id
    from live.clients c
    where c.supplier_id = %(supplier_id)s and {FITS}
    order by c.id
    limit %(limit)s
    """,  # noqa: S608 - our own words
)
PREVIEW: Final = Query(
    Looked,
    Preview,
    f"""
    select
      (select count(*) from live.clients c
       where c.supplier_id = %(supplier_id)s and c.id = any (%(ids)s::uuid[])) as found,
      (select count(*) from live.clients c
       where c.supplier_id = %(supplier_id)s and c.id = any (%(ids)s::uuid[]) and {_CHANGES}) as changing,
      (select coalesce(json_agg(r), '[]') from (
         select c.id, c.name, c.stage, c.tags from live.clients c
         where c.supplier_id = %(supplier_id)s and c.id = any (%(ids)s::uuid[]) and {_CHANGES}
         order by c.sort_key, c.id
         limit %(limit)s) r) as first
    """,  # noqa: S608 - our own words
)
BEGIN: Final = Query(
    NewBulk,
    Bulk,
    """
    insert into app.client_bulks (supplier_id, act, value, total, batch)
    values (%(supplier_id)s, %(act)s, %(value)s, %(total)s, %(batch)s)
    returning id, act, value, total, done, changed, created_at, batch, restored, undone_at
    """,
)
CHOOSE: Final = Query(
    Chosen,
    Kept,
    """
    insert into app.client_bulk_rows (supplier_id, bulk_id, client_id)
    select %(supplier_id)s, %(bulk_id)s, i from unnest(%(ids)s::uuid[]) i
    returning client_id as id
    """,
)
BULK: Final = Query(
    OneBulk,
    Bulk,
    f"select {_BULK} from live.client_bulks b where b.supplier_id = %(supplier_id)s and b.id = %(id)s",  # noqa: S608 - our own words
)
# Whoever else is about to do a part of it, or to undo it, waits here until this part is done.
HOLD: Final = Query(
    OneBulk,
    Bulk,
    f"select {_BULK} from app.client_bulks b where b.supplier_id = %(supplier_id)s and b.id = %(id)s for update",  # noqa: S608 - our own words
)
NEXT_PART: Final = Query(
    NextPart,
    Kept,
    """
    select r.client_id as id
    from live.client_bulk_rows r
    where r.supplier_id = %(supplier_id)s and r.bulk_id = %(bulk_id)s and r.is_changed is null
    order by r.client_id
    limit %(limit)s
    """,
)
# Nobody changes one of them between what it said and what it is made to say.
HOLD_CLIENTS: Final = Query(
    Chosen,
    Kept,
    """
    select c.id
    from app.clients c join app.client_bulk_rows r on r.supplier_id = c.supplier_id and r.client_id = c.id
    where c.supplier_id = %(supplier_id)s and r.bulk_id = %(bulk_id)s and c.id = any (%(ids)s::uuid[])
      and c.delete_batch is null
    order by c.id
    for update of c
    """,
)
KEEP: Final = Query(
    Part,
    Kept,
    f"""
    update app.client_bulk_rows r
    set is_changed = {_CHANGES}, stage_before = c.stage, tags_before = c.tags,
      tags_after = case %(act)s::text
        when 'tag' then array_append(c.tags, %(value)s)
        when 'untag' then array(
          select u.tag from unnest(c.tags) with ordinality u (tag, place)
          where lower(u.tag) <> lower(%(value)s)
          order by u.place)
        else c.tags end
    from live.clients c
    where r.supplier_id = %(supplier_id)s and r.bulk_id = %(bulk_id)s and r.client_id = any (%(ids)s::uuid[])
      and c.supplier_id = r.supplier_id and c.id = r.client_id
    returning r.client_id as id
    """,  # noqa: S608 - our own words
)
PASS_OVER: Final = Query(
    Chosen,
    Kept,
    """
    update app.client_bulk_rows r set is_changed = false
    where r.supplier_id = %(supplier_id)s and r.bulk_id = %(bulk_id)s and r.client_id = any (%(ids)s::uuid[])
      and r.is_changed is null
    returning r.client_id as id
    """,
)
CHANGE_THEM: Final = Query(
    Part,
    Kept,
    """
    update app.clients c
    set stage = case when %(act)s::text = 'stage' then nullif(%(value)s, 'none') else c.stage end, tags = r.tags_after
    from live.client_bulk_rows r
    where r.supplier_id = %(supplier_id)s and r.bulk_id = %(bulk_id)s and r.client_id = any (%(ids)s::uuid[])
      and r.is_changed and c.supplier_id = r.supplier_id and c.id = r.client_id and c.delete_batch is null
    returning c.id
    """,
)
COUNT: Final = Query(
    Counted,
    Bulk,
    """
    update app.client_bulks b set done = b.done + %(done)s, changed = b.changed + %(changed)s
    where b.supplier_id = %(supplier_id)s and b.id = %(id)s
    returning id, act, value, total, done, changed, created_at, batch, restored, undone_at
    """,
)
# Those alone that still say what it made them say: what somebody has changed since stays.
PUT_BACK: Final = Query(
    Undoing,
    Kept,
    """
    update app.clients c
    set stage = case when %(act)s::text = 'stage' then r.stage_before else c.stage end,
      tags = case when %(act)s::text = 'stage' then c.tags else r.tags_before end
    from live.client_bulk_rows r
    where r.supplier_id = %(supplier_id)s and r.bulk_id = %(bulk_id)s and r.is_changed
      and c.supplier_id = r.supplier_id and c.id = r.client_id and c.delete_batch is null
      and case when %(act)s::text = 'stage' then coalesce(c.stage, 'none') = %(value)s else c.tags = r.tags_after end
    returning c.id
    """,
)
UNDO: Final = Query(
    Undone,
    Bulk,
    """
    update app.client_bulks b set restored = %(restored)s, undone_at = app.clock()
    where b.supplier_id = %(supplier_id)s and b.id = %(id)s
    returning id, act, value, total, done, changed, created_at, batch, restored, undone_at
    """,
)
