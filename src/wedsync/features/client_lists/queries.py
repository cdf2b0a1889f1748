"""Every statement about lists that a supplier brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.features.client_lists.model import Column, Fate, FileKind, Outcome, Target
from wedsync.features.clients.model import Client
from wedsync.features.clients.queries import WHOLE, ByIds, NewNote
from wedsync.kernel.ids import BatchId, ClientId, ImportId, SupplierId
from wedsync.platform.database import Query


class ImportState(StrEnum):
    """Where an import is."""

    READING = "reading"
    READY = "ready"
    SAVING = "saving"
    SAVED = "saved"
    UNDONE = "undone"


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was brought: how it reads, and how far it is.

    imported + merged + flagged + refused = `rows_total`, once it is read. `problem` says why it cannot be read as it is
    mapped; `turn` counts its readings; `undo_batch` is the deletion that undid it.
    """

    id: ImportId
    file_name: str
    kind: FileKind
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    asks: tuple[str, ...]
    columns: tuple[Column, ...]
    mapping: dict[Target, int] | None
    problem: str
    state: ImportState
    turn: int
    rows_total: int
    rows_done: int
    imported: int
    merged: int
    flagged: int
    refused: int
    brought_by: str
    created_at: datetime
    saved_at: datetime | None
    undo_batch: BatchId | None


class OneImport(msgspec.Struct, frozen=True, kw_only=True):
    """One import of one business."""

    supplier_id: SupplierId
    id: ImportId


class NewImport(msgspec.Struct, frozen=True, kw_only=True):
    """A list to keep; it is mapped as the last one with the same titles was."""

    supplier_id: SupplierId
    id: ImportId
    file_name: str
    kind: FileKind
    encoding: str
    delimiter: str
    header: Sequence[str]
    asks: Sequence[str]
    rows_total: int
    is_private: bool


class NewImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it was read from the file."""

    row_number: int
    cells: Sequence[str]


class ImportRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of an import, from `packed`."""

    supplier_id: SupplierId
    id: ImportId
    rows: str


class Kept(msgspec.Struct, frozen=True):
    """What was kept."""

    id: UUID


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """A row as it stands."""

    row_number: int
    cells: tuple[str, ...]
    is_left_out: bool


