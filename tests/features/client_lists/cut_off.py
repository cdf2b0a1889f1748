"""A worker that reads or saves one import and is killed meanwhile: `python -m tests.features.client_lists.cut_off …`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from tests.support.database import sealer
from tests.support.web import BASE_URL

from wedsync.features.client_lists import saving
from wedsync.features.client_lists.reading import ForReading, read_import
from wedsync.features.client_lists.saving import ForSaving, save_import
from wedsync.features.clients.actions import bring_clients
from wedsync.features.clients.queries import Brought
from wedsync.kernel.ids import ClientId, ImportId, PersonId, SupplierId
from wedsync.platform.database import Actor, Database, Tx
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer


async def main(what: str, url: str, *ids: str) -> None:
    person, supplier, import_id = (UUID(each) for each in ids)
    actor = Actor(person_id=PersonId(person), supplier_id=SupplierId(supplier))
    async with Database(url, sealer()) as database:
        mailer = OutboxMailer(Path("outbox"), "us@example.org")
        workshop = Workshop(database=database, mailer=mailer, base_url=BASE_URL)
        if what == "apart":
            save_apart(database, actor)
        async with database.transaction(actor):
            sys.stdout.write("begun\n")
            sys.stdout.flush()
        if what == "read":
            job = ForReading(supplier_id=SupplierId(supplier), import_id=ImportId(import_id), turn=1)
            await read_import(workshop, actor, job)
        else:
            await save_import(
                workshop, actor, ForSaving(supplier_id=SupplierId(supplier), import_id=ImportId(import_id))
            )


def save_apart(database: Database, actor: Actor) -> None:
    """The control: clients are kept in one transaction, and that they are in another."""
    bring = bring_clients

    async def apart(_: Tx, supplier_id: SupplierId, brought: Sequence[Brought]) -> tuple[ClientId, ...]:
        async with database.transaction(actor) as own:
            kept = await bring(own, supplier_id, brought)
        await asyncio.sleep(0.2)  # long enough to be killed in
        return kept

    vars(saving)["bring_clients"] = apart


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
