"""The cast of every test: each the smallest valid thing, made by calling the actions that people call.

Anna owns a photography business with Ada, Mia, Ben and Vera; Clara and Dan marry, with Colin and Cora; Eve owns another
business; Oli has an account and no ties; Olga, where she is needed, runs the installation. A world's people are its own, so tests share a database without meeting.
"""

import asyncio
import itertools
import os
from datetime import timedelta
from typing import Final

import msgspec

from wedsync.features.api_keys import actions as api_keys
from wedsync.features.api_keys.model import KeySaid, MadeKey
from wedsync.features.connections import actions as connections
from wedsync.features.people import actions as people
from wedsync.features.people import second_step_actions
from wedsync.features.people.jobs import CODE
from wedsync.features.people.model import SignUp
from wedsync.features.people.second_step import code_at, step_at
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.model import FactValue
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId, SessionId, SupplierId, WeddingId
from wedsync.kernel.permissions import KeyScope, OperatorRole, SupplierRole, SupplierType
from wedsync.kernel.tiers import SupplierTier
from wedsync.platform.database import NOBODY, Actor, Database
from wedsync.platform.operators import appoint
from wedsync.platform.supplier_tiers import set_tier

LONDON: Final = "Europe/London"
_numbers: Final = itertools.count(1)


