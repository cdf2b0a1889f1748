"""Finding clients: words that are begun, accents, telephones and days as people type them, and what is only alike."""

import re
from typing import Final

import httpx
import msgspec
import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, owner

from wedsync.features.clients import actions, note_actions
from wedsync.features.clients.model import ClientSaid
from wedsync.features.clients.note_model import NoteKind, NoteSaid
from wedsync.features.clients.search_api import FoundList
from wedsync.features.clients.search_queries import FoundClient
from wedsync.kernel.ids import SupplierId
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

ANN, EMILE, NULL, NOA, ZOE = "Ann & Bea Lee-Smith", "Émile O’Brien", "Tom Null", "נועה כהן", "Zoë Featherstonehaugh"
CLIENTS: Final[tuple[dict[str, object], ...]] = (
    {"name": ANN, "event_date": "2027-05-08", "venue": "The Old Mill, Bath", "tags": ["VIP"], "stage": "booked"},
    {"name": EMILE, "phone": "+447700900123", "event_date": "2027-07-06", "company": "Quill Events"},
    {"name": NULL, "phone": "+33612345678", "event_date": "2027-06-07"},
    {"name": NOA, "email": "noa@example.org"},
    {"name": ZOE, "partner_first_name": "Kit", "tags": ["Two days"]},
)
# What is typed, and who has it.
FOUND: Final = {
    "lee": [ANN], "LEE bea": [ANN], "smi": [ANN], "ee": [], "old bath": [ANN], "vip": [ANN], "bea kit": [],
    "emile": [EMILE], "ÉMILE": [EMILE], "obrien": [EMILE], "O'Brien": [EMILE], "o’br": [EMILE], "quill": [EMILE],
    "Null": [NULL], "כהן": [NOA], "נוע": [NOA], "noa@exam": [NOA], "noa": [NOA], "zoe": [ZOE], "kit": [ZOE],
    "07700 900 123": [EMILE], "+44 7700 900123": [EMILE], "0044 (0)7700": [EMILE], "07700": [EMILE], "06 12 34 56": [NULL],
    "8 may 2027": [ANN], "Saturday 8 May 2027": [ANN], "2027-05": [ANN], "05/2027": [ANN], "lee may 2027": [ANN],
    "06/07/2027": [EMILE, NULL], "2027": [ANN, EMILE, NULL], "9 may 2027": [], "lee june 2027": [],
    "lee_": [ANN], "l%e": [], "lee' or 1=1": [], "lee\\": [ANN], "lee | zoe": [], "lee:*": [ANN], "!lee": [ANN], "🙂 lee": [ANN],
}  # fmt: skip
ALIKE: Final = {"fetherstonhaugh": ZOE, "obreen": EMILE, "old mil baht": ANN, "anne lee smith": ANN}
REFUSED: Final = ("", "%", "\x00", "|")
TOO_LONG: Final = ("x" * 201, "x" * 10_000)


@pytest.fixture
async def anna(database: Database) -> Somebody:
    somebody = await owner(database, "Anna")
    async with database.transaction(somebody.actor) as tx:
        for each in CLIENTS:
            await actions.write_client(tx, business(somebody), msgspec.convert(each, ClientSaid))
    return somebody


def business(somebody: Somebody) -> SupplierId:
    assert somebody.supplier_id is not None
    return somebody.supplier_id


async def test_words_days_and_telephones_find_a_client_however_they_are_typed(
    client: httpx.AsyncClient, anna: Somebody
) -> None:
    for typed, names in FOUND.items():
        sure = [each.name for each in await search(client, anna, q=typed) if not each.is_perhaps]
        assert sure == names, typed
    for typed, name in ALIKE.items():
        nearest = (await search(client, anna, q=typed))[0]
        assert (nearest.name, nearest.is_perhaps) == (name, True), typed
    assert await search(client, anna, q="wxyz qqq") == ()


async def test_what_cannot_be_looked_for_is_refused_with_a_sentence(client: httpx.AsyncClient, anna: Somebody) -> None:
    client.headers.update(anna.bearer)
    for typed in REFUSED:
        answer = await client.get(f"/api/v1/suppliers/{anna.supplier_id}/client-search", params={"q": typed})
        assert (answer.status_code, bool(answer.json()["detail"])) == (400, True), typed
    for typed in TOO_LONG:
        answer = await client.get(f"/api/v1/suppliers/{anna.supplier_id}/client-search", params={"q": typed})
        assert answer.status_code == 422


async def test_the_filter_of_the_list_holds_while_looking(client: httpx.AsyncClient, anna: Somebody) -> None:
    wanted = {"stage=booked": [ANN], "stage=none": [EMILE, NULL], "all=vip": [ANN], "without=vip": [EMILE, NULL]}
    for words, names in wanted.items():
        found = await search(client, anna, q="2027", **dict([words.split("=")]))
        assert [each.name for each in found] == names, words
    client.headers.update(anna.bearer)
    by_day = await client.get(f"/api/v1/suppliers/{anna.supplier_id}/client-search?q=lee&order=date")
    assert by_day.status_code == 400


async def test_notes_removed_clients_and_other_businesses_are_never_found(
    client: httpx.AsyncClient, database: Database, anna: Somebody
) -> None:
    eve = await owner(database, "Eve")
    ann = (await search(client, anna, q="lee"))[0].id
    async with database.transaction(anna.actor) as tx:
        await note_actions.write_note(tx, business(anna), ann, NoteSaid(body="Wombat", kind=NoteKind.PRIVATE))
        await note_actions.write_note(tx, business(anna), ann, NoteSaid(body="Wombat", kind=NoteKind.TEAM))
    async with database.transaction(eve.actor) as tx:
        await actions.write_client(tx, business(eve), ClientSaid(name="Uma Lee"))
    assert await search(client, anna, q="wombat") == ()
    assert [each.name for each in await search(client, eve, q="lee")] == ["Uma Lee"]
    assert [each.name for each in await search(client, anna, q="lee")] == [ANN]
    async with database.transaction(anna.actor) as tx:
        await actions.remove_clients(tx, business(anna), [ann])
    assert await search(client, anna, q="lee") == ()


async def test_the_page_says_who_was_found_who_is_alike_and_where_it_looked(app: WebApp, anna: Somebody) -> None:
    visitor, base = Visitor(app, anna), f"/s/{anna.supplier_id}/clients"
    shown = await visitor.look(f"{base}/search?q=lee")
    assert "1 client has “lee”." in shown
    assert names(shown) == ["Ann & Bea Lee-Smith"]
    typing = await visitor.look(f"{base}/search/found?q=fetherstonhaugh&stage=none")
    assert "Nobody has “fetherstonhaugh” among those who fit the filter. We looked at names, places" in typing
    assert names(typing[typing.index("Perhaps you mean") :]) == [ZOE]
    assert f"{base}/search?q=fetherstonhaugh" in typing
    assert "Type a letter or a figure" in await visitor.look(f"{base}/search?q=%25")
    assert names(await visitor.look(f"{base}/search/found?q=+")) == []
    assert 'name="stage" value="booked"' in await visitor.look(f"{base}?stage=booked&order=date")


def names(page: str) -> list[str]:
    return re.findall(r'<a class="aim" href="[^"]*"><b>([^<]*)</b>', page)


async def search(client: httpx.AsyncClient, somebody: Somebody, **params: str) -> tuple[FoundClient, ...]:
    address = f"/api/v1/suppliers/{somebody.supplier_id}/client-search"
    found = await client.get(address, params=params, headers=somebody.bearer)
    assert found.status_code == 200, (params, found.text)
    return msgspec.json.decode(found.content, type=FoundList).items
