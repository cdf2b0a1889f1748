"""The door, the devices and the team, as somebody without JavaScript meets them."""

import re
from pathlib import Path
from typing import TypeAlias
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import sealer
from tests.support.world import World, build_world, owner, person, wedding

from wedsync.features.people import actions, links
from wedsync.features.people import queries as q
from wedsync.features.people.asking import COOKIE
from wedsync.features.people.jobs import LINK
from wedsync.kernel.fields.completion import asked_fields
from wedsync.kernel.permission_words import team_help
from wedsync.kernel.permissions import SupplierRole
from wedsync.platform.database import NOBODY, Database, NoParams
from wedsync.platform.http.answers import HAT_COOKIE, PLAIN_COOKIE
from wedsync.platform.http.app import WebApp
from wedsync.platform.outbox import newest_letters
from wedsync.platform.passwords import hash_password

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD = "four words that do not belong"
ROSE = {"business": "Rose & Thorn", "supplier_type": "florist", "time_zone": "Europe/London", "name": "Rosa"}


async def test_a_stranger_reads_what_it_is(app: WebApp) -> None:
    page = await Visitor(app).look("/")
    assert "A wedding, entered once." in page
    assert f"the {len(asked_fields())} questions that suppliers ask" in page


async def test_who_is_signed_in_is_led_to_where_they_work(app: WebApp, world: World) -> None:
    supplier = await Visitor(app, world.anna).get("/")
    couple = await Visitor(app, world.clara).get("/")
    assert supplier.headers["location"] == f"/s/{world.supplier_id}/today"
    assert couple.headers["location"] == f"/w/{world.wedding_id}/home"


async def test_one_is_led_back_to_the_hat_one_wore_last_and_to_no_other(app: WebApp, database: Database) -> None:
    own = await build_world(database)
    their_wedding = await wedding(database, msgspec.structs.replace(own.anna, supplier_id=None))
    visitor = Visitor(app, own.anna)
    assert (await visitor.get("/")).headers["location"] == f"/s/{own.supplier_id}/today"
    await visitor.look(f"/w/{their_wedding}/home")
    assert (await visitor.get("/")).headers["location"] == f"/w/{their_wedding}/home"
    visitor.client.cookies.delete(HAT_COOKIE)
    visitor.client.cookies.set(HAT_COOKIE, f"w.{own.wedding_id}")
    assert (await visitor.get("/")).headers["location"] == f"/s/{own.supplier_id}/today"


async def test_refusals_and_devices_keep_the_way_to_everything_else(app: WebApp, world: World) -> None:
    visitor = Visitor(app, world.clara)
    await visitor.look(f"/w/{world.wedding_id}/home")
    for path, status in (("/sessions", 200), ("/nowhere", 404), (f"/s/{world.supplier_id}/today", 404)):
        page = await visitor.look(path, status)
        assert f'href="/w/{world.wedding_id}/details"' in page
        assert "Clara" in page
    gone = await visitor.get(f"/w/{world.wedding_id}/home", part=True)
    assert gone.status_code == 200
    assert "/details" not in (await Visitor(app).get("/nowhere")).text


async def test_who_has_nothing_yet_may_begin_a_wedding_or_a_business(app: WebApp, database: Database) -> None:
    visitor = Visitor(app, await person(database, "Oli"))
    assert "How do you begin?" in await visitor.look("/")
    refused = await visitor.send("/businesses", business="O", supplier_type="venue", time_zone="Europe/London")
    assert refused.status_code == 422
    opened = await visitor.send("/businesses", business="Oli's", supplier_type="venue", time_zone="Europe/London")
    assert opened.status_code == 303
    assert "Oli" in await visitor.look(opened.headers["location"])
    wedding = await visitor.send("/weddings", first_name="Oli", other_first_name="Sam", wedding_zone="Europe/Rome")
    assert "Oli" in await visitor.look(wedding.headers["location"])


