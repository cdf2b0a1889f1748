"""What was removed is listed for who may know of it, and comes back whole by the hand of who may bring it back."""

import re
from datetime import timedelta

import msgspec
import psycopg
import pytest
from psycopg import sql
from tests.features.venues.places import business_of, published
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, travelling
from tests.support.web import client_of
from tests.support.world import Somebody, Wedding, connect, join_wedding, owner, person, wedding

from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Grant, Level
from wedsync.features.trash.api import listed
from wedsync.features.trash.model import KINDS, Deletion
from wedsync.features.venues import actions as venues
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import BatchId, WeddingId
from wedsync.kernel.permissions import Area, SupplierType
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp


@pytest.fixture
async def clara(database: Database) -> Somebody:
    return await person(database, "Clara")


@pytest.fixture
async def own(database: Database, clara: Somebody) -> WeddingId:
    return await wedding(database, clara, wedding_date="2031-06-14")


async def removed(database: Database, own: WeddingId, by: Somebody, title: str = "Brunch") -> BatchId:
    async with database.transaction(by.actor) as tx:
        event = await weddings.add_event(tx, own, weddings.NewEvent(kind=EventKind.BRUNCH, title=title))
        return await weddings.remove_event(tx, own, event.id)


async def seen(database: Database, own: WeddingId, by: Somebody) -> list[Deletion]:
    actor = msgspec.structs.replace(by.actor, wedding_id=own)
    return (await listed(database.reader(actor), own, None, 20)).items


async def test_a_couple_brings_back_what_it_removed(
    app: WebApp, database: Database, clara: Somebody, own: WeddingId
) -> None:
    visitor, trash = Visitor(app, clara), f"/w/{own}/trash"
    assert "Nothing was removed" in await visitor.look(trash)
    batch = await removed(database, own, clara)
    page = await visitor.look(trash)
    assert re.search(r"<b>Brunch</b>.*removed by Clara · <time.*comes back until", page)
    back = await visitor.send(f"{trash}/{batch}/restoration")
    assert back.headers["location"] == f"{trash}?told=restored"
    again = await visitor.look(back.headers["location"])
    assert "It is back" in again
    assert "Nothing was removed" in again
    assert "Brunch" in await visitor.look(f"/w/{own}/events")
    assert (await visitor.send(f"{trash}/{batch}/restoration")).status_code == 409


async def test_a_page_of_it_costs_three_statements(
    app: WebApp, database: Database, clara: Somebody, own: WeddingId
) -> None:
    await removed(database, own, clara)
    assert await Visitor(app, clara).statements(f"/w/{own}/trash") == 3


async def test_a_coordinator_brings_back_their_own_and_a_companion_nothing(
    app: WebApp, database: Database, clara: Somebody, own: WeddingId
) -> None:
    cora, colin = await person(database, "Cora"), await person(database, "Colin")
    for somebody, kind in ((cora, "coordinator"), (colin, "companion")):
        await join_wedding(database, Wedding(id=own, partner=clara), somebody, kind)
    theirs, hers = await removed(database, own, clara, "Lunch"), await removed(database, own, cora, "Breakfast")
    page = await Visitor(app, cora).look(f"/w/{own}/trash")
    assert "Lunch" in page
    assert f"{hers}/restoration" in page
    assert f"{theirs}/restoration" not in page
    page = await Visitor(app, colin).look(f"/w/{own}/trash")
    assert "Breakfast" in page
    assert "/restoration" not in page
    page = await Visitor(app, clara).look(f"/w/{own}/trash")
    assert f"{hers}/restoration" in page


async def test_a_supplier_reads_what_it_may_read_and_is_named_as_who_removed(
    database: Database, clara: Somebody, own: WeddingId
) -> None:
    anna = await owner(database, "Anna")
    await connect(database, clara, own, anna)
    async with database.transaction(clara.actor) as tx:
        grant = Grant(area=Area.EVENT, level=Level.EVERYTHING, can_write=True)
        await connections.share(tx, own, business_of(anna), grant)
    await removed(database, own, anna)
    assert [each.removed_by for each in await seen(database, own, anna)] == ["Anna's"]
    async with database.transaction(clara.actor) as tx:
        await connections.stop_sharing(tx, own, business_of(anna), Area.EVENT)
    assert await seen(database, own, anna) == []
    (only,) = await seen(database, own, clara)
    assert only.removed_by == "Anna's"
    assert not only.is_own


