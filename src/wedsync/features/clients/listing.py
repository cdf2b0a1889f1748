"""A part of a list of clients, as its address asks for it."""

from __future__ import annotations

from datetime import date
from typing import Final

from wedsync.features.clients.filtering import Asked, Order
from wedsync.features.clients.places import NO_CLIENT, date_place, name_place
from wedsync.features.clients.queries import ByDate, ByName, Fitting
from wedsync.features.clients.search_queries import Search
from wedsync.features.clients.searching import read_sought
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.problems import BadRequest

MOST_FOUND: Final = 1_000


def everybody(supplier_id: SupplierId, asked: Asked, limit: int) -> Fitting:
    """All of them, in no order that anybody sees."""
    what = asked.filter
    return Fitting(
        supplier_id=supplier_id,
        limit=limit,
        every=what.every,
        some=what.some,
        none=what.none,
        stage=what.stage,
        since=what.since,
        until=what.until,
        asks=what.asks,
        alone=what.alone,
    )


def by_name(supplier_id: SupplierId, asked: Asked, after: str, limit: int) -> ByName:
    """The part by name after a place. Raises BadRequest for a place that there is not."""
    what, (key, client) = asked.filter, name_place(after)
    return ByName(
        supplier_id=supplier_id,
        limit=limit,
        every=what.every,
        some=what.some,
        none=what.none,
        stage=what.stage,
        since=what.since,
        until=what.until,
        asks=what.asks,
        alone=what.alone,
        after_key=key,
        after_id=client,
    )


def by_date(supplier_id: SupplierId, asked: Asked, after: str, limit: int) -> ByDate:
    """The same by day."""
    what, (on, client) = asked.filter, date_place(after) if after else (date.min, NO_CLIENT)
    return ByDate(
        supplier_id=supplier_id,
        limit=limit,
        every=what.every,
        some=what.some,
        none=what.none,
        stage=what.stage,
        since=what.since,
        until=what.until,
        asks=what.asks,
        alone=what.alone,
        after_on=on,
        after_id=client,
    )


def by_words(supplier_id: SupplierId, asked: Asked, typed: str, limit: int) -> Search:
    """Those that have what was typed, the nearest first. Raises BadRequest for what cannot be looked for."""
    what, sought = asked.filter, read_sought(typed)
    if asked.order is not Order.NAME:
        raise BadRequest("What is found goes by how near it comes. Leave the order out.")
    return Search(
        supplier_id=supplier_id,
        limit=limit,
        every=what.every,
        some=what.some,
        none=what.none,
        stage=what.stage,
        since=what.since,
        until=what.until,
        asks=what.asks,
        alone=what.alone,
        words=sought.words,
        marks=sought.marks,
        most=MOST_FOUND,
    )
