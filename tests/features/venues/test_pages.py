"""A venue's own page, and what a couple and its suppliers see of the place that the couple named."""

import re
from html import unescape
from uuid import uuid4

import msgspec
import pytest
from tests.features.venues.places import MILL, business_of, published
from tests.features.visitor import Visitor
from tests.support.world import Somebody, connect, member, owner, person, wedding

from wedsync.features.venues import actions as venues
from wedsync.features.venues.model import VenueChange, VenueSaid
from wedsync.features.venues.queries import OWN_VENUES
from wedsync.features.weddings import actions
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.platform.database import ById, Database
from wedsync.platform.http.app import WebApp

BOXES = {"name": "The Old Mill", "address": "Mill Lane, Bath BA1 2QT", "capacity": "120", "load_in": "From 08:00"}
SEATS = "In the directory: Nora's, Mill Lane, Bath BA1 2QT. Seats 120."


@pytest.fixture
async def nora(database: Database) -> Somebody:
    """Runs a venue."""
    return await owner(database, "Nora", SupplierType.VENUE)


@pytest.fixture
async def clara(database: Database) -> Somebody:
    return await person(database, "Clara")


@pytest.fixture
async def mill(database: Database, nora: Somebody) -> VenueSaid:
    """A venue whose name no other test has."""
    said = msgspec.structs.replace(MILL, name=f"The Old Mill {uuid4().hex[:8]}")
    await published(database, nora, said)
    return said


async def test_a_venue_publishes_changes_removes_and_brings_back(app: WebApp, nora: Somebody) -> None:
    visitor, page = Visitor(app, nora), f"/s/{nora.supplier_id}/venues"
    empty = await visitor.look(page)
    assert "Nothing published yet" in empty
    assert "<title>Venues" in empty
    assert "<h1>Venues</h1>" in empty
    assert re.findall(r">([^<]*) \(optional\)</label>", empty) == ["Load-in", "Latitude", "Longitude"]
    added = await visitor.send(page, part=False, **BOXES, latitude="51.38", longitude="-2.36")
    assert added.headers["location"] == f"{page}?told=venue"
    listed = await visitor.look(added.headers["location"])
    assert "seats 120" in listed
    assert "51.38, -2.36" in listed
    change = found(listed, r'href="(/s/[^"]*\?change=[^"]*)#venue"')
    filled = await visitor.look(change)
    assert 'value="120"' in filled
    changed = await visitor.send(
        found(filled, r'action="(/s/[^"/]*/venues/[^"/]*)"'), part=False, **BOXES | {"capacity": "1,150"}
    )
    assert "seats 1,150" in await visitor.look(changed.headers["location"])
    removed = await visitor.send(found(filled, r'action="(/s/[^"]*/end)"'))
    gone = await visitor.look(removed.headers["location"])
    assert "The Old Mill" not in gone
    back = await visitor.send(found(gone, r'action="(/s/[^"]*/restoration[^"]*)"'))
    assert "The Old Mill" in await visitor.look(back.headers["location"])


async def test_what_was_refused_stands_in_its_box(app: WebApp, nora: Somebody) -> None:
    visitor, page = Visitor(app, nora), f"/s/{nora.supplier_id}/venues"
    await visitor.look(page)
    east = await visitor.send(page, **BOXES, latitude="51.38", longitude="west", part=False)
    assert "Give degrees from -180 to 180, for example -2.2876." in unescape(east.text)
    refused = await visitor.send(page, **BOXES | {"capacity": "lots", "latitude": "north", "name": "X"}, part=False)
    assert refused.status_code == 422
    text = unescape(refused.text)
    for said in (
        'value="lots"',
        'value="north"',
        "Give a number from 1 to 2,000.",
        "Give degrees from -90 to 90, for example 51.8312.",
    ):
        assert said in text
    assert "Give both numbers, or neither." in text


async def test_members_look_and_managers_write(app: WebApp, database: Database, nora: Somebody) -> None:
    ben = await member(database, nora, "Ben", SupplierRole.MEMBER)
    venue = await published(database, nora)
    visitor, page = Visitor(app, ben), f"/s/{nora.supplier_id}/venues"
    looked = await visitor.look(page)
    assert "The Old Mill" in looked
    assert f'action="{page}' not in looked
    assert (await visitor.send(page, part=False, **BOXES)).status_code == 403
    assert (await visitor.send(f"{page}/{venue.id}/end")).status_code == 403


