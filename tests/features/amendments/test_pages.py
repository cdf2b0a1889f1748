"""Changing what is fixed at a browser without JavaScript: see all that it would do, propose it, agree, answer."""

import re

import msgspec
import pytest
from tests.features.amendments.scene import A_WEEK_LATER, IN_A_YEAR, Confirmed, confirmed
from tests.features.visitor import Visitor
from tests.support.world import connect, person, wedding

from wedsync.features.amendments.model import Answer, Kind, Proposal, ReasonCode, State
from wedsync.features.amendments.queries import AMENDMENTS, BOOKED, OnDay, Page
from wedsync.kernel.cursors import LAST_ID
from wedsync.platform.database import Database
from wedsync.platform.formats import long_date
from wedsync.platform.http.app import WebApp

WHY = {"reason_code": "venue", "reason": "The roof leaks"}


@pytest.fixture
async def theirs(database: Database) -> Confirmed:
    return await confirmed(database)


@pytest.fixture
def clara(app: WebApp, theirs: Confirmed) -> Visitor:
    return Visitor(app, theirs.clara)


@pytest.fixture
def dan(app: WebApp, theirs: Confirmed) -> Visitor:
    return Visitor(app, theirs.dan)


@pytest.fixture
def anna(app: WebApp, theirs: Confirmed) -> Visitor:
    return Visitor(app, theirs.anna)


async def test_every_fixed_fact_leads_to_a_proposal_of_another(clara: Visitor, theirs: Confirmed) -> None:
    page = await clara.look(f"/w/{theirs.id}/amendments")
    ways = re.findall(r'href="(/w/[^"]*/amendments/new\?[^"]*)"', page)
    assert len(ways) == 11  # names, date, clock, a place with its address, the brunch's day, and the two larger ways
    for way in ways:
        await clara.look(way)


async def test_what_it_would_do_is_seen_before_anything_is_kept(clara: Visitor, theirs: Confirmed) -> None:
    new = f"/w/{theirs.id}/amendments/new"
    await clara.look(f"{new}?key=wedding_date")
    boxes = {"kind": "change", "key": "wedding_date", "value_1": A_WEEK_LATER.isoformat(), "moves_others": "yes", **WHY}
    looked = await clara.send(new, part=False, **boxes)
    assert looked.status_code == 200
    assert long_date(A_WEEK_LATER).split(",")[0].split(" ", 1)[1] in looked.text
    assert "Brunch" in looked.text
    assert "When plans would be read-only" in looked.text
    assert "1 supplier is told" in looked.text
    assert "Why: The venue. The roof leaks" in looked.text
    assert await _kept(theirs) == 0
    again = await clara.send(new, part=False, step="edit", **boxes)
    assert f'value="{A_WEEK_LATER.isoformat()}"' in again.text
    assert await _kept(theirs) == 0
    sent = await clara.send(new, part=False, step="propose", **boxes)
    assert sent.status_code == 303
    assert await _kept(theirs) == 1


async def test_the_other_partner_agrees_on_the_page_and_every_supplier_answers(
    clara: Visitor, dan: Visitor, anna: Visitor, theirs: Confirmed
) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    here = f"/w/{theirs.id}/amendments/{proposed.id}"
    assert "waits for Dan" in await clara.look(here)
    assert f'action="{here}/approval"' not in await clara.look(here)
    assert f'action="{here}/approval"' in await dan.look(here)
    done = await dan.send(f"{here}/approval")
    assert done.headers["location"] == f"{here}?told=amendment-effective"
    page = await dan.look(done.headers["location"])
    assert "It is in effect" in page
    assert "not answered yet" in page
    there = f"/s/{theirs.anna.supplier_id}/weddings/{theirs.id}/amendments/{proposed.id}"
    assert "We accept" in await anna.look(there)
    await anna.send(f"{there}/declination", note="We are in Scotland that week")
    assert "We decline" not in await anna.look(there)
    told = await clara.look(here)
    assert "declined: terms differ" in told
    assert "We are in Scotland that week" in told


