"""A supplier's pages, what a couple lets it see, and invitations from both ends."""

import re
from datetime import timedelta
from typing import TypeAlias

import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import sealer
from tests.support.world import Somebody, World, build_world, connect, owner, person, wedding

from wedsync.features.connections import actions
from wedsync.features.people import actions as people
from wedsync.features.people import queries as q
from wedsync.features.people.jobs import CODE
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.model import EventKind
from wedsync.kernel.ids import InvitationId, new_id
from wedsync.kernel.permissions import SupplierRole, SupplierType
from wedsync.platform.database import Database
from wedsync.platform.formats import long_date
from wedsync.platform.http.app import WebApp

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"


@pytest.fixture
async def own(database: Database) -> World:
    """A world of this test's, to change."""
    return await build_world(database)


def code_of(invitation: InvitationId) -> str:
    return sealer().token(CODE, invitation)


async def invited_couple(database: Database, by: Somebody, email: str) -> str:
    """The code in the letter to a couple."""
    assert by.supplier_id is not None
    new = people.NewInvitation(kind="couple", email=email, name="Zoe", service=SupplierType.PHOTOGRAPHER)
    async with database.transaction(by.actor) as tx:
        return code_of((await people.invite_couple(tx, by.supplier_id, new)).id)


async def invited(database: Database, world: World, kind: str, email: str) -> str:
    """The code in a letter from Clara."""
    service = SupplierType.FLORIST if kind == "supplier" else None
    new = actions.NewInvitation(kind=kind, email=email, name="Zoe", service=service)
    async with database.transaction(world.clara.actor) as tx:
        return code_of((await actions.invite(tx, world.wedding_id, new)).id)


async def test_today_shows_the_next_wedding_and_what_has_just_changed(app: WebApp, world: World) -> None:
    page = await Visitor(app, world.anna).look(f"/s/{world.supplier_id}/today")
    assert "Clara & Dan" in page
    assert "in 365 days" in page
    assert re.search(r"Just changed.*Date", page, re.DOTALL)
    part = await Visitor(app, world.anna).get(f"/s/{world.supplier_id}/today", part=True)
    for html in (page, part.text):
        assert re.search(r'id="shield"[^>]*data-state="open"[^>]*data-until="', html)
    assert "Clara & Dan come next." in page


async def test_a_business_without_weddings_is_told_what_to_do(app: WebApp, database: Database) -> None:
    new = await owner(database, "Nina")
    page = await Visitor(app, new).look(f"/s/{new.supplier_id}/today")
    assert "Your next weddings appear here" in page
    assert f"/s/{new.supplier_id}/invitations" in page


async def test_a_supplier_reads_what_it_may_and_no_trace_of_the_rest(app: WebApp, world: World) -> None:
    page = await Visitor(app, world.anna).look(f"/s/{world.supplier_id}/weddings/{world.wedding_id}")
    assert "Clara Hughes & Dan Whitfield" in page
    assert re.search(r'id="fact-guests_total".*?<dd>80</dd>', page, re.DOTALL)
    assert "fact-adults" not in page
    assert "partner1_email" not in page
    assert "Budget" not in page


async def test_what_the_couple_opens_is_there_at_once_and_gone_when_they_take_it_back(app: WebApp, own: World) -> None:
    couple, supplier = Visitor(app, own.clara), Visitor(app, own.anna)
    sharing = f"/w/{own.wedding_id}/suppliers/{own.supplier_id}"
    there = f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    assert "What a photographer usually needs" in await couple.look(sharing)
    opened = await couple.send(f"{sharing}/sharing", area="headcounts", level="everything", part=True)
    assert 'value="everything" checked' in opened.text
    assert "fact-adults" in await supplier.look(there)
    plain = await couple.send(f"{sharing}/sharing", area="headcounts", level="off")
    assert plain.headers["location"] == f"{sharing}?told=saved#g-headcounts"
    assert "fact-adults" not in await supplier.look(there)


