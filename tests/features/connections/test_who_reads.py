"""Who can see one fact, and why: what the couple is told is what row security does."""

import httpx
import pytest
from tests.features.visitor import Visitor
from tests.support.world import World, build_world, connect, owner

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.model import FactValue
from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

SAID: dict[str, FactValue] = {
    "partner1_email": "clara@example.org", "partner1_phone": "+447700900123", "primary_contact": "both",
    "postal_address": "1 The Green, Bath BA1 1AA", "ceremony_time": "13:30", "ceremony_type": "civil",
    "ceremony_venue_name": "Elmore Court", "reception_venue_name": "Elmore Court", "reception_time": "17:00",
    "style": ["wild"], "setting": "both", "children": 4, "tables_needed": 9, "wheelchair_guests": 1, "party_size": 6,
    "officiant": "Olive", "planner_name": "Pia", "special_requests": "No lilies.", "total_budget": 2_000_000,
}  # fmt: skip


async def test_it_says_of_every_supplier_and_fact_what_row_security_does(
    client: httpx.AsyncClient, database: Database
) -> None:
    world = await build_world(database)
    async with database.transaction(world.clara.actor) as tx:
        for key, value in SAID.items():
            await weddings.record_fact(tx, world.wedding_id, FactWrite(key=key, value=value, base_revision=0))
    base = f"/api/v1/weddings/{world.wedding_id}"
    suppliers = {world.supplier_id: world.anna}
    for kind in (each for each in SupplierType if each is not SupplierType.PHOTOGRAPHER):
        somebody = await owner(database, kind.value.capitalize(), kind)
        assert somebody.supplier_id is not None
        await connect(database, world.clara, world.wedding_id, somebody, kind)
        suppliers[somebody.supplier_id] = somebody
    photographer, videographer = list(suppliers)[:2]
    for supplier, area, level in ((photographer, "contacts", "everything"), (videographer, "event", "everything")):
        grant = f"{base}/connections/{supplier}/grants/{area}"
        await client.put(grant, json={"level": level}, headers=world.clara.bearer)
    await client.delete(f"{base}/connections/{videographer}/grants/wishes", headers=world.clara.bearer)
    read = {}
    members = {each.person_id: each for each in (world.clara, world.dan, world.colin, world.cora)}
    for identity, somebody in (*suppliers.items(), *members.items()):
        facts = (await client.get(f"{base}/facts", headers=somebody.bearer)).json()
        read[str(identity)] = {fact["key"] for fact in facts}
    compared = 0
    for field in CORE_FIELDS:
        answer = await client.get(f"{base}/facts/{field.key}/readers", headers=world.clara.bearer)
        assert answer.status_code == (404 if field.is_derived else 200), (field.key, answer.text)
        for reader in [] if field.is_derived or field.key not in SAID else answer.json():
            identity = reader["supplier_id"] or reader["person_id"]
            assert reader["reads"] == (field.key in read[identity]), (field.key, reader)
            compared += 1
    assert compared == len(SAID) * (len(SupplierType) + len(members))
    assert len({frozenset(keys) for keys in read.values()}) > len(SupplierType) // 2


@pytest.mark.parametrize(
    ("key", "name", "why"),
    [
        ("adults", "Clara", "It is their wedding. Partners read everything."),
        ("adults", "Colin", "You let them look. Companions read everything but the budget, and change nothing."),
        ("total_budget", "Cora", "The budget stays between the two of you. It can be shared with nobody."),
        ("partner1_email", "Anna's", "You share nothing of “Contact details” with them."),
        (
            "ceremony_time",
            "Anna's",
            "You share what a photographer usually needs of “The day”, and this is part of it.",
        ),
        ("ceremony_type", "Anna's", "You share what a photographer usually needs of “The day”. This is not."),
    ],
)
async def test_it_says_why_in_a_couples_words(
    client: httpx.AsyncClient, world: World, key: str, name: str, why: str
) -> None:
    found = await client.get(f"/api/v1/weddings/{world.wedding_id}/facts/{key}/readers", headers=world.clara.bearer)
    assert why in {each["why"] for each in found.json() if each["name"] == name}


async def test_the_details_lead_to_it_and_it_leads_to_what_changes_it(app: WebApp, world: World) -> None:
    clara = Visitor(app, world.clara)
    there = f"/w/{world.wedding_id}/details/adults/readers"
    assert there in await clara.look(f"/w/{world.wedding_id}/details")
    page = await clara.look(there)
    assert f"/w/{world.wedding_id}/suppliers/{world.supplier_id}" in page
    assert page.index("read it") < page.index("does not")
    assert there not in await Visitor(app, world.colin).look(f"/w/{world.wedding_id}/details")
    await Visitor(app, world.colin).look(there, status=403)
