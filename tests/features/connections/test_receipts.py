"""Who reads what only a grant opens leaves one receipt a person, area and day, and the couple reads it."""

import asyncio
from datetime import timedelta
from typing import TypeAlias

import httpx
import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, travelling
from tests.support.world import Somebody, World, build_world

from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings import receipts
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.fields.definitions import CORE_FIELDS
from wedsync.kernel.permissions import Area
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

Receipts: TypeAlias = list[dict[str, str]]
Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"


@pytest.fixture
async def own(database: Database) -> World:
    """A world of this test's, in which contact details are told and shared with Anna's business."""
    world = await build_world(database)
    async with database.transaction(world.clara.actor) as tx:
        for key, value in (("partner1_email", "clara@example.org"), ("maid_of_honour_name", "Maud")):
            await weddings.record_fact(tx, world.wedding_id, FactWrite(key=key, value=value, base_revision=0))
    return world


async def share(client: httpx.AsyncClient, world: World, area: str = "contacts") -> None:
    grant = f"/api/v1/weddings/{world.wedding_id}/connections/{world.supplier_id}/grants/{area}"
    given = await client.put(grant, json={"level": "everything", "can_write": True}, headers=world.clara.bearer)
    assert given.status_code == 200, given.text


async def left(client: httpx.AsyncClient, world: World, by: Somebody | None = None) -> set[tuple[str, str]]:
    """Who left a receipt for which area, as the couple reads it."""
    answer = await client.get(
        f"/api/v1/weddings/{world.wedding_id}/access-receipts", headers=(by or world.clara).bearer
    )
    assert answer.status_code == 200, answer.text
    found: Receipts = answer.json()["items"]
    assert len(found) == len({(each["person"], each["area"], each["read_on"]) for each in found})
    return {(each["person"], each["area"]) for each in found}


async def test_a_page_that_tells_only_what_is_usual_leaves_nothing(client: httpx.AsyncClient, own: World) -> None:
    assert (await client.get(f"/api/v1/weddings/{own.wedding_id}", headers=own.ben.bearer)).status_code == 200
    assert await left(client, own) == set()


READS = {
    "the wedding": "/api/v1/weddings/{w}",
    "every fact": "/api/v1/weddings/{w}/facts",
    "one fact": "/api/v1/weddings/{w}/facts/partner1_email",
    "how it came to be": "/api/v1/weddings/{w}/facts/partner1_email/revisions",
    "what changed": "/api/v1/weddings/{w}/changes",
    "its page": "/s/{s}/weddings/{w}",
    "today": "/s/{s}/today",
}


@pytest.mark.parametrize("what", READS)
async def test_each_way_of_reading_leaves_one_receipt_however_often(
    app: WebApp, client: httpx.AsyncClient, own: World, what: str
) -> None:
    await share(client, own)
    path = READS[what].format(w=own.wedding_id, s=own.supplier_id)
    for _ in range(2):
        if path.startswith("/api"):
            assert (await client.get(path, headers=own.ben.bearer)).status_code == 200
        else:
            await Visitor(app, own.ben).look(path)
    assert await left(client, own) == {("Ben", "contacts")}


async def test_a_conflict_that_tells_what_stands_is_read_as_well(client: httpx.AsyncClient, own: World) -> None:
    await share(client, own)
    email = f"/api/v1/weddings/{own.wedding_id}/facts/partner1_email"
    told = await client.patch(email, json={"value": "x@example.org"}, headers=own.ben.bearer | {"if-match": '"0"'})
    assert told.json()["current"] == "clara@example.org"
    assert await left(client, own) == {("Ben", "contacts")}


async def test_who_may_not_read_it_leaves_nothing(client: httpx.AsyncClient, own: World) -> None:
    email = f"/api/v1/weddings/{own.wedding_id}/facts/partner1_email"
    refused = await client.patch(email, json={"value": "x@example.org"}, headers=own.ben.bearer | {"if-match": '"0"'})
    assert refused.status_code == 403
    assert await left(client, own) == set()


async def test_twenty_first_readings_at_once_are_one_receipt(client: httpx.AsyncClient, own: World) -> None:
    await share(client, own)
    path = f"/api/v1/weddings/{own.wedding_id}/facts"

    async def read() -> int:
        receipts._left.clear()  # noqa: SLF001 - as twenty processes would
        return (await client.get(path, headers=own.ben.bearer)).status_code

    assert set(await asyncio.gather(*(read() for _ in range(20)))) == {200}
    assert await left(client, own) == {("Ben", "contacts")}


async def test_people_areas_and_days_are_told_apart_and_listed_newest_first(
    app: WebApp, client: httpx.AsyncClient, own: World, own_database: TestDatabase
) -> None:
    await share(client, own)
    await share(client, own, "people")
    path = f"/api/v1/weddings/{own.wedding_id}/facts"
    await client.get(path, headers=own.ben.bearer)
    await client.get(path, headers=own.vera.bearer)
    assert await left(client, own) == {(who, area) for who in ("Ben", "Vera") for area in ("contacts", "people")}
    ben = msgspec.structs.replace(own.ben.actor, wedding_id=own.wedding_id)
    async with travelling(own_database, timedelta(days=1)) as later, later.transaction(ben) as tx:
        await receipts.leave_receipts(tx, own.wedding_id, (Area.CONTACTS, Area.PEOPLE))
    base = f"/api/v1/weddings/{own.wedding_id}/access-receipts"
    page, found = "", Receipts()
    while not found or page:
        part = (await client.get(f"{base}?limit=4&before={page}", headers=own.dan.bearer)).json()
        found, page = [*found, *part["items"]], part["next"]
    assert len(found) == 6
    assert [each["first_read_at"] for each in found] == sorted((e["first_read_at"] for e in found), reverse=True)
    mine = (await client.get(f"{base}?supplier={own.other_supplier_id}", headers=own.dan.bearer)).json()
    assert mine["items"] == []
    looked = await Visitor(app, own.clara).look(f"/w/{own.wedding_id}/receipts?supplier={own.supplier_id}")
    assert "Ben" in looked
    assert "Contact details" in looked
    assert "Vera" in await Visitor(app, own.clara).look(f"/w/{own.wedding_id}/suppliers/{own.supplier_id}")


async def test_nothing_is_told_while_its_receipt_cannot_be_kept(
    client: httpx.AsyncClient, own: World, admin: Admin
) -> None:
    await share(client, own)
    path = f"/api/v1/weddings/{own.wedding_id}/facts"
    async with admin.transaction():
        await admin.execute("lock table app.access_receipts in share mode")
        refused, told = await asyncio.gather(
            client.get(path, headers=own.ben.bearer), client.get(path, headers=own.clara.bearer)
        )
    assert (refused.status_code, told.status_code) == (503, 200)
    assert (await client.get(path, headers=own.ben.bearer)).status_code == 200


def test_what_only_a_grant_opens_is_protected_and_what_is_usual_is_not() -> None:
    protected = {field.key for field in CORE_FIELDS if field.is_protected}
    assert {"partner1_email", "partner1_phone", "special_requests", "officiant", "date_flexible"} <= protected
    assert not {"couple_names", "wedding_date", "adults", "total_budget", "postal_address"} & protected
    assert all(field.is_protected for field in CORE_FIELDS if field.area is Area.CONTACTS)