async def test_a_wrong_password_and_an_unknown_address_read_the_same(app: WebApp, world: World) -> None:
    visitor = Visitor(app)
    known = await visitor.send("/sign-in", email=world.anna.email, password="not this one at all")
    unknown = await visitor.send("/sign-in", email="nobody@example.org", password="not this one at all")
    assert known.status_code == unknown.status_code == 403
    assert known.text.replace(world.anna.email, "") == unknown.text.replace("nobody@example.org", "")


async def test_a_password_signs_in_and_leads_where_they_were_going(app: WebApp, database: Database) -> None:
    somebody = await person(database, "Pia")
    async with database.transaction(somebody.actor) as tx:
        await actions.set_password(tx, somebody.person_id, await hash_password(PASSWORD))
    visitor = Visitor(app)
    elsewhere = await visitor.send("/sign-in", email=somebody.email, password=PASSWORD, next="//evil.example")
    assert elsewhere.headers["location"] == "/"
    there = await Visitor(app).send("/sign-in", email=somebody.email, password=PASSWORD, next="/sessions")
    assert there.headers["location"] == "/sessions"
    assert PLAIN_COOKIE in there.cookies


async def test_looking_at_a_link_does_not_use_it_up_and_pressing_the_button_does_once(
    app: WebApp, admin: Admin, database: Database, world: World
) -> None:
    token = await _link(admin, database, world.dan.email)
    visitor = Visitor(app)
    for _ in range(3):
        assert "Press the button" in await visitor.look(f"/sign-in/link/{token}")
    signed_in = await visitor.send(f"/sign-in/link/{token}")
    assert signed_in.headers["location"] == f"/w/{world.wedding_id}/home"
    again = await Visitor(app).send(f"/sign-in/link/{token}")
    assert again.status_code == 409
    assert "Send me a link" in again.text


async def test_a_sign_up_says_all_that_is_wrong_at_once_and_keeps_what_was_typed(app: WebApp) -> None:
    form = {"business": "Rose & Thorn", "supplier_type": "", "time_zone": "Mars/Base", "name": "Rosa", "email": "rosa@"}
    refused = await Visitor(app).send("/sign-up", part=False, **form)
    assert refused.status_code == 422
    assert 'value="Rose &amp; Thorn"' in refused.text
    assert len(re.findall(r'class="error"', refused.text)) == 3


async def test_a_sign_up_gets_the_same_answer_for_an_address_that_is_known(app: WebApp, world: World) -> None:
    pages = []
    for email in ("rosa.new@example.org", world.eve.email):
        visitor = Visitor(app)
        sent = await visitor.send("/sign-up", part=False, **ROSE, email=email)
        pages.append((await visitor.look(sent.headers["location"])).replace(email, ""))
    assert pages[0] == pages[1]


async def test_a_sign_up_speaks_of_a_business_and_not_of_signing_in_and_reloading_sends_nothing(
    app: WebApp, admin: Admin
) -> None:
    visitor, email = Visitor(app), f"rosa.{uuid4().hex}@example.org"
    sent = await visitor.send("/sign-up", part=False, **ROSE, email=email)
    assert sent.headers["location"] == "/sign-in/link/sent"
    for _ in range(2):
        page = await visitor.look("/sign-in/link/sent")
        assert "your business is open" in page
        assert email in page
    assert await _links(admin, email) == 1


async def test_a_letter_is_sent_again_for_the_same_sign_up_and_three_times_at_most(
    app: WebApp, admin: Admin, database: Database
) -> None:
    visitor, email = Visitor(app), f"rosa.{uuid4().hex}@example.org"
    await visitor.send("/sign-up", part=False, **ROSE, email=email)
    for _ in range(2):
        assert (await visitor.send("/sign-in/link/again")).headers["location"] == "/sign-in/link/sent"
    assert (await visitor.send("/sign-in/link/again")).status_code == 429
    assert await _links(admin, email) == 3
    token = await _newest(admin, email)
    finished = await Visitor(app).send(f"/sign-in/link/{token}")
    assert finished.headers["location"].startswith("/s/")