async def test_only_venues_have_the_page_and_the_way_to_it(app: WebApp, database: Database, nora: Somebody) -> None:
    anna = await owner(database, "Anna")
    assert f'href="/s/{nora.supplier_id}/venues"' in await Visitor(app, nora).look(f"/s/{nora.supplier_id}/today")
    assert "/venues" not in await Visitor(app, anna).look(f"/s/{anna.supplier_id}/today")
    await Visitor(app, anna).look(f"/s/{anna.supplier_id}/venues", 403)
    await Visitor(app, anna).look(f"/s/{nora.supplier_id}/venues", 404)


async def test_a_venues_page_costs_two_statements(app: WebApp, nora: Somebody, mill: VenueSaid) -> None:
    assert mill.name in await Visitor(app, nora).look(f"/s/{nora.supplier_id}/venues")
    assert await Visitor(app, nora).statements(f"/s/{nora.supplier_id}/venues") == 2


async def test_names_are_offered_while_they_are_typed(app: WebApp, clara: Somebody, mill: VenueSaid) -> None:
    visitor = Visitor(app, clara)
    typed = mill.name.removeprefix("The ").upper()[:-2]
    shown = f'<option value="{mill.name}" label="{mill.name}, Nora\'s, Mill Lane, Bath BA1 2QT">'
    assert shown in await visitor.look(f"/venues/names?value={typed}")
    assert (await visitor.look("/venues/names?value=")).strip() == ""
    assert (await visitor.look("/venues/names?value=%00%25")).strip() == ""
    assert (await Visitor(app).get("/venues/names?value=mill")).status_code == 303


async def test_a_place_is_offered_by_the_business_that_has_it(app: WebApp, clara: Somebody, database: Database) -> None:
    mark = uuid4().hex[:8]
    nora = await owner(database, f"Barn & Gardens {mark}", SupplierType.VENUE)
    for name in ("The Mill Barn", "The Orangery"):
        await published(database, nora, msgspec.structs.replace(MILL, name=f"{name} {mark}"))
    visitor = Visitor(app, clara)
    names = re.findall(
        r'<option value="([^"]*)"', await visitor.look("/venues/names?value=barn+and+gardens+" + mark[:6])
    )
    assert names == [f"The Mill Barn {mark}", f"The Orangery {mark}"]
    assert f"Barn & Gardens {mark}" in await Visitor(app, nora).look(f"/s/{nora.supplier_id}/venues")
    listed = await visitor.client.get(f"/api/v1/venues?q=barn+%26+gardens+{mark}", headers=clara.bearer)
    assert [each["name"] for each in listed.json()["items"]] == names
    assert "<option" not in await visitor.look(
        f"/venues/names?value=gardens+{mark}"
    )  # a name is found by its beginning


async def test_the_address_of_a_named_venue_is_taken_with_one_press(
    app: WebApp, clara: Somebody, database: Database, mill: VenueSaid
) -> None:
    own = await wedding(database, clara, adults=120)
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    assert "In the directory" not in await visitor.look(details)
    told = await visitor.send(f"{details}/reception_venue_name", value=mill.name.upper(), base_revision="0", part=True)
    assert SEATS in unescape(told.text)
    assert "Use its address" in told.text
    boxes = dict(re.findall(r'name="(base_revision|value)" value="([^"]*)"', told.text.partition("offer")[2]))
    assert boxes == {"base_revision": "0", "value": mill.address}
    assert await visitor.statements(details) == 2
    taken = await visitor.send(f"{details}/reception_venue_address", part=False, **boxes)
    assert taken.headers["location"] == f"{details}#f-reception_venue_address"
    page = await visitor.look(details)
    assert mill.address in page
    assert SEATS in page
    assert "Use its address" not in page


async def test_more_guests_than_the_reception_s_venue_seats_are_remarked(
    app: WebApp, clara: Somebody, database: Database, mill: VenueSaid
) -> None:
    own = await wedding(database, clara, adults=121, ceremony_venue_name=mill.name)
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    assert "121 guests are counted" not in await visitor.look(details)
    await visitor.send(f"{details}/reception_venue_name", value=mill.name, base_revision="0")
    assert "The venue takes 120; 121 guests are counted." in await visitor.look(details)


