"""Asking to be forgotten: confirmed at once, taken back for a day, done after it, and after the wedding; by oneself alone."""

from datetime import datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest
from tests.features.privacy.canaries import WORD, found, plant
from tests.features.privacy.working import forget_now, workshop_of
from tests.features.venues.places import business_of
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.world import Somebody, Wedding, connect, join_wedding, member, owner, person, wedding

from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Grant, Level
from wedsync.features.people import actions as people
from wedsync.features.privacy import actions as privacy
from wedsync.features.privacy.erasing import erase_due
from wedsync.features.privacy.jobs import JOBS
from wedsync.features.privacy.queries import BEGIN, MINE
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.queries import FACTS
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import Area, SupplierRole
from wedsync.kernel.problems import AlreadyDone, Conflict, NotFound
from wedsync.platform.database import NOBODY, ById, Database, NoParams
from wedsync.platform.http.app import WebApp
from wedsync.platform.queue import work_through

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]


async def ask(database: Database, who: Somebody, wedding_id: WeddingId | None = None) -> None:
    async with database.transaction(who.actor) as tx:
        await privacy.ask_to_be_forgotten(tx, who.person_id, wedding_id)


async def value(admin: Admin, statement: str, *values: object) -> object:
    row = await (await admin.execute(statement, values)).fetchone()
    assert row is not None
    return row[0]


async def test_one_asks_sees_how_it_stands_and_takes_it_back(app: WebApp, database: Database) -> None:
    clara = await person(database, "Clara")
    own = await wedding(database, clara)
    visitor = Visitor(app, clara)
    page = await visitor.look("/you/data")
    assert "What you asked for" not in page
    assert "What stays, and why" in page
    sent = await visitor.send("/you/data/erasure")
    page = await visitor.look(sent.headers["location"])
    assert "A letter confirms it" in page
    assert "It begins after" in page
    assert "Take it back" in page
    assert page.count('action="/you/data/erasure"') == 0
    again = await visitor.send("/you/data/erasure")
    assert again.status_code == 409
    taken = page.split('action="/you/data/requests/')[1].split('"')[0]
    sent = await visitor.send(f"/you/data/requests/{taken}")
    page = await visitor.look(sent.headers["location"])
    assert "taken back" in page
    assert (await visitor.send(f"/you/data/requests/{taken}")).status_code == 409
    sent = await visitor.send("/you/data/erasure", wedding_id=str(own))
    assert "Be forgotten in Clara & Dan" in await visitor.look(sent.headers["location"])


async def test_a_page_of_it_costs_two_statements(app: WebApp, database: Database) -> None:
    assert await Visitor(app, await person(database, "Clara")).statements("/you/data") == 2


async def test_a_program_asks_alike(client: httpx.AsyncClient, database: Database) -> None:
    clara, base = await person(database, "Clara"), "/api/v1/me/data-requests"
    asked = await client.post(base, json={"kind": "erasure"}, headers=clara.bearer)
    assert asked.status_code == 201
    lasts = datetime.fromisoformat(asked.json()["due_at"]) - datetime.fromisoformat(asked.json()["created_at"])
    assert lasts == timedelta(days=7)
    assert (await client.post(base, json={"kind": "erasure"}, headers=clara.bearer)).status_code == 409
    assert (await client.post(base, json={"kind": "everything"}, headers=clara.bearer)).status_code == 422
    (listed,) = (await client.get(base, headers=clara.bearer)).json()
    assert listed["id"] == asked.json()["id"]
    assert (await client.delete(f"{base}/{asked.json()['id']}", headers=clara.bearer)).status_code == 204
    assert (await client.delete(f"{base}/{asked.json()['id']}", headers=clara.bearer)).status_code == 409


async def test_nobody_asks_for_a_part_in_a_wedding_that_is_not_theirs(database: Database) -> None:
    clara, eve = await person(database, "Clara"), await person(database, "Eve")
    own = await wedding(database, clara)
    with pytest.raises(NotFound):
        await ask(database, eve, own)


