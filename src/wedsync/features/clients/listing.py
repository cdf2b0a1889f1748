"""A part of a list of clients, as its address asks for it."""

from __future__ import annotations

from datetime import date

from wedsync.features.clients.filtering import Asked
from wedsync.features.clients.places import NO_CLIENT, date_place, name_place
from wedsync.features.clients.queries import ByDate, ByName, Fitting
from wedsync.kernel.ids import SupplierId


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
