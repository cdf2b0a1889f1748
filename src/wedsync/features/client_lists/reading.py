"""Reads a list that was brought, as a job: what each row would become, beside the clients that are here already.

Cut off, it begins again; asked for another reading meanwhile, it ends without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.columns import suggest
from wedsync.features.client_lists.known import known, name_of
from wedsync.features.client_lists.model import AnyReading, Draft, Fate, Outcome, Preview, Table, Target
from wedsync.features.client_lists.preview import Read, decided, read_rows
from wedsync.features.clients.actions import tell
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import ImportId, SupplierId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Invalid, NotFound
from wedsync.platform.database import SUPPLIER, Actor, Tx, action
from wedsync.platform.jobs import Workshop

ROWS_AT_ONCE = 1_000
_ADDRESSES = (Target.EMAIL, Target.PARTNER_EMAIL)
_NUMBERS = (Target.PHONE, Target.PARTNER_PHONE)


class ForReading(msgspec.Struct, frozen=True, kw_only=True):
    """Which import to read, and which of its readings this is."""

    supplier_id: SupplierId
    import_id: ImportId
    turn: int


async def read_import(workshop: Workshop, actor: Actor, job: ForReading) -> None:
    """The whole of it; who asked for it may have left the business meanwhile, or asked for another."""
    place = q.OneImport(supplier_id=job.supplier_id, id=job.import_id)
    async with workshop.database.transaction(actor) as tx:
        found = await tx.maybe(q.IMPORT, place)
    if found is None or found.turn != job.turn or found.state is not q.ImportState.READING:
        return
    table, left_out = await _table(workshop, actor, found, place)
    read_at = utc_now()
    try:
        read = await asyncio.to_thread(read_rows, table, found.mapping, left_out)
    except Invalid as refusal:
        columns = msgspec.json.encode(suggest(table)).decode()
        finding = q.Finding(
            supplier_id=job.supplier_id,
            id=job.import_id,
            turn=job.turn,
            columns=columns,
            problem=refusal.detail,
            read_at=read_at,
        )
        async with workshop.database.transaction(actor) as tx:
            await keep_finding(tx, job.supplier_id, finding)
        return
    async with workshop.database.transaction(actor) as tx:
        here = await tx.all(q.HERE, _lookup(job.supplier_id, read))
    preview = await asyncio.to_thread(decided, read, [known(client) for client in here])
    turn = q.OneTurn(supplier_id=job.supplier_id, id=job.import_id, turn=job.turn)
    for part in _parts(preview.outcomes):
        async with workshop.database.transaction(actor) as tx:
            await keep_outcomes(tx, job.supplier_id, turn, part)
    async with workshop.database.transaction(actor) as tx:
        await keep_finding(tx, job.supplier_id, _finding(job, preview, read_at))


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def keep_outcomes(tx: Tx, supplier_id: SupplierId, turn: q.OneTurn, outcomes: Sequence[Outcome]) -> None:
    """Keep what rows would become; not where another reading was asked for meanwhile."""
    if outcomes and await tx.maybe(q.READING, turn) is not None:
        await tx.run(q.SET_OUTCOMES, q.between(q.OneImport(supplier_id=supplier_id, id=turn.id), outcomes))


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def keep_finding(tx: Tx, supplier_id: SupplierId, finding: q.Finding) -> None:
    """Say how the list reads as a whole; not where another reading was asked for meanwhile."""
    if await tx.maybe(q.FOUND, finding) is not None:
        tell(tx, supplier_id)


async def _table(
    workshop: Workshop, actor: Actor, found: q.Import, place: q.OneImport
) -> tuple[Table, tuple[int, ...]]:
    rows: list[q.Cells] = []
    after = 0
    while True:
        async with workshop.database.transaction(actor) as tx:
            part = await tx.all(
                q.ROWS, q.RowsAfter(supplier_id=place.supplier_id, id=place.id, after=after, limit=ROWS_AT_ONCE)
            )
        rows += part
        if len(part) < ROWS_AT_ONCE:
            break
        after = part[-1].row_number
    if len(rows) != found.rows_total:
        raise NotFound
    table = Table(
        kind=found.kind,
        header=found.header,
        rows=tuple(row.cells for row in rows),
        row_numbers=tuple(row.row_number for row in rows),
        encoding=found.encoding,
        delimiter=found.delimiter,
        asks=found.asks,
    )
    return table, tuple(row.row_number for row in rows if row.is_left_out)


def _lookup(supplier_id: SupplierId, read: Read) -> q.Lookup:
    drafts = [draft for number, draft in read.rows if number not in read.refusals]
    return q.Lookup(
        supplier_id=supplier_id,
        names=tuple({name_of(draft) for draft in drafts}),
        addresses=tuple(_said(drafts, _ADDRESSES)),
        numbers=tuple(_said(drafts, _NUMBERS)),
    )


def _said(drafts: Iterable[Draft], targets: Sequence[Target]) -> set[str]:
    readings: list[AnyReading] = [
        reading for draft in drafts for target, reading in draft.readings() if target in targets
    ]
    return {reading.value for reading in readings if isinstance(reading.value, str)}


def _parts(outcomes: Sequence[Outcome]) -> Iterable[Sequence[Outcome]]:
    return (outcomes[start : start + ROWS_AT_ONCE] for start in range(0, len(outcomes), ROWS_AT_ONCE))


def _finding(job: ForReading, preview: Preview, read_at: datetime) -> q.Finding:
    return q.Finding(
        supplier_id=job.supplier_id,
        id=job.import_id,
        turn=job.turn,
        columns=msgspec.json.encode(preview.columns).decode(),
        problem="",
        read_at=read_at,
        imported=preview.count(Fate.IMPORTED),
        merged=preview.count(Fate.MERGED),
        flagged=preview.count(Fate.FLAGGED),
        refused=preview.count(Fate.REFUSED),
    )
