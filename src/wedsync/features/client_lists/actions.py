"""Bringing a list of clients: it is kept as it was read, looked at, put right, saved, and undone with one press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.jobs import READ, SAVE
from wedsync.features.client_lists.limits import LONGEST_CELL, MOST_COLUMNS
from wedsync.features.client_lists.model import Table, Target
from wedsync.features.client_lists.queries import Import, ImportState
from wedsync.features.client_lists.reading import ForReading
from wedsync.features.client_lists.saving import ForSaving
from wedsync.features.client_lists.synonyms import target_of
from wedsync.features.clients.actions import empty_fields, tell
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import BatchId, ImportId, SupplierId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import SUPPLIER, Tx, action, open_batch
from wedsync.platform.jobs import defer

LONGEST_FILE_NAME = 200
NAMELESS = "Pasted list"
UNDONE_WITHIN = timedelta(days=30)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def bring_list(tx: Tx, supplier_id: SupplierId, table: Table, file_name: str = "") -> Import:
    """Keep a list as it was read; how it reads is found out next. It is mapped as the last one with the same titles."""
    import_id = ImportId(new_id())
    named = "".join(character for character in file_name if character.isprintable()).strip()[:LONGEST_FILE_NAME]
    new = q.NewImport(
        supplier_id=supplier_id,
        id=import_id,
        file_name=named or NAMELESS,
        kind=table.kind,
        encoding=table.encoding,
        delimiter=table.delimiter,
        header=table.header,
        asks=table.asks,
        rows_total=len(table.rows),
        is_private=any(target_of(title) is Target.PRIVATE_NOTES for title in table.header),
    )
    await tx.run(q.BRING, new)
    rows = [
        q.NewImportRow(row_number=number, cells=cells)
        for number, cells in zip(table.row_numbers, table.rows, strict=True)
    ]
    await tx.run(q.BRING_ROWS, q.ImportRows(supplier_id=supplier_id, id=import_id, rows=q.packed(rows)))
    await defer(tx, READ, ForReading(supplier_id=supplier_id, import_id=import_id, turn=1))
    tell(tx, supplier_id)
    return await tx.one(q.IMPORT, q.OneImport(supplier_id=supplier_id, id=import_id))


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def map_columns(tx: Tx, supplier_id: SupplierId, import_id: ImportId, mapping: Mapping[Target, int]) -> Import:
    """Say which column is what; everything is read anew. The next list with the same titles is mapped likewise."""
    place = q.OneImport(supplier_id=supplier_id, id=import_id)
    found = await tx.one(q.IMPORT, place)
    width = len(found.columns) or len(found.header)
    if any(not 0 <= position < width for position in mapping.values()):
        raise Invalid(errors=[{"field": "mapping", "detail": "The list has no such column. Choose one that is shown."}])
    if len(set(mapping.values())) != len(mapping):
        raise Invalid(errors=[{"field": "mapping", "detail": "A column can be one thing only."}])
    return await _read_anew(tx, place, found, mapping)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def put_row_right(tx: Tx, supplier_id: SupplierId, import_id: ImportId, said: q.RowSaid) -> Import:
    """Write a row's cells anew, leave it out, or take it in again; everything is read anew."""
    if said.cells is not None:
        _refuse_cells(said.cells)
    place = q.OneImport(supplier_id=supplier_id, id=import_id)
    found = await tx.one(q.IMPORT, place)
    await tx.one(q.ROW, q.OneRow(supplier_id=supplier_id, id=import_id, row_number=said.row_number))
    await tx.run(q.SAY_ROW, said)
    return await _read_anew(tx, place, found)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def save_list(tx: Tx, supplier_id: SupplierId, import_id: ImportId) -> Import:
    """Save what was looked at. Raises Conflict where it is not read yet, or cannot be as it is mapped.

    Where clients have come or gone since it was read, it is read anew instead, to be looked at again.
    """
    place = q.OneImport(supplier_id=supplier_id, id=import_id)
    found = await tx.one(q.IMPORT, place)
    _refuse_forgotten(found)
    if found.problem:
        raise Conflict(found.problem)
    if found.state is ImportState.READY and await tx.maybe(q.OTHERWISE, place) is not None:
        return await _read_anew(tx, place, found)
    await _step(tx, place, ImportState.SAVING, ImportState.READY)
    await defer(tx, SAVE, ForSaving(supplier_id=supplier_id, import_id=import_id))
    tell(tx, supplier_id)
    return await tx.one(q.IMPORT, place)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def go_on(tx: Tx, supplier_id: SupplierId, import_id: ImportId) -> Import:
    """Begin anew with the work that nobody does any more: whoever began it may have left meanwhile. Safe to repeat."""
    place = q.OneImport(supplier_id=supplier_id, id=import_id)
    found = await tx.one(q.IMPORT, place)
    if found.state is ImportState.READING:
        return await _read_anew(tx, place, found)
    await _step(tx, place, ImportState.SAVING, ImportState.SAVING)
    await defer(tx, SAVE, ForSaving(supplier_id=supplier_id, import_id=import_id))
    return await tx.one(q.IMPORT, place)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def undo_list(tx: Tx, supplier_id: SupplierId, import_id: ImportId) -> BatchId:
    """Take back everything that a list brought: its clients go, and what it added to others is emptied.

    What was changed by hand since stays. Its clients come back for 30 days, at `…/deletions/{batch}/restoration`.
    Raises Conflict for a list that was saved over 30 days ago.
    """
    place = q.OneImport(supplier_id=supplier_id, id=import_id)
    found = await tx.one(q.IMPORT, place)
    if found.saved_at is not None and utc_now() - found.saved_at > UNDONE_WITHIN:
        raise Conflict("This list was saved over 30 days ago. Remove its clients themselves, from the list of clients.")
    await _step(tx, place, ImportState.UNDONE, ImportState.SAVING, ImportState.SAVED)
    batch = await open_batch(tx, supplier_id, "client_lists.undo_list")
    undoing = q.Undoing(supplier_id=supplier_id, id=import_id, batch=batch)
    filled = await tx.all(q.FILLED, place)
    await empty_fields(tx, supplier_id, [(each.client_id, each.filled.fields) for each in filled])
    for statement in (q.UNDO_NOTES, q.UNDO_QUESTIONS, q.UNDO_CLIENTS, q.UNDONE):
        await tx.run(statement, undoing)
    tell(tx, supplier_id)
    return batch


