"""A database as production has it: migrated from nothing, on production's clock, signed, with two weddings in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import msgspec
from psycopg import sql
from tests.database.roles import empty, roles_to_oneself
from tests.features.amendments.scene import Confirmed, confirmed
from tests.support.database import PASSWORDS, sealer, urls

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.queries import EVENTS
from wedsync.kernel.clock import utc_now
from wedsync.platform import migrations
from wedsync.platform.attested import Attestor, Signed, keep, take
from wedsync.platform.database import ById, Database

SECRET: Final = "what only this installation knows, 32 bytes"


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """A database like production's, with a wedding that is on and one that is confirmed."""

    server: str
    name: str
    url: str
    on: Confirmed
    fixed: Confirmed
    event: str
    signed: Signed

    def named(self) -> dict[str, sql.Composable]:
        return {
            "on": sql.Literal(self.on.id),
            "fixed": sql.Literal(self.fixed.id),
            "event": sql.Literal(self.event),
        }


@asynccontextmanager
async def installed(server_url: str, name: str) -> AsyncIterator[Installation]:
    """One of one's own, dropped afterwards."""
    async with empty(server_url, name) as url:
        async with roles_to_oneself(server_url):
            await migrations.bootstrap(url, PASSWORDS)
        await migrations.migrate(url, progress=lambda _line: None)
        async with Database(urls(server_url, name).app_url, sealer()) as database:
            fixed = await confirmed(database)
            on = await confirmed(database, utc_now().date() + timedelta(days=1), has_two=False)
            async with database.transaction(on.clara.actor) as tx:
                await weddings.set_lead(tx, on.id, 48, accept_lock=True)
            event = (await database.reader(on.clara.actor).all(EVENTS, ById(on.id)))[0].id
        signed = Attestor(SECRET).sign(await asyncio.to_thread(take, url))
        await asyncio.to_thread(keep, url, signed)
        yield Installation(server=server_url, name=name, url=url, on=on, fixed=fixed, event=str(event), signed=signed)
