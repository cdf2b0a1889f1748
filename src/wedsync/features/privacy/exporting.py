"""Writes what somebody takes along: read with their own rights, table by table, into one file that is there for a week.

A large one waits while their wedding is on; the page says so. Cut off, it begins again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.privacy import queries as q
from wedsync.features.privacy.packing import Pack, Rows, TooLarge
from wedsync.kernel.ids import PersonId, WeddingId
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import LockedWedding
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.jobs import Job, Workshop
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

ROWS_AT_ONCE: Final = 1000
_log = Log("exporting")


class ForExport(msgspec.Struct, frozen=True, kw_only=True):
    """The request, and the wedding it is about; None for a person's own export."""

    id: UUID
    wedding_id: WeddingId | None = None


def file_of(home: Path, request: UUID) -> Path:
    """Where an export lies."""
    return home / "exports" / f"{request}.zip"


async def _export(workshop: Workshop, actor: Actor, job: ForExport) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        begun = await tx.maybe(q.BEGIN_EXPORT, ById(job.id))
    if begun is None:
        return
    try:
        size = await _write(workshop, job.id, begun)
    except TooLarge as error:  # the request stays open, and somebody looks after it
        _log.error("export_too_large", error, request=str(job.id))
        return
    async with workshop.database.transaction(NOBODY) as tx:
        finished = await tx.one(q.FINISH_EXPORT, q.Finishing(id=job.id, size_bytes=size))
    if finished.ends_at is None:  # taken back meanwhile; or it names somebody who was erased, and begins again
        file_of(workshop.home, job.id).unlink(missing_ok=True)
        await _export(workshop, actor, job)
        return
    await workshop.mailer.send(ready_letter(begun, f"{workshop.base_url}/you/data"))


EXPORT: Final = Job(
    "privacy.export",
    ForExport,
    _export,
    write_class=WriteClass.PLAN,  # it changes none; a large one waits for the wedding as one that did (R3)
    wedding=lambda job: job.wedding_id,
    timeout_s=1800,
)


async def _write(workshop: Workshop, request: UUID, begun: q.BegunExport) -> int:
    of_wedding = begun.wedding_id is not None
    actor = Actor(person_id=begun.person_id, wedding_id=begun.wedding_id)
    async with workshop.database.transaction(actor) as tx:
        tables = await tx.all(q.EXPORT_TABLES, q.OfWedding(of_wedding))
    whose = "of this wedding" if of_wedding else "about you"
    with Pack(file_of(workshop.home, request), whose) as pack:
        for number, table in enumerate(tables, start=1):
            wanted = q.RowsPage(
                of_wedding=of_wedding,
                name=table.name,
                about=begun.wedding_id or begun.person_id,
                after="",
                most=ROWS_AT_ONCE,
            )
            with pack.table(table.name) as sheet:
                async for part in _parts(workshop, actor, wanted):
                    await asyncio.to_thread(sheet.add, part)
                    said = q.Progress(id=request, done=number - 1, total=len(tables), size_bytes=pack.size_bytes)
                    await _say(workshop, said)
            said = q.Progress(id=request, done=number, total=len(tables), size_bytes=pack.size_bytes)
            await _say(workshop, said)
    return pack.size_bytes


async def _parts(workshop: Workshop, actor: Actor, wanted: q.RowsPage) -> AsyncIterator[Rows]:
    while True:
        async with workshop.database.transaction(actor) as tx:
            part: Rows = [found.row for found in await tx.all(q.EXPORT_ROWS, wanted)]
        yield part
        if len(part) < ROWS_AT_ONCE:
            return
        wanted = msgspec.structs.replace(wanted, after=bytes(part[-1]["id"]).decode().strip('"'))


async def _say(workshop: Workshop, progress: q.Progress) -> None:
    """Raises LockedWedding for a large one while the wedding is on: it is deferred, not dropped."""
    async with workshop.database.transaction(NOBODY) as tx:
        told = await tx.one(q.EXPORT_PROGRESS, progress)
    if told.waits_until is not None:
        raise LockedWedding(code="WS001", unlocks_at=told.waits_until.isoformat(), amend_url="/you/data")


def ready_letter(begun: q.BegunExport, page: str) -> Letter:
    """The letter that tells that it can be fetched."""
    body = f"Hello {begun.name},\n\nThe data that you asked for is ready. For 7 days you can fetch it here:\n\n{page}\n"
    return Letter(kind=LetterKind.YOUR_DATA, to=begun.email, subject="Your data is ready", body=body)


async def sweep(workshop: Workshop) -> None:
    """Delete what is older than its week, was taken back, or is nobody's any more; the draft of a killed worker too."""
    folder = workshop.home / "exports"
    files = [*folder.glob("*.zip"), *folder.glob("*.draft")]
    ids = tuple({UUID(path.stem) for path in files})
    async with workshop.database.transaction(NOBODY) as tx:
        kept = {str(each.id) for each in await tx.all(q.FILES_KEPT, q.Files(ids))}
    for path in files:
        if path.stem not in kept:
            path.unlink(missing_ok=True)


SWEEP: Final = Chore(name="privacy.sweep", cron="53 * * * *", run=sweep, write_class=WriteClass.SYSTEM)


async def forget_exports(workshop: Workshop, person: PersonId) -> None:
    """Files that may name a person, whoever took them along."""
    async with workshop.database.transaction(NOBODY) as tx:
        ended = await tx.all(q.EXPORTS_BESIDE, ById(person))
    for each in ended:
        file_of(workshop.home, each.id).unlink(missing_ok=True)
