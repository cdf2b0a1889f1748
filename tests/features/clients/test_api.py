"""A business's clients over REST: written down, changed, removed, and nobody else's."""

import asyncio
from typing import Final
from uuid import uuid4

import httpx
import msgspec
import pytest
from tests.support.world import Somebody, member, owner

from wedsync.features.clients import actions, queries
from wedsync.features.clients.model import ClientChange, ClientSaid
from wedsync.kernel.ids import ClientId, new_id
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import ById, Database, Query


class Entry(msgspec.Struct, frozen=True):
    """Something that happened."""

    kind: str
    fields: list[str]


HAPPENED: Final = Query(ById, Entry, "select kind, fields from live.client_events where client_id = %(id)s order by id")


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


def own(somebody: Somebody) -> str:
    return f"/api/v1/suppliers/{somebody.supplier_id}/clients"


async def test_a_client_is_written_down_changed_removed_and_brought_back(
    client: httpx.AsyncClient, anna: Somebody
) -> None:
    client.headers.update(anna.bearer)
    written = await client.post(
        own(anna), json={"name": "Ann & Bea Lee", "phone": "07700 900123", "tags": ["VIP", "vip"]}
    )
    assert written.status_code == 201
    found = written.json()
    assert (found["first_name"], found["partner_first_name"], found["partner_last_name"]) == ("Ann", "Bea", "Lee")
    assert (found["phone"], found["tags"]) == ("+447700900123", ["VIP"])
    one = f"{own(anna)}/{found['id']}"
    changed = await client.patch(one, json={"name": "Ann Lee and Bea Fox", "event_date": "2027-05-08", "guests": 80})
    assert changed.json() == found | {
        "name": "Ann Lee and Bea Fox",
        "key": "ann lee and bea fox",
        "partner_last_name": "Fox",
        "event_date": "2027-05-08",
        "guests": 80,
    }
    assert (await client.patch(one, json={"guests": None})).json()["guests"] is None
    removed = await client.delete(one)
    assert (await client.get(one)).status_code == 404
    undo = f"/api/v1/suppliers/{anna.supplier_id}/deletions/{removed.json()['batch']}/restoration"
    assert (await client.put(undo)).json() == {"rows": 1}
    assert (await client.get(one)).json()["event_date"] == "2027-05-08"


async def test_what_does_not_fit_is_named_field_by_field_and_nothing_is_kept(
    client: httpx.AsyncClient, anna: Somebody
) -> None:
    client.headers.update(anna.bearer)
    wrong = {"name": " ", "email": "ann", "phone": "12", "guests": 0, "total_pence": 5, "event_date": "0001-01-01"}
    wrong |= {"others": [["Rank", "1"]] * 51}
    refused = await client.post(own(anna), json=wrong)
    assert [each["field"] for each in refused.json()["errors"]] == [
        "name", "email", "phone", "event_date", "guests", "total_pence", "others",
    ]  # fmt: skip
    assert (await client.get(own(anna))).json() == {"items": [], "next": ""}


async def test_the_list_goes_by_name_in_parts(client: httpx.AsyncClient, anna: Somebody) -> None:
    client.headers.update(anna.bearer)
    for name in ("zoe Adams", "Émile Fox", "Ann Lee", "Ann Lee", "Null Null"):
        await client.post(own(anna), json={"name": name})
    names: list[str] = []
    after = ""
    while True:
        part = (await client.get(own(anna), params={"limit": 2, "after": after})).json()
        names += [each["name"] for each in part["items"]]
        if not (after := part["next"]):
            break
    assert names == ["Ann Lee", "Ann Lee", "Émile Fox", "Null Null", "zoe Adams"]
    assert (await client.get(own(anna), params={"after": "elsewhere"})).status_code == 400


async def test_another_business_sees_none_of_it(client: httpx.AsyncClient, database: Database, anna: Somebody) -> None:
    client.headers.update(anna.bearer)
    written = (await client.post(own(anna), json={"name": "Ann Lee"})).json()
    eve = await owner(database, "Eve")
    client.headers.update(eve.bearer)
    one = f"{own(anna)}/{written['id']}"
    answers = [await client.get(own(anna)), await client.get(one), await client.patch(one, json={"guests": 2})]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (await client.get(own(eve))).json()["items"] == []
    vera = await member(database, anna, "Vera", SupplierRole.VIEWER)
    client.headers.update(vera.bearer)
    assert (await client.get(one)).json()["name"] == "Ann Lee"
    assert (await client.patch(one, json={"guests": 2})).status_code == 403


