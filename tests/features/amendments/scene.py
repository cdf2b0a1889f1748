"""A confirmed wedding with both partners, a coordinator, a photographer and a florist, for tests of amendments."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import msgspec
from tests.support.world import (
    Somebody,
    Wedding,
    connect,
    join_wedding,
    member,
    owner,
    person,
    wedding,
)

from wedsync.features.amendments import actions
from wedsync.features.amendments.model import Amendment, Answer, Kind, Proposal, ReasonCode, Reply, Wanted
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.model import Fact, FactValue
from wedsync.features.weddings.queries import FACTS
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import AmendmentId, EventId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierRole
from wedsync.platform.database import ById, Database

IN_A_YEAR: Final = (utc_now() + timedelta(days=365)).date()
A_WEEK_LATER: Final = IN_A_YEAR + timedelta(days=7)


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """Clara & Dan's confirmed wedding; Cora coordinates it, Anna (with Ben) photographs it. Eve has none of it."""

    database: Database
    id: WeddingId
    clara: Somebody
    dan: Somebody
    cora: Somebody
    anna: Somebody
    ben: Somebody
    eve: Somebody
    brunch: EventId

    async def propose(
        self, who: Somebody, key: str, value: JsonValue, kind: Kind = Kind.CHANGE, *, on: EventId | None = None
    ) -> Amendment:
        wanted = (Wanted(key=key, value=value, event_id=on),)
        return await self.propose_all(who, Proposal(kind=kind, reason_code=ReasonCode.WISH, wanted=wanted))

    async def propose_all(self, who: Somebody, proposal: Proposal) -> Amendment:
        async with self.database.transaction(who.actor) as tx:
            return await actions.propose(tx, self.id, proposal)

    async def approve(self, who: Somebody, amendment: AmendmentId) -> Amendment:
        async with self.database.transaction(who.actor) as tx:
            return await actions.approve(tx, self.id, amendment)

    async def refuse(self, who: Somebody, amendment: AmendmentId, note: str = "") -> Amendment:
        async with self.database.transaction(who.actor) as tx:
            return await actions.refuse(tx, self.id, amendment, note)

    async def withdraw(self, who: Somebody, amendment: AmendmentId) -> Amendment:
        async with self.database.transaction(who.actor) as tx:
            return await actions.withdraw(tx, self.id, amendment)

    async def answer(self, who: Somebody, amendment: AmendmentId, answer: Answer, note: str = "") -> Amendment:
        async with self.database.transaction(who.actor) as tx:
            return await actions.answer_terms(tx, self.id, Reply(amendment_id=amendment, answer=answer, note=note))

    async def say(self, who: Somebody, key: str, value: JsonValue, base: int = 0, *, on: EventId | None = None) -> None:
        async with self.database.transaction(who.actor) as tx:
            await weddings.record_fact(tx, self.id, FactWrite(key=key, value=value, base_revision=base, event_id=on))

    async def facts(self) -> dict[str, FactValue]:
        """By core field; the brunch's by "brunch" and their stored name."""
        found = await self.database.reader(self.clara.actor).all(FACTS, ById(self.id))
        return {f"brunch {f.fact_key}" if f.event_id == self.brunch else f.key: f.value for f in found}

    async def fact(self, key: str) -> Fact:
        found = await self.database.reader(self.clara.actor).all(FACTS, ById(self.id))
        return next(fact for fact in found if fact.key == key)


async def confirmed(database: Database, held_on: date = IN_A_YEAR, *, has_two: bool = True) -> Confirmed:
    """The smallest wedding in which everything of an amendment matters."""
    clara, dan, cora = await person(database, "Clara"), await person(database, "Dan"), await person(database, "Cora")
    anna = await owner(database, "Anna")
    made = await wedding(
        database,
        clara,
        wedding_date=held_on.isoformat(),
        ceremony_time="14:00",
        ceremony_venue_name="Chapel by the Mill",
        ceremony_venue_address="Mill Lane 1, Bath BA1",
    )
    theirs = Wedding(id=made, partner=clara)
    if has_two:
        await join_wedding(database, theirs, dan, "partner")
    await join_wedding(database, theirs, cora, "coordinator")
    await connect(database, clara, made, anna)
    async with database.transaction(clara.actor) as tx:
        brunch = await weddings.add_event(tx, made, weddings.NewEvent(kind=EventKind.BRUNCH, title="Brunch"))
        day_after = (held_on + timedelta(days=1)).isoformat()
        await weddings.record_fact(
            tx, made, FactWrite(key="date", value=day_after, base_revision=0, event_id=brunch.id)
        )
        await weddings.confirm_date(tx, made)
    return Confirmed(
        database=database,
        id=made,
        clara=clara,
        dan=dan,
        cora=cora,
        anna=anna,
        ben=await member(database, anna, "Ben", SupplierRole.MEMBER),
        eve=await owner(database, "Eve"),
        brunch=brunch.id,
    )