async def test_who_reads_the_total_alone_has_it_everywhere_and_the_couple_is_told_so(app: WebApp, own: World) -> None:
    couple, supplier = Visitor(app, own.clara), Visitor(app, own.anna)
    sharing, there = f"/w/{own.wedding_id}/suppliers/{own.supplier_id}", f"/s/{own.supplier_id}"
    assert "Reads: guests<" in await couple.look(sharing)
    for page in (f"{there}/today", f"{there}/weddings"):
        assert '<td class="num" data-label="Guests">80</td>' in await supplier.look(page)
    await couple.send(f"{sharing}/sharing", area="headcounts", level="off")
    assert '<td class="num" data-label="Guests">—</td>' in await supplier.look(f"{there}/weddings")
    assert "fact-guests_total" not in await supplier.look(f"{there}/weddings/{own.wedding_id}")


async def test_a_supplier_finds_the_place_where_only_the_reception_s_is_known(app: WebApp, database: Database) -> None:
    clara, anna = await person(database, "Clara"), await owner(database, "Anna")
    own = await wedding(database, clara, reception_venue_name="The Long Barn")
    await connect(database, clara, own, anna)
    supplier, page = Visitor(app, anna), f"/s/{anna.supplier_id}/weddings"
    assert '<td data-label="Place">The Long Barn</td>' in await supplier.look(page)
    async with database.transaction(clara.actor) as tx:
        await weddings.record_fact(tx, own, FactWrite(key="ceremony_venue_name", value="All Saints", base_revision=0))
    assert '<td data-label="Place">All Saints</td>' in await supplier.look(page)


async def test_a_supplier_writes_where_it_is_let_and_nowhere_else(app: WebApp, own: World) -> None:
    couple, supplier = Visitor(app, own.clara), Visitor(app, own.anna)
    sharing = f"/w/{own.wedding_id}/suppliers/{own.supplier_id}"
    there = f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    await supplier.look(there)
    assert (await supplier.send(f"{there}/facts/day_coordinator", value="Cora", base_revision="0")).status_code == 403
    await couple.look(sharing)
    await couple.send(f"{sharing}/sharing", area="people", level="usual", can_write="yes")
    assert "f-day_coordinator" in await supplier.look(there)
    saved = await supplier.send(f"{there}/facts/day_coordinator", value="Cora", base_revision="0", part=True)
    assert saved.status_code == 200
    met = await supplier.send(f"{there}/facts/day_coordinator", value="Carla", base_revision="0", part=True)
    assert met.status_code == 412
    assert (await supplier.send(f"{there}/facts/adults", value="2", base_revision="0", part=True)).status_code == 403


async def test_a_field_that_is_not_shared_is_not_found_by_its_address(app: WebApp, world: World) -> None:
    there = f"/s/{world.supplier_id}/weddings/{world.wedding_id}/facts"
    visitor = Visitor(app, world.anna)
    assert (await visitor.get(f"{there}/adults", part=True)).status_code == 404
    assert (await visitor.get(f"{there}/wedding_date", part=True)).status_code == 200


async def test_the_budget_cannot_be_shared(app: WebApp, own: World) -> None:
    visitor, sharing = Visitor(app, own.clara), f"/w/{own.wedding_id}/suppliers/{own.supplier_id}"
    assert "Budget" not in await visitor.look(sharing)
    assert (await visitor.send(f"{sharing}/sharing", area="budget", level="everything")).status_code == 422


async def test_only_the_couple_decides_what_is_shared(app: WebApp, world: World) -> None:
    sharing = f"/w/{world.wedding_id}/suppliers/{world.supplier_id}"
    for somebody, status in ((world.clara, 200), (world.cora, 403), (world.colin, 403), (world.eve, 404)):
        assert (await Visitor(app, somebody).get(sharing)).status_code == status


