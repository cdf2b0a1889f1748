"""Lists of clients over REST: sent as they are, looked at, put right, saved, undone."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.datastructures import State
from litestar.params import Parameter

from wedsync.features.client_lists import actions
from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.errors import error_file
from wedsync.features.client_lists.exporting import ExportKind
from wedsync.features.client_lists.fetching import export_file
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.model import Fate, Table, Target
from wedsync.features.client_lists.queries import Import
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import BatchId, ImportId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import SUPPLIER, Reader, Tx, refuse_hidden
from wedsync.platform.http import Exchange
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.passing import passed
from wedsync.platform.http.routes import declares
from wedsync.platform.rate_limits import READINGS, UPLOADS, RateLimits
from wedsync.platform.uploads import LARGEST_UPLOAD_BYTES

USUAL_PAGE: Final = 50
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
PLACE: Final = "/api/v1/suppliers/{supplier_id:uuid}/client-imports"
ONE: Final = f"{PLACE}/{{import_id:uuid}}"
# One list at a time is taken apart in each process: others' pages do not wait for it.
_turns: Final = asyncio.Semaphore(1)


class MappingBody(Body, frozen=True, kw_only=True):
    """Which column is what: each by its position, from 0. What is left out is kept beside the client as it is."""

    mapping: dict[Target, int]


class RowBody(Body, frozen=True, kw_only=True):
    """A row put right, left out, or taken in again."""

    cells: list[str] | None = None
    is_left_out: bool = False


class ImportsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a business's imports, newest first; `next` leads on, and is empty at the end."""

    items: list[Import]
    next: str = ""


