"""Lists that a supplier brings: the form, a list to be looked at, one on its way."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from tests.support.preview_people import supplier_shell

from wedsync.features.client_lists.drawing import Asked, list_row, list_state, usual_fate
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.model import Fate
from wedsync.features.client_lists.preview import preview
from wedsync.features.client_lists.queries import Import, ImportRow, ImportState
from wedsync.features.client_lists.views import ListFragment, ListPage, ListsPage
from wedsync.kernel.ids import BatchId, ImportId
from wedsync.platform.pages import Crumb, Filled, View

BASE = "/s/1/clients/imports"
TABLE = read_file(
    b"""Name;Email;Date;Guests;Total;Notes;Rabbit
Ann & Bea Lee;ann@example.org;19/01/2027;80;\xc2\xa31,200;Bring a ladder;white
Cy Fox;cy@example.org;03/04/2027;80-100;1.800;;
ann & bea lee;ann@example.org;19/01/2027;;;;
;nobody@example.org;20/01/2027;5;;;
"""
)
FOUND = preview(TABLE)


def _import(state: ImportState, *, done: int = 0, problem: str = "") -> Import:
    return Import(
        id=ImportId(UUID(int=7)),
        file_name="clients 2027.csv",
        kind=FOUND.kind,
        encoding=FOUND.encoding,
        delimiter=FOUND.delimiter,
        header=TABLE.header,
        asks=FOUND.asks,
        columns=FOUND.columns,
        mapping=None,
        problem=problem,
        state=state,
        turn=1,
        rows_total=4,
        rows_done=done,
        imported=1,
        merged=1,
        flagged=1,
        refused=1,
        brought_by="Nell Alder",
        created_at=datetime(2026, 11, 27, 10, tzinfo=UTC),
        saved_at=None,
        undo_batch=BatchId(UUID(int=8)) if state is ImportState.UNDONE else None,
    )


def _rows(fate: Fate) -> tuple[ImportRow, ...]:
    cells = dict(zip(TABLE.row_numbers, TABLE.rows, strict=True))
    return tuple(
        ImportRow(
            row_number=each.row_number,
            cells=cells[each.row_number],
            is_left_out=False,
            outcome=each,
            client_id=None,
        )
        for each in FOUND.outcomes
        if each.fate is fate
    )


def _page(found: Import, *, error: str = "") -> ListPage:
    fate = usual_fate(found)
    asked = Asked(base=BASE, csrf="5b1f", may_write=True, fate=fate, rows=_rows(fate), columns_error=error)
    return ListPage(
        shell=supplier_shell("Clients", None),
        list=list_state(found, asked),
        supplier_id="1",
        fragment_url=f"{BASE}/7",
        crumbs=(Crumb(label="Your lists", href=BASE),),
    )


def _lists(*found: Import, error: str = "", action: str = BASE) -> ListsPage:
    return ListsPage(
        shell=supplier_shell("Clients", None),
        lists=tuple(list_row(each, BASE, "Europe/London") for each in found),
        action=action,
        error=error,
        pasted=Filled(),
        exports=(Crumb(label="Excel", href="/s/1/clients/export/xlsx"), Crumb(label="CSV", href="/s/1/export/csv")),
        older_url="",
        crumbs=(Crumb(label="Clients", href="/s/1/clients"),),
    )


PREVIEWS: dict[str, Callable[[], View]] = {
    "lists": lambda: _lists(_import(ImportState.READY), _import(ImportState.SAVED, done=4)),
    "lists_new": lambda: _lists(error="Choose a file, or paste the cells of your list."),
    "lists_looked_at": lambda: _lists(action=""),
    "list_ready": lambda: _page(_import(ImportState.READY)),
    "list_columns": lambda: _page(_import(ImportState.READY, problem="We found no column with names."), error="No."),
    "list_reading": lambda: _page(_import(ImportState.READING)),
    "list_saving": lambda: _page(_import(ImportState.SAVING, done=2)),
    "list_saved": lambda: _page(_import(ImportState.SAVED, done=4)),
    "list_undone": lambda: _page(_import(ImportState.UNDONE, done=4)),
    "list_part": lambda: ListFragment(list=_page(_import(ImportState.READY)).list),
}
