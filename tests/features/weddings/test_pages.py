"""A couple's pages: one field saved, refused, met by another; what is fixed, what is locked, who sees what."""

import re
from datetime import timedelta

import pytest
from tests.features.visitor import Visitor
from tests.support.world import Somebody, World, build_world, connect, owner, person, wedding

from wedsync.features.connections.actions import share
from wedsync.features.connections.model import Grant, Level
from wedsync.features.weddings import actions
from wedsync.features.weddings.facts import FactWrite
from wedsync.features.weddings.model import FactValue
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import Area
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp


async def told(database: Database, by: Somebody, wedding_id: WeddingId, **fact: FactValue) -> None:
    """Another person's first word on a question."""
    async with database.transaction(by.actor) as tx:
        for key, value in fact.items():
            await actions.record_fact(tx, wedding_id, FactWrite(key=key, value=value, base_revision=0))


@pytest.fixture
async def clara(database: Database) -> Somebody:
    return await person(database, "Clara")


@pytest.fixture
async def own(database: Database, clara: Somebody) -> WeddingId:
    held_on = (utc_now() + timedelta(days=200)).date().isoformat()
    return await wedding(database, clara, wedding_date=held_on, adults=80)


async def test_a_field_is_saved_without_javascript_and_with_it(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    await visitor.look(details)
    plain = await visitor.send(f"{details}/children", value="9", base_revision="0")
    assert plain.headers["location"] == f"{details}#f-children"
    part = await visitor.send(f"{details}/children", value="10", base_revision="1", part=True)
    assert part.status_code == 200
    assert part.headers["vary"] == "HX-Request"
    assert part.text.lstrip().startswith('<div class="field" id="f-children"')
    assert 'name="base_revision" value="2"' in part.text
    assert 'value="10"' in (await visitor.get(f"{details}/children", part=True)).text


async def test_a_refused_value_comes_back_as_it_was_typed(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    await visitor.look(details)
    part = await visitor.send(f"{details}/children", value="a few", base_revision="0", part=True)
    page = await visitor.send(f"{details}/children", value="a few", base_revision="0")
    assert part.status_code == page.status_code == 422
    for answer in (part, page):
        assert 'data-state="error"' in answer.text
        assert 'value="a few"' in answer.text
        assert "Give a number from 0 to 100." in answer.text
    assert page.text.lstrip().startswith("<!doctype html>")


async def test_the_second_writer_sees_both_values_and_may_keep_theirs(
    app: WebApp, database: Database, clara: Somebody, own: WeddingId
) -> None:
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    await visitor.look(details)
    await told(database, clara, own, setting="indoor")
    met = await visitor.send(f"{details}/setting", value="outdoor", base_revision="0", part=True)
    assert met.status_code == 412
    assert 'data-state="conflict"' in met.text
    assert re.search(r"<b>Outdoors</b>.*<b>Indoors</b>", met.text, re.DOTALL)
    assert 'name="base_revision" value="1"' in met.text
    kept = await visitor.send(f"{details}/setting", value="outdoor", base_revision="1", part=True)
    assert kept.status_code == 200
    assert 'value="outdoor" checked' in kept.text


async def test_both_boxes_of_a_field_are_kept_in_a_conflict(
    app: WebApp, database: Database, clara: Somebody, own: WeddingId
) -> None:
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    await visitor.look(details)
    await told(database, clara, own, pronouns={"partner1": "she/her", "partner2": ""})
    boxes = {"value_partner1": "they/them", "value_partner2": "he/him"}
    met = await visitor.send(f"{details}/pronouns", **boxes, base_revision="0", part=True)
    assert met.status_code == 412
    assert 'name="value_partner1" value="they/them"' in met.text
    assert 'name="value_partner2" value="he/him"' in met.text


async def test_what_is_not_for_them_is_said_and_taken_back(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, field = Visitor(app, clara), f"/w/{own}/details/infants"
    await visitor.look(f"/w/{own}/details")
    skipped = await visitor.send(field, not_applicable="yes", base_revision="0", part=True)
    assert 'data-state="not_applicable"' in skipped.text
    again = await visitor.send(field, not_applicable="no", base_revision="1", part=True)
    assert 'data-state="empty"' in again.text


async def test_once_confirmed_a_fixed_field_leads_on_to_amendments_and_never_to_a_dead_end(
    app: WebApp, clara: Somebody, own: WeddingId
) -> None:
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    before = await visitor.look(f"/w/{own}/home")
    assert "Everything can change until you confirm the date." in before
    assert re.search(r"Still empty, and fixed too once told: .*reception venue", before)
    assert re.search(r"<dt>Clara's last name</dt><dd>Hughes</dd>", before)  # what is looked at before confirming
    assert "Could the date still move?" in await visitor.look(details)
    assert 'id="confirmation"' in (await visitor.get(f"/w/{own}/home", part=True)).text
    confirmed = await visitor.send(f"/w/{own}/date-confirmation")
    assert confirmed.headers["location"] == f"/w/{own}/home?told=confirmed"
    assert "The date is confirmed." in await visitor.look(confirmed.headers["location"])
    fixed = await visitor.send(f"{details}/partner1_first_name", value="Clare", base_revision="1", part=True)
    assert fixed.status_code == 409
    assert 'data-state="fixed"' in fixed.text
    assert f'href="/w/{own}/amendments"' in fixed.text
    page = await visitor.look(details)
    forms = dict(re.findall(r'<form method="post" action="[^"]*/(\w+)#[^"]+"( data-autosave)?>', page))
    assert forms["reception_venue_name"] == ""  # half an address must not be fixed by a pause in typing
    assert forms["adults"] == " data-autosave"
    assert "Could the date still move?" not in page
    page = await visitor.look(f"/w/{own}/amendments")
    assert "Partner 1 first name" in page
    assert "What is still empty can simply be filled in." in page
    assert "Talk to" in page


async def test_after_the_confirmation_an_event_goes_until_something_in_it_is_fixed(
    app: WebApp, clara: Somebody, own: WeddingId
) -> None:
    visitor, events = Visitor(app, clara), f"/w/{own}/events"
    assert "is fixed at once" not in await visitor.look(events)
    await visitor.look(f"/w/{own}/home")
    await visitor.send(f"/w/{own}/date-confirmation")
    assert "is fixed at once, and the event stays with it" in await visitor.look(events)
    party, brunch = [
        (await visitor.send(events, kind="party", name=name)).headers["location"].rpartition("#event-")[2]
        for name in ("Added by mistake", "Brunch")
    ]
    told = await visitor.send(f"{events}/{brunch}/facts/venue_name", value="The Mill", base_revision="0", part=True)
    assert told.status_code == 200
    page = await visitor.look(events)
    assert f"{events}/{party}/end" in page
    assert f"{events}/{brunch}/end" not in page
    assert (await visitor.send(f"{events}/{brunch}/end")).status_code == 409
    assert (await visitor.send(f"{events}/{party}/end")).status_code == 303
    undo = re.search(r'action="(/w/[^"]+/undo)"', await visitor.look(events))
    assert undo
    back = await visitor.send(undo[1])
    assert back.headers["location"] == f"{events}?told=restored#event-{party}"
    assert "Brunch: venue" in await visitor.look(f"/w/{own}/amendments")


async def test_two_events_of_one_name_are_remarked_upon(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, events = Visitor(app, clara), f"/w/{own}/events"
    await visitor.look(events)
    await visitor.send(events, kind="party", name="Henna night")
    assert "Another event has the same name." not in await visitor.look(events)
    await visitor.send(events, kind="party", name="henna night")
    assert (await visitor.look(events)).count("Another event has the same name.") == 2


async def test_questions_are_asked_in_the_names_that_are_known(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    page = await Visitor(app, clara).look(f"/w/{own}/details")
    assert "What is the first partner's first name?" in page
    assert "What is Clara's phone number?" in page
    assert re.search(r'value="partner2">Dan</label>', page)


async def test_whom_to_talk_to_comes_with_the_ways_that_the_couple_lets_one_see(
    app: WebApp, database: Database, clara: Somebody, own: WeddingId
) -> None:
    anna = await owner(database, "Anna")
    await connect(database, clara, own, anna)
    await told(database, clara, own, partner1_phone="07700 900123", partner1_email=clara.email)
    page = f"/s/{anna.supplier_id}/weddings/{own}/amendments"
    closed = await Visitor(app, anna).look(page)
    assert "tel:" not in closed
    assert "They have not shared how to reach them" in closed
    contacts = Grant(area=Area.CONTACTS, level=Level.EVERYTHING, can_write=False)
    assert anna.supplier_id is not None
    async with database.transaction(clara.actor) as tx:
        await share(tx, own, anna.supplier_id, contacts)
    shared = await Visitor(app, anna).look(page)
    assert 'href="tel:+447700900123"' in shared
    assert f'href="mailto:{clara.email}"' in shared
    assert "They have not shared" not in shared


async def test_an_event_far_from_the_wedding_is_asked_about_beside_its_field(
    app: WebApp, database: Database, clara: Somebody
) -> None:
    day = utc_now().date() + timedelta(days=300)
    made = await wedding(database, clara, wedding_date=day.isoformat())
    async with database.transaction(clara.actor) as tx:
        brunch = await actions.add_event(tx, made, actions.NewEvent(kind=EventKind.BRUNCH, title="Thanks"))
    visitor, field = Visitor(app, clara), f"/w/{made}/events/{brunch.id}/facts/date"
    await visitor.look(f"/w/{made}/events")
    far = (day + timedelta(days=60)).isoformat()
    asked = await visitor.send(field, value=far, base_revision="0", part=True)
    assert asked.status_code == 409
    assert "That is 60 days from the wedding day" in asked.text
    assert 'name="accept_far" value="yes"' in asked.text
    saved = await visitor.send(field, value=far, accept_far="yes", base_revision="0", part=True)
    assert saved.status_code == 200


async def test_on_the_day_fields_are_shut_and_say_until_when(app: WebApp, database: Database, clara: Somebody) -> None:
    today = await wedding(database, clara, adults=80)
    visitor, details = Visitor(app, clara), f"/w/{today}/details"
    await visitor.look(details)
    day = utc_now().date().isoformat()
    asked = await visitor.send(f"{details}/wedding_date", value=day, base_revision="0", part=True)
    assert asked.status_code == 409
    assert 'name="accept_lock" value="yes"' in asked.text
    agreed = await visitor.send(f"{details}/wedding_date", value=day, accept_lock="yes", base_revision="0", part=True)
    assert agreed.status_code == 200
    assert 'data-state="locked"' in await visitor.look(details)
    shut = await visitor.send(f"{details}/adults", value="81", base_revision="1", part=True)
    assert shut.status_code == 423
    assert "Read-only until" in shut.text
    assert "Today is the day" in await visitor.look(f"/w/{today}/home")
    page = await visitor.look(f"/w/{today}/amendments")
    assert "propose it as an emergency" in page
    assert "filled in" not in page
    assert f"/w/{today}/amendments/new?kind=emergency&key=date" in page
    late = await visitor.send(f"/w/{today}/events", kind="party", name="Late party")
    assert late.status_code == 423
    assert re.search(r"Opens again \w{3} \d+ \w{3} \d{4}, \d\d:\d\d UTC", late.text)
    for way_on in ("amendments", "details"):  # what can be done, and the way to everything else
        assert f'href="/w/{today}/{way_on}"' in late.text
    assert "propose an emergency amendment" in late.text


async def test_a_companion_reads_and_a_supplier_without_a_connection_finds_nothing(app: WebApp, world: World) -> None:
    details = f"/w/{world.wedding_id}/details"
    seen = await Visitor(app, world.colin).look(details)
    assert 'data-state="saved"' not in seen
    assert "Budget" not in seen
    assert (await Visitor(app, world.colin).get(f"{details}/total_budget", part=True)).status_code == 404
    assert (await Visitor(app, world.clara).get(f"{details}/total_budget", part=True)).status_code == 200
    assert (await Visitor(app, world.eve).get(details)).status_code == 404
    assert (await Visitor(app).get(details)).headers["location"] == f"/sign-in?next={details}"


async def test_a_companion_may_not_save(app: WebApp, world: World) -> None:
    visitor, details = Visitor(app, world.colin), f"/w/{world.wedding_id}/details"
    await visitor.look(details)
    assert (await visitor.send(f"{details}/children", value="3", base_revision="0", part=True)).status_code == 403


async def test_each_field_names_who_reads_it(app: WebApp, database: Database, clara: Somebody, own: WeddingId) -> None:
    anna = await owner(database, "Anna")
    visitor, field = Visitor(app, clara), f"/w/{own}/details/ceremony_time"
    before = await visitor.get(field, part=True)
    await connect(database, clara, own, anna)
    after = await visitor.get(field, part=True)
    assert "Photographer, videographer, venue" in before.text
    assert "Anna&#39;s" in after.text


async def test_an_event_is_added_told_removed_and_brought_back(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, events = Visitor(app, clara), f"/w/{own}/events"
    await visitor.look(events)
    added = await visitor.send(events, kind="brunch", name="Lunch by the sea")
    page = await visitor.look(events)
    assert "Lunch by the sea" in page
    event_id = added.headers["location"].rpartition("#event-")[2]
    start = await visitor.send(f"{events}/{event_id}/facts/start_time", value="12:30", base_revision="0", part=True)
    assert start.status_code == 200
    wrong = await visitor.send(f"{events}/{event_id}/facts/start_time", value="noonish", base_revision="1")
    assert wrong.status_code == 422
    assert 'value="noonish"' in wrong.text
    renamed = await visitor.send(f"{events}/{event_id}/title", title="Lunch on the sand")
    assert "Lunch on the sand" in await visitor.look(renamed.headers["location"])
    assert (await visitor.send(f"{events}/{event_id}/title", title=" ")).status_code == 422
    await visitor.send(f"{events}/{event_id}/end")
    await visitor.look(f"/w/{own}/home")
    page = await visitor.look(events)  # found again after going elsewhere
    assert f"{event_id}/facts" not in page
    assert re.search(r"Removed lately</h2>.*Lunch on the sand", page, re.DOTALL)
    undo = re.search(rf'action="(/w/{own}/deletions/[^"]+/undo)"', page)
    assert undo
    await visitor.send(undo[1])
    page = await visitor.look(events)
    assert f"{event_id}/facts" in page
    assert "Removed lately</h2>" not in page


@pytest.mark.parametrize("page", ["home", "details", "events"])
async def test_what_stands_above_a_page_comes_with_its_part(
    app: WebApp, clara: Somebody, own: WeddingId, page: str
) -> None:
    visitor = Visitor(app, clara)
    assert (
        'id="shield" data-part data-outside data-state="open"'
        in (await visitor.get(f"/w/{own}/{page}", part=True)).text
    )
    await visitor.look(f"/w/{own}/home")
    await visitor.send(f"/w/{own}/date-confirmation")
    part = (await visitor.get(f"/w/{own}/{page}", part=True)).text
    assert 'data-outside data-state="fixed"' in part
    assert ('id="head"' in part) is (page != "details")


async def test_a_contact_is_not_said_to_be_planned_by(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    page = await Visitor(app, clara).look(f"/w/{own}/home")
    assert re.search(r"Clara's phone number\?<br><small>Read by nobody until you decide who may", page)
    assert re.search(r"Where is the ceremony\?<br><small>The suppliers who need it plan by it", page)


async def test_the_first_event_stays(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, events = Visitor(app, clara), f"/w/{own}/events"
    page = await visitor.look(events)
    first = re.search(r'id="event-([0-9a-f-]{36})"', page)
    assert first
    assert f"{first[1]}/end" not in page
    assert (await visitor.send(f"{events}/{first[1]}/end")).status_code == 409


async def test_details_survive_the_removal_of_the_reception(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, events = Visitor(app, clara), f"/w/{own}/events"
    await visitor.look(f"/w/{own}/details")
    await visitor.send(f"/w/{own}/details/reception_time", value="16:00", base_revision="0")
    page = await visitor.look(events)
    removable = re.findall(rf'action="({events}/[0-9a-f-]+/end)"', page)
    await visitor.send(removable[0])
    details = await visitor.look(f"/w/{own}/details")
    assert "f-reception_time" not in details
    assert "f-ceremony_time" in details


async def test_a_key_that_nobody_asks_is_not_found(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    assert (await Visitor(app, clara).get(f"/w/{own}/details/shoe_size", part=True)).status_code == 404


async def test_what_people_write_is_shown_and_never_run(app: WebApp, clara: Somebody, own: WeddingId) -> None:
    visitor, details = Visitor(app, clara), f"/w/{own}/details"
    await visitor.look(details)
    script = "<script>alert(1)</script>"
    await visitor.send(f"{details}/special_requests", value=script, base_revision="0")
    assert "&lt;script&gt;alert(1)" in (await visitor.get(details)).text
    assert script not in (await visitor.get(f"/w/{own}/home")).text


async def test_the_stream_has_an_address_of_its_own_for_each_session(app: WebApp, database: Database) -> None:
    own = await build_world(database)
    home, address = f"/w/{own.wedding_id}/home", re.compile(r'data-live-url="([^"]+)"')
    hers = address.findall(await Visitor(app, own.clara).look(home))
    his = address.findall(await Visitor(app, own.dan).look(home))
    assert len(hers) == len(his) == 1
    assert hers != his


@pytest.mark.parametrize("page", ["home", "details", "events", "amendments"])
async def test_a_page_of_one_wedding_costs_two_statements(app: WebApp, world: World, page: str) -> None:
    assert await Visitor(app, world.clara).statements(f"/w/{world.wedding_id}/{page}") == 2
