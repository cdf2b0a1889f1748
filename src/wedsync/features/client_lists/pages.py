"""Bringing a list, as pages: send it, look at every row, put right what needs it, save it, undo it."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.params import Parameter

from wedsync.features.client_lists import actions
from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.api import USUAL_PAGE, table_of
from wedsync.features.client_lists.drawing import Asked, list_row, list_state, usual_fate
from wedsync.features.client_lists.errors import error_file
from wedsync.features.client_lists.exporting import ExportKind
from wedsync.features.client_lists.fetching import export_file
from wedsync.features.client_lists.limits import MOST_COLUMNS
from wedsync.features.client_lists.model import Fate, Target
from wedsync.features.client_lists.queries import Import, ImportState
from wedsync.features.client_lists.views import ListFragment, ListPage, ListsPage
from wedsync.features.people.shell import Visit, business_of, page_routes, supplier_shell
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import ImportId, SupplierId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.problems import Invalid, Problem
from wedsync.platform.database import SUPPLIER, Tx, refuse_hidden
from wedsync.platform.forms import faults, filled, read_boxes, said, shown
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb, Filled
from wedsync.platform.rate_limits import READINGS, UPLOADS, RateLimits
from wedsync.platform.uploads import LARGEST_UPLOAD_BYTES, read_upload

READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
PLACE: Final = "/s/{supplier_id:uuid}/clients/imports"
ONE: Final = f"{PLACE}/{{import_id:uuid}}"
FOUND_AT_ONCE: Final = 20
MOST_BOXES: Final = MOST_COLUMNS + 2
EXPORTS: Final = {
    ExportKind.XLSX: "Excel",
    ExportKind.CSV: "CSV",
    ExportKind.VCF: "vCards",
    ExportKind.JSON: "JSON",
}
NOTHING_CHOSEN: Final = "Choose a file, or paste the cells of your list."
After = Annotated[int, Parameter(ge=0)]


@get(PLACE, opt=READS)
async def lists(supplier_id: UUID, visit: Visit, before: UUID | None = None) -> Response[str]:
    """What was brought, and the form for another list."""
    return drawn(await _lists(visit, supplier_id, before))


@post(PLACE, opt=WRITES, request_max_body_size=LARGEST_UPLOAD_BYTES)
async def bring(
    supplier_id: UUID, request: Request[None, None, State], visit: Visit, limits: RateLimits
) -> Response[str]:
    """A file or pasted cells; what cannot be read is said beside the form, and what was pasted stays in it."""
    await refuse_hidden(visit.reader, SUPPLIER, SupplierId(supplier_id), requires=Permission.CLIENTS_WRITE)
    await limits.take(UPLOADS, str(visit.exchange.signed_in().person_id))
    sent = read_upload(await request.body(), request.headers.get("content-type", ""))
    pasted = sent.fields.get("pasted", "")
    try:
        if not sent.content and not pasted.strip():
            raise Invalid(NOTHING_CHOSEN)
        table = await table_of(sent.content or pasted.encode())
        # Only now: whoever waits for a turn holds no connection meanwhile.
        tx = await visit.exchange.transaction()
        kept = await actions.bring_list(tx, SupplierId(supplier_id), table, sent.file_name)
    except Problem as refusal:
        if refusal.status not in {413, 415, 422}:
            raise
        page = await _lists(visit, supplier_id, None, error=said(refusal), pasted=filled(pasted))
        return drawn(page, status=refusal.status)
    return see_other(f"/s/{supplier_id}/clients/imports/{kept.id}")


@get(ONE, opt=READS)
async def one_list(
    supplier_id: UUID, import_id: UUID, visit: Visit, fate: Fate | None = None, after: After = 0
) -> Response[str]:
    """How it reads, or how far it is; `fate` says which rows."""
    found = await visit.reader.one(q.IMPORT, _place(supplier_id, import_id))
    page = await _page(visit, found, supplier_id, _Looked(fate=fate, after=after))
    return shown(ListFragment(list=page.list)) if visit.exchange.is_fragment else shown(page)


@post(f"{ONE}/columns", opt=WRITES)
async def map_columns(
    supplier_id: UUID, import_id: UUID, body: bytes, visit: Visit, tx: Tx, limits: RateLimits
) -> Response[str]:
    """Which column is what."""
    await limits.take(READINGS, str(tx.person_id))
    try:
        mapping = _mapping(read_boxes(body, MOST_BOXES))
        await actions.map_columns(tx, SupplierId(supplier_id), ImportId(import_id), mapping)
    except Invalid as refusal:
        wrong = next(iter(faults(refusal).values()), refusal.detail)
        found = await visit.reader.one(q.IMPORT, _place(supplier_id, import_id))
        page = await _page(visit, found, supplier_id, _Looked(columns_error=wrong))
        return drawn(page, status=refusal.status)
    return _back(supplier_id, import_id)


@post(f"{ONE}/rows/{{row_number:int}}", opt=WRITES)
async def put_row_right(
    supplier_id: UUID, import_id: UUID, row_number: int, body: bytes, tx: Tx, limits: RateLimits
) -> Response[str]:
    """Its cells anew."""
    await limits.take(READINGS, str(tx.person_id))
    boxes = read_boxes(body, MOST_BOXES)
    cells = [boxes.get(f"cell-{place}", "") for place in range(sum(name.startswith("cell-") for name in boxes))]
    await _say(tx, q.OneRow(supplier_id=SupplierId(supplier_id), id=ImportId(import_id), row_number=row_number), cells)
    return _back(supplier_id, import_id)


@post(f"{ONE}/rows/{{row_number:int}}/leaving", opt=WRITES)
async def leave_row(supplier_id: UUID, import_id: UUID, row_number: int, tx: Tx, limits: RateLimits) -> Response[str]:
    """It does not come in."""
    await limits.take(READINGS, str(tx.person_id))
    place = q.OneRow(supplier_id=SupplierId(supplier_id), id=ImportId(import_id), row_number=row_number)
    await _say(tx, place, None, is_left_out=True)
    return _back(supplier_id, import_id)


@post(f"{ONE}/rows/{{row_number:int}}/taking", opt=WRITES)
async def take_row(supplier_id: UUID, import_id: UUID, row_number: int, tx: Tx, limits: RateLimits) -> Response[str]:
    """It comes in after all."""
    await limits.take(READINGS, str(tx.person_id))
    place = q.OneRow(supplier_id=SupplierId(supplier_id), id=ImportId(import_id), row_number=row_number)
    await _say(tx, place, None)
    return _back(supplier_id, import_id)


@post(f"{ONE}/saving", opt=WRITES)
async def save(supplier_id: UUID, import_id: UUID, tx: Tx) -> Response[str]:
    """What was looked at."""
    await actions.save_list(tx, SupplierId(supplier_id), ImportId(import_id))
    return _back(supplier_id, import_id)


@post(f"{ONE}/going-on", opt=WRITES)
async def go_on(supplier_id: UUID, import_id: UUID, tx: Tx) -> Response[str]:
    """Begin anew with what nobody does any more."""
    await actions.go_on(tx, SupplierId(supplier_id), ImportId(import_id))
    return _back(supplier_id, import_id)


@post(f"{ONE}/undoing", opt=WRITES)
async def undo(supplier_id: UUID, import_id: UUID, tx: Tx) -> Response[str]:
    """All of it."""
    await actions.undo_list(tx, SupplierId(supplier_id), ImportId(import_id))
    return _back(supplier_id, import_id)


@get(f"{ONE}/rows.csv", opt=READS)
async def errors(supplier_id: UUID, import_id: UUID, visit: Visit) -> Response[bytes]:
    """The rows that need somebody, to be put right elsewhere."""
    return await error_file(visit.reader, _place(supplier_id, import_id))


@get("/s/{supplier_id:uuid}/clients/export/{kind:str}", opt=READS)
async def export(supplier_id: UUID, kind: ExportKind, visit: Visit, after: UUID | None = None) -> Response[bytes]:
    """Everything that one may read of them, in one file."""
    business_of(visit.me, supplier_id)
    return await export_file(visit.reader, SupplierId(supplier_id), kind, after)


class _Looked(msgspec.Struct, frozen=True, kw_only=True):
    fate: Fate | None = None
    after: int = 0
    columns_error: str = ""


async def _say(tx: Tx, place: q.OneRow, cells: list[str] | None, *, is_left_out: bool = False) -> None:
    row = q.RowSaid(
        supplier_id=place.supplier_id,
        id=place.id,
        row_number=place.row_number,
        cells=cells,
        is_left_out=is_left_out,
    )
    await actions.put_row_right(tx, place.supplier_id, place.id, row)


def _mapping(boxes: dict[str, str]) -> dict[Target, int]:
    """Raises Invalid for a target that is unknown, or named twice."""
    mapping: dict[Target, int] = {}
    for name, value in boxes.items():
        if not name.startswith("column-") or not value:
            continue
        place = name.removeprefix("column-")
        if value not in set(Target) or not place.isdecimal():
            raise Invalid("Choose what the column is from the list.")
        target = Target(value)
        if target in mapping:
            raise Invalid(f"Two columns cannot both be “{target.value.replace('_', ' ')}”. Choose one of them.")
        mapping[target] = int(place)
    return mapping


async def _lists(
    visit: Visit, supplier_id: UUID, before: UUID | None, *, error: str = "", pasted: Filled | None = None
) -> ListsPage:
    base = f"/s/{supplier_id}/clients/imports"
    shell = supplier_shell(visit, supplier_id, "Clients")
    page = q.ImportsBefore(supplier_id=SupplierId(supplier_id), before=before or LAST_ID, limit=FOUND_AT_ONCE)
    found = await visit.reader.all(q.IMPORTS, page)
    return ListsPage(
        shell=shell,
        lists=tuple(list_row(each, base, visit.me.zone) for each in found),
        action=base if _may_write(visit, supplier_id) else "",
        error=error,
        pasted=pasted or Filled(),
        exports=tuple(
            Crumb(label=label, href=f"/s/{supplier_id}/clients/export/{kind.value}") for kind, label in EXPORTS.items()
        ),
        older_url=f"{base}?before={found[-1].id}" if len(found) == FOUND_AT_ONCE else "",
        crumbs=(Crumb(label="Clients", href=f"/s/{supplier_id}/clients"),),
    )


async def _page(visit: Visit, found: Import, supplier_id: UUID, looked: _Looked) -> ListPage:
    base = f"/s/{supplier_id}/clients/imports"
    shell = supplier_shell(visit, supplier_id, "Clients")
    fate = looked.fate or usual_fate(found)
    page = q.FateAfter(
        supplier_id=SupplierId(supplier_id), id=found.id, fate=fate, after=looked.after, limit=USUAL_PAGE
    )
    is_read = found.state is not ImportState.READING
    rows = await visit.reader.all(q.ROWS_OF_FATE, page) if is_read else []
    asked = Asked(
        base=base,
        csrf=shell.csrf,
        may_write=_may_write(visit, supplier_id),
        fate=fate,
        rows=rows,
        more_after=rows[-1].row_number if len(rows) == USUAL_PAGE else 0,
        columns_error=looked.columns_error,
    )
    query = f"?fate={looked.fate.value}&after={looked.after}" if looked.fate else ""
    return ListPage(
        shell=shell,
        list=list_state(found, asked),
        supplier_id=str(supplier_id),
        fragment_url=f"{base}/{found.id}{query}",
        crumbs=(Crumb(label="Your lists", href=base),),
    )


def _may_write(visit: Visit, supplier_id: UUID) -> bool:
    standing = Standing(supplier_role=business_of(visit.me, supplier_id).role)
    return allows(standing, Permission.CLIENTS_WRITE)


def _place(supplier_id: UUID, import_id: UUID) -> q.OneImport:
    return q.OneImport(supplier_id=SupplierId(supplier_id), id=ImportId(import_id))


def _back(supplier_id: UUID, import_id: UUID) -> Response[str]:
    return see_other(f"/s/{supplier_id}/clients/imports/{import_id}")


ROUTES: Final = page_routes(
    lists, bring, one_list, map_columns, put_row_right, leave_row, take_row, save, go_on, undo, errors, export
)
