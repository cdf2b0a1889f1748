"""A wedding that is on right now, by the real clock: it is today, and nobody said at what time."""

from typing import Final

import msgspec
from tests.support.world import Somebody, Wedding, connect, join_wedding, owner, person, wedding

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.zones import today_in
from wedsync.platform.database import Database

ZONE: Final = "Europe/London"


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """Clara's wedding with Cora, who coordinates, and Anna, who photographs."""

    clara: Somebody
    cora: Somebody
    anna: Somebody
    wedding_id: WeddingId


async def today(database: Database) -> Today:
    """It began at midnight."""
    clara, cora, anna = await person(database, "Clara"), await person(database, "Cora"), await owner(database, "Anna")
    theirs = await wedding(database, clara)
    await join_wedding(database, Wedding(id=theirs, partner=clara), cora, "coordinator")
    await connect(database, clara, theirs, anna)
    held_on = today_in(ZONE, utc_now()).isoformat()
    async with database.transaction(clara.actor) as tx:
        write = FactWrite(key="wedding_date", value=held_on, base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, theirs, write)
    return Today(clara=clara, cora=cora, anna=anna, wedding_id=theirs)
