"""Clara & Dan's wedding a year from now with a photographer and a caterer, for tests of who has seen what."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import httpx
import msgspec
from tests.support.world import Somebody, Wedding, connect, join_wedding, member, owner, person, wedding

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.model import Fact
from wedsync.features.weddings.queries import FACTS
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.platform.database import ById, Database

IN_A_YEAR: Final = (utc_now() + timedelta(days=365)).date()


class There(msgspec.Struct, frozen=True, kw_only=True):
    """Anna photographs it, with Ben and Vera, who only looks; Carl caters; Cora coordinates. Eve has none of it."""

    database: Database
    id: WeddingId
    clara: Somebody
    dan: Somebody
    cora: Somebody
    anna: Somebody
    ben: Somebody
    vera: Somebody
    carl: Somebody
    eve: Somebody

    @property
    def annas(self) -> SupplierId:
        assert self.anna.supplier_id is not None
        return self.anna.supplier_id

    @property
    def carls(self) -> SupplierId:
        assert self.carl.supplier_id is not None
        return self.carl.supplier_id

    async def say(self, who: Somebody, key: str, value: JsonValue) -> Fact:
        """Write a fact after the one that stands."""
        stands = next((each.revision for each in await self.facts() if each.key == key), 0)
        async with self.database.transaction(who.actor) as tx:
            await weddings.record_fact(tx, self.id, FactWrite(key=key, value=value, base_revision=stands))
        return await self.fact(key)

    async def facts(self) -> list[Fact]:
        return await self.database.reader(self.clara.actor).all(FACTS, ById(self.id))

    async def fact(self, key: str) -> Fact:
        return next(each for each in await self.facts() if each.key == key)


async def there(database: Database, held_in_days: int = 365) -> There:
    held_on = (utc_now() + timedelta(days=held_in_days)).date().isoformat()
    clara, dan, cora = await person(database, "Clara"), await person(database, "Dan"), await person(database, "Cora")
    anna, carl = await owner(database, "Anna"), await owner(database, "Carl", SupplierType.CATERER)
    made = await wedding(database, clara, wedding_date=held_on, ceremony_time="13:00", adults=80)
    await join_wedding(database, Wedding(id=made, partner=clara), dan, "partner")
    await join_wedding(database, Wedding(id=made, partner=clara), cora, "coordinator")
    await connect(database, clara, made, anna)
    await connect(database, clara, made, carl, SupplierType.CATERER)
    return There(
        database=database,
        id=made,
        clara=clara,
        dan=dan,
        cora=cora,
        anna=anna,
        ben=await member(database, anna, "Ben", SupplierRole.MEMBER),
        vera=await member(database, anna, "Vera", SupplierRole.VIEWER),
        carl=carl,
        eve=await owner(database, "Eve"),
    )


class Program:
    """Somebody's program, at that wedding."""

    def __init__(self, client: httpx.AsyncClient, at: There) -> None:
        self.client, self.at = client, at
        self.address = f"/api/v1/weddings/{at.id}/acknowledgements"

    async def saw(self, who: Somebody, *facts: Fact, **other: object) -> httpx.Response:
        said = [
            {"fact_key": f.fact_key, "event_id": f.event_id and str(f.event_id), "revision": f.revision} for f in facts
        ]
        return await self.client.post(self.address, json={"facts": said} | other, headers=who.bearer)

    async def ledger(self, who: Somebody, after: str = "", limit: int = 500) -> list[dict[str, JsonValue]]:
        """All of it, in parts."""
        answer = await self.client.get(self.address, params={"after": after, "limit": limit}, headers=who.bearer)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, JsonValue]] = answer.json()["items"]
        following = answer.json()["next"]
        return found + (await self.ledger(who, following, limit) if following else [])

    async def stand(self, who: Somebody, supplier: Somebody, key: str) -> tuple[JsonValue, JsonValue, JsonValue]:
        """How a supplier stands towards a fact, the value that it saw last, and whether it is chased."""
        (row,) = [
            each
            for each in await self.ledger(who)
            if (each["supplier_id"], each["key"]) == (str(supplier.supplier_id), key)
        ]
        return row["stand"], row.get("seen_value"), row["is_change"]
