"""Notes of a client: five kinds, for the team; a private one is its author's alone, whoever else asks and however."""

import re
from datetime import timedelta
from typing import Final

import httpx
import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, member, owner

from wedsync.features.clients import actions, note_actions
from wedsync.features.clients.model import ClientSaid
from wedsync.features.clients.note_model import NoteKind, NoteSaid
from wedsync.features.clients.note_queries import OneNote
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import ClientId
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import NotFound
from wedsync.kernel.zones import today_in
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

LONDON: Final = "Europe/London"


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


@pytest.fixture
async def ben(database: Database, anna: Somebody) -> Somebody:
    return await member(database, anna, "Ben", SupplierRole.MEMBER)


@pytest.fixture
async def lee(database: Database, anna: Somebody) -> ClientId:
    assert anna.supplier_id is not None
    async with database.transaction(anna.actor) as tx:
        return (await actions.write_client(tx, anna.supplier_id, ClientSaid(name="Ann Lee"))).id


def own(somebody: Somebody, client: ClientId) -> str:
    return f"/api/v1/suppliers/{somebody.supplier_id}/clients/{client}/notes"


async def test_a_note_is_written_changed_removed_and_brought_back(
    client: httpx.AsyncClient, anna: Somebody, ben: Somebody, lee: ClientId
) -> None:
    notes = own(anna, lee)
    client.headers.update(anna.bearer)
    written = (await client.post(notes, json={"body": " Rang  twice ", "kind": "important"})).json()
    assert (written["body"], written["kind"], written["author"]) == ("Rang twice", "important", "Anna")
    client.headers.update(ben.bearer)
    reminder = {"body": "Ring again", "kind": "reminder", "remind_on": "2031-05-08"}
    changed = (await client.put(f"{notes}/{written['id']}", json=reminder)).json()
    assert changed == written | reminder
    for body in ("Two", "Three"):
        await client.post(notes, json={"body": body})
    part = (await client.get(notes, params={"limit": 2})).json()
    assert [each["body"] for each in part["items"]] == ["Three", "Two"]
    part = (await client.get(notes, params={"before": part["next"]})).json()
    assert ([each["body"] for each in part["items"]], part["next"]) == (["Ring again"], "")
    removed = await client.delete(f"{notes}/{written['id']}")
    assert (await client.delete(f"{notes}/{written['id']}")).status_code == 404
    undo = f"/api/v1/suppliers/{anna.supplier_id}/deletions/{removed.json()['batch']}/restoration"
    assert (await client.put(undo)).json() == {"rows": 1}
    assert len((await client.get(notes)).json()["items"]) == 3


async def test_a_private_note_is_its_authors_alone_not_even_the_owners(
    client: httpx.AsyncClient, app: WebApp, anna: Somebody, ben: Somebody, lee: ClientId
) -> None:
    notes = own(anna, lee)
    client.headers.update(ben.bearer)
    secret = (await client.post(notes, json={"body": "I know them", "kind": "private"})).json()
    assert [each["body"] for each in (await client.get(notes)).json()["items"]] == ["I know them"]
    shared = (await client.post(notes, json={"body": "They pay late", "kind": "team"})).json()
    page = f"/s/{anna.supplier_id}/clients/{lee}"
    seen = await Visitor(app, ben).look(page)
    assert "I know them</p>" in seen
    assert "I know them" in seen.partition('id="timeline"')[2]
    client.headers.update(anna.bearer)
    assert [each["body"] for each in (await client.get(notes)).json()["items"]] == ["They pay late"]
    assert "I know them" not in await Visitor(app, anna).look(page)
    said = {"body": "Nothing"}
    assert (await client.put(f"{notes}/{secret['id']}", json=said)).status_code == 404
    assert (await client.delete(f"{notes}/{secret['id']}")).status_code == 404
    private = {"body": "They pay late", "kind": "private"}
    assert (await client.put(f"{notes}/{shared['id']}", json=private)).status_code == 403
    client.headers.update(ben.bearer)
    assert (await client.put(f"{notes}/{shared['id']}", json=private)).json()["kind"] == "private"
    removed = (await client.delete(f"{notes}/{secret['id']}")).json()["batch"]
    client.headers.update(anna.bearer)
    undo = f"/api/v1/suppliers/{anna.supplier_id}/deletions/{removed}/restoration"
    assert (await client.put(undo)).status_code in {403, 404}
    assert "I know them" not in await Visitor(app, anna).look(f"/s/{anna.supplier_id}/trash")


