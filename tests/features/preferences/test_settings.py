"""One's own settings and a business's: who changes what, what is refused in words, and what a wedding that is on shows."""

import re
from uuid import UUID

import httpx
import pytest
from tests.features.venues.places import published
from tests.features.visitor import Visitor
from tests.support.world import LONDON, World, build_world, connect, member, owner, person, wedding

from wedsync.features.connections.queries import CONNECTIONS, ConnectionsPage
from wedsync.features.people.queries import TEAM
from wedsync.features.preferences import actions
from wedsync.features.preferences.model import CardChange, SelfChange
from wedsync.features.venues.actions import remove_venue
from wedsync.features.weddings.actions import record_fact
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.kernel.problems import Conflict, Forbidden, NotFound
from wedsync.kernel.zones import today_in
from wedsync.platform.database import ById, Database
from wedsync.platform.http.app import WebApp


@pytest.fixture(scope="module")
async def world(database: Database) -> World:
    return await build_world(database)


async def test_a_person_says_anew_what_they_are_called_and_by_which_clock_they_live(
    client: httpx.AsyncClient, database: Database
) -> None:
    """Where they were called by the name, they are called by the new one; where by another, that stays."""
    nell, boss = await owner(database, "Nell"), await owner(database, "Bea")
    elsewhere = await member(database, boss, "Nelly", SupplierRole.MEMBER)
    client.headers.update(nell.bearer)
    before = (await client.get("/api/v1/me")).json()
    answer = await client.patch("/api/v1/me", json={"name": "  Nell   Alder ", "zone": "Pacific/Fiji"})
    assert answer.json() == before | {"name": "Nell Alder", "zone": "Pacific/Fiji"}
    assert (await client.patch("/api/v1/me", json={})).json() == answer.json()
    assert nell.supplier_id is not None
    assert boss.supplier_id is not None
    team = await database.reader(nell.actor).all(TEAM, ById(nell.supplier_id))
    assert [each.display_name for each in team] == ["Nell Alder"]
    async with database.transaction(elsewhere.actor) as tx:
        await actions.change_self(tx, elsewhere.person_id, SelfChange(zone="Europe/Paris"))
        await actions.change_self(tx, elsewhere.person_id, SelfChange(name="N."))
    team = await database.reader(boss.actor).all(TEAM, ById(boss.supplier_id))
    assert [each.display_name for each in team] == ["Bea", "N."]


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"name": " "}, "name", "Give a name of 1 to 100 characters."),
        ({"name": "www.anna.example"}, "name", "Give a name, not a web address."),
        ({"zone": "Europe/Atlantis"}, "zone", "Choose a time zone by its IANA name, like Europe/London."),
        ({"locale": "fr-FR"}, "locale", "So far we write in en-GB (English (United Kingdom)) only."),
        ({"email": "else@example.org"}, "email", "There is no such field here."),
    ],
)
async def test_what_cannot_be_is_refused_in_words(
    said: dict[str, str], field: str, sentence: str, client: httpx.AsyncClient, world: World
) -> None:
    client.headers.update(world.oli.bearer)
    answer = await client.patch("/api/v1/me", json=said)
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": field, "detail": sentence}])


async def test_nobody_says_what_somebody_else_is_called(database: Database, world: World) -> None:
    async with database.transaction(world.anna.actor) as tx:
        with pytest.raises(NotFound):
            await actions.change_self(tx, world.ben.person_id, SelfChange(name="Benny"))


async def test_the_page_saves_shows_what_was_wrong_and_leads_to_the_end_of_the_account(
    app: WebApp, database: Database
) -> None:
    visitor = Visitor(app, await owner(database, "Nell"))
    page = await visitor.look("/you")
    assert "You own Nell's" in page
    assert 'href="/you/data#everywhere">Delete my account' in page
    assert 'id="everywhere"' in await visitor.look("/you/data")
    wrong = await visitor.send("/you", name="", zone="Europe/Rome", locale="en-GB")
    assert (wrong.status_code, "Give a name of 1 to 100 characters." in wrong.text) == (422, True)
    assert '<option value="Europe/Rome" selected>' in wrong.text
    saved = await visitor.send("/you", name="Nell Alder", zone="Europe/Rome", locale="en-GB")
    assert (saved.status_code, saved.headers["location"]) == (303, "/you?told=saved")
    assert 'value="Nell Alder"' in await visitor.look("/you")
    assert "You own" not in await Visitor(app, await person(database, "Oli")).look("/you")
    assert await visitor.statements("/you") == 1


