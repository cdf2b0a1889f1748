"""A business's clients as its team meets them: the list, one client, what has to be asked, and what happened."""

import re
from typing import Final
from uuid import uuid4

import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, World, connect, member, owner, person, wedding

from wedsync.features.clients import actions, inviting, queries
from wedsync.features.clients.model import ClientSaid, Stage
from wedsync.kernel.ids import ClientId, SupplierId, new_id
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

BOXES: Final = {"name": "Ann & Bea Lee", "event_date": "2027-05-08", "stage": "booked", "tags": "VIP, Local"}
QUESTIONS: Final = (
    ("date", "06/07/2027", ("6 July 2027", "7 June 2027")),
    ("guests", "80-100", ("80", "100")),
    ("total", "1.800", ("£1,800.00", "£1.80")),
    ("names", "Lee x2", ()),
)


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


def business(somebody: Somebody) -> SupplierId:
    assert somebody.supplier_id is not None
    return somebody.supplier_id


def pages(somebody: Somebody) -> str:
    return f"/s/{somebody.supplier_id}/clients"


async def written(database: Database, somebody: Somebody, *said: ClientSaid) -> list[ClientId]:
    async with database.transaction(somebody.actor) as tx:
        return [(await actions.write_client(tx, business(somebody), each)).id for each in said]


def names(page: str) -> list[str]:
    return re.findall(r'<a class="aim row tight" href="[^"]*"><b>([^<]*)</b>', page)


def found(page: str, pattern: str) -> str:
    match = re.search(pattern, page)
    assert match is not None, pattern
    return match[1]


async def test_a_client_is_written_changed_removed_and_brought_back(app: WebApp, anna: Somebody) -> None:
    visitor = Visitor(app, anna)
    empty = await visitor.look(pages(anna))
    assert "No clients yet" in empty
    assert f'href="{pages(anna)}/imports"' in empty
    await visitor.look(f"{pages(anna)}/new")
    added = await visitor.send(
        f"{pages(anna)}/new", part=False, **BOXES, total="1,800.50", guests="80", email="ANN@example.org"
    )
    page = await visitor.look(added.headers["location"])
    assert "Written down." in page
    assert "Written down</" not in page
    for kept in ('value="1800.50"', 'value="80"', 'value="2027-05-08"', 'value="VIP, Local"', 'value="Bea"'):
        assert kept in page
    one = found(page, rf'action="({pages(anna)}/[0-9a-f-]+)"')
    await visitor.send(
        one,
        part=False,
        **BOXES | {"name": "Ann Lee & Kit Fox"},
        first_name="Ann",
        last_name="Lee",
        partner_first_name="Bea",
        partner_last_name="Lee",
    )
    page = await visitor.look(one)
    assert 'value="Kit"' in page, "the parts that nobody touched follow the name"
    assert 'name="total" type="text" value=""' in page
    assert "Changed: " in page
    removed = await visitor.send(f"{one}/end")
    gone = await visitor.look(removed.headers["location"])
    assert names(gone) == []
    back = await visitor.send(found(gone, r'action="(/s/[^"]*/restoration[^"]*)"'))
    assert names(await visitor.look(back.headers["location"])) == ["Ann Lee & Kit Fox"]


async def test_what_was_refused_stands_in_its_box_beside_what_was_wrong(app: WebApp, anna: Somebody) -> None:
    visitor, new = Visitor(app, anna), f"{pages(anna)}/new"
    await visitor.look(new)
    wrong = {"name": " ", "email": "ann", "guests": "lots", "event_date": "spring", "total": "1.800", "tags": "a, b"}
    refused = await visitor.send(new, part=False, **wrong)
    assert refused.status_code == 422
    errors = re.findall(r'<p class="error" id="([a-z_]+)-note">', refused.text)
    assert sorted(errors) == ["email", "event_date", "guests", "name", "total"]
    assert 'value="lots"' in refused.text
    assert 'value="a, b"' in refused.text
    assert (await visitor.send(new, name="Ann", nickname="A")).status_code == 422
    assert names(await visitor.look(pages(anna))) == []


async def test_the_list_goes_by_name_or_by_day_in_parts(app: WebApp, database: Database, anna: Somebody) -> None:
    days = {"Ann": "2027-06-05", "Bea": None, "Cat": "2027-05-08", "Dee": "2027-05-08", "Eva": None}
    said = [msgspec.convert({"name": name, "event_date": day}, ClientSaid) for name, day in days.items()]
    await written(database, anna, *said, *(ClientSaid(name=f"Zz {number:02}") for number in range(48)))
    visitor = Visitor(app, anna)
    first = await visitor.look(pages(anna))
    assert names(first)[:5] == list(days)
    assert names(await visitor.look(found(first, r'class="pager"><a class="btn" href="([^"]*)"'))) == [
        "Zz 45", "Zz 46", "Zz 47",
    ]  # fmt: skip
    by_day = await visitor.look(f"{pages(anna)}?order=date")
    assert names(by_day)[:5] == ["Cat", "Dee", "Ann", "Bea", "Eva"]
    assert names(await visitor.look(found(by_day, r'class="pager"><a class="btn" href="([^"]*)"'))) == [
        "Zz 45", "Zz 46", "Zz 47",
    ]  # fmt: skip
    assert await visitor.statements(pages(anna)) == 3
    assert await visitor.statements(f"{pages(anna)}?order=date&all=vip") == 3
    await visitor.look(f"{pages(anna)}?after=elsewhere", 400)