async def test_a_letter_confirms_it_and_another_tells_that_it_is_done(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    await ask(database, clara)
    async with workshop_of(own_database, tmp_path, later=timedelta()) as workshop:
        await work_through(own_database.worker_url, workshop, JOBS, until_empty=True)
    receipts = [letter for letter in letters(tmp_path) if clara.email in letter]
    assert len(receipts) == 1
    assert "You asked to be forgotten" in receipts[0]
    assert "/you/data" in receipts[0]
    await forget_now(own_database, tmp_path)
    (last,) = [letter for letter in letters(tmp_path) if clara.email in letter]
    assert "You are forgotten" in last


def letters(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted((folder / "outbox").glob("*.eml"))]


async def test_nothing_happens_within_the_day_or_once_it_was_taken_back(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    clara, dan = await person(database, "Clara"), await person(database, "Dan")
    for each in (clara, dan):
        await ask(database, each)
    async with database.transaction(dan.actor) as tx:
        request = (await tx.all(MINE, NoParams()))[0].id
        await privacy.withdraw(tx, dan.person_id, request)
    await forget_now(own_database, tmp_path, later=timedelta(hours=23))
    name = "select name from app.people where id = %s"
    assert await value(admin, name, clara.person_id) == "Clara"
    await forget_now(own_database, tmp_path)
    assert await value(admin, name, clara.person_id) == "Erased"
    assert await value(admin, name, dan.person_id) == "Dan"


async def test_while_the_wedding_is_on_it_waits_and_says_why(
    own_database: TestDatabase, app: WebApp, database: Database, admin: Admin, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    own = await wedding(database, clara)
    async with database.transaction(clara.actor) as tx:
        today = FactWrite(key="wedding_date", value=utc_now().date().isoformat(), base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, own, today)
    await ask(database, clara)
    page = await Visitor(app, clara).look("/you/data")
    assert "It waits until" in page
    assert "the wedding is on" in page
    async with workshop_of(own_database, tmp_path, later=timedelta()) as workshop:
        await erase_due(tmp_path / "erasures.ledger", workshop)
    title = "select title from app.weddings where id = %s"
    assert await value(admin, title, own) == "Clara & Dan"
    await forget_now(own_database, tmp_path, later=timedelta(days=3))
    assert await value(admin, title, own) == "Wedding"


async def test_what_has_begun_is_not_taken_back(own_database: TestDatabase, database: Database, tmp_path: Path) -> None:
    """Cut off between the ledger and the erasure: the ledger is true, so the way back is closed; the next hour goes on."""
    clara = await person(database, "Clara")
    await ask(database, clara)
    async with database.transaction(clara.actor) as tx:
        request = (await tx.all(MINE, NoParams()))[0].id
    async with workshop_of(own_database, tmp_path) as workshop, workshop.database.transaction(NOBODY) as tx:
        await tx.one(BEGIN, ById(request))
    with pytest.raises(Conflict):
        async with database.transaction(clara.actor) as tx:
            await privacy.withdraw(tx, clara.person_id, request)
    await forget_now(own_database, tmp_path)
    async with database.transaction(clara.actor) as tx:
        assert (await tx.all(MINE, NoParams()))[0].done_at is not None


async def test_from_the_moment_one_asks_suppliers_no_longer_read_how_to_reach_them(database: Database) -> None:
    clara, anna, dan = await person(database, "Clara"), await owner(database, "Anna"), await person(database, "Dan")
    own = await wedding(database, clara, partner1_email="c@example.org", partner2_email="d@example.org")
    await join_wedding(database, Wedding(id=own, partner=clara), dan, "partner")
    await connect(database, clara, own, anna)
    async with database.transaction(clara.actor) as tx:
        grant = Grant(area=Area.CONTACTS, level=Level.EVERYTHING, can_write=False)
        await connections.share(tx, own, business_of(anna), grant)
    emails = {"partner1_email", "partner2_email"}
    assert await read(database, anna, own) >= emails
    await ask(database, clara)
    assert await read(database, anna, own) & emails == {"partner2_email"}
    assert "partner1_first_name" in await read(database, anna, own), "she works for somebody"
    for each in (clara, dan):
        assert await read(database, each, own) >= emails


async def read(database: Database, who: Somebody, own: WeddingId) -> set[str]:
    actor = msgspec.structs.replace(who.actor, wedding_id=own)
    return {fact.key for fact in await database.reader(actor).all(FACTS, ById(own))}


async def test_what_the_other_partner_needs_stays_and_the_title_is_theirs(
    own_database: TestDatabase, app: WebApp, database: Database, admin: Admin, tmp_path: Path
) -> None:
    planted = await plant(database, own_database, app, has_two=True)
    await ask(database, planted.subject)
    await forget_now(own_database, tmp_path)
    left = await found(admin)
    assert set(left) <= {
        "app.core_field_revisions.value",
        "app.fact_proposals.value",
        "app.wedding_events.title",
        "app.audit_events.before",
    }
    facts = {f.key: f.value for f in await database.reader(planted.dan.actor).all(FACTS, ById(planted.own))}
    assert facts["special_requests"] == f"{WORD} must sit by the door", "they wrote it together"
    for key in ("partner1_first_name", "partner1_last_name", "partner1_email", "partner1_phone", "pronouns"):
        assert facts[key] is None
    assert await value(admin, "select title from app.weddings where id = %s", planted.own) == "Dan"
    assert await (await admin.execute("select guard.broken_facts(%s)", [planted.own])).fetchall() == []
    await ask(database, planted.dan, planted.own)
    await forget_now(own_database, tmp_path)
    assert await found(admin) == [], "with the last of them the rest goes"


async def test_one_takes_ones_part_out_of_one_wedding_and_keeps_the_account(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    clara, dan = await person(database, "Clara"), await person(database, "Dan")
    own, other = await wedding(database, clara), await wedding(database, clara)
    await join_wedding(database, Wedding(id=own, partner=clara), dan, "partner")
    await ask(database, clara, own)
    await forget_now(own_database, tmp_path)
    names = "select display_name from app.wedding_members where wedding_id = %s and person_id = %s"
    assert await value(admin, names, own, clara.person_id) == "Erased"
    assert await value(admin, names, other, clara.person_id) == "Clara"
    assert await value(admin, "select name from app.people where id = %s", clara.person_id) == "Clara"
    assert await value(admin, "select title from app.weddings where id = %s", own) == "Dan"
    assert await value(admin, "select title from app.weddings where id = %s", other) == "Clara & Dan"
    with pytest.raises(NotFound):
        async with database.transaction(clara.actor) as tx:
            await weddings.rename_event(tx, own, dan.person_id, "Mine")  # type: ignore[arg-type]  # none of it is


async def test_a_business_goes_to_who_leads_on_and_closes_with_the_last(
    own_database: TestDatabase, database: Database, admin: Admin, tmp_path: Path
) -> None:
    anna = await owner(database, "Anna")
    mia = await member(database, anna, "Mia", SupplierRole.MANAGER)
    await member(database, anna, "Ben", SupplierRole.MEMBER)
    clara = await person(database, "Clara")
    own = await wedding(database, clara)
    await connect(database, clara, own, anna)
    await ask(database, anna)
    await forget_now(own_database, tmp_path)
    owners = "select array_agg(person_id) from app.supplier_members where supplier_id = %s and role = 'owner' and left_at is null"
    name = "select name from app.suppliers where id = %s"
    assert await value(admin, owners, anna.supplier_id) == [mia.person_id]
    assert await value(admin, name, anna.supplier_id) == "Anna's"
    alone = await owner(database, "Eve")
    await connect(database, clara, own, alone)
    await ask(database, alone)
    await forget_now(own_database, tmp_path)
    assert await value(admin, name, alone.supplier_id) == "Closed business"
    status = "select status from app.connections where wedding_id = %s and supplier_id = %s"
    assert await value(admin, status, own, alone.supplier_id) == "disconnected"
    assert await value(admin, status, own, anna.supplier_id) == "connected"


async def test_who_was_forgotten_may_come_again_as_somebody_new(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    await ask(database, clara)
    await forget_now(own_database, tmp_path)
    async with database.transaction(NOBODY) as tx:
        again = await people.register(tx, email=clara.email, name="Clara", zone="Europe/London")
    assert again != clara.person_id
    with pytest.raises(AlreadyDone):
        async with database.transaction(NOBODY) as tx:
            await people.register(tx, email=clara.email, name="Clara", zone="Europe/London")
