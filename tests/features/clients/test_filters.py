"""Which clients to look at: tags with and, or and not, stage, days, questions, connection; over REST and as an address."""

import re
from typing import Final

import httpx
import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, member, owner

from wedsync.features.clients import actions, filter_actions, queries
from wedsync.features.clients.model import ClientSaid
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

CLIENTS: Final[tuple[dict[str, object], ...]] = (
    {"name": "Ann", "tags": ["VIP", "Local"], "stage": "booked", "event_date": "2027-05-08"},
    {"name": "Bea", "tags": ["vip"], "stage": "lead", "event_date": "2027-05-31"},
    {"name": "Cat", "tags": ["Local", "Abroad"], "event_date": "2027-06-01"},
    {"name": "Dee", "stage": "cancelled"},
)
# What the address says, and who is found.
FOUND: Final = {
    "": "Ann Bea Cat Dee",
    "all=vip": "Ann Bea",
    "all=VIP, local": "Ann",
    "any=local,abroad": "Ann Cat",
    "without=vip": "Cat Dee",
    "any=local&without=Abroad": "Ann",
    "all=vi": "",
    "stage=booked": "Ann",
    "stage=none": "Cat",
    "from=2027-05-08&to=2027-05-31": "Ann Bea",
    "from=2027-06-01": "Cat",
    "questions=yes": "Dee",
    "connected=no": "Ann Bea Cat Dee",
    "order=date&without=local": "Bea Dee",
    "all=&any=&stage=&from=&to=&order=name": "Ann Bea Cat Dee",
}
REFUSED: Final = (
    "stage=engaged", "from=2027-13-01", "to=soon", "questions=no", "connected=yes", "order=age",
    "all=" + "x" * 51, "any=" + ",".join(f"t{number}" for number in range(60)),
)  # fmt: skip


@pytest.fixture
async def anna(database: Database) -> Somebody:
    somebody = await owner(database, "Anna")
    async with database.transaction(somebody.actor) as tx:
        said = [msgspec.convert(each, ClientSaid) for each in CLIENTS]
        clients = [await actions.write_client(tx, business(somebody), each) for each in said]
        asked = queries.NewQuestion(
            client_id=clients[-1].id, target="date", verbatim="03/04/2027", detail="Which is it?"
        )
        await tx.run(queries.ASK, queries.NewRows(supplier_id=business(somebody), rows=queries.packed([asked])))
    return somebody


def business(somebody: Somebody) -> SupplierId:
    assert somebody.supplier_id is not None
    return somebody.supplier_id


def names(page: str) -> list[str]:
    return re.findall(r'<a class="aim row tight" href="[^"]*"><b>([^<]*)</b>', page)


async def test_an_address_finds_those_whom_it_asks_for_over_rest_and_on_the_page(
    client: httpx.AsyncClient, app: WebApp, anna: Somebody
) -> None:
    client.headers.update(anna.bearer)
    visitor = Visitor(app, anna)
    for asked, found in FOUND.items():
        answer = await client.get(f"/api/v1/suppliers/{anna.supplier_id}/clients?{asked}")
        assert [each["name"] for each in answer.json()["items"]] == found.split(), asked
        assert names(await visitor.look(f"/s/{anna.supplier_id}/clients?{asked}")) == found.split(), asked
    for asked in REFUSED:
        answer = await client.get(f"/api/v1/suppliers/{anna.supplier_id}/clients?{asked}")
        assert (answer.status_code, bool(answer.json()["detail"])) == (400, True), asked


async def test_parts_by_day_over_rest_go_on_past_those_that_have_one(client: httpx.AsyncClient, anna: Somebody) -> None:
    client.headers.update(anna.bearer)
    seen: list[str] = []
    after = ""
    while True:
        asked = {"order": "date", "limit": "1", "after": after}
        part = (await client.get(f"/api/v1/suppliers/{anna.supplier_id}/clients", params=asked)).json()
        seen += [each["name"] for each in part["items"]]
        if not (after := part["next"]):
            break
    assert seen == ["Ann", "Bea", "Cat", "Dee"]


async def test_the_team_keeps_a_filter_uses_it_and_lets_it_go(app: WebApp, database: Database, anna: Somebody) -> None:
    visitor, clients = Visitor(app, anna), f"/s/{anna.supplier_id}/clients"
    shown = await visitor.look(f"{clients}?all=vip&without=abroad")
    query = re.search(r'name="query" value="([^"]*)"', shown)
    assert query is not None
    refused = await visitor.send(f"{clients}/filters", name=" ", query=query[1])
    assert refused.status_code == 422
    assert "Give it a name." in refused.text
    assert names(refused.text) == ["Ann", "Bea"]
    await visitor.send(f"{clients}/filters", name="Important", query=query[1])
    assert (await visitor.send(f"{clients}/filters", name="important", query="stage=lead")).status_code == 409
    ben = await member(database, anna, "Ben", SupplierRole.MEMBER)
    his = Visitor(app, ben)
    way = re.search(r'href="([^"]*)">Important<', await his.look(clients))
    assert way is not None
    shown = await his.look(way[1])
    assert names(shown) == ["Ann", "Bea"]
    end = re.search(r'action="([^"]*/filters/[^"]*/end)"', shown)
    assert end is not None
    removed = await his.send(end[1])
    gone = await his.look(removed.headers["location"])
    assert ">Important<" not in gone
    back = re.search(r'action="(/s/[^"]*/restoration[^"]*)"', gone)
    assert back is not None
    await his.send(back[1])
    assert ">Important<" in await his.look(clients)


async def test_filters_are_kept_over_rest_each_once_and_never_one_that_shows_everybody(
    client: httpx.AsyncClient, database: Database, anna: Somebody
) -> None:
    client.headers.update(anna.bearer)
    filters = f"/api/v1/suppliers/{anna.supplier_id}/client-filters"
    saved = await client.post(filters, json={"name": "May", "query": "to=2027-05-31&from=2027-05-01"})
    assert saved.json()["query"] == "from=2027-05-01&to=2027-05-31"
    assert (await client.get(filters)).json()["items"] == [saved.json()]
    for query, status in (("", 422), ("colour=red", 400), ("stage=engaged", 400)):
        assert (await client.post(filters, json={"name": "All", "query": query})).status_code == status
    with pytest.raises(Conflict):
        async with database.transaction(anna.actor) as tx:
            await filter_actions.save_filter(tx, business(anna), "MAY", "stage=lead")
    async with database.transaction(anna.actor) as tx:
        await filter_actions.remove_filter(tx, business(anna), saved.json()["id"])
    assert (await client.get(filters)).json()["items"] == []
    eve = await owner(database, "Eve")
    client.headers.update(eve.bearer)
    assert (await client.get(filters)).status_code == 404