async def test_a_disconnected_supplier_finds_nothing_any_more(app: WebApp, own: World) -> None:
    couple, there = Visitor(app, own.clara), f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    assert (await Visitor(app, own.anna).get(there)).status_code == 200
    await couple.look(f"/w/{own.wedding_id}/suppliers")
    await couple.send(f"/w/{own.wedding_id}/suppliers/{own.supplier_id}/end")
    assert (await Visitor(app, own.anna).get(there)).status_code == 404
    assert "disconnected" in await couple.look(f"/w/{own.wedding_id}/suppliers/{own.supplier_id}")


async def test_a_couple_invites_a_supplier_and_withdraws(app: WebApp, own: World) -> None:
    visitor, suppliers = Visitor(app, own.clara), f"/w/{own.wedding_id}/suppliers"
    await visitor.look(suppliers)
    wrong = await visitor.send(f"{suppliers}/invitations", name="Rose", supplier_type="", email="rose@example.org")
    assert wrong.status_code == 422
    assert 'value="rose@example.org"' in wrong.text
    await visitor.send(f"{suppliers}/invitations", name="Rose", supplier_type="florist", email="rose@example.org")
    page = await visitor.look(suppliers)
    assert "Rose" in page
    withdraw = re.search(r'action="([^"]+/withdraw)"', page)
    assert withdraw
    await visitor.send(withdraw[1])
    assert "Rose" not in await visitor.look(suppliers)


async def test_a_change_of_a_later_event_names_the_event(app: WebApp, database: Database, own: World) -> None:
    async with database.transaction(own.clara.actor) as tx:
        brunch = await weddings.add_event(tx, own.wedding_id, weddings.NewEvent(kind=EventKind.BRUNCH, title="Brunch"))
        after = (utc_now() + timedelta(days=366)).date()  # the day after the wedding of this cast
        for key, value in (("date", after.isoformat()), ("venue_name", "The Orangery")):
            fact = FactWrite(key=key, value=value, base_revision=0, event_id=brunch.id)
            await weddings.record_fact(tx, own.wedding_id, fact)
    pages = (
        (own.anna, f"/s/{own.supplier_id}/today"),
        (own.anna, f"/s/{own.supplier_id}/weddings/{own.wedding_id}"),
        (own.clara, f"/w/{own.wedding_id}/home"),
    )
    for somebody, path in pages:
        page = await Visitor(app, somebody).look(path)
        assert re.search(rf"Brunch: date:? <b class=\"num\">{long_date(after)}", page)
        assert "Brunch: venue" in page
        assert re.search(r">\s*Date:? <b", page)  # the wedding's own stays as it was


async def test_a_supplier_leaves_a_wedding_and_the_couple_sees_it(app: WebApp, own: World) -> None:
    there = f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    ben, mia = Visitor(app, own.ben), Visitor(app, own.mia)
    assert f"{there}/end" not in await ben.look(there)
    assert (await ben.send(f"{there}/end")).status_code == 403
    assert f'action="{there}/end"' in await mia.look(there)
    left = await mia.send(f"{there}/end")
    assert "You left." in await mia.look(left.headers["location"])
    assert (await mia.get(there)).status_code == 404
    assert "Anna's" not in await Visitor(app, own.clara).look(f"/w/{own.wedding_id}/suppliers")


async def test_on_the_supplier_side_what_is_fixed_names_whom_of_the_couple_to_ask(app: WebApp, own: World) -> None:
    supplier = await Visitor(app, own.anna).look(f"/s/{own.supplier_id}/weddings/{own.wedding_id}/amendments")
    couple = await Visitor(app, own.clara).look(f"/w/{own.wedding_id}/amendments")
    talk = [page[page.index("Talk to") :] for page in (supplier, couple)]
    assert "Clara" in talk[0]
    assert "Anna's" not in talk[0]
    assert "Anna's" in talk[1]
    assert "Partner" not in talk[1]


