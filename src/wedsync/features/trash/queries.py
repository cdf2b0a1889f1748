"""The statement that lists what was removed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.trash.model import KINDS, MOST_THINGS, Deletion
from wedsync.platform.database import Query


class DeletionsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what was removed from a wedding or business: the newest first, before a deletion."""

    scope: UUID
    before: UUID
    limit: int


_ROWS: Final = " union all ".join(
    f"select '{kind.word}' as kind, r.{kind.name} as name, r.id from app.{kind.table} r "  # noqa: S608 - our own names
    f"where r.{kind.scope} = b.scope_id and r.delete_batch = b.id"
    for kind in KINDS
)
# Rows that their reader may not see are not there, and a deletion of which nothing is there is none of theirs. Ids are in
# the order of their making, so that the key orders the list.
DELETIONS: Final = Query(
    DeletionsPage,
    Deletion,
    f"""
    select b.id as batch, b.created_at as removed_at, b.created_at + interval '720 hours' as until,
      coalesce(b.person_id = app.actor_id(), false) as is_own, t.things, t.count,
      coalesce(c.display_name, case when b.supplier_id is null then m.display_name end, s.name) as removed_by
    from live.delete_batches b
    cross join lateral (
      select count(*) as count, json_agg(json_build_object('kind', r.kind, 'name', r.name) order by r.id)
        filter (where r.number <= {MOST_THINGS}) as things
      from (select x.kind, x.name, x.id, row_number() over (order by x.id) as number from ({_ROWS}) x) r
      having count(*) > 0) t
    left join live.supplier_members c on c.supplier_id = b.scope_id and c.person_id = b.person_id
    left join live.wedding_members m on m.wedding_id = b.scope_id and m.person_id = b.person_id
    left join live.suppliers s on s.id = b.supplier_id
    where b.scope_id = %(scope)s and b.id < %(before)s and b.restored_at is null and b.purged_at is null
      and b.created_at > app.clock() - interval '720 hours'
    order by b.id desc
    limit %(limit)s
    """,  # noqa: S608 - constants
)
