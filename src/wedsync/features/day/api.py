"""The day over REST: the log, an entry by the id that its device chose, and the early end of the day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import get, put
from litestar.params import Parameter

from wedsync.features.day import actions
from wedsync.features.day import queries as q
from wedsync.features.day.model import (
    USUAL_PAGE,
    Category,
    Entry,
    EntryId,
    EntryKind,
    NewEntry,
    Severity,
)
from wedsync.kernel.cursors import place_of, read_place
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import WEDDING, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
WRITES: Final = declares(Permission.DAY_LOG_WRITE, on="wedding")
CLOSES: Final = declares(Permission.DAY_CLOSE, on="wedding")
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class EntryBody(Body, frozen=True, kw_only=True):
    """What happened. An issue says how bad and about what, a supplier's arrival whose."""

    kind: EntryKind
    text: str = ""
    severity: Severity | None = None
    category: Category | None = None
    arrived_supplier_id: UUID | None = None
    device_at: Instant | None = None


class ClosingBody(Body, frozen=True, kw_only=True):
    """The `confirmation` of the refusal before: closing is confirmed twice."""

    confirmation: str = ""


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the log, the latest first; `next` leads on to what was before, and is empty at the end."""

    items: list[Entry]
    next: str = ""


Limit = Annotated[int, Parameter(ge=1, le=200)]
Before = Annotated[str, Parameter(description="The `next` of the part before.", max_length=80)]


@get("/api/v1/weddings/{wedding_id:uuid}/day-log", tags=["day"], summary="The log of the day", opt=READS)
async def log(wedding_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, before: Before = "") -> Log:
    """What you may read of it: all of it where day control is shared with you, else what your business wrote."""
    at, entry = read_place(before)
    page = q.LogPage(wedding_id=WeddingId(wedding_id), before=at, before_id=entry, limit=limit)
    items = await reader.all(q.LOG, page)
    if not items:
        await refuse_hidden(reader, WEDDING, WeddingId(wedding_id))
    return Log(items=items, next=place_of(items[-1].happened_at, items[-1].id) if len(items) == limit else "")


@put(
    "/api/v1/weddings/{wedding_id:uuid}/day-log/{entry_id:uuid}", tags=["day"], summary="Write into the log", opt=WRITES
)
async def write_entry(wedding_id: UUID, entry_id: UUID, data: EntryBody, tx: Tx) -> Entry:
    """The id is yours to choose: sent again, it is the same entry. Open from 48 hours before the wedding; what was
    made before its end is taken for 72 hours.
    """
    supplier = data.arrived_supplier_id
    new = NewEntry(
        id=EntryId(entry_id),
        kind=data.kind,
        text=data.text,
        severity=data.severity,
        category=data.category,
        arrived_supplier_id=None if supplier is None else SupplierId(supplier),
        device_at=data.device_at,
    )
    return await actions.write_entry(tx, WeddingId(wedding_id), new)


@put("/api/v1/weddings/{wedding_id:uuid}/closing", tags=["day"], summary="Close the day early", opt=CLOSES)
async def close(wedding_id: UUID, data: ClosingBody, tx: Tx) -> Entry:
    """The coordinator's, once the last event has begun. 409 asks twice: send its `confirmation` back each time."""
    return await actions.close_day(tx, WeddingId(wedding_id), data.confirmation)


@put("/api/v1/weddings/{wedding_id:uuid}/reopening", tags=["day"], summary="Reopen the day", opt=CLOSES)
async def reopen(wedding_id: UUID, tx: Tx) -> Entry:
    """Within six hours of the closing; the day then ends when it would have."""
    return await actions.reopen_day(tx, WeddingId(wedding_id))


ROUTES: Final = (log, write_entry, close, reopen)