class RowsList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the rows of one fate, in their order; `next` leads on, and is 0 at the end."""

    items: list[q.ImportRow]
    next: int = 0


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """The deletion that undid an import; its clients come back at `…/deletions/{batch}/restoration`."""

    batch: BatchId


Limit = Annotated[int, Parameter(ge=1, le=100)]
FileName = Annotated[str, Parameter(description="What the file is called.", max_length=1000)]


async def table_of(raw: bytes) -> Table:
    """The rows of a file. Raises PayloadTooLarge, UnsupportedMediaType or Invalid."""
    async with _turns:
        return await asyncio.to_thread(read_file, raw)


@post(
    PLACE,
    tags=["clients"],
    summary="Bring a list of clients",
    opt=WRITES,
    request_max_body_size=LARGEST_UPLOAD_BYTES,
)
async def bring(
    supplier_id: UUID,
    request: Request[None, None, State],
    exchange: Exchange,
    reader: Reader,
    limits: RateLimits,
    name: FileName = "",
) -> Import:
    """The body is the file as it is: CSV, Excel (.xlsx), vCard or JSON, up to 10 MB, whatever its type is said to be.

    It is read by a job; ask for the import until its state is `ready`. Nothing is saved before `…/saving`.
    """
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.CLIENTS_WRITE)
    await limits.take(UPLOADS, str(exchange.person_id))
    table = await table_of(await request.body())
    # Only now: whoever waits for a turn holds no connection meanwhile.
    return await actions.bring_list(await exchange.transaction(), SupplierId(supplier_id), table, name)


@get(PLACE, tags=["clients"], summary="The lists that a business brought", opt=READS)
async def imports(
    supplier_id: UUID, reader: Reader, before: UUID | None = None, limit: Limit = USUAL_PAGE
) -> ImportsList:
    """The newest first."""
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.CLIENTS_READ)
    page = q.ImportsBefore(supplier_id=SupplierId(supplier_id), before=before or LAST_ID, limit=limit)
    found = await reader.all(q.IMPORTS, page)
    return ImportsList(items=found, next=str(found[-1].id) if len(found) == limit else "")


@get(ONE, tags=["clients"], summary="One list that was brought", opt=READS)
async def one_import(supplier_id: UUID, import_id: UUID, reader: Reader) -> Response[Import]:
    """How it reads, and how far it is."""
    return passed(await reader.json_one(q.IMPORT, _place(supplier_id, import_id)), Import)


@get(f"{ONE}/rows", tags=["clients"], summary="The rows of a list", opt=READS)
async def rows(
    supplier_id: UUID, import_id: UUID, reader: Reader, fate: Fate, after: int = 0, limit: Limit = USUAL_PAGE
) -> RowsList:
    """Those of one fate: imported, merged, flagged or refused."""
    place = _place(supplier_id, import_id)
    await reader.one(q.IMPORT, place)
    page = q.FateAfter(supplier_id=place.supplier_id, id=place.id, fate=fate, after=after, limit=limit)
    found = await reader.all(q.ROWS_OF_FATE, page)
    return RowsList(items=found, next=found[-1].row_number if len(found) == limit else 0)


@patch(ONE, tags=["clients"], summary="Say which column is what", opt=WRITES)
async def map_columns(supplier_id: UUID, import_id: UUID, data: MappingBody, tx: Tx, limits: RateLimits) -> Import:
    """Everything is read anew. The next list with the same titles is mapped likewise."""
    await limits.take(READINGS, str(tx.person_id))
    return await actions.map_columns(tx, SupplierId(supplier_id), ImportId(import_id), data.mapping)


@patch(f"{ONE}/rows/{{row_number:int}}", tags=["clients"], summary="Put a row right", opt=WRITES)
async def put_row_right(
    supplier_id: UUID, import_id: UUID, row_number: int, data: RowBody, tx: Tx, limits: RateLimits
) -> Import:
    """Its cells anew, or left out; everything is read anew, since rows are read beside each other."""
    await limits.take(READINGS, str(tx.person_id))
    said = q.RowSaid(
        supplier_id=SupplierId(supplier_id),
        id=ImportId(import_id),
        row_number=row_number,
        cells=data.cells,
        is_left_out=data.is_left_out,
    )
    return await actions.put_row_right(tx, said.supplier_id, said.id, said)


@post(f"{ONE}/saving", tags=["clients"], summary="Save a list", status_code=200, opt=WRITES)
async def save(supplier_id: UUID, import_id: UUID, tx: Tx) -> Import:
    """By a job, a hundred rows at a time; ask for the import until its state is `saved`."""
    return await actions.save_list(tx, SupplierId(supplier_id), ImportId(import_id))


@post(f"{ONE}/going-on", tags=["clients"], summary="Go on with a list", status_code=200, opt=WRITES)
async def go_on(supplier_id: UUID, import_id: UUID, tx: Tx) -> Import:
    """Where it is read or saved and nothing happens: whoever began it has left, or its job was given up."""
    return await actions.go_on(tx, SupplierId(supplier_id), ImportId(import_id))


@post(f"{ONE}/undoing", tags=["clients"], summary="Undo a list", status_code=200, opt=WRITES)
async def undo(supplier_id: UUID, import_id: UUID, tx: Tx) -> Undone:
    """Its clients go, and what it filled in others is emptied, unless it was changed since."""
    return Undone(batch=await actions.undo_list(tx, SupplierId(supplier_id), ImportId(import_id)))


@get(f"{ONE}/errors.csv", tags=["clients"], summary="The rows that need somebody, as a file", opt=READS)
async def errors(supplier_id: UUID, import_id: UUID, reader: Reader) -> Response[bytes]:
    """Refused and flagged rows as written, each with what is to be done. Put right, it can be brought again."""
    return await error_file(reader, _place(supplier_id, import_id))


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/client-export/{kind:str}",
    tags=["clients"],
    summary="Take your clients along",
    opt=READS,
)
async def export(supplier_id: UUID, kind: ExportKind, reader: Reader, after: UUID | None = None) -> Response[bytes]:
    """Everything that you may read of them, up to 20,000 in a file, which comes in again as it went out.

    Where there are more, the header `x-wedsync-next` says after which client to go on.
    """
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.CLIENTS_READ)
    return await export_file(reader, SupplierId(supplier_id), kind, after)


def _place(supplier_id: UUID, import_id: UUID) -> q.OneImport:
    return q.OneImport(supplier_id=SupplierId(supplier_id), id=ImportId(import_id))


ROUTES: Final = (bring, imports, one_import, rows, map_columns, put_row_right, save, go_on, undo, errors, export)