async def _read_anew(tx: Tx, place: q.OneImport, found: Import, mapping: Mapping[Target, int] | None = None) -> Import:
    _refuse_forgotten(found)
    turn = await tx.maybe(q.READ_ANEW, q.Turn(supplier_id=place.supplier_id, id=place.id, mapping=mapping))
    if turn is None:
        raise Conflict("This list is saved already. Change its clients themselves, or undo it and bring it again.")
    await defer(tx, READ, ForReading(supplier_id=place.supplier_id, import_id=place.id, turn=turn.turn))
    tell(tx, place.supplier_id)
    return await tx.one(q.IMPORT, place)


async def _step(tx: Tx, place: q.OneImport, to: ImportState, *come_from: ImportState) -> None:
    step = q.Step(supplier_id=place.supplier_id, id=place.id, to=to, come_from=come_from)
    if await tx.maybe(q.STEP, step) is None:
        found = await tx.one(q.IMPORT, place)
        raise Conflict(f"This list is {found.state.value} now. Look at it again.")


def _refuse_forgotten(found: Import) -> None:
    if utc_now() - found.created_at > UNDONE_WITHIN:
        raise Conflict("The rows of a list are kept for 30 days. Bring it again.")


def _refuse_cells(cells: Sequence[str]) -> None:
    if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL or "\0" in cell for cell in cells):
        raise Invalid(
            errors=[
                {"field": "cells", "detail": f"A row has up to {MOST_COLUMNS} cells of {LONGEST_CELL:,} characters."}
            ]
        )
