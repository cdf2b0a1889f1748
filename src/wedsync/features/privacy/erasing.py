"""Carries out what was asked for: an hour after its day's pause at most, and not while a wedding of theirs is on.

First the request is marked as begun, so that it cannot be taken back; then it is written down outside of the database;
then it is done. Cut off anywhere, the next hour goes on: to write it down twice and to erase it twice changes nothing.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from wedsync.features.privacy import queries as q
from wedsync.features.privacy.exporting import forget_exports
from wedsync.features.privacy.jobs import farewell
from wedsync.features.privacy.model import Begun
from wedsync.kernel.ids import RequestId, WeddingId
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import Problem
from wedsync.platform.database import NOBODY, ById, Event
from wedsync.platform.erasure_ledger import next_line, pseudonym_of, write_down
from wedsync.platform.jobs import Workshop
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

AT_ONCE: Final = 100
_log = Log("erasing")


def erasing(ledger: Path) -> Chore:
    """The chore, with the ledger that it writes."""
    return Chore(
        name="privacy.erase",
        cron="41 * * * *",
        run=partial(erase_due, ledger),
        write_class=WriteClass.PLAN,
        timeout_s=1800,
    )


async def erase_due(ledger: Path, workshop: Workshop) -> None:
    """One after another; one that fails holds up no other."""
    after = UUID(int=0)
    while due := await _due(workshop, after):
        for each in due:
            try:
                await erase(ledger, workshop, each.id)
            except (Problem, OSError) as problem:  # a wedding began meanwhile, a disk is full: the next hour goes on
                _log.error("erasure_refused", problem, request=str(each.id))
        after = due[-1].id


async def erase(ledger: Path, workshop: Workshop, request: RequestId) -> None:
    """Nothing, when it was withdrawn or has to wait. Raises Problem and OSError."""
    async with workshop.database.transaction(NOBODY) as tx:
        begun = await tx.maybe(q.BEGIN, ById(request))
    if begun is None:
        return
    pseudonym = pseudonym_of(workshop.database.sealer, begun.person_id)
    await _write_down(ledger, workshop, pseudonym, begun.wedding_id)
    await forget_exports(workshop, begun.person_id)
    await workshop.mailer.forget((begun.email, begun.name, *begun.titles))
    async with workshop.database.transaction(NOBODY) as tx:
        erased = await tx.one(q.CARRY_OUT, q.Sealed(id=request, pseudonym=pseudonym))
        for event in _news(begun):
            tx.emit(event)
    await workshop.mailer.send(farewell(begun))
    _log.info("erased", request=str(request), rows=erased.rows)


async def _due(workshop: Workshop, after: UUID) -> list[q.Kept]:
    async with workshop.database.transaction(NOBODY) as tx:
        return await tx.all(q.DUE, q.DuePage(after=after, most=AT_ONCE))


async def _write_down(ledger: Path, workshop: Workshop, pseudonym: str, wedding: WeddingId | None) -> None:
    """The database is told of a line before it is there, so that it knows the last one unless it is older."""
    is_added = False
    while not is_added:  # another one came in between
        line = await asyncio.to_thread(next_line, ledger, pseudonym, wedding)
        async with workshop.database.transaction(NOBODY) as tx:
            await tx.run(q.NOTE_LINE, q.Line(line.hash))
        is_added = await asyncio.to_thread(write_down, ledger, line)


def _news(begun: Begun) -> list[Event]:
    """Open pages draw themselves anew; who is erased everywhere is signed out."""
    moved = [Event(kind="facts", id=str(each), scope=str(each)) for each in begun.weddings]
    if begun.wedding_id is None:
        return [*moved, Event(kind="session", id="all", scope=str(begun.person_id))]
    return [*moved, Event(kind="capacity", id=str(begun.person_id), scope=str(begun.person_id))]