class Somebody(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the cast, signed in, in the capacity they usually act in."""

    person_id: PersonId
    name: str
    email: str
    token: str
    session_id: SessionId
    supplier_id: SupplierId | None = None

    @property
    def actor(self) -> Actor:
        return Actor(person_id=self.person_id, supplier_id=self.supplier_id)

    @property
    def bearer(self) -> dict[str, str]:
        """Headers of a program that acts for them, in their capacity."""
        capacity = {} if self.supplier_id is None else {"x-wedsync-supplier": str(self.supplier_id)}
        return {"authorization": f"Bearer {self.token}"} | capacity


class World(msgspec.Struct, frozen=True, kw_only=True):
    """One wedding, two businesses, and everybody who may or may not see it. Anna's business is connected."""

    anna: Somebody
    ada: Somebody
    mia: Somebody
    ben: Somebody
    vera: Somebody
    clara: Somebody
    dan: Somebody
    colin: Somebody
    cora: Somebody
    eve: Somebody
    oli: Somebody
    supplier_id: SupplierId
    other_supplier_id: SupplierId
    wedding_id: WeddingId


async def person(database: Database, name: str) -> Somebody:
    """Somebody with an account and a session."""
    email = f"{name.lower()}.{os.getpid()}.{next(_numbers)}@example.org"
    async with database.transaction(NOBODY) as tx:
        person_id = await people.register(tx, email=email, name=name, zone=LONDON)
        await tx.act_as(person_id)
        begun = await people.begin_session(tx, person_id, "a test")
    return Somebody(person_id=person_id, name=name, email=email, token=begun.token, session_id=begun.session_id)


async def owner(database: Database, name: str, kind: SupplierType = SupplierType.PHOTOGRAPHER) -> Somebody:
    """Somebody with a business of their own."""
    somebody = await person(database, name)
    new = SignUp(business=f"{name}'s", supplier_types=(kind,), zone=LONDON, name=name, email=somebody.email)
    async with database.transaction(somebody.actor) as tx:
        supplier = await people.open_supplier(tx, somebody.person_id, new)
    return msgspec.structs.replace(somebody, supplier_id=supplier)


async def member(database: Database, boss: Somebody, name: str, role: SupplierRole) -> Somebody:
    """Somebody on the boss's team."""
    assert boss.supplier_id is not None
    somebody = await person(database, name)
    invited = people.NewInvitation(kind="member", email=somebody.email, name=name, role=role)
    async with database.transaction(boss.actor) as tx:
        invitation = await people.invite_member(tx, boss.supplier_id, invited)
    async with database.transaction(somebody.actor) as tx:
        await people.join_team(tx, tx.sealer.token(CODE, invitation.id), name)
    return msgspec.structs.replace(somebody, supplier_id=boss.supplier_id)


async def operator(database: Database, admin_url: str, name: str, role: OperatorRole = OperatorRole.OPS) -> Somebody:
    """One of the platform's staff; only the administrator appoints."""
    return await hire(database, admin_url, await person(database, name), role)


async def hire(database: Database, admin_url: str, somebody: Somebody, role: OperatorRole) -> Somebody:
    """Make one of the platform's staff of somebody; they sign in anew."""
    assert await asyncio.to_thread(appoint, admin_url, somebody.email, role.value)
    await with_second_step(database, somebody)
    async with database.transaction(somebody.actor) as tx:
        begun = await people.begin_session(tx, somebody.person_id, "a test")
    return msgspec.structs.replace(somebody, token=begun.token, session_id=begun.session_id)


async def with_second_step(database: Database, somebody: Somebody) -> str:
    """Their app's key; its code of half a minute ago is taken, so that the one of now is not."""
    async with database.transaction(somebody.actor) as tx:
        key = (await second_step_actions.set_up_second_step(tx, somebody.person_id)).key
        earlier = code_at(key, step_at(utc_now()) - 1)
        await second_step_actions.confirm_second_step(tx, somebody.person_id, earlier)
    return key


async def key(database: Database, admin_url: str, boss: Somebody, *scopes: KeyScope) -> MadeKey:
    """A key that the boss has made for a program of their business, which has the tier for it."""
    assert boss.supplier_id is not None
    assert await asyncio.to_thread(set_tier, admin_url, boss.supplier_id, SupplierTier.SCALE)
    async with database.transaction(boss.actor) as tx:
        return await api_keys.make_key(tx, boss.supplier_id, KeySaid(name="Studio sync", scopes=list(scopes)))


async def wedding(database: Database, partner: Somebody, **facts: FactValue) -> WeddingId:
    """A wedding with its first partner, and the facts that are named."""
    new = weddings.NewWedding(
        first_name=partner.name, last_name="Hughes", other_first_name="Dan", other_last_name="Whitfield", zone=LONDON
    )
    async with database.transaction(partner.actor) as tx:
        opened = await weddings.open_wedding(tx, partner.person_id, new)
        for key, value in facts.items():
            await weddings.record_fact(tx, opened, FactWrite(key=key, value=value, base_revision=0))
    return opened


class Wedding(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding and the partner who opened it."""

    id: WeddingId
    partner: Somebody


async def join_wedding(database: Database, to: Wedding, somebody: Somebody, kind: str) -> None:
    """Take part in a wedding as partner, companion or coordinator."""
    async with database.transaction(to.partner.actor) as tx:
        wanted = connections.NewInvitation(kind=kind, email=somebody.email, name=somebody.name)
        invitation = await connections.invite(tx, to.id, wanted)
    async with database.transaction(somebody.actor) as tx:
        code = tx.sealer.token(CODE, invitation.id)
        await connections.accept_from_couple(tx, code, display_name=somebody.name)


async def connect(
    database: Database,
    partner: Somebody,
    wedding_id: WeddingId,
    boss: Somebody,
    service: SupplierType = SupplierType.PHOTOGRAPHER,
) -> None:
    """Connect the boss's business with the wedding, with its usual grants."""
    async with database.transaction(partner.actor) as tx:
        wanted = connections.NewInvitation(kind="supplier", email=boss.email, service=service)
        invitation = await connections.invite(tx, wedding_id, wanted)
    async with database.transaction(boss.actor) as tx:
        code = tx.sealer.token(CODE, invitation.id)
        await connections.accept_from_couple(tx, code, display_name="", supplier_id=boss.supplier_id)


async def build_world(database: Database) -> World:
    """Everybody, and one wedding a year from now."""
    anna, eve = await owner(database, "Anna"), await owner(database, "Eve", SupplierType.FLORIST)
    assert anna.supplier_id is not None
    assert eve.supplier_id is not None
    clara, dan = await person(database, "Clara"), await person(database, "Dan")
    colin, cora = await person(database, "Colin"), await person(database, "Cora")
    held_on = (utc_now() + timedelta(days=365)).date().isoformat()
    wedding_id = await wedding(database, clara, wedding_date=held_on, adults=80)
    theirs = Wedding(id=wedding_id, partner=clara)
    await join_wedding(database, theirs, dan, "partner")
    await join_wedding(database, theirs, colin, "companion")
    await join_wedding(database, theirs, cora, "coordinator")
    await connect(database, clara, wedding_id, anna)
    return World(
        anna=anna,
        ada=await member(database, anna, "Ada", SupplierRole.ADMIN),
        mia=await member(database, anna, "Mia", SupplierRole.MANAGER),
        ben=await member(database, anna, "Ben", SupplierRole.MEMBER),
        vera=await member(database, anna, "Vera", SupplierRole.VIEWER),
        clara=clara,
        dan=dan,
        colin=colin,
        cora=cora,
        eve=eve,
        oli=await person(database, "Oli"),
        supplier_id=anna.supplier_id,
        other_supplier_id=eve.supplier_id,
        wedding_id=wedding_id,
    )