async def test_a_question_is_answered_by_one_press_or_let_go(app: WebApp, database: Database, anna: Somebody) -> None:
    client = await asked_about(database, anna)
    visitor, one = Visitor(app, anna), f"{pages(anna)}/{client}"
    assert "4 questions" in await visitor.look(pages(anna))
    page = await visitor.look(one)
    for _, verbatim, _ in QUESTIONS:
        assert verbatim in page
    addresses = re.findall(r'action="([^"]*/answer)"', page)
    assert len(addresses) == 6
    await visitor.send(addresses[0], offer="7 June 2027")
    await visitor.send(addresses[2], offer="100")
    assert (await visitor.send(addresses[4], offer="£2.00")).status_code == 404
    await visitor.send(addresses[4], offer="£1,800.00")
    page = await visitor.look(one)
    for kept in ('value="2027-06-07"', 'value="100"', 'value="1800"'):
        assert kept in page
    assert re.findall(r"<h2 id=.questions.>([^<]*)<", page) == ["1 question"]
    await visitor.send(found(page, r'action="([^"]*/leave)"'))
    assert "question</h2>" not in await visitor.look(one)


async def test_what_a_list_brought_stays_when_something_else_is_changed(
    app: WebApp, database: Database, anna: Somebody
) -> None:
    long, new = "x" * 80, queries.NewClient(id=ClientId(new_id()), name="Ann Lee", tags=("VIP", "x" * 80))
    async with database.transaction(anna.actor) as tx:
        await actions.bring_clients(tx, business(anna), [queries.Brought(client=new)])
    visitor, one = Visitor(app, anna), f"{pages(anna)}/{new.id}"
    await visitor.look(one)
    assert (await visitor.send(f"{one}/stage", stage="booked")).status_code == 303
    kept = await visitor.send(one, name="Ann Fox", stage="booked", tags=f"VIP, {long}")
    assert kept.status_code == 303
    assert f'value="VIP, {long}"' in await visitor.look(one)
    assert (await visitor.send(one, name="Ann Fox", tags=f"VIP, {long}y")).status_code == 422


async def test_who_may_only_look_reads_and_is_offered_nothing(app: WebApp, database: Database, anna: Somebody) -> None:
    client = await asked_about(database, anna)
    vera = await member(database, anna, "Vera", SupplierRole.VIEWER)
    visitor, one = Visitor(app, vera), f"{pages(anna)}/{client}"
    listed = await visitor.look(pages(anna))
    assert names(listed) == ["Lee x2"]
    assert "/new" not in listed
    page = await visitor.look(one)
    assert "06/07/2027" in page
    assert f'action="{pages(anna)}' not in page
    assert (await visitor.send(one, name="Kit")).status_code == 403
    assert (await visitor.send(f"{one}/end")).status_code == 403


async def test_what_happened_is_one_list_with_who_and_when_for_three_statements(
    app: WebApp, database: Database, anna: Somebody
) -> None:
    clara = await person(database, "Clara")
    own = await wedding(database, clara, wedding_date="2031-06-14")
    await connect(database, clara, own, anna)
    [client] = await written(database, anna, ClientSaid(name="Ann Lee", email=clara.email))
    async with database.transaction(anna.actor) as tx:
        for number in range(21):
            note = queries.NewNote(client_id=client, body=f"Rang {number}")
            await tx.run(queries.NOTE, queries.NewRows(supplier_id=business(anna), rows=queries.packed([note])))
        await inviting.link_wedding(tx, business(anna), client, own)
    visitor, one = Visitor(app, anna), f"{pages(anna)}/{client}"
    page = await visitor.look(one)
    assert f'href="/s/{anna.supplier_id}/weddings/{own}"' in page
    assert re.findall(r"Rang (\d+)</span>", page.partition('id="timeline"')[2]) == [
        str(each) for each in range(20, 1, -1)
    ]
    assert "Anna · <time" in page
    older = await visitor.look(found(page, r'href="([^"]*\?before=[^"]*)#timeline"'))
    assert "Rang 1<" in older
    assert "Rang 0<" in older
    assert "Written down<" in older
    assert "Earlier</a>" not in older
    assert await visitor.statements(one) == 4


async def test_a_couple_never_comes_here(app: WebApp, world: World) -> None:
    for somebody in (world.clara, world.eve):
        await Visitor(app, somebody).look(f"/s/{world.supplier_id}/clients", 404)


async def test_an_answer_to_what_nobody_asked_is_not_found(database: Database, anna: Somebody) -> None:
    client = await asked_about(database, anna)
    question = queries.OneQuestion(supplier_id=business(anna), client_id=client, id=uuid4())
    with pytest.raises(NotFound):
        async with database.transaction(anna.actor) as tx:
            await actions.answer_question(tx, business(anna), question, "80")


async def asked_about(database: Database, somebody: Somebody) -> ClientId:
    """A client from a list that could mean several things."""
    new = queries.NewClient(id=ClientId(new_id()), name="Lee x2", stage=Stage.BOOKED)
    asked = tuple(
        queries.NewQuestion(client_id=new.id, target=target, verbatim=text, detail="Which is it?", offers=offers)
        for target, text, offers in QUESTIONS
    )
    async with database.transaction(somebody.actor) as tx:
        await actions.bring_clients(tx, business(somebody), [queries.Brought(client=new, questions=asked)])
    return new.id
