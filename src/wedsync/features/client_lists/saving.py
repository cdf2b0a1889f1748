"""Saves a list that was looked at, in parts of a hundred rows: each part is one transaction, whole or not at all.

Where it is cut off, the next attempt goes on; a row that is saved knows its client, so none is saved twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.known import Addition, addition, brought, grown, together
from wedsync.features.client_lists.model import Draft, Fate
from wedsync.features.clients.actions import bring_clients, fill_clients, held, tell
from wedsync.features.clients.model import Client, members
from wedsync.features.clients.queries import Brought, ByIds
from wedsync.kernel.ids import ClientId, ImportId, SupplierId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Invalid
from wedsync.kernel.reading.model import Certainty, Reading
from wedsync.platform.database import SUPPLIER, Actor, Tx, action
from wedsync.platform.jobs import Workshop

ROWS_AT_ONCE: Final = 100


class ForSaving(msgspec.Struct, frozen=True, kw_only=True):
    """Which import to save."""

    supplier_id: SupplierId
    import_id: ImportId


async def save_import(workshop: Workshop, actor: Actor, job: ForSaving) -> None:
    """Part after part until none is left, or somebody undoes it."""
    after: int | None = 0
    while after is not None:
        try:
            async with workshop.database.transaction(actor) as tx:
                after = await save_part(tx, job.supplier_id, job.import_id, after)
        except Invalid as refusal:  # a row that nobody thought of: it is said, and can be put right
            problem = f"Saving stopped after row {after}: {refusal.detail or refusal.title} Put right what follows it."
            async with workshop.database.transaction(actor) as tx:
                await stop_saving(tx, job.supplier_id, job.import_id, problem)
            return


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def stop_saving(tx: Tx, supplier_id: SupplierId, import_id: ImportId, problem: str) -> None:
    """Let a list be put right that cannot be saved as it is; what is saved of it stays."""
    await tx.run(q.STOPPED, q.Stopped(supplier_id=supplier_id, id=import_id, problem=problem))
    tell(tx, supplier_id)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def save_part(tx: Tx, supplier_id: SupplierId, import_id: ImportId, after: int) -> int | None:
    """Save the next hundred rows after a number; returns the last one's, None once none is left, or it is undone."""
    place = q.OneImport(supplier_id=supplier_id, id=import_id)
    if await tx.maybe(q.HOLD, place) is None:
        return None
    following = q.RowsAfter(supplier_id=supplier_id, id=import_id, after=after, limit=ROWS_AT_ONCE)
    rows = await tx.all(q.TO_SAVE, following)
    here = await _here(tx, supplier_id, rows)
    new = {row.row_number: ClientId(new_id()) for row in rows if _is_new(row, here)}
    saved = [*_saved(new), *await _merge(tx, place, rows, new), *await _fill(tx, supplier_id, rows, here)]
    if new:
        await bring_clients(
            tx, supplier_id, [_brought(row, new[row.row_number], import_id) for row in rows if row.row_number in new]
        )
    if saved:
        await tx.run(q.SAVED, q.between(place, saved))
    is_last = len(rows) < ROWS_AT_ONCE
    await tx.run(q.PROGRESS, q.Progress(supplier_id=supplier_id, id=import_id, rows=len(rows), is_last=is_last))
    tell(tx, supplier_id)
    return None if is_last else rows[-1].row_number


def _saved(new: Mapping[int, ClientId]) -> list[q.SavedRow]:
    return [q.SavedRow(row_number=number, client_id=client) for number, client in new.items()]


async def _here(tx: Tx, supplier_id: SupplierId, rows: Sequence[q.ImportRow]) -> dict[ClientId, Client]:
    """The clients that rows were found to be, as far as they are still here."""
    ids = tuple({row.outcome.client_id for row in rows if row.outcome.client_id is not None})
    found = await held(tx, supplier_id, ids) if ids else ()
    return {client.id: client for client in found}


def _is_new(row: q.ImportRow, here: Mapping[ClientId, Client]) -> bool:
    """Whether it becomes a client: also where the one that it was found to be has gone since saving began."""
    into = row.outcome.client_id
    return row.outcome.fate is not Fate.MERGED or (into is not None and into not in here)


def _brought(row: q.ImportRow, client_id: ClientId, import_id: ImportId) -> Brought:
    draft = _draft(row)
    questions = draft.questions() if row.outcome.fate is Fate.MERGED else row.outcome.questions
    return brought(draft, questions, client_id, import_id)


def _draft(row: q.ImportRow) -> Draft:
    return row.outcome.draft or Draft(names=Reading(verbatim="", certainty=Certainty.EMPTY))


async def _merge(
    tx: Tx, place: q.OneImport, rows: Sequence[q.ImportRow], new: Mapping[int, ClientId]
) -> list[q.SavedRow]:
    """Rows that became part of an earlier one, which has taken what they say."""
    merged = [row for row in rows if row.outcome.fate is Fate.MERGED]
    into = [row.outcome.into for row in merged if row.outcome.into is not None and row.outcome.into not in new]
    earlier = {
        each.row_number: each.client_id
        for each in (
            await tx.all(q.PLACES, q.Places(supplier_id=place.supplier_id, id=place.id, row_numbers=into))
            if into
            else ()
        )
    }
    places = {**earlier, **new}
    return [
        q.SavedRow(row_number=row.row_number, client_id=places[row.outcome.into])
        for row in merged
        if row.outcome.into in places
    ]


async def _fill(
    tx: Tx, supplier_id: SupplierId, rows: Sequence[q.ImportRow], here: dict[ClientId, Client]
) -> list[q.SavedRow]:
    """What rows add to clients that were here."""
    if not here:
        return []
    place = ByIds(supplier_id=supplier_id, ids=tuple(here))
    noted = {(note.client_id, note.body) for note in await tx.all(q.NOTES_OF, place)}
    saved: list[q.SavedRow] = []
    filled: dict[ClientId, Brought] = {}
    for row in rows:
        client = here.get(row.outcome.client_id) if row.outcome.client_id else None
        if client is None:
            continue
        new = addition(client, _draft(row), noted)
        saved.append(q.SavedRow(row_number=row.row_number, client_id=client.id, filled=_fill_of(new)))
        if new.is_any:
            filled[client.id] = together(filled.get(client.id), new.brought)
            here[client.id] = grown(client, new.brought)
            noted |= {(note.client_id, note.body) for note in new.brought.notes}
    if filled:
        await fill_clients(tx, supplier_id, tuple(filled.values()))
    return saved


def _fill_of(new: Addition) -> q.Fill | None:
    if not new.is_any:
        return None
    said = members(new.brought.client)
    return q.Fill(
        fields={name: said[name] for name in new.fields},
        notes=tuple(note.body for note in new.brought.notes),
        targets=tuple(question.target for question in new.brought.questions),
    )