async def test_a_couple_cannot_invite_itself_a_second_partner_or_one_person_twice(
    app: WebApp, database: Database
) -> None:
    clara = await person(database, "Clara")
    theirs = await wedding(database, clara)
    visitor, members = Visitor(app, clara), f"/w/{theirs}/members"
    await visitor.look(f"/w/{theirs}/home")
    itself = await visitor.send(members, role="partner", name="Clara", email=clara.email)
    assert itself.status_code == 422
    assert "This is your own address" in itself.text
    assert (await visitor.send(members, role="partner", name="Dan", email="dan@example.org")).status_code == 303
    other = await visitor.send(members, role="partner", name="Dan", email="daniel@example.org")
    assert other.status_code == 409
    assert "Withdraw that invitation first." in other.text
    again = await visitor.send(members, role="partner", name="Dan", email="dan@example.org")
    assert again.status_code == 409
    assert "dan@example.org is invited already" in again.text
    assert (await visitor.send(members, role="companion", name="Gus", email="gus@example.org")).status_code == 303


async def test_every_door_refuses_ones_own_address_and_a_second_letter(
    app: WebApp, database: Database, own: World
) -> None:
    business, couple = Visitor(app, own.anna), Visitor(app, own.clara)
    doors = (
        (business, f"/s/{own.supplier_id}/invitations", own.anna, {"service": "photographer"}),
        (business, f"/s/{own.supplier_id}/team/invitations", own.anna, {"role": "member"}),
        (couple, f"/w/{own.wedding_id}/suppliers/invitations", own.clara, {"name": "Zoe", "supplier_type": "florist"}),
        (couple, f"/w/{own.wedding_id}/members", own.clara, {"name": "Zoe", "role": "companion"}),
    )
    await business.look(f"/s/{own.supplier_id}/invitations")
    await couple.look(f"/w/{own.wedding_id}/suppliers")
    for visitor, door, somebody, boxes in doors:
        itself = await visitor.send(door, part=False, email=somebody.email, **boxes)
        assert (itself.status_code, "This is your own address. Give theirs." in itself.text) == (422, True), door
        first = await visitor.send(door, part=False, email="zoe@example.org", **boxes)
        assert first.status_code == 303, door
        twice = await visitor.send(door, part=False, email="zoe@example.org", **boxes)
        assert (twice.status_code, "zoe@example.org is invited already." in twice.text) == (409, True), door


async def test_one_may_come_to_one_s_own_wedding_in_the_other_capacity(app: WebApp, database: Database) -> None:
    anna = await owner(database, "Anna")
    own = await wedding(database, msgspec.structs.replace(anna, supplier_id=None))
    visitor = Visitor(app, anna)
    await visitor.look(f"/s/{anna.supplier_id}/invitations")
    invites = f"/s/{anna.supplier_id}/invitations"
    assert (await visitor.send(invites, email=anna.email, service="photographer")).status_code == 303
    invites = f"/w/{own}/suppliers/invitations"
    assert (await visitor.send(invites, name="Mine", email=anna.email, supplier_type="cake")).status_code == 303


async def test_a_supplier_that_is_connected_is_not_invited_to_do_the_same_again(
    app: WebApp, database: Database, own: World
) -> None:
    visitor, page = Visitor(app, own.clara), f"/w/{own.wedding_id}/suppliers"
    await visitor.look(page)

    async def invite(somebody: Somebody, kind: str) -> int:
        answer = await visitor.send(f"{page}/invitations", name="Anna", email=somebody.email, supplier_type=kind)
        said = "belongs to a supplier that does this for you already" in answer.text
        assert said == (answer.status_code == 409)
        return answer.status_code

    assert await invite(own.anna, "photographer") == 409
    assert await invite(own.ben, "photographer") == 409  # of her team
    assert await invite(own.anna, "videographer") == 303
    assert await invite(own.eve, "photographer") == 303
    await visitor.send(f"{page}/{own.supplier_id}/end")
    assert await invite(own.ada, "photographer") == 303