async def test_the_supplier_reads_too_that_the_guests_are_more_than_its_seats(
    app: WebApp, clara: Somebody, database: Database, nora: Somebody, mill: VenueSaid
) -> None:
    own = await wedding(database, clara, adults=121, reception_venue_name=mill.name)
    await connect(database, clara, own, nora)
    there, remark = f"/s/{nora.supplier_id}/weddings/{own}", "The venue takes 120; 121 guests are counted."
    assert remark in await Visitor(app, nora).look(there)
    async with database.transaction(clara.actor) as tx:
        await actions.record_fact(tx, own, FactWrite(key="adults", value=120, base_revision=1))
    assert remark not in await Visitor(app, nora).look(there)


async def test_of_two_venues_with_one_name_the_told_address_decides(
    app: WebApp, clara: Somebody, database: Database, mill: VenueSaid
) -> None:
    other = await owner(database, "Olga", SupplierType.VENUE)
    small = msgspec.structs.replace(mill, address="Church Lane, Elmore GL2 3NT", capacity=40)
    await published(database, other, small)
    own = await wedding(database, clara, adults=80, reception_venue_name=mill.name)
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    page = await visitor.look(details)
    assert SEATS in page
    assert "In the directory: Olga's, Church Lane, Elmore GL2 3NT. Seats 40." in page
    assert "The venue takes" not in page
    await visitor.send(f"{details}/reception_venue_address", value=small.address, base_revision="0")
    assert "The venue takes 40; 80 guests are counted." in await visitor.look(details)


async def test_the_suppliers_read_how_to_get_in(
    app: WebApp, clara: Somebody, database: Database, mill: VenueSaid
) -> None:
    anna = await owner(database, "Anna")
    own = await wedding(database, clara, adults=80, ceremony_venue_name=mill.name)
    await connect(database, clara, own, anna)
    page = f"/s/{anna.supplier_id}/weddings/{own}"
    assert "Seats 120. Load-in: Yard behind the mill from 08:00" in await Visitor(app, anna).look(page)
    assert await Visitor(app, anna).statements(page) <= 4


async def test_what_is_fixed_or_not_theirs_to_say_has_no_button(
    app: WebApp, clara: Somebody, database: Database, nora: Somebody, mill: VenueSaid
) -> None:
    own = await wedding(
        database,
        clara,
        wedding_date="2031-06-14",
        ceremony_venue_name=mill.name,
        ceremony_venue_address="The old address 1",
    )
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    assert "Use its address" in await visitor.look(details)
    async with database.transaction(clara.actor) as tx:
        await actions.confirm_date(tx, own)
    page = await visitor.look(details)
    assert SEATS in page
    assert "Use its address" not in page
    told = await visitor.send(f"{details}/reception_venue_name", value=mill.name, base_revision="0", part=True)
    assert "Use its address, fixed from then on" in told.text
    await forgotten(database, nora)
    assert "In the directory" not in await visitor.look(details)


async def test_further_events_have_places_too(
    app: WebApp, clara: Somebody, database: Database, mill: VenueSaid
) -> None:
    own = await wedding(database, clara, wedding_date="2031-06-14")
    event = await brunch(database, clara, own, mill.name)
    page = await Visitor(app, clara).look(f"/w/{own}/events")
    assert SEATS in page
    assert f'action="/w/{own}/events/{event}/facts/venue_address#f-{event}-venue_address"' in page
    assert f'hx-target="#f-{event}-venue_address"' in page
    anna = await owner(database, "Anna")
    await connect(database, clara, own, anna)
    assert "Load-in: Yard" in await Visitor(app, anna).look(f"/s/{anna.supplier_id}/weddings/{own}")


async def brunch(database: Database, clara: Somebody, own: WeddingId, name: str) -> str:
    async with database.transaction(clara.actor) as tx:
        event = await actions.add_event(tx, own, actions.NewEvent(kind=EventKind.BRUNCH, title="Brunch"))
        write = FactWrite(key="venue_name", value=name, base_revision=0, event_id=event.id)
        await actions.record_fact(tx, own, write)
    return str(event.id)


async def forgotten(database: Database, nora: Somebody) -> None:
    """The venue takes another name."""
    async with database.transaction(nora.actor) as tx:
        [venue] = await tx.all(OWN_VENUES, ById(business_of(nora)))
        await venues.change_venue(tx, business_of(nora), venue.id, VenueChange(name=f"Renamed {uuid4().hex}"))


def found(page: str, pattern: str) -> str:
    match = re.search(pattern, page)
    assert match is not None, pattern
    return match[1]
