"""The filters that a team keeps, over REST."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from litestar import delete, get, post

from wedsync.features.clients import filter_actions
from wedsync.features.clients.filter_queries import FILTERS, SavedFilter
from wedsync.kernel.ids import BatchId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import SUPPLIER, ById, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares

READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
FILTERS_AT: Final = "/api/v1/suppliers/{supplier_id:uuid}/client-filters"


class FilterBody(Body, frozen=True, kw_only=True):
    """A name, and the words of the list's address: `all=vip&connected=no`."""

    name: str
    query: str


class FiltersList(msgspec.Struct, frozen=True, kw_only=True):
    """All of them by name: a team keeps up to 50."""

    items: list[SavedFilter]


class FilterRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion, by which it can be undone for 30 days."""

    batch: BatchId


@get(FILTERS_AT, tags=["clients"], summary="The filters that the team keeps", opt=READS)
async def filters(supplier_id: UUID, reader: Reader) -> FiltersList:
    """By name."""
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.CLIENTS_READ)
    return FiltersList(items=await reader.all(FILTERS, ById(supplier_id)))


@post(FILTERS_AT, tags=["clients"], summary="Keep a filter", opt=WRITES)
async def save(supplier_id: UUID, data: FilterBody, tx: Tx) -> SavedFilter:
    """For the whole team."""
    return await filter_actions.save_filter(tx, SupplierId(supplier_id), data.name, data.query)


@delete(f"{FILTERS_AT}/{{filter_id:uuid}}", tags=["clients"], summary="Remove a filter", status_code=200, opt=WRITES)
async def remove(supplier_id: UUID, filter_id: UUID, tx: Tx) -> FilterRemoved:
    """It can be undone for 30 days, at `…/deletions/{batch}/restoration`."""
    return FilterRemoved(batch=await filter_actions.remove_filter(tx, SupplierId(supplier_id), filter_id))


ROUTES: Final = (filters, save, remove)