async def test_who_is_invited_stands_with_address_and_days_and_is_written_to_again_or_withdrawn(
    app: WebApp, own: World
) -> None:
    visitor, home = Visitor(app, own.clara), f"/w/{own.wedding_id}/home"
    await visitor.look(home)
    await visitor.send(f"/w/{own.wedding_id}/members", role="companion", name="Grace", email="grace@example.org")
    page = await visitor.look(home)
    assert "grace@example.org" in page
    assert "invited, 7 days left" in page
    again = re.search(r'action="([^"]+/again)"', page)
    withdraw = re.search(r'action="([^"]+/members/invitations/[^"]+/withdraw)"', page)
    assert again
    assert withdraw
    for _ in range(3):
        assert (await visitor.send(again[1])).headers["location"] == f"{home}?told=again"
    assert (await visitor.send(again[1])).status_code == 429
    assert (await visitor.send(withdraw[1])).headers["location"] == f"{home}?told=withdrawn"
    assert "grace@example.org" not in await visitor.look(home)
    assert (await visitor.send(withdraw[1])).status_code == 404


async def test_an_invitation_is_declined_by_a_button_and_who_sent_it_is_told(
    app: WebApp, admin: Admin, database: Database, own: World
) -> None:
    code, visitor = await invited_couple(database, own.anna, f"no.{own.supplier_id}@example.org"), Visitor(app)
    page = await visitor.look(f"/invitations/{code}")
    assert f'formaction="/invitations/{code}/decline"' in page
    said = await visitor.send(f"/invitations/{code}/decline", name="", partner_name="", password="")
    assert "We tell Anna's so by letter" in await visitor.look(said.headers["location"])
    assert (await visitor.get(f"/invitations/{code}")).headers["location"] == f"/invitations/{code}/declined"
    assert (await visitor.send(f"/invitations/{code}", name="Zoe")).status_code == 409
    assert (await visitor.send(f"/invitations/{code}/decline")).status_code == 409
    sent = await Visitor(app, own.anna).look(f"/s/{own.supplier_id}/invitations")
    assert re.search(r'class="tag bad">declined', sent)
    found = await admin.execute("select r.email, r.invited from app.supplier_invitations i, app.refusal_letter(i.id) r")
    assert (own.anna.email, "Zoe") in await found.fetchall()


async def test_a_couples_invitation_is_declined_too_and_stands_so_in_their_list(
    app: WebApp, database: Database, own: World
) -> None:
    code = await invited(database, own, "supplier", own.eve.email)
    eve = Visitor(app, own.eve)
    await eve.look(f"/invitations/{code}")
    await eve.send(f"/invitations/{code}/decline")
    page = await Visitor(app, own.clara).look(f"/w/{own.wedding_id}/suppliers")
    assert re.search(r'Zoe</b> <span class="tag bad">declined', page)


async def test_what_the_second_partner_says_at_the_door_is_not_asked_again(app: WebApp, database: Database) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        half = weddings.NewWedding(first_name="Clara", other_first_name="Daniel")
        theirs = await weddings.open_wedding(tx, clara.person_id, half)
    new = actions.NewInvitation(kind="partner", email=f"dan.{theirs}@example.org", name="Dan")
    async with database.transaction(clara.actor) as tx:
        code = code_of((await actions.invite(tx, theirs, new)).id)
    visitor = Visitor(app)
    await visitor.look(f"/invitations/{code}")
    await visitor.send(f"/invitations/{code}", name="Dan Whitfield")
    details = await Visitor(app, clara).look(f"/w/{theirs}/details")
    assert 'value="Daniel"' in details  # what the couple had told stays
    assert 'value="Whitfield"' in details
    assert f'value="dan.{theirs}@example.org"' in details


async def test_a_couple_invites_company_and_shows_it_out(app: WebApp, own: World) -> None:
    visitor, home = Visitor(app, own.clara), f"/w/{own.wedding_id}/home"
    await visitor.look(home)
    assert (await visitor.send(f"/w/{own.wedding_id}/members", role="companion", email="oops")).status_code == 422
    await visitor.send(f"/w/{own.wedding_id}/members", role="companion", name="Grace", email="grace@example.org")
    assert "Grace" in await visitor.look(home)
    await visitor.send(f"/w/{own.wedding_id}/members/{own.colin.person_id}/end")
    assert (await Visitor(app, own.colin).get(home)).status_code == 404
    assert (await visitor.send(f"/w/{own.wedding_id}/members/{own.dan.person_id}/end")).status_code == 404