class RowsAfter(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the rows, after a number."""

    supplier_id: SupplierId
    id: ImportId
    after: int
    limit: int


class FateAfter(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the rows of one fate, after a number."""

    supplier_id: SupplierId
    id: ImportId
    fate: Fate
    after: int
    limit: int


class ImportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row, what becomes of it and what became of it."""

    row_number: int
    cells: tuple[str, ...]
    is_left_out: bool
    outcome: Outcome
    client_id: ClientId | None


class OneRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of one import."""

    supplier_id: SupplierId
    id: ImportId
    row_number: int


class RowSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A row, put right or left out."""

    supplier_id: SupplierId
    id: ImportId
    row_number: int
    cells: Sequence[str] | None
    is_left_out: bool


class Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """What may tell that a client is here already."""

    supplier_id: SupplierId
    names: Sequence[str]
    addresses: Sequence[str]
    numbers: Sequence[str]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A new reading: its mapping, None for what is suggested."""

    supplier_id: SupplierId
    id: ImportId
    mapping: Mapping[Target, int] | None


class Turned(msgspec.Struct, frozen=True):
    """Which reading it is."""

    turn: int


class OneTurn(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of one import."""

    supplier_id: SupplierId
    id: ImportId
    turn: int


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """How a list reads as a whole; only where nobody has asked for another reading meanwhile."""

    supplier_id: SupplierId
    id: ImportId
    turn: int
    columns: str
    problem: str
    read_at: datetime
    imported: int = 0
    merged: int = 0
    flagged: int = 0
    refused: int = 0


class RowsBetween(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of an import, from `packed`, all of them between two numbers.

    The numbers keep it quick where PostgreSQL has not counted the table yet: a list was written a moment ago.
    """

    supplier_id: SupplierId
    id: ImportId
    rows: str
    first: int
    last: int


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """What a row added to a client that was here: fields as they stand since, a note, questions by what they are about."""

    fields: dict[str, msgspec.Raw] = {}
    notes: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


class SavedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is saved."""

    row_number: int
    client_id: ClientId
    filled: Fill | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """The client that an earlier row became."""

    row_number: int
    client_id: ClientId


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Rows by number."""

    supplier_id: SupplierId
    id: ImportId
    row_numbers: Sequence[int]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of an import: only from where it may come."""

    supplier_id: SupplierId
    id: ImportId
    to: ImportState
    come_from: Sequence[ImportState]


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """Why an import cannot be saved as it is."""

    supplier_id: SupplierId
    id: ImportId
    problem: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows are saved, of all; the last one ends it."""

    supplier_id: SupplierId
    id: ImportId
    rows: int
    is_last: bool


class Undoing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an import brought goes with one deletion."""

    supplier_id: SupplierId
    id: ImportId
    batch: BatchId


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What a row added to a client that was here."""

    client_id: ClientId
    filled: Fill


class ImportsBefore(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a business's imports, the newest first."""

    supplier_id: SupplierId
    before: UUID
    limit: int


class ClientsAfter(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a business's clients, in the order in which they came."""

    supplier_id: SupplierId
    after: UUID
    limit: int


def packed(rows: Sequence[NewImportRow] | Sequence[Outcome] | Sequence[SavedRow]) -> str:
    """Rows as one parameter."""
    return msgspec.json.encode(rows).decode()


def between(place: OneImport, rows: Sequence[Outcome] | Sequence[SavedRow]) -> RowsBetween:
    """Rows as parameters of what is done to them."""
    numbers = [row.row_number for row in rows]
    return RowsBetween(
        supplier_id=place.supplier_id, id=place.id, rows=packed(rows), first=min(numbers), last=max(numbers)
    )


# What an undone list is once its clients were brought back.
_STATE: Final[LiteralString] = """case
      when i.state = 'undone' and exists (
        select from live.delete_batches b where b.scope_id = i.supplier_id and b.id = i.undo_batch and b.restored_at is not null)
      then case when i.rows_done < i.rows_total then 'saving' else 'saved' end else i.state end"""
_IMPORT_ROWS: Final[LiteralString] = f"""
    select i.id, i.file_name, i.kind, i.encoding, i.delimiter, i.header, i.asks, i.columns, i.mapping, i.problem, i.turn,
      {_STATE} as state,
      i.rows_total, i.rows_done, i.imported, i.merged, i.flagged, i.refused, i.created_at, i.saved_at,
      case when b.restored_at is null then i.undo_batch end as undo_batch, coalesce(m.display_name, '') as brought_by
    from live.client_imports i
    left join live.delete_batches b on b.scope_id = i.supplier_id and b.id = i.undo_batch
    left join live.supplier_members m on m.supplier_id = i.supplier_id and m.person_id = i.author_id
    """  # noqa: S608 - our own words
BRING: Final = Query(
    NewImport,
    Kept,
    """
    insert into app.client_imports (supplier_id, id, file_name, kind, encoding, delimiter, header, asks, rows_total,
      mapping, is_private)
    select %(supplier_id)s, %(id)s, %(file_name)s, %(kind)s, %(encoding)s, %(delimiter)s, %(header)s, %(asks)s,
      %(rows_total)s, last.mapping, %(is_private)s or coalesce(last.mapping ? 'private_notes', false)
    from (select 1) always
    left join lateral (
      select i.mapping
      from live.client_imports i
      where i.supplier_id = %(supplier_id)s and i.header = %(header)s and cardinality(i.header) > 0 and i.mapping is not null
      order by i.id desc
      limit 1) last on true
    returning id
    """,
)
BRING_ROWS: Final = Query(
    ImportRows,
    Kept,
    """
    insert into app.client_import_rows (supplier_id, import_id, row_number, cells)
    select %(supplier_id)s, %(id)s, r.row_number, r.cells
    from jsonb_to_recordset(%(rows)s::jsonb) as r (row_number integer, cells text[])
    returning id
    """,
)
IMPORT: Final = Query(
    OneImport,
    Import,
    f"""
    {_IMPORT_ROWS}
    where i.supplier_id = %(supplier_id)s and i.id = %(id)s
    """,
)
IMPORTS: Final = Query(
    ImportsBefore,
    Import,
    f"""
    {_IMPORT_ROWS}
    where i.supplier_id = %(supplier_id)s and i.id < %(before)s
    order by i.id desc
    limit %(limit)s
    """,
)
ROWS: Final = Query(
    RowsAfter,
    Cells,
    """
    select r.row_number, r.cells, r.is_left_out
    from live.client_import_rows r
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.row_number > %(after)s
    order by r.row_number
    limit %(limit)s
    """,
)
ROWS_OF_FATE: Final = Query(
    FateAfter,
    ImportRow,
    """
    select r.row_number, r.cells, r.is_left_out, coalesce(r.outcome, '{}') as outcome, r.client_id
    from live.client_import_rows r
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.fate = %(fate)s and r.row_number > %(after)s
    order by r.row_number
    limit %(limit)s
    """,
)
TO_SAVE: Final = Query(
    RowsAfter,
    ImportRow,
    """
    select r.row_number, r.cells, r.is_left_out, coalesce(r.outcome, '{}') as outcome, r.client_id
    from live.client_import_rows r
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.row_number > %(after)s and r.client_id is null
      and r.fate in ('imported', 'flagged', 'merged')
    order by r.row_number
    limit %(limit)s
    """,
)
ROW: Final = Query(
    OneRow,
    Cells,
    """
    select r.row_number, r.cells, r.is_left_out
    from live.client_import_rows r
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.row_number = %(row_number)s
    """,
)
SAY_ROW: Final = Query(
    RowSaid,
    Kept,
    """
    update app.client_import_rows
    set cells = coalesce(%(cells)s::text[], cells), is_left_out = %(is_left_out)s
    where supplier_id = %(supplier_id)s and import_id = %(id)s and row_number = %(row_number)s
    returning id
    """,
)
READ_ANEW: Final = Query(
    Turn,
    Turned,
    """
    update app.client_imports
    set state = 'reading', turn = turn + 1, mapping = coalesce(%(mapping)s::jsonb, mapping),
      is_private = is_private or coalesce(%(mapping)s::jsonb ? 'private_notes', false)
    where supplier_id = %(supplier_id)s and id = %(id)s and state in ('reading', 'ready')
    returning turn
    """,
)
HERE: Final = Query(
    Lookup,
    Client,
    f"""
    select {WHOLE}
    from live.clients c
    where c.supplier_id = %(supplier_id)s and c.id in (
      select n.id from live.clients n
      where n.supplier_id = %(supplier_id)s and n.sort_key = any (
        array(select left(app.name_key(name), 100) from unnest(%(names)s::text[]) name) collate "C")
      union select e.id from live.clients e where e.supplier_id = %(supplier_id)s and e.email = any (%(addresses)s::text[])
      union select e.id from live.clients e where e.supplier_id = %(supplier_id)s and e.partner_email = any (%(addresses)s::text[])
      union select p.id from live.clients p where p.supplier_id = %(supplier_id)s and p.phone = any (%(numbers)s::text[])
      union select p.id from live.clients p where p.supplier_id = %(supplier_id)s and p.partner_phone = any (%(numbers)s::text[]))
    order by c.id
    limit 20000
    """,  # noqa: S608 - our own columns
)
CLIENTS_AFTER: Final = Query(
    ClientsAfter,
    Client,
    f"""
    select {WHOLE}
    from live.clients c
    where c.supplier_id = %(supplier_id)s and c.id > %(after)s
    order by c.id
    limit %(limit)s
    """,  # noqa: S608 - our own columns
)
NOTES_OF: Final = Query(
    ByIds,
    NewNote,
    """
    select n.client_id, n.body, n.kind, n.remind_on
    from live.client_notes n
    where n.supplier_id = %(supplier_id)s and n.client_id = any (%(ids)s::uuid[])
    order by n.id
    """,
)
SET_OUTCOMES: Final = Query(
    RowsBetween,
    Kept,
    """
    update app.client_import_rows r
    set fate = o.fate, outcome = o.whole
    from (select (x ->> 'row_number')::integer as row_number, x ->> 'fate' as fate, x as whole
          from jsonb_array_elements(%(rows)s::jsonb) x) o
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.row_number = o.row_number
      and r.row_number between %(first)s and %(last)s and r.outcome is distinct from o.whole
    returning r.id
    """,
)
FOUND: Final = Query(
    Finding,
    Kept,
    """
    update app.client_imports
    set state = 'ready', columns = %(columns)s::jsonb, problem = %(problem)s, imported = %(imported)s, merged = %(merged)s,
      flagged = %(flagged)s, refused = %(refused)s, rows_done = 0, read_at = %(read_at)s
    where supplier_id = %(supplier_id)s and id = %(id)s and turn = %(turn)s and state = 'reading'
    returning id
    """,
)
# Of what a list was read beside, something has gone since, or something has come.
OTHERWISE: Final = Query(
    OneImport,
    Kept,
    """
    select i.id
    from live.client_imports i
    where i.supplier_id = %(supplier_id)s and i.id = %(id)s and (
      exists (select from live.clients c where c.supplier_id = i.supplier_id and c.created_at > i.read_at)
      or exists (select from live.delete_batches b where b.scope_id = i.supplier_id and b.restored_at > i.read_at)
      or exists (
        select from live.client_import_rows r
        where r.supplier_id = i.supplier_id and r.import_id = i.id and r.fate = 'merged' and r.outcome ? 'client_id'
          and not exists (select from live.clients c
                          where c.supplier_id = r.supplier_id and c.id = (r.outcome ->> 'client_id')::uuid)))
    """,
)
STEP: Final = Query(
    Step,
    Kept,
    f"""
    update app.client_imports i set state = %(to)s
    where i.supplier_id = %(supplier_id)s and i.id = %(id)s and {_STATE} = any (%(come_from)s::text[])
    returning i.id
    """,  # noqa: S608 - our own words
)
STOPPED: Final = Query(
    Stopped,
    Kept,
    """
    update app.client_imports set state = 'ready', problem = left(%(problem)s, 500)
    where supplier_id = %(supplier_id)s and id = %(id)s and state = 'saving'
    returning id
    """,
)
READING: Final = Query(
    OneTurn,
    Kept,
    """
    select i.id from app.client_imports i
    where i.supplier_id = %(supplier_id)s and i.id = %(id)s and i.turn = %(turn)s and i.state = 'reading'
    for no key update
    """,
)
# Until this transaction ends: a worker that was killed may still have a part on its way, and it is waited for.
HOLD: Final = Query(
    OneImport,
    Kept,
    """
    select i.id from app.client_imports i
    where i.supplier_id = %(supplier_id)s and i.id = %(id)s and i.state = 'saving'
    for no key update
    """,
)
PLACES: Final = Query(
    Places,
    Place,
    """
    select r.row_number, c.id as client_id
    from live.client_import_rows r join live.clients c on c.supplier_id = r.supplier_id and c.id = r.client_id
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.row_number = any (%(row_numbers)s::integer[])
    """,
)
SAVED: Final = Query(
    RowsBetween,
    Kept,
    """
    update app.client_import_rows r
    set client_id = s.client_id, filled = s.filled
    from jsonb_to_recordset(%(rows)s::jsonb) as s (row_number integer, client_id uuid, filled jsonb)
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.row_number = s.row_number
      and r.row_number between %(first)s and %(last)s
    returning r.id
    """,
)
PROGRESS: Final = Query(
    Progress,
    Kept,
    """
    update app.client_imports
    set rows_done = case when %(is_last)s then rows_total else least(rows_done + %(rows)s, rows_total) end,
      state = case when %(is_last)s then 'saved' else state end, saved_at = case when %(is_last)s then app.clock() end
    where supplier_id = %(supplier_id)s and id = %(id)s
    returning id
    """,
)
UNDO_CLIENTS: Final = Query(
    Undoing,
    Kept,
    """
    update app.clients set delete_batch = %(batch)s
    where supplier_id = %(supplier_id)s and import_id = %(id)s and delete_batch is null
    returning id
    """,
)
UNDO_NOTES: Final = Query(
    Undoing,
    Kept,
    """
    update app.client_notes n set delete_batch = %(batch)s
    from app.client_import_rows r
    where n.supplier_id = %(supplier_id)s and r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.filled is not null
      and n.client_id = r.client_id and n.body in (select jsonb_array_elements_text(r.filled -> 'notes')) and n.delete_batch is null
    returning n.id
    """,
)
UNDO_QUESTIONS: Final = Query(
    Undoing,
    Kept,
    """
    update app.client_questions q set delete_batch = %(batch)s
    from app.client_import_rows r
    where q.supplier_id = %(supplier_id)s and r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.filled is not null
      and q.client_id = r.client_id and q.target in (select jsonb_array_elements_text(r.filled -> 'targets'))
      and q.answered_at is null and q.delete_batch is null
    returning q.id
    """,
)
UNDONE: Final = Query(
    Undoing,
    Kept,
    """
    update app.client_imports set state = 'undone', undo_batch = %(batch)s
    where supplier_id = %(supplier_id)s and id = %(id)s
    returning id
    """,
)
FILLED: Final = Query(
    OneImport,
    Filled,
    """
    select c.id as client_id, coalesce(r.filled, '{}') as filled
    from live.client_import_rows r join live.clients c on c.supplier_id = r.supplier_id and c.id = r.client_id
    where r.supplier_id = %(supplier_id)s and r.import_id = %(id)s and r.filled is not null
    order by r.row_number
    """,
)
