"""One thing done to many clients: looked at first, done to those alone who were looked at, undone exactly."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx
import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.web import BASE_URL
from tests.support.world import Somebody, member, owner

from wedsync.features.clients import actions, bulk_actions
from wedsync.features.clients.bulk_doing import ForBulk, do_all, do_part
from wedsync.features.clients.bulk_model import Act, Deed, read_deed, seal_of
from wedsync.features.clients.bulk_queries import Bulk
from wedsync.features.clients.model import ClientChange, ClientSaid, Stage
from wedsync.kernel.ids import ClientId, SupplierId, new_id
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import Conflict, Invalid, NotFound
from wedsync.platform.database import ById, Database, Query
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer


class Now(msgspec.Struct, frozen=True):
    """What a client says."""

    name: str
    tags: list[str]
    stage: str | None = None


NOW: Final = Query(
    ById, Now, "select name, stage, tags from live.clients where supplier_id = %(id)s order by sort_key, id"
)


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


@pytest.fixture
async def workshop(own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Workshop]:
    async with Database(own_database.worker_url, sealer()) as workers:
        yield Workshop(database=workers, mailer=OutboxMailer(tmp_path, "us@example.org"), base_url=BASE_URL)


def business(somebody: Somebody) -> SupplierId:
    assert somebody.supplier_id is not None
    return somebody.supplier_id


async def written(database: Database, somebody: Somebody, *said: ClientSaid) -> list[ClientId]:
    async with database.transaction(somebody.actor) as tx:
        return [(await actions.write_client(tx, business(somebody), each)).id for each in said]


async def now(database: Database, somebody: Somebody) -> list[tuple[str, str | None, list[str]]]:
    found = await database.reader(somebody.actor).all(NOW, ById(business(somebody)))
    return [(each.name, each.stage, each.tags) for each in found]


async def done(database: Database, somebody: Somebody, ids: list[ClientId], deed: Deed) -> Bulk:
    async with database.transaction(somebody.actor) as tx:
        return await bulk_actions.begin_bulk(tx, business(somebody), ids, deed)


async def undone(database: Database, somebody: Somebody, bulk: Bulk) -> Bulk:
    async with database.transaction(somebody.actor) as tx:
        return await bulk_actions.undo_bulk(tx, business(somebody), bulk.id)


async def changed(database: Database, somebody: Somebody, client: ClientId, change: ClientChange) -> None:
    async with database.transaction(somebody.actor) as tx:
        await actions.change_client(tx, business(somebody), client, change)


CAST: Final = (
    ClientSaid(name="Ann", stage=Stage.LEAD, tags=("VIP",)),
    ClientSaid(name="Bea", tags=("Local", "vip", "Abroad")),
    ClientSaid(name="Cat", stage=Stage.BOOKED),
)
BEFORE: Final = [("Ann", "lead", ["VIP"]), ("Bea", None, ["Local", "vip", "Abroad"]), ("Cat", "booked", [])]


@pytest.mark.parametrize(
    ("deed", "count", "after"),
    [
        (
            Deed(act=Act.STAGE, value="booked"),
            2,
            [("Ann", "booked", ["VIP"]), ("Bea", "booked", ["Local", "vip", "Abroad"]), ("Cat", "booked", [])],
        ),
        (
            Deed(act=Act.STAGE, value="none"),
            2,
            [("Ann", None, ["VIP"]), ("Bea", None, ["Local", "vip", "Abroad"]), ("Cat", None, [])],
        ),
        (
            Deed(act=Act.TAG, value="Vip"),
            1,
            [("Ann", "lead", ["VIP"]), ("Bea", None, ["Local", "vip", "Abroad"]), ("Cat", "booked", ["Vip"])],
        ),
        (
            Deed(act=Act.UNTAG, value="VIP"),
            2,
            [("Ann", "lead", []), ("Bea", None, ["Local", "Abroad"]), ("Cat", "booked", [])],
        ),
        (Deed(act=Act.REMOVE), 3, []),
    ],
    ids=lambda value: f"{value.act} {value.value}" if isinstance(value, Deed) else "",
)
async def test_what_is_done_to_several_is_undone_exactly(
    database: Database, anna: Somebody, deed: Deed, count: int, after: list[tuple[str, str | None, list[str]]]
) -> None:
    ids = await written(database, anna, *CAST)
    bulk = await done(database, anna, ids, deed)
    assert (bulk.total, bulk.done, bulk.changed) == (3, 3, count)
    assert await now(database, anna) == after
    back = await undone(database, anna, bulk)
    assert (back.restored, back.undone_at is None) == (count, False)
    assert await now(database, anna) == BEFORE
    with pytest.raises(Conflict):
        await undone(database, anna, bulk)


async def test_an_undo_leaves_what_somebody_has_changed_since(database: Database, anna: Somebody) -> None:
    ids = await written(database, anna, *CAST)
    staged = await done(database, anna, ids, Deed(act=Act.STAGE, value="completed"))
    tagged = await done(database, anna, ids, Deed(act=Act.TAG, value="Album"))
    await changed(database, anna, ids[0], ClientChange(stage=Stage.CANCELLED))
    await changed(database, anna, ids[1], ClientChange(tags=("Album", "Kept")))
    assert (await undone(database, anna, staged)).restored == 2
    assert (await undone(database, anna, tagged)).restored == 2
    assert await now(database, anna) == [
        ("Ann", "cancelled", ["VIP"]),
        ("Bea", None, ["Album", "Kept"]),
        ("Cat", "booked", []),
    ]


async def test_more_than_fifty_wait_in_the_queue_and_the_page_says_how_far_it_is(
    app: WebApp, database: Database, anna: Somebody, workshop: Workshop
) -> None:
    ids = await written(database, anna, *(ClientSaid(name=f"Lee {number:03}") for number in range(51)))
    visitor, clients = Visitor(app, anna), f"/s/{anna.supplier_id}/clients"
    looked = await visitor.look(f"{clients}/bulk?act=tag&tag=Album&everybody=yes&without=album")
    assert "51 of 51 clients would change." in looked
    assert "and 31 more clients" in looked
    boxes = dict(re.findall(r'name="(act|value|ids|query|seal)" value="([^"]*)"', looked))
    began = (await visitor.send(f"{clients}/bulk", part=False, **boxes)).headers["location"]
    doing = await visitor.look(began)
    assert "0 of 51 clients so far." in doing
    assert "/undo" not in doing
    bulk_id = UUID(began.rpartition("/")[2])
    with pytest.raises(Conflict):
        async with database.transaction(anna.actor) as tx:
            await bulk_actions.undo_bulk(tx, business(anna), bulk_id)
    async with database.transaction(anna.actor) as tx:  # one is removed while it waits
        await actions.remove_clients(tx, business(anna), [ids[0]])
    job = ForBulk(supplier_id=business(anna), bulk_id=bulk_id)
    await do_all(workshop, anna.actor, job)
    await do_all(workshop, anna.actor, job)  # a job that was cut off does it again
    page = await visitor.look(began)
    assert "Done to 50 clients. 1 client stayed as before." in page
    assert "<html" not in (await visitor.get(began, part=True)).text
    await visitor.send(f"{began}/undo")
    assert "Undone: 50 clients are as before." in await visitor.look(began)
    assert {tuple(tags) for _, _, tags in await now(database, anna)} == {()}
    assert await visitor.statements(began) == 2


async def test_several_are_chosen_in_the_list_looked_at_and_done(
    app: WebApp, database: Database, anna: Somebody
) -> None:
    ids = await written(database, anna, *CAST)
    visitor, clients = Visitor(app, anna), f"/s/{anna.supplier_id}/clients"
    listed = await visitor.look(clients)
    assert re.findall(r'name="chosen" value="([^"]*)"', listed) == [str(each) for each in ids]
    chosen = f"chosen={ids[0]}&chosen={ids[2]}"
    refused = await visitor.look(f"{clients}/bulk?act=tag&tag=a,b&{chosen}", 422)
    assert 'value="a,b"' in refused
    assert "A comma separates tags" in refused
    looked = await visitor.look(f"{clients}/bulk?act=stage&to_stage=booked&{chosen}")
    assert "1 of 2 clients would change." in looked
    assert re.findall(r'data-label="(?:Now|Then)"><span>([^<]*)<', looked) == ["Lead", "Booked"]
    assert await visitor.statements(f"{clients}/bulk?act=stage&to_stage=booked&{chosen}") == 2
    assert await now(database, anna) == BEFORE
    boxes = dict(re.findall(r'name="(act|value|ids|query|seal)" value="([^"]*)"', looked))
    did = await visitor.send(f"{clients}/bulk", part=False, **boxes)
    assert (await now(database, anna))[0] == ("Ann", "booked", ["VIP"])
    assert "Done to 1 client. 1 client stayed as before." in await visitor.look(did.headers["location"])
    assert "Nobody is chosen." in await visitor.look(f"{clients}/bulk?act=remove")
    vera = await member(database, anna, "Vera", SupplierRole.VIEWER)
    assert 'name="chosen"' not in await Visitor(app, vera).look(clients)


async def test_only_those_who_were_looked_at_are_touched(app: WebApp, database: Database, anna: Somebody) -> None:
    await written(database, anna, *CAST)
    visitor, clients = Visitor(app, anna), f"/s/{anna.supplier_id}/clients"
    looked = await visitor.look(f"{clients}/bulk?act=remove&everybody=yes&stage=booked")
    boxes = dict(re.findall(r'name="(act|value|ids|query|seal)" value="([^"]*)"', looked))
    await written(database, anna, ClientSaid(name="Dee", stage=Stage.BOOKED))
    refused = await visitor.send(f"{clients}/bulk", part=False, **boxes)
    assert refused.status_code == 409
    assert "no longer what you looked at" in refused.text
    assert len(await now(database, anna)) == 4


async def test_a_program_looks_does_it_with_the_seal_and_undoes_it(
    client: httpx.AsyncClient, database: Database, anna: Somebody
) -> None:
    ids = await written(database, anna, *CAST)
    client.headers.update(anna.bearer)
    own = f"/api/v1/suppliers/{anna.supplier_id}"
    wanted: dict[str, object] = {"act": "untag", "value": "vip", "query": "without=local"}
    seen = (await client.post(f"{own}/client-bulk-previews", json=wanted)).json()
    assert (seen["found"], seen["changing"], [each["name"] for each in seen["first"]]) == (2, 1, ["Ann"])
    other = wanted | {"seal": seal_of(ids)}
    assert (await client.post(f"{own}/client-bulks", json=other)).status_code == 409
    bulk = (await client.post(f"{own}/client-bulks", json=wanted | {"seal": seen["seal"]})).json()
    assert (bulk["total"], bulk["done"], bulk["changed"]) == (2, 2, 1)
    assert (await now(database, anna))[0] == ("Ann", "lead", [])
    assert (await client.get(f"{own}/client-bulks/{bulk['id']}")).json()["changed"] == 1
    assert (await client.put(f"{own}/client-bulks/{bulk['id']}/undoing")).json()["restored"] == 1
    assert await now(database, anna) == BEFORE
    named = {"act": "remove", "ids": [str(ids[0]), str(ids[0])]}
    seen = (await client.post(f"{own}/client-bulk-previews", json=named)).json()
    assert (seen["found"], seen["seal"]) == (1, seal_of(ids[:1]))
    assert (await client.post(f"{own}/client-bulk-previews", json={"act": "tag", "value": " "})).status_code == 422
    part = (await client.get(f"{own}/clients/{ids[0]}/timeline", params={"limit": 2})).json()
    assert [(each["detail"], each["fields"], each["by"]) for each in part["items"]] == [
        ("changed", ["tags"], "Anna")
    ] * 2
    rest = (await client.get(f"{own}/clients/{ids[0]}/timeline", params={"before": part["next"]})).json()
    assert ([each["detail"] for each in rest["items"]], rest["next"]) == (["written"], "")


async def test_clients_of_another_business_are_none_of_those_chosen(database: Database, anna: Somebody) -> None:
    eve = await owner(database, "Eve")
    [hers] = await written(database, eve, ClientSaid(name="Hers"))
    with pytest.raises(NotFound):
        await done(database, anna, [hers], Deed(act=Act.REMOVE))
    bulk = await done(database, eve, [hers], Deed(act=Act.TAG, value="Own"))
    with pytest.raises(NotFound):
        async with database.transaction(anna.actor) as tx:
            await do_part(tx, business(anna), bulk.id)
    assert await now(database, eve) == [("Hers", None, ["Own"])]


def test_what_is_to_be_done_is_said_well_enough() -> None:
    assert read_deed("tag", "", " Album ") == Deed(act=Act.TAG, value="Album")
    assert read_deed("stage", "none", "x") == Deed(act=Act.STAGE, value="none")
    assert read_deed("remove", "lead", "x") == Deed(act=Act.REMOVE)
    for wrong in (("tag", "", " "), ("untag", "", "a, b"), ("stage", "engaged", ""), ("explode", "", "")):
        with pytest.raises(Invalid):
            read_deed(*wrong)
    one, other = ClientId(new_id()), ClientId(new_id())
    assert seal_of([one, other]) == seal_of([other, one]) != seal_of([one])