async def test_an_invited_couple_without_an_account_starts_its_wedding_by_one_form(
    app: WebApp, database: Database, own: World
) -> None:
    code, visitor = await invited_couple(database, own.anna, f"zoe.{own.supplier_id}@example.org"), Visitor(app)
    page = await visitor.look(f"/invitations/{code}")
    assert "Tell your wedding once" in page
    assert "WedMe, the couples' side of WedSync" in page
    assert 'id="name" name="name" type="text" value=""' in page  # the letter greets two, the box asks for one
    unnamed = await visitor.send(f"/invitations/{code}", name="  ", partner_name="Kit Lane")
    assert unnamed.status_code == 422
    assert 'value="Kit Lane"' in unnamed.text
    started = await visitor.send(f"/invitations/{code}", name="Zoe Hart", partner_name="Kit Lane")
    assert started.status_code == 303
    assert "Zoe" in await visitor.look(started.headers["location"])
    assert "Zoe & Kit" in await Visitor(app, own.anna).look(f"/s/{own.supplier_id}/weddings?show=all")
    assert (await Visitor(app).get(f"/invitations/{code}")).status_code == 409


async def test_what_became_of_an_invitation_stands_in_the_list_for_a_month(
    app: WebApp, database: Database, own: World
) -> None:
    page = f"/s/{own.supplier_id}/invitations"
    code = await invited_couple(database, own.anna, own.oli.email)
    oli = Visitor(app, own.oli)
    await oli.look(f"/invitations/{code}")
    await oli.send(f"/invitations/{code}", partner_name="Kit Lane")
    over = q.NewInvitation(
        supplier_id=own.supplier_id,
        id=InvitationId(new_id()),
        kind="couple",
        email="late@example.org",
        name="Lee & Lou",
        role=None,
        service="photographer",
        code_hash=new_id().bytes * 2,
        lasts=timedelta(milliseconds=1),
    )
    async with database.transaction(own.anna.actor) as tx:
        await tx.one(q.INVITE, over)
    found = await Visitor(app, own.anna).look(page)
    assert re.search(r'Zoe</b>.*?class="tag ok">accepted', found, re.DOTALL)
    assert re.search(r'Lee & Lou</b>.*?class="tag ">expired', found, re.DOTALL)
    assert "/again" not in found


async def test_a_refused_supplier_is_said_at_the_top_and_its_address_leads_back(app: WebApp, own: World) -> None:
    visitor, page = Visitor(app, own.clara), f"/w/{own.wedding_id}/suppliers"
    await visitor.look(page)
    refused = await visitor.send(f"{page}/invitations", name="Fern", supplier_type="florist", email="fern@")
    assert refused.text.index("The invitation was not sent.") < refused.text.index('id="invite"')
    assert (await visitor.get(f"{page}/invitations")).headers["location"] == page
    members = f"/w/{own.wedding_id}/members"
    home = await visitor.send(members, role="companion", name="Gus", email="gus@")
    assert home.text.index("The invitation was not sent.") < home.text.index('id="members"')
    assert (await visitor.get(members)).headers["location"] == f"/w/{own.wedding_id}/home#members"


async def test_who_has_an_account_signs_in_first_and_comes_back(app: WebApp, database: Database, own: World) -> None:
    code, visitor = await invited(database, own, "companion", own.oli.email), Visitor(app)
    assert "Sign in to accept" in await visitor.look(f"/invitations/{code}")
    sent = await visitor.send(f"/invitations/{code}")
    assert sent.headers["location"] == f"/sign-in?next=/invitations/{code}"
    oli = Visitor(app, own.oli)
    await oli.look(f"/invitations/{code}")
    accepted = await oli.send(f"/invitations/{code}")
    assert accepted.headers["location"] == f"/w/{own.wedding_id}/home?told=connected"