async def test_a_refusal_says_why_and_ends_it(dan: Visitor, theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    here = f"/w/{theirs.id}/amendments/{proposed.id}"
    await dan.look(here)
    await dan.send(f"{here}/refusal", note="My mother cannot come then")
    page = await dan.look(here)
    assert "My mother cannot come then" in page
    assert "approval" not in page


async def test_a_mistake_comes_back_as_it_was_typed_with_what_was_wrong(clara: Visitor, theirs: Confirmed) -> None:
    new = f"/w/{theirs.id}/amendments/new"
    await clara.look(f"{new}?key=ceremony_venue_address")
    typed = {"kind": "change", "key": "ceremony_venue_address", "value_1": "Chapel by the Mill", "value_2": "Bath"}
    wrong = await clara.send(new, part=False, **typed, **WHY)
    assert wrong.status_code == 422
    assert ">Bath</textarea>" in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    same = await clara.send(new, part=False, **(typed | {"value_2": "Mill Lane 1, Bath BA1"}), **WHY)
    assert "That is what it says already." in same.text
    unsaid = await clara.send(
        new, part=False, **(typed | {"value_1": "The Old Barn", "value_2": "Barn Road 7, Frome BA11"})
    )
    assert "Choose why." in unsaid.text


async def test_a_wedding_is_postponed_without_a_new_day_from_the_page(
    clara: Visitor, dan: Visitor, theirs: Confirmed
) -> None:
    new = f"/w/{theirs.id}/amendments/new"
    await clara.look(f"{new}?kind=postponement")
    boxes = {"kind": "postponement", "value_1": "", "has_no_day": "yes", "moves_others": "yes", **WHY}
    looked = await clara.send(new, part=False, **boxes)
    assert "It waits for a new date." in looked.text
    sent = await clara.send(new, part=False, step="propose", **boxes)
    here = sent.headers["location"].partition("?")[0]
    await dan.look(here)
    await dan.send(f"{here}/approval")
    home = await dan.look(f"/w/{theirs.id}/home")
    assert "This wedding is postponed." in home
    assert "Before the date can be confirmed" in home


async def test_cancelling_says_that_nothing_is_deleted(clara: Visitor, theirs: Confirmed) -> None:
    new = f"/w/{theirs.id}/amendments/new"
    await clara.look(f"{new}?kind=cancellation")
    looked = await clara.send(new, part=False, kind="cancellation", **WHY)
    assert "Nothing is deleted." in looked.text
    assert "Propose to cancel the wedding" in looked.text


async def test_a_cancelled_wedding_counts_nowhere_and_says_so(
    clara: Visitor, anna: Visitor, theirs: Confirmed, database: Database
) -> None:
    today = f"/s/{theirs.anna.supplier_id}/today"
    counted = re.compile(r"Weddings ahead.*?>(\d)<", re.DOTALL)
    assert _figure(counted, before := await anna.look(today)) == "1"
    assert re.search(r"in 36\d days", before)
    cancelled = await theirs.propose_all(theirs.clara, Proposal(kind=Kind.CANCELLATION, reason_code=ReasonCode.WISH))
    await theirs.approve(theirs.dan, cancelled.id)
    page = await anna.look(today)
    assert _figure(counted, page) == "0"
    assert f'/weddings/{theirs.id}"' not in page
    for there in (f"/s/{theirs.anna.supplier_id}/weddings", f"/s/{theirs.anna.supplier_id}/weddings/{theirs.id}"):
        listed = await anna.look(there)
        assert "cancelled" in listed
        assert re.search(r"in 36\d days", listed) is None
    home = await clara.look(f"/w/{theirs.id}/home")
    assert "This wedding is cancelled" in home
    assert "What to tell next" not in home
    mara = await person(database, "Mara")
    other = await wedding(database, mara)
    await connect(database, mara, other, theirs.anna)
    on_that_day = OnDay(wedding_id=other, held_on=IN_A_YEAR)
    assert await database.reader(mara.actor).all(BOOKED, on_that_day) == []  # Anna is free again


def _figure(where: re.Pattern[str], page: str) -> str:
    found = where.search(page)
    assert found is not None
    return found[1]


async def test_a_supplier_proposes_and_takes_it_back(anna: Visitor, theirs: Confirmed) -> None:
    base = f"/s/{theirs.anna.supplier_id}/weddings/{theirs.id}/amendments"
    assert f"{base}/new?kind=change&key=wedding_date" in await anna.look(base)
    assert "cancellation" not in await anna.look(base)
    assert (await anna.get(f"{base}/new?kind=cancellation")).status_code == 403
    boxes = {"kind": "change", "key": "wedding_date", "value_1": A_WEEK_LATER.isoformat(), **WHY}
    sent = await anna.send(f"{base}/new", part=False, step="propose", **boxes)
    here = sent.headers["location"].partition("?")[0]
    assert "waits for Clara and Dan" in await anna.look(here)
    await anna.send(f"{here}/withdrawal")
    assert "withdrawn" in await anna.look(here)


async def test_an_overtaken_proposal_says_so_and_offers_only_to_be_taken_back(
    clara: Visitor, dan: Visitor, theirs: Confirmed
) -> None:
    first = await theirs.propose(theirs.clara, "ceremony_venue_name", "The Old Barn")
    second = await theirs.propose(theirs.clara, "ceremony_venue_name", "The New Barn")
    await theirs.approve(theirs.dan, second.id)
    here = f"/w/{theirs.id}/amendments/{first.id}"
    page = await dan.look(here)
    assert "has changed since" in page
    assert f"{here}/approval" not in page
    assert f"{here}/withdrawal" in await clara.look(here)


async def test_whoever_is_asked_reads_it_on_every_page_of_the_wedding(
    clara: Visitor, dan: Visitor, anna: Visitor, theirs: Confirmed
) -> None:
    waits = "1 amendment waits for your answer"
    supplier = f"/s/{theirs.anna.supplier_id}/weddings/{theirs.id}"
    assert waits not in await dan.look(f"/w/{theirs.id}/home")
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    assert waits in await dan.look(f"/w/{theirs.id}/home")
    assert waits not in await clara.look(f"/w/{theirs.id}/home")
    assert waits not in await anna.look(supplier)
    await theirs.approve(theirs.dan, proposed.id)
    assert waits not in await dan.look(f"/w/{theirs.id}/home")
    assert waits in await anna.look(supplier)
    await theirs.answer(theirs.anna, proposed.id, Answer.ACCEPT)
    assert waits not in await anna.look(supplier)


async def test_taking_a_cancelled_wedding_up_again_says_so(clara: Visitor, theirs: Confirmed) -> None:
    cancelled = await theirs.propose_all(theirs.clara, Proposal(kind=Kind.CANCELLATION, reason_code=ReasonCode.WISH))
    await theirs.approve(theirs.dan, cancelled.id)
    new = f"/w/{theirs.id}/amendments/new"
    await clara.look(f"{new}?kind=postponement")
    looked = await clara.send(new, kind="postponement", value_1=A_WEEK_LATER.isoformat(), part=False, **WHY)
    assert "<s>cancelled</s>" in looked.text
    page = await clara.look(f"/w/{theirs.id}/amendments")
    assert "The wedding is cancelled." in page
    assert "cancelled" in await clara.look(f"/w/{theirs.id}/amendments/{cancelled.id}")


async def test_another_place_with_the_old_address_is_remarked_upon(clara: Visitor, theirs: Confirmed) -> None:
    new = f"/w/{theirs.id}/amendments/new"
    await clara.look(f"{new}?key=ceremony_venue_name")
    boxes = {"kind": "change", "key": "ceremony_venue_name", "value_1": "The Old Barn"}
    same = await clara.send(new, part=False, value_2="Mill Lane 1, Bath BA1", **boxes, **WHY)
    assert "The address stays as it is." in same.text
    both = await clara.send(new, part=False, value_2="Barn Road 7, Frome BA11", **boxes, **WHY)
    assert "The address stays as it is." not in both.text


async def test_the_pages_cost_two_statements(clara: Visitor, theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    assert await clara.statements(f"/w/{theirs.id}/amendments") == 2
    assert await clara.statements(f"/w/{theirs.id}/amendments/{proposed.id}") == 2


async def test_the_live_refresh_draws_the_same_parts(clara: Visitor, theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "wedding_date", A_WEEK_LATER.isoformat())
    for address in (f"/w/{theirs.id}/amendments", f"/w/{theirs.id}/amendments/{proposed.id}"):
        part = await clara.get(address, part=True)
        assert "waits for Dan" in part.text
        assert "<html" not in part.text


async def test_an_event_of_one_clock_is_told_in_it(clara: Visitor, theirs: Confirmed) -> None:
    proposed = await theirs.propose(theirs.clara, "time_zone", "Europe/Paris")
    assert "(Europe/Paris)" in await clara.look(f"/w/{theirs.id}/amendments/{proposed.id}")


async def _kept(theirs: Confirmed) -> int:
    page = Page(wedding_id=theirs.id, before=LAST_ID, limit=50)
    found = await theirs.database.reader(theirs.clara.actor).all(AMENDMENTS, page)
    assert all(each.state is State.PROPOSED for each in found)
    assert msgspec.json.encode(found)
    return len(found)
