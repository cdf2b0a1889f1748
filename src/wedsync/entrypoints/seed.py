"""The demo world: built once, by the same actions people use, and never beside real people's data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from wedsync.entrypoints.demo.world import CAST, OPERATORS, Builder, SignIn
from wedsync.features.people.queries import ME, SIGN_IN_SECRET, ByEmail
from wedsync.features.privacy.replaying import replay
from wedsync.platform.addresses import addresses
from wedsync.platform.database import NOBODY, Actor, Database, NoParams
from wedsync.platform.erasure_ledger import LedgerBroken
from wedsync.platform.formats import long_date
from wedsync.platform.house import bring_up_to_date
from wedsync.platform.migrations import MigrationError, recreate
from wedsync.platform.operators import appoint
from wedsync.platform.settings import Settings
from wedsync.platform.tokens import Sealer

LAST_BUILT = "ines@example.org"
REAL_PEOPLE = """
select count(*) || ' people here are not the demo''s.' from app.people
where email not like '%@example.org' having count(*) > 0"""


class SeedError(Exception):
    """The demo world cannot be built here; the sentence says why."""


async def seed(settings: Settings, *, admin_url: str, reset: bool, progress: Callable[[str], None]) -> Sequence[SignIn]:
    """Build the demo world; returns who can sign in. Safe to repeat: what is built stays as it is.

    `reset` drops the database first (`admin_url` names its administrator). Raises SeedError.
    """
    if reset:
        progress("Deleting the demo world")
        try:
            await recreate(admin_url, unless=REAL_PEOPLE)
            await bring_up_to_date(admin_url, settings.secret, progress)
            await _catch_up(settings, admin_url)
        except (MigrationError, LedgerBroken) as error:
            raise SeedError(str(error)) from error
    async with Database(settings.database_url, Sealer(settings.secret.encode())) as database:
        if await _is_known(database, LAST_BUILT):
            return [await _dated(database, each) for each in CAST]
        if await _is_known(database, CAST[0].email):
            raise SeedError("A demo world stands here half built. Run `wedsync seed --reset`.")
        await Builder(database, progress).build()
        for email, (_, role) in OPERATORS.items():
            await asyncio.to_thread(appoint, admin_url, email, role.value)
        return [await _dated(database, each) for each in CAST]


async def _catch_up(settings: Settings, admin_url: str) -> None:
    """The new database knows of no erasure yet, and what serves is told to wait for that."""
    url = addresses(admin_url, settings.valkey_url, settings.secret).worker
    async with Database(url, Sealer(settings.secret.encode())) as worker:
        await replay(worker, settings.erasure_ledger_path)


async def _dated(database: Database, somebody: SignIn) -> SignIn:
    """With the date of their wedding: the world stays while days go by, so "today" would soon be untrue."""
    async with database.transaction(NOBODY) as tx:
        person = (await tx.one(SIGN_IN_SECRET, ByEmail(somebody.email))).person_id
    me = await database.reader(Actor(person_id=person)).one(ME, NoParams())
    days = [long_date(each.held_on) for each in me.weddings if each.held_on is not None]
    return msgspec.structs.replace(somebody, is_what=somebody.is_what.format(day=next(iter(days), "no day yet")))


async def _is_known(database: Database, email: str) -> bool:
    async with database.transaction(NOBODY) as tx:
        return await tx.maybe(SIGN_IN_SECRET, ByEmail(email)) is not None
