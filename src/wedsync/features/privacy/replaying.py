"""A restored copy is older than what was erased since: it forgets again, before anybody reads it.

Who has the installation's secret recognises the people of the copy by their pseudonyms. What was done is recorded in
the copy, so that to replay twice changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.privacy import queries as q
from wedsync.kernel.ids import PersonId
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.erasure_ledger import pseudonym_of, written_down

AT_ONCE: Final = 1000


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many erasures are written down; of those, known to this database already, done again, and of nobody in it."""

    written_down: int
    known: int
    again: int
    of_nobody: int


async def replay(database: Database, ledger: Path, *, only_look: bool = False) -> Replayed:
    """Erase again what this database does not know to be erased. Raises LedgerBroken before anything is done.

    `only_look`: count, and change nothing. `database` is the worker's way in.
    """
    lines = await asyncio.to_thread(written_down, ledger)
    wanted = {(each.pseudonym, each.wedding_id) for each in lines}
    known = await _known(database, sorted({pseudonym for pseudonym, _ in wanted})) & wanted
    missing: dict[str, list[UUID | None]] = defaultdict(list)
    for pseudonym, wedding in wanted - known:
        missing[pseudonym].append(wedding)
    again = 0
    if missing:
        async for person in _everybody(database):
            pseudonym = pseudonym_of(database.sealer, person)
            for wedding in missing.get(pseudonym, ()):
                again += 1
                if not only_look:
                    await _erase(database, q.Again(person_id=person, wedding_id=wedding, pseudonym=pseudonym))
    if lines and not only_look:  # from here on it may serve
        async with database.transaction(NOBODY) as tx:
            await tx.run(q.NOTE_LINE, q.Line(lines[-1].hash))
    return Replayed(written_down=len(wanted), known=len(known), again=again, of_nobody=len(wanted) - len(known) - again)


async def _known(database: Database, pseudonyms: list[str]) -> set[tuple[str, UUID | None]]:
    found: set[tuple[str, UUID | None]] = set()
    for start in range(0, len(pseudonyms), AT_ONCE):
        part = q.Pseudonyms(tuple(pseudonyms[start : start + AT_ONCE]))
        async with database.transaction(NOBODY) as tx:
            found |= {(each.pseudonym, each.wedding_id) for each in await tx.all(q.ERASED_ALREADY, part)}
    return found


async def _everybody(database: Database) -> AsyncIterator[PersonId]:
    after = UUID(int=0)
    while True:
        async with database.transaction(NOBODY) as tx:
            part = await tx.all(q.EVERYBODY, q.DuePage(after=after, most=AT_ONCE))
        for each in part:
            yield PersonId(each.id)
        if len(part) < AT_ONCE:
            return
        after = part[-1].id


async def _erase(database: Database, again: q.Again) -> None:
    async with database.transaction(NOBODY) as tx:
        await tx.one(q.ERASE_AGAIN, again)
