"""A supplier that brings a list, and the worker that reads and saves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from tests.support.database import TestDatabase, sealer
from tests.support.web import BASE_URL
from tests.support.world import Somebody

from wedsync.features.client_lists import actions
from wedsync.features.client_lists import queries as q
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.model import Fate
from wedsync.features.client_lists.reading import ForReading, read_import
from wedsync.features.client_lists.saving import ForSaving, save_import
from wedsync.features.clients.model import Client
from wedsync.features.clients.queries import CLIENTS_BY_ID, ByIds
from wedsync.kernel.ids import ClientId, ImportId
from wedsync.platform.database import ById, Database, Query
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer


class Own(msgspec.Struct, frozen=True):
    """A client of one's own."""

    id: ClientId


OWN = Query(ById, Own, "select id from live.clients where supplier_id = %(id)s")


class Bringer:
    """One business at work on its lists; jobs run as the worker would run them, at once."""

    def __init__(self, database: Database, workshop: Workshop, who: Somebody) -> None:
        assert who.supplier_id is not None
        self.database = database
        self.workshop = workshop
        self.who = who
        self.supplier = who.supplier_id

    async def bring(self, raw: bytes, name: str = "list.csv") -> q.Import:
        async with self.database.transaction(self.who.actor) as tx:
            kept = await actions.bring_list(tx, self.supplier, read_file(raw), name)
        return await self.read(kept)

    async def read(self, kept: q.Import) -> q.Import:
        job = ForReading(supplier_id=self.supplier, import_id=kept.id, turn=kept.turn)
        await read_import(self.workshop, self.who.actor, job)
        return await self.look(kept.id)

    async def save(self, import_id: ImportId) -> q.Import:
        async with self.database.transaction(self.who.actor) as tx:
            await actions.save_list(tx, self.supplier, import_id)
        await save_import(self.workshop, self.who.actor, ForSaving(supplier_id=self.supplier, import_id=import_id))
        return await self.look(import_id)

    async def look(self, import_id: ImportId) -> q.Import:
        async with self.database.transaction(self.who.actor) as tx:
            return await tx.one(q.IMPORT, q.OneImport(supplier_id=self.supplier, id=import_id))

    async def rows(self, import_id: ImportId, fate: Fate) -> list[q.ImportRow]:
        page = q.FateAfter(supplier_id=self.supplier, id=import_id, fate=fate, after=0, limit=100)
        async with self.database.transaction(self.who.actor) as tx:
            return await tx.all(q.ROWS_OF_FATE, page)

    async def clients(self) -> list[Client]:
        async with self.database.transaction(self.who.actor) as tx:
            ids = [each.id for each in await tx.all(OWN, ById(self.supplier))]
            found = await tx.all(CLIENTS_BY_ID, ByIds(supplier_id=self.supplier, ids=ids))
        return sorted(found, key=lambda client: (client.key, client.id))


@asynccontextmanager
async def bringer(database: Database, tests: TestDatabase, folder: Path, who: Somebody) -> AsyncIterator[Bringer]:
    async with Database(tests.worker_url, sealer()) as worker:
        mailer = OutboxMailer(folder / "outbox", "us@example.org")
        yield Bringer(database, Workshop(database=worker, mailer=mailer, base_url=BASE_URL, home=folder), who)