async def test_who_asked_for_nothing_or_changed_what_we_sealed_begins_anew(app: WebApp) -> None:
    visitor = Visitor(app)
    assert (await visitor.get("/sign-in/link/sent")).headers["location"] == "/sign-in/link"
    visitor.client.cookies.set(COOKIE, b'{"link":"0","email":"a@b","is_sign_up":true}'.hex() + ".forged")
    assert (await visitor.send("/sign-in/link/again")).headers["location"] == "/sign-in/link"


async def test_a_form_with_a_box_that_is_not_there_is_refused(app: WebApp) -> None:
    assert (await Visitor(app).send("/sign-in", email="a@example.org", is_admin="yes")).status_code == 422


async def test_a_form_without_the_token_of_our_page_does_nothing(app: WebApp, world: World) -> None:
    visitor = Visitor(app, world.anna)
    assert (await visitor.send("/sign-out")).status_code == 403
    await visitor.look("/sessions")


async def test_devices_are_signed_out_one_by_one_or_all_at_once(app: WebApp, database: Database) -> None:
    somebody = await person(database, "Mona")
    async with database.transaction(somebody.actor) as tx:
        other = await actions.begin_session(tx, somebody.person_id, "Opera on a boat")
    visitor = Visitor(app, somebody)
    assert "Opera on a boat" in await visitor.look("/sessions")
    await visitor.send(f"/sessions/{other.session_id}/end")
    assert "Opera on a boat" not in await visitor.look("/sessions")
    away = await visitor.send("/sessions/end")
    assert "You are signed out on every device." in await Visitor(app).look(away.headers["location"])
    assert (await visitor.get("/sessions")).headers["location"] == "/sign-in?next=/sessions"


async def test_who_signs_in_on_a_fourth_device_is_told_that_the_oldest_made_room(
    app: WebApp, database: Database
) -> None:
    somebody = await owner(database, "Pia")
    async with database.transaction(somebody.actor) as tx:
        await actions.set_password(tx, somebody.person_id, await hash_password(PASSWORD))
    arrived = [
        (await Visitor(app).send("/sign-in", email=somebody.email, password=PASSWORD)).headers["location"]
        for _ in range(4)
    ]
    assert [location.endswith("today?told=one-less") for location in arrived] == [False, False, False, True]
    last = Visitor(app)
    went = await last.send("/sign-in", email=somebody.email, password=PASSWORD)
    assert "Your oldest device was signed out" in await last.look(went.headers["location"])
    assert "on 3 devices at most" in await last.look("/sessions")


async def test_a_form_that_is_opened_again_at_its_own_address_leads_to_its_page(app: WebApp, world: World) -> None:
    visitor, base = Visitor(app, world.anna), f"/s/{world.supplier_id}/team"
    await visitor.look(base)
    refused = await visitor.send(f"{base}/invitations", email="oops", role="viewer")
    assert "The invitation was not sent. Look again at what is marked." in refused.text
    assert (await visitor.get(f"{base}/invitations")).headers["location"] == base
    assert (await visitor.get("/businesses")).headers["location"] == "/"


async def test_an_owner_invites_changes_and_removes_and_the_page_says_so(app: WebApp, database: Database) -> None:
    own = await build_world(database)
    team, visitor = f"/s/{own.supplier_id}/team", Visitor(app, own.anna)
    assert "Ben" in await visitor.look(team)
    wrong = await visitor.send(f"{team}/invitations", email="not an address", role="member")
    assert wrong.status_code == 422
    await visitor.send(f"{team}/invitations", email="new.one@example.org", role="viewer")
    assert "new.one@example.org" in await visitor.look(f"{team}?told=invited")
    await visitor.send(f"{team}/{own.ben.person_id}/role", role="manager")
    async with database.transaction(own.ben.actor) as tx:
        me = await tx.one(q.ME, NoParams())
    assert me.suppliers[0].role is SupplierRole.MANAGER
    await visitor.send(f"{team}/{own.ben.person_id}/end")
    assert "Ben" not in await visitor.look(team)
    assert "signed out on every device" in await visitor.look(f"{team}?told=shown-out")
    assert (await Visitor(app, own.ben).get(team)).headers["location"] == f"/sign-in?next={team}"