async def test_a_question_goes_once_its_field_is_said_or_it_is_let_go(
    client: httpx.AsyncClient, database: Database, anna: Somebody
) -> None:
    assert anna.supplier_id is not None
    new = queries.NewClient(id=ClientId(new_id()), name="Ann Lee")
    asked = tuple(
        queries.NewQuestion(client_id=new.id, target=target, verbatim=text, detail="Which is it?")
        for target, text in (("guests", "80-100"), ("date", "03/04/2027"), ("total", "1.800"))
    )
    brought = queries.Brought(client=new, questions=asked)
    async with database.transaction(anna.actor) as tx:
        assert await actions.bring_clients(tx, anna.supplier_id, [brought]) == (new.id,)
    async with database.transaction(anna.actor) as tx:  # a job that was cut off does it again
        assert await actions.bring_clients(tx, anna.supplier_id, [brought]) == ()
    client.headers.update(anna.bearer)
    one = f"{own(anna)}/{new.id}"
    found = (await client.get(one)).json()["questions"]
    assert [(each["target"], each["verbatim"]) for each in found] == [
        ("guests", "80-100"), ("date", "03/04/2027"), ("total", "1.800"),
    ]  # fmt: skip
    left = (await client.patch(one, json={"guests": 90})).json()["questions"]
    assert [each["target"] for each in left] == ["date", "total"]
    left = (await client.delete(f"{one}/questions/{left[0]['id']}")).json()["questions"]
    assert [each["target"] for each in left] == ["total"]
    assert (await client.delete(f"{one}/questions/{uuid4()}")).status_code == 404


async def test_what_happened_with_a_client_is_written_down_with_it_by_field(database: Database, anna: Somebody) -> None:
    assert anna.supplier_id is not None
    async with database.transaction(anna.actor) as tx:
        written = await actions.write_client(tx, anna.supplier_id, ClientSaid(name="Ann Lee"))
        await actions.change_client(tx, anna.supplier_id, written.id, ClientChange(guests=80, venue="Mill"))
        same = await actions.change_client(tx, anna.supplier_id, written.id, ClientChange(guests=80))
        asked = queries.NewQuestion(client_id=written.id, target="stage", verbatim="maybe", detail="Which is it?")
        await tx.run(queries.ASK, queries.NewRows(supplier_id=anna.supplier_id, rows=queries.packed([asked])))
        question = (
            await tx.one(queries.CLIENT, queries.OneClient(supplier_id=anna.supplier_id, id=same.id))
        ).questions[0]
        place = queries.OneQuestion(supplier_id=anna.supplier_id, client_id=written.id, id=question.id)
        assert (await actions.leave_question(tx, anna.supplier_id, place)).questions == ()
        await actions.remove_clients(tx, anna.supplier_id, [written.id])
    async with database.transaction(anna.actor) as tx:
        with pytest.raises(NotFound):
            await actions.remove_clients(tx, anna.supplier_id, [written.id])
    async with database.transaction(anna.actor) as tx:
        happened = await tx.all(HAPPENED, ById(written.id))
    assert [(each.kind, set(each.fields)) for each in happened] == [
        ("written", set()), ("changed", {"guests", "venue"}), ("answered", set()), ("removed", set()),
    ]  # fmt: skip


async def test_two_who_change_one_client_at_once_lose_nothing_of_each_other(
    client: httpx.AsyncClient, anna: Somebody
) -> None:
    client.headers.update(anna.bearer)
    one = f"{own(anna)}/{(await client.post(own(anna), json={'name': 'Ann Lee'})).json()['id']}"
    said: list[dict[str, object]] = [{"venue": "Mill"}, {"guests": 80}, {"stage": "booked"}, {"company": "Fox"}]
    await asyncio.gather(*(client.patch(one, json=each) for each in said))
    found = (await client.get(one)).json()
    assert all(found[name] == value for each in said for name, value in each.items())


async def test_a_client_that_is_invited_by_four_at_once_gets_one_letter(
    client: httpx.AsyncClient, anna: Somebody
) -> None:
    client.headers.update(anna.bearer)
    written = {"name": "Ann Lee", "email": f"{uuid4().hex}@example.org"}
    one = f"{own(anna)}/{(await client.post(own(anna), json=written)).json()['id']}/invitation"
    answers = await asyncio.gather(*(client.post(one, json={}) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
