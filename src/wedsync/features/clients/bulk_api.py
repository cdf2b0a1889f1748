"""Doing one thing to many clients, over REST: looked at, done with the seal of what was looked at, undone."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post, put

from wedsync.features.clients import bulk_actions
from wedsync.features.clients import bulk_queries as q
from wedsync.features.clients.bulk_choosing import found_by
from wedsync.features.clients.bulk_model import MOST_AT_ONCE, Act, Deed, read_deed, refuse_too_many, seal_of
from wedsync.features.clients.filter_actions import asked_in
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Conflict
from wedsync.kernel.reading.model import unique
from wedsync.platform.database import SUPPLIER, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed
from wedsync.platform.http.routes import declares

SHOWN: Final = 20
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
BULKS: Final = "/api/v1/suppliers/{supplier_id:uuid}/client-bulks"
Ids = Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MOST_AT_ONCE)]


class Wanted(Body, frozen=True, kw_only=True):
    """What to do, with which stage ("none" for no stage) or tag, to whom: by id, or all whom a `query` finds."""

    act: Act
    value: str = ""
    ids: Ids = ()
    query: str | None = None

    @property
    def deed(self) -> Deed:
        """What is to be done."""
        return read_deed(self.act.value, self.value, self.value)


class Sealed(Wanted, frozen=True, kw_only=True):
    """The same, with the seal of the preview: done to those alone who were looked at."""

    seal: str


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """How many were found, how many of them would change, and the first of those; `seal` goes with the doing."""

    found: int
    changing: int
    first: tuple[q.WouldChange, ...]
    seal: str


@post(
    "/api/v1/suppliers/{supplier_id:uuid}/client-bulk-previews",
    tags=["clients"],
    summary="See what would change",
    status_code=200,
    opt=WRITES,
)
async def look(supplier_id: UUID, data: Wanted, reader: Reader) -> Looked:
    """Nothing does."""
    supplier, deed = SupplierId(supplier_id), data.deed
    await refuse_hidden(reader, SUPPLIER, supplier, requires=Permission.CLIENTS_WRITE)
    ids = await _found(reader, supplier, data)
    refuse_too_many(ids)
    wanted = q.Looked(supplier_id=supplier, ids=ids, act=deed.act, value=deed.value, limit=SHOWN)
    seen = await reader.one(q.PREVIEW, wanted)
    return Looked(found=seen.found, changing=seen.changing, first=seen.first, seal=seal_of(ids))


@post(BULKS, tags=["clients"], summary="Do it to many clients", opt=WRITES)
async def do(supplier_id: UUID, data: Sealed, reader: Reader, tx: Tx) -> q.Bulk:
    """Up to 50 at once, up to 5,000 in the queue: `done` says how far it is."""
    supplier, deed = SupplierId(supplier_id), data.deed
    await refuse_hidden(reader, SUPPLIER, supplier, requires=Permission.CLIENTS_WRITE)
    ids = await _found(reader, supplier, data)
    if seal_of(ids) != data.seal:
        raise Conflict("The clients are no longer those whom you looked at. Ask for a preview once more.")
    return await bulk_actions.begin_bulk(tx, supplier, ids, deed)


@get(f"{BULKS}/{{bulk_id:uuid}}", tags=["clients"], summary="How far it is", opt=READS)
async def one_bulk(supplier_id: UUID, bulk_id: UUID, reader: Reader) -> Response[q.Bulk]:
    """Done when `done` is `total`."""
    return passed(await reader.json_one(q.BULK, q.OneBulk(supplier_id=SupplierId(supplier_id), id=bulk_id)), q.Bulk)


@put(f"{BULKS}/{{bulk_id:uuid}}/undoing", tags=["clients"], summary="Undo it", opt=WRITES)
async def undo(supplier_id: UUID, bulk_id: UUID, tx: Tx) -> q.Bulk:
    """Once, when it is done: those that still are as they were left are put back, and `restored` counts them."""
    return await bulk_actions.undo_bulk(tx, SupplierId(supplier_id), bulk_id)


async def _found(reader: Reader, supplier: SupplierId, wanted: Wanted) -> list[ClientId]:
    if wanted.query is None:
        return [ClientId(each) for each in unique(wanted.ids)]
    return await found_by(reader, supplier, asked_in(wanted.query))


ROUTES: Final = (look, do, one_bulk, undo)