async def test_who_leads_a_business_says_what_it_is_and_the_team_looks(
    client: httpx.AsyncClient, database: Database, world: World
) -> None:
    card = f"/api/v1/suppliers/{world.supplier_id}"
    client.headers.update(world.ada.bearer)
    before = (await client.get(card)).json()
    told = {"name": "Alder & Lane", "supplier_types": ["videographer", "photographer", "videographer"]}
    answer = await client.patch(card, json=told)
    assert answer.json() == before | told | {"supplier_types": ["videographer", "photographer"]}
    none: list[str] = []
    for wrong in ({"supplier_types": none}, {"supplier_types": ["dj", "band", "cake", "other"]}, {"name": ["A"]}):
        refused = await client.patch(card, json=wrong)
        assert [each["field"] for each in refused.json()["errors"]] == list(wrong)
    for somebody, refusal in ((world.mia, Forbidden), (world.vera, Forbidden), (world.eve, NotFound)):
        async with database.transaction(somebody.actor) as tx:
            with pytest.raises(refusal):
                await actions.change_supplier(tx, world.supplier_id, CardChange(name="Ours"))
    assert (await client.get(card)).json() == answer.json()


async def test_the_business_page_is_a_form_for_who_leads_and_words_for_the_others(app: WebApp, world: World) -> None:
    path = f"/s/{world.supplier_id}/settings"
    assert "<select" not in await Visitor(app, world.mia).look(path)
    anna = Visitor(app, world.anna)
    assert path in await anna.look(f"/s/{world.supplier_id}/team")
    await anna.look(path)
    wrong = await anna.send(
        path, name="A", main_type="cake", second_type="", third_type="florist", zone="Europe/London"
    )
    assert (wrong.status_code, '<option value="florist" selected>' in wrong.text) == (422, True)
    saved = await anna.send(
        path, name="Alder & Lane", main_type="cake", second_type="", third_type="florist", zone="Europe/London"
    )
    assert saved.status_code == 303
    page = await anna.look(path)
    assert re.findall(r'<option value="(\w*)" selected>', page) == ["cake", "florist", ""]
    assert await anna.statements(path) == 2


async def test_a_venue_with_places_in_the_directory_stays_a_venue(database: Database) -> None:
    nora = await owner(database, "Nora", SupplierType.VENUE)
    mill = await published(database, nora)
    assert nora.supplier_id is not None
    change = CardChange(supplier_types=[SupplierType.CATERER])
    async with database.transaction(nora.actor) as tx:
        with pytest.raises(Conflict, match="Your places are in the directory"):
            await actions.change_supplier(tx, nora.supplier_id, change)
        await remove_venue(tx, nora.supplier_id, mill.id)
        changed = await actions.change_supplier(tx, nora.supplier_id, change)
    assert changed.supplier_types == (SupplierType.CATERER,)


async def test_a_wedding_that_is_on_goes_on_showing_what_the_business_was(database: Database) -> None:
    """Clara's is today, Ed's is years away."""
    clara, ed, nora = await person(database, "Clara"), await person(database, "Ed"), await owner(database, "Nora")
    assert nora.supplier_id is not None
    today = await wedding(database, clara)
    later = await wedding(database, ed, wedding_date="2031-07-05")
    for somebody, theirs in ((clara, today), (ed, later)):
        await connect(database, somebody, theirs, nora, SupplierType.PHOTOGRAPHER)
    held_on = today_in(LONDON, utc_now()).isoformat()
    async with database.transaction(clara.actor) as tx:
        await record_fact(tx, today, FactWrite(key="wedding_date", value=held_on, base_revision=0, accept_lock=True))
    async with database.transaction(nora.actor) as tx:
        await actions.change_supplier(tx, nora.supplier_id, CardChange(name="Nora & Sons"))
    shown = []
    for somebody, theirs in ((clara, today), (ed, later)):
        page = ConnectionsPage(wedding_id=theirs, after_id=UUID(int=0), limit=9)
        shown += [each.name for each in await database.reader(somebody.actor).all(CONNECTIONS, page)]
    assert shown == ["Nora's", "Nora & Sons"]
