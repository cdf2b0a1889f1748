"""Every statement about the filters that a team keeps."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import BatchId, SupplierId
from wedsync.platform.database import ById, Query


class SavedFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A way of looking that the team kept; `query` is what the address of the list says."""

    id: UUID
    name: str
    query: str


class NewFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter to keep."""

    supplier_id: SupplierId
    name: str
    query: str


class FilterRemoval(msgspec.Struct, frozen=True, kw_only=True):
    """A filter to remove, in a deletion."""

    supplier_id: SupplierId
    id: UUID
    batch: BatchId


FILTERS: Final = Query(
    ById,
    SavedFilter,
    """
    select f.id, f.name, f.query from live.client_filters f where f.supplier_id = %(id)s order by lower(f.name) limit 50
    """,
)
SAVE_FILTER: Final = Query(
    NewFilter,
    SavedFilter,
    """
    insert into app.client_filters (supplier_id, name, query) values (%(supplier_id)s, %(name)s, %(query)s)
    returning id, name, query
    """,
)
REMOVE_FILTER: Final = Query(
    FilterRemoval,
    SavedFilter,
    """
    update app.client_filters set delete_batch = %(batch)s
    where supplier_id = %(supplier_id)s and id = %(id)s and delete_batch is null
    returning id, name, query
    """,
)
