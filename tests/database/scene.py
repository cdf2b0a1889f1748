"""The cast before the database: their wedding with facts of every kind of reader, a caterer, and somebody else's wedding."""

import msgspec
from tests.support.world import Somebody, World, build_world, owner, person, wedding

from wedsync.features.acknowledgements.actions import acknowledge
from wedsync.features.acknowledgements.model import Shown
from wedsync.features.connections import actions as connections
from wedsync.features.people.jobs import CODE
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings import queries as q
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.ids import EventId, WeddingId
from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import NOBODY, Actor, ById, Database

FACTS: dict[str, JsonValue] = {
    "ceremony_time": "14:00",
    "reception_time": "17:00",
    "end_time": "23:30",
    "ceremony_venue_name": "Chapel by the Mill",
    "partner1_email": "clara@example.org",
    "total_budget": 2_500_000,
    "special_requests": "No peanuts near Aunt Maud",
}


class Scene(World, frozen=True, kw_only=True):
    """`kate` caters at the wedding; `ed` has a wedding of his own, at which Eve works."""

    kate: Somebody
    ed: Somebody
    other_wedding_id: WeddingId
    ceremony_id: EventId
    reception_id: EventId

    @property
    def people(self) -> dict[str, Actor]:
        """Everybody of the tables, in the capacity they usually act in."""
        names = ("anna", "ada", "mia", "ben", "vera", "kate", "clara", "dan", "cora", "colin", "eve", "oli")
        cast: dict[str, Somebody] = {name: getattr(self, name) for name in names}
        return {name: somebody.actor for name, somebody in cast.items()} | {"nobody": NOBODY}


async def connect(
    database: Database, partner: Somebody, wedding_id: WeddingId, boss: Somebody, kind: SupplierType
) -> None:
    """Connect the boss's business as what it does at this wedding, with its usual grants."""
    async with database.transaction(partner.actor) as tx:
        wanted = connections.NewInvitation(kind="supplier", email=boss.email, service=kind)
        invitation = await connections.invite(tx, wedding_id, wanted)
    async with database.transaction(boss.actor) as tx:
        code = tx.sealer.token(CODE, invitation.id)
        await connections.accept_from_couple(tx, code, display_name="", supplier_id=boss.supplier_id)


async def join(database: Database, partner: Somebody, wedding_id: WeddingId, somebody: Somebody, kind: str) -> None:
    """Take part in a wedding as partner, companion or coordinator."""
    async with database.transaction(partner.actor) as tx:
        wanted = connections.NewInvitation(kind=kind, email=somebody.email, name=somebody.name)
        invitation = await connections.invite(tx, wedding_id, wanted)
    async with database.transaction(somebody.actor) as tx:
        await connections.accept_from_couple(tx, tx.sealer.token(CODE, invitation.id), display_name=somebody.name)


async def build_scene(database: Database) -> Scene:
    """Everything is made by the actions that people call."""
    world = await build_world(database)
    kate, ed = await owner(database, "Kate", SupplierType.CATERER), await person(database, "Ed")
    await connect(database, world.clara, world.wedding_id, kate, SupplierType.CATERER)
    other = await wedding(database, ed, wedding_date="2031-06-14")
    await connect(database, ed, other, world.eve, SupplierType.FLORIST)
    async with database.transaction(world.clara.actor) as tx:
        for key, value in FACTS.items():
            await weddings.record_fact(tx, world.wedding_id, FactWrite(key=key, value=value, base_revision=0))
        events = await tx.all(q.EVENTS, ById(world.wedding_id))
    async with database.transaction(world.ben.actor) as tx:
        await acknowledge(
            tx, world.wedding_id, [Shown(subject_id=world.wedding_id, fact_key="partner2_first_name", revision=1)]
        )
    known = {field: getattr(world, field) for field in World.__struct_fields__}
    ids = {event.kind.value: event.id for event in events}
    return Scene(
        **known, kate=kate, ed=ed, other_wedding_id=other, ceremony_id=ids["ceremony"], reception_id=ids["reception"]
    )


def with_capacity(actor: Actor, **changes: object) -> Actor:
    """The same person, acting otherwise."""
    return msgspec.structs.replace(actor, **changes)