async def test_the_actions_themselves_keep_a_private_note_from_everybody_else(
    database: Database, anna: Somebody, ben: Somebody, lee: ClientId
) -> None:
    assert anna.supplier_id is not None
    said = NoteSaid(body="I know them", kind=NoteKind.PRIVATE)
    async with database.transaction(ben.actor) as tx:
        note = await note_actions.write_note(tx, anna.supplier_id, lee, said)
    place = OneNote(supplier_id=anna.supplier_id, client_id=lee, id=note.id)
    with pytest.raises(NotFound):
        async with database.transaction(anna.actor) as tx:
            await note_actions.change_note(tx, anna.supplier_id, place, NoteSaid(body="Nothing"))
    with pytest.raises(NotFound):
        async with database.transaction(anna.actor) as tx:
            await note_actions.remove_note(tx, anna.supplier_id, place)
    async with database.transaction(ben.actor) as tx:
        assert (await note_actions.change_note(tx, anna.supplier_id, place, said)).body == "I know them"


async def test_a_note_that_says_nothing_or_reminds_on_no_day_is_refused(
    client: httpx.AsyncClient, anna: Somebody, lee: ClientId
) -> None:
    client.headers.update(anna.bearer)
    refused = await client.post(own(anna, lee), json={"body": " ", "kind": "reminder"})
    assert [each["field"] for each in refused.json()["errors"]] == ["body", "remind_on"]
    refused = await client.post(own(anna, lee), json={"body": "Rang", "remind_on": "2031-05-08"})
    assert [each["field"] for each in refused.json()["errors"]] == ["remind_on"]


async def test_a_reminder_stands_on_the_list_from_its_day_until_it_is_done_with(
    app: WebApp, anna: Somebody, lee: ClientId
) -> None:
    visitor, clients = Visitor(app, anna), f"/s/{anna.supplier_id}/clients"
    one, today = f"{clients}/{lee}", today_in(LONDON, utc_now())
    await visitor.look(one)
    refused = await visitor.send(f"{one}/notes", body="", kind="reminder", remind_on="soon")
    assert refused.status_code == 422
    assert "Write the note." in refused.text
    assert "Say the day" in refused.text
    await visitor.send(f"{one}/notes", body="Not yet", kind="reminder", remind_on=str(today + timedelta(days=1)))
    await visitor.send(f"{one}/notes", body="Send the contract", kind="reminder", remind_on=str(today))
    listed = await visitor.look(clients)
    assert "1 reminder is due" in listed
    assert "The others follow" not in listed
    assert "Not yet" not in listed
    done = await visitor.send(first(listed, r'action="([^"]*/end\?to=clients)"'))
    listed = await visitor.look(done.headers["location"])
    assert "is due" not in listed
    await visitor.send(first(listed, r'action="(/s/[^"]*/restoration[^"]*)"'))
    assert "1 reminder is due" in await visitor.look(clients)


async def test_a_note_is_changed_and_removed_on_its_clients_page(app: WebApp, anna: Somebody, lee: ClientId) -> None:
    visitor, one = Visitor(app, anna), f"/s/{anna.supplier_id}/clients/{lee}"
    await visitor.look(one)
    await visitor.send(f"{one}/notes", body="Rang", kind="team")
    page = await visitor.look(one)
    filled = await visitor.look(first(page, r'href="([^"]*\?change=[^"]*)#note"'))
    assert ">Rang</textarea>" in filled
    address = first(filled, rf'action="({one}/notes/[0-9a-f-]+)"')
    assert (await visitor.send(address, body=" ")).status_code == 422
    await visitor.send(address, body="Rang twice", kind="important")
    page = await visitor.look(one)
    assert "Rang twice</p>" in page
    removed = await visitor.send(first(page, r'action="([^"]*/notes/[^"]*/end)"'))
    gone = await visitor.look(removed.headers["location"])
    assert "Rang twice" not in gone
    back = await visitor.send(first(gone, r'action="(/s/[^"]*/restoration[^"]*)"'))
    assert back.headers["location"] == f"{one}?told=restored"
    assert "Rang twice</p>" in await visitor.look(one)


def first(page: str, pattern: str) -> str:
    match = re.search(pattern, page)
    assert match is not None, pattern
    return match[1]
