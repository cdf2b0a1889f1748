"""The directory, asked of the database itself: everybody reads, only a venue's own leads and managers write."""

from typing import Final, LiteralString

from tests.database.roles import Role
from tests.features.venues.places import business_of, published
from tests.support.world import Somebody, member, owner, person

from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.platform.database import NOBODY, Actor, Database

READ: Final[LiteralString] = "select count(*)::integer from live.venues where id = %s"
CHANGE: Final[LiteralString] = "update app.venues set capacity = capacity where id = %s"
ADD: Final[LiteralString] = (
    "insert into app.venues (supplier_id, name, address, capacity) values (%s, 'The Barn', 'Mill Lane, Bath', 20)"
)
PLAN: Final[LiteralString] = "explain (costs off) select id from live.venues where "


async def test_everybody_reads_and_only_the_venue_s_leads_and_managers_write(database: Database, as_app: Role) -> None:
    nora = await owner(database, "Nora", SupplierType.VENUE)
    venue = await published(database, nora)
    mia = await member(database, nora, "Mia", SupplierRole.MANAGER)
    ben = await member(database, nora, "Ben", SupplierRole.MEMBER)
    eve, oli = await owner(database, "Eve", SupplierType.VENUE), await person(database, "Oli")
    # Reads, changes, adds: rows, or "-" for a refusal.
    wanted = {"nora": "1 1 1", "mia": "1 1 1", "ben": "1 0 -", "eve": "1 0 -", "oli": "1 0 -"}
    for somebody in (nora, mia, ben, eve, oli):
        assert await _asked(as_app, somebody.actor, nora, venue.id) == wanted[somebody.name.lower()], somebody.name
    assert await _asked(as_app, NOBODY, nora, venue.id) == "0 0 -"


async def test_the_owner_of_another_business_publishes_nothing(database: Database, as_app: Role) -> None:
    anna, nora = await owner(database, "Anna"), await owner(database, "Nora", SupplierType.VENUE)
    assert (await as_app(anna.actor, ADD, business_of(anna))).state == "42501"
    assert (await as_app(nora.actor, ADD, business_of(nora))).count == 1


async def test_an_index_finds_a_name_before_row_security_looks(
    database: Database, as_app: Role, as_admin: Role
) -> None:
    oli, nora = await person(database, "Oli"), await owner(database, "Nora", SupplierType.VENUE)
    for _ in range(3):  # where nothing is counted, or most have the name that is asked for, any index would do
        await published(database, nora)
    assert (await as_admin(oli.actor, "analyze app.venues", keep=True)).state == ""
    # The plan of a large table, whatever this one has.
    await as_app(oli.actor, "set enable_seqscan = off; set enable_bitmapscan = off", keep=True)
    for where in ("key = 'no mill'", "key >= 'no' and key < 'np' order by key, id limit 8"):
        plan = await as_app(oli.actor, PLAN + where)
        assert any("Index Cond: (" in row and "key" in row for (row,) in plan.rows), plan
    businesses = "select id from live.suppliers where 'venue' = any (supplier_types) and key >= 'old' and key < 'ole'"
    plan = await as_app(oli.actor, "explain (costs off) " + businesses + " order by key, id limit 8")
    assert any("Index Cond: (" in row and "key" in row for (row,) in plan.rows), plan
    await as_app(oli.actor, "reset enable_seqscan; reset enable_bitmapscan", keep=True)


async def _asked(as_app: Role, actor: Actor, venue: Somebody, row: object) -> str:
    answers = [
        await as_app(actor, READ, row),
        await as_app(actor, CHANGE, row),
        await as_app(actor, ADD, business_of(venue)),
    ]
    return " ".join(each.short for each in answers)