async def test_a_supplier_takes_a_couples_invitation_up_for_its_business(
    app: WebApp, database: Database, own: World
) -> None:
    code, eve = await invited(database, own, "supplier", own.eve.email), Visitor(app, own.eve)
    assert "Work with Clara & Dan" in await eve.look(f"/invitations/{code}")
    accepted = await eve.send(f"/invitations/{code}", supplier_id=str(own.other_supplier_id))
    assert accepted.status_code == 303
    assert "Clara & Dan" in await eve.look(accepted.headers["location"])


async def test_a_new_member_joins_the_team(app: WebApp, database: Database, own: World) -> None:
    somebody = await person(database, "Noor")
    new = people.NewInvitation(kind="member", email=somebody.email, role=SupplierRole.VIEWER)
    async with database.transaction(own.anna.actor) as tx:
        code = code_of((await people.invite_member(tx, own.supplier_id, new)).id)
    visitor = Visitor(app, somebody)
    await visitor.look(f"/invitations/{code}")
    joined = await visitor.send(f"/invitations/{code}")
    page = await visitor.look(joined.headers["location"])
    assert "Invite a couple" not in page


async def test_a_couple_that_has_a_wedding_may_connect_that_one(app: WebApp, database: Database, own: World) -> None:
    zoe = await person(database, "Zoe")
    theirs = await wedding(database, zoe)
    code, visitor = await invited_couple(database, own.anna, zoe.email), Visitor(app, zoe)
    assert f'value="{theirs}"' in await visitor.look(f"/invitations/{code}")
    accepted = await visitor.send(f"/invitations/{code}", wedding_id=str(theirs))
    assert accepted.headers["location"] == f"/w/{theirs}/details?told=connected"


async def test_a_code_that_nobody_gave_is_not_found(app: WebApp) -> None:
    assert (await Visitor(app).get("/invitations/nothing")).status_code == 404


async def test_a_supplier_invites_a_couple_and_a_viewer_only_looks(app: WebApp, own: World) -> None:
    visitor, page = Visitor(app, own.ben), f"/s/{own.supplier_id}/invitations"
    await visitor.look(page)
    wrong = await visitor.send(page, email="zoe", name="Zoe", service="photographer")
    assert wrong.status_code == 422
    await visitor.send(page, email="zoe@example.org", name="Zoe & Kit", service="photographer")
    assert "Zoe & Kit" in await visitor.look(page)
    vera = Visitor(app, own.vera)
    assert "You can look." in await vera.look(page)
    assert (await vera.send(page, email="zoe@example.org", service="photographer")).status_code == 403


async def test_the_list_goes_on_page_by_page_and_shows_each_wedding_once(app: WebApp, database: Database) -> None:
    anna, clara = await owner(database, "Anna"), await person(database, "Clara")
    for _ in range(27):
        await connect(database, clara, await wedding(database, clara), anna)
    visitor, path, seen = Visitor(app, anna), f"/s/{anna.supplier_id}/weddings", list[str]()
    while path:
        page = await visitor.look(path)
        seen += re.findall(rf'href="/s/{anna.supplier_id}/weddings/([0-9a-f-]{{36}})"', page)
        more = re.search(r'class="btn" href="([^"]+after=[^"]+)"', page)
        path = more[1] if more else ""
    assert len(seen) == len(set(seen)) == 27


async def test_pages_of_a_supplier_cost_what_they_should(app: WebApp, world: World) -> None:
    visitor, base = Visitor(app, world.anna), f"/s/{world.supplier_id}"
    assert await visitor.statements(f"{base}/today") == 3
    assert await visitor.statements(f"{base}/weddings") == 3
    assert await visitor.statements(f"{base}/invitations") == 2
    assert await visitor.statements(f"{base}/weddings/{world.wedding_id}") == 2


async def test_pages_of_sharing_cost_a_few_statements(app: WebApp, world: World) -> None:
    visitor, base = Visitor(app, world.clara), f"/w/{world.wedding_id}/suppliers"
    assert await visitor.statements(base) == 4
    assert await visitor.statements(f"{base}/{world.supplier_id}") == 3