async def test_the_list_goes_on_by_its_key(app: WebApp, database: Database, clara: Somebody, own: WeddingId) -> None:
    for title in ("One", "Two", "Three"):
        await removed(database, own, clara, title)
    async with client_of(app) as program:
        names, after = [], ""
        while True:
            address = f"/api/v1/weddings/{own}/deletions?limit=2" + (f"&before={after}" if after else "")
            found = (await program.get(address, headers=clara.bearer)).json()
            names.append([thing["name"] for item in found["items"] for thing in item["things"]])
            after = found["next"]
            if not after:
                break
        assert names == [["Three", "Two"], ["One"]]
        wrong = await program.get(f"/api/v1/weddings/{own}/deletions?before=first", headers=clara.bearer)
        assert wrong.status_code in (400, 422)


async def test_a_venue_brings_back_what_its_team_removed(app: WebApp, database: Database) -> None:
    nora, eve = await owner(database, "Nora", SupplierType.VENUE), await owner(database, "Eve", SupplierType.VENUE)
    business = business_of(nora)
    venue = await published(database, nora)
    async with database.transaction(nora.actor) as tx:
        batch = await venues.remove_venue(tx, business, venue.id)
    visitor, trash = Visitor(app, nora), f"/s/{business}/trash"
    page = await visitor.look(trash)
    assert re.search(r"<b>The Old Mill</b>.*removed by Nora", page)
    assert (await Visitor(app, eve).get(trash)).status_code == 404
    await visitor.send(f"{trash}/{batch}/restoration")
    assert "Nothing was removed" in await visitor.look(trash)


async def test_nothing_comes_back_while_the_wedding_is_on(app: WebApp, database: Database, clara: Somebody) -> None:
    own = await wedding(database, clara)
    batch = await removed(database, own, clara)
    visitor, trash = Visitor(app, clara), f"/w/{own}/trash"
    assert "/restoration" in await visitor.look(trash)
    async with database.transaction(clara.actor) as tx:
        today = FactWrite(key="wedding_date", value=utc_now().date().isoformat(), base_revision=0, accept_lock=True)
        await weddings.record_fact(tx, own, today)
    page = await visitor.look(trash)
    assert "Nothing leaves for good until it is over" in page
    assert "/restoration" not in page
    assert (await visitor.send(f"{trash}/{batch}/restoration")).status_code == 423


async def test_after_thirty_days_it_is_listed_no_more(
    own_database: TestDatabase, database: Database, clara: Somebody, own: WeddingId
) -> None:
    await removed(database, own, clara)
    for days, there in ((29, 1), (31, 0)):
        async with travelling(own_database, timedelta(days=days)) as later:
            assert len(await seen(later, own, clara)) == there


async def test_a_restore_is_refused_whole_when_something_new_has_the_place(
    database: Database, admin: psycopg.AsyncConnection[psycopg.rows.TupleRow], clara: Somebody, own: WeddingId
) -> None:
    """No table has such a key yet; one is made for this wedding alone."""
    index = sql.Identifier("one_title")
    make = sql.SQL(
        "create unique index {} on app.wedding_events (title) where delete_batch is null and wedding_id = {}"
    )
    await admin.execute(make.format(index, sql.Literal(own)))
    try:
        batch = await removed(database, own, clara)
        async with database.transaction(clara.actor) as tx:
            await weddings.add_event(tx, own, weddings.NewEvent(kind=EventKind.BRUNCH, title="Brunch"))
        with pytest.raises(Conflict, match="Something new has its place"):
            async with database.transaction(clara.actor) as tx:
                await weddings.restore(tx, own, batch)
        assert [each.batch for each in await seen(database, own, clara)] == [batch]
    finally:
        await admin.execute(sql.SQL("drop index app.{}").format(index))


async def test_every_table_whose_rows_can_be_removed_is_listed(
    admin: psycopg.AsyncConnection[psycopg.rows.TupleRow],
) -> None:
    rows = await admin.execute("select table_name::text from guard.protected_tables where has_batches")
    assert {name for (name,) in await rows.fetchall()} == {f"app.{kind.table}" for kind in KINDS}