async def test_the_team_page_says_what_each_role_may_as_the_table_says(app: WebApp, world: World) -> None:
    page = await Visitor(app, world.anna).look(f"/s/{world.supplier_id}/team")
    assert [role for role, sentence in team_help() if sentence in page] == list(SupplierRole)
    assert "As manager, and also: change the team, make keys for programs" in page


async def test_a_member_sees_the_team_and_may_not_change_it(app: WebApp, world: World) -> None:
    team, visitor = f"/s/{world.supplier_id}/team", Visitor(app, world.ben)
    assert "Invite someone" not in await visitor.look(team)
    refused = await visitor.send(f"{team}/{world.vera.person_id}/end")
    assert refused.status_code == 403


@pytest.mark.parametrize("page", ["today", "weddings", "invitations", "team"])
async def test_a_business_is_nothing_to_strangers_and_asks_the_signed_out_to_sign_in(
    app: WebApp, world: World, page: str
) -> None:
    path = f"/s/{world.supplier_id}/{page}"
    assert (await Visitor(app, world.eve).get(path)).status_code == 404
    assert (await Visitor(app).get(path)).headers["location"] == f"/sign-in?next={path}"


async def test_team_and_devices_cost_two_statements(app: WebApp, world: World) -> None:
    visitor = Visitor(app, world.anna)
    assert await visitor.statements(f"/s/{world.supplier_id}/team") == 2
    assert await visitor.statements("/sessions") == 2


async def test_the_api_page_lists_operations_and_refusals(app: WebApp) -> None:
    page = await Visitor(app).look("/api")
    assert "/api/v1/weddings/{wedding_id}/facts/{key}" in page
    assert "revision-conflict" in page


async def test_there_is_no_outbox_outside_the_demo(app: WebApp) -> None:
    assert (await Visitor(app).get("/outbox")).status_code == 404


def test_the_outbox_reads_letters_newest_first_and_finds_their_links(tmp_path: Path) -> None:
    for name, subject in (("01", "Older"), ("02", "Newer")):
        head = f"To: c@d\r\nSubject: {subject}\r\nDate: Sun, 22 Nov 2026 20:00:00 +0000"
        (tmp_path / f"{name}.eml").write_text(
            f"{head}\r\n\r\nhttp://evil.example/k http://x/invitations/k http://x/letters/k\r\n"
        )
    found = newest_letters(tmp_path, 50, "http://x")
    assert [each.subject for each in found] == ["Newer", "Older"]
    assert (found[0].link, found[0].others) == ("/invitations/k", ("/letters/k",))
    assert newest_letters(tmp_path, 50, "https://x")[0].link == ""
    assert newest_letters(tmp_path / "none", 50, "http://x") == ()


async def _link(admin: Admin, database: Database, email: str) -> str:
    """Asked for as people ask; what the letter says is worked out from the link's row."""
    async with database.transaction(NOBODY) as tx:
        await links.ask_for_link(tx, email)
    return await _newest(admin, email)


async def _newest(admin: Admin, email: str) -> str:
    """The token of the link in the last letter to an address."""
    found = await admin.execute(
        "select id from app.login_tokens where email = %s order by created_at desc limit 1", [email]
    )
    row = await found.fetchone()
    assert row is not None
    return sealer().token(LINK, UUID(str(row[0])))


async def _links(admin: Admin, email: str) -> int:
    """How many links were sent to an address."""
    found = await admin.execute("select count(*) from app.login_tokens where email = %s", [email])
    row = await found.fetchone()
    assert row is not None
    return int(row[0])
