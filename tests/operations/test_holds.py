"""What is in a dispute stays: set by two, let go by two, stronger than every purge and erasure, and nobody reads more."""

import asyncio
import json
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import psycopg
import pytest
from tests.features import test_every_route_as_everybody as routes
from tests.features.privacy.working import forget_now
from tests.features.visitor import Visitor
from tests.operations.releasing import Staff, hire
from tests.platform.test_purging import removed, working
from tests.support import commands
from tests.support.database import TestDatabase, travelling
from tests.support.web import client_of, served, settings_for
from tests.support.world import Somebody, build_world, person, wedding

from wedsync.entrypoints.web import create_app
from wedsync.features.privacy import actions as privacy
from wedsync.kernel.ids import PersonId, WeddingId
from wedsync.kernel.problems import Conflict, Forbidden, Invalid, NotFound
from wedsync.operations.holds import actions
from wedsync.operations.holds.model import Hold, NewHold, State
from wedsync.platform.database import Actor, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.purging import purge

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
MATTER = "Claim 4711, county court"


@pytest.fixture(scope="module")
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


async def held(
    database: Database, staff: Staff, *, subject: PersonId | None = None, wedding_id: WeddingId | None = None
) -> Hold:
    """Asked for by Sid, set by Oscar."""
    async with database.transaction(staff.sid.actor) as tx:
        new = NewHold(reason=MATTER, subject_id=subject, wedding_id=wedding_id)
        asked = await actions.ask_hold(tx, staff.sid.person_id, new)
    async with database.transaction(staff.oscar.actor) as tx:
        return await actions.approve_hold(tx, staff.oscar.person_id, asked.id)


async def let_go(database: Database, staff: Staff, hold: Hold) -> Hold:
    async with database.transaction(staff.oscar.actor) as tx:
        await actions.ask_release(tx, staff.oscar.person_id, hold.id)
    async with database.transaction(staff.sid.actor) as tx:
        return await actions.release_hold(tx, staff.sid.person_id, hold.id)


async def test_two_set_it_and_two_let_it_go(database: Database, staff: Staff) -> None:
    clara = await person(database, "Clara")
    hold = await held(database, staff, subject=clara.person_id)
    assert (hold.state, hold.asked_by, hold.approved_by) == (State.IN_FORCE, "Sid", "Oscar")
    gone = await let_go(database, staff, hold)
    assert (gone.state, gone.release_asked_by, gone.released_by) == (State.RELEASED, "Oscar", "Sid")


async def test_nobody_does_both(database: Database, staff: Staff, admin: Admin) -> None:
    clara = await person(database, "Clara")
    sid, oscar = staff.sid, staff.oscar
    async with database.transaction(sid.actor) as tx:
        asked = await actions.ask_hold(tx, sid.person_id, NewHold(reason=MATTER, subject_id=clara.person_id))
    with pytest.raises(Forbidden, match="asked for this yourself"):
        async with database.transaction(sid.actor) as tx:
            await actions.approve_hold(tx, sid.person_id, asked.id)
    with pytest.raises(psycopg.errors.CheckViolation):
        await admin.execute(
            "update app.legal_holds set approved_by = person_id, approved_at = now() where id = %s", [asked.id]
        )
    async with database.transaction(oscar.actor) as tx:
        await actions.approve_hold(tx, oscar.person_id, asked.id)
        await actions.ask_release(tx, oscar.person_id, asked.id)
    with pytest.raises(Forbidden, match="asked for this yourself"):
        async with database.transaction(oscar.actor) as tx:
            await actions.release_hold(tx, oscar.person_id, asked.id)


async def test_each_step_is_done_once_and_in_its_order(database: Database, staff: Staff) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(staff.sid.actor) as tx:
        asked = await actions.ask_hold(tx, staff.sid.person_id, NewHold(reason=MATTER, subject_id=clara.person_id))
    for step in (actions.ask_release, actions.release_hold):
        with pytest.raises(Conflict):
            async with database.transaction(staff.oscar.actor) as tx:
                await step(tx, staff.oscar.person_id, asked.id)
    for step, who in (
        (actions.approve_hold, staff.oscar),
        (actions.ask_release, staff.sid),
        (actions.release_hold, staff.oscar),
    ):
        async with database.transaction(who.actor) as tx:
            await step(tx, who.person_id, asked.id)
        with pytest.raises(Conflict):
            async with database.transaction(staff.oscar.actor) as tx:
                await actions.approve_hold(tx, staff.oscar.person_id, asked.id)
    with pytest.raises(NotFound):
        async with database.transaction(staff.oscar.actor) as tx:
            await actions.approve_hold(tx, staff.oscar.person_id, uuid4())


async def test_a_hold_names_one_thing_that_there_is_and_its_matter(database: Database, staff: Staff) -> None:
    clara = await person(database, "Clara")
    for new in (
        NewHold(reason=MATTER),
        NewHold(reason="short", subject_id=clara.person_id),
        NewHold(reason=MATTER, subject_id=clara.person_id, wedding_id=WeddingId(uuid4())),
    ):
        with pytest.raises(Invalid):
            async with database.transaction(staff.sid.actor) as tx:
                await actions.ask_hold(tx, staff.sid.person_id, new)
    with pytest.raises(NotFound):
        async with database.transaction(staff.sid.actor) as tx:
            await actions.ask_hold(tx, staff.sid.person_id, NewHold(reason=MATTER, subject_id=PersonId(uuid4())))


async def test_only_who_answers_people_keeps_holds(database: Database, staff: Staff) -> None:
    """Below the actions too: a developer's own statement is refused."""
    clara = await person(database, "Clara")
    for who in (staff.dora, staff.fay, staff.olga):
        with pytest.raises(Forbidden):
            async with database.transaction(who.actor) as tx:
                await actions.ask_hold(tx, who.person_id, NewHold(reason=MATTER, subject_id=clara.person_id))


@pytest.mark.parametrize("by_person", ["person", "wedding"])
async def test_a_hold_beats_the_purge(
    own_database: TestDatabase, database: Database, admin: Admin, staff: Staff, tmp_path: Path, by_person: str
) -> None:
    clara = await person(database, "Clara")
    own = await wedding(database, clara, wedding_date="2031-06-14")
    gone = await removed(database, clara, own)
    there = "select count(*) from app.wedding_events where id = %s"
    hold = await held(
        database, staff, **({"subject": clara.person_id} if by_person == "person" else {"wedding_id": own})
    )
    for left in (1, 0):
        async with working(own_database, tmp_path, timedelta(days=31)) as workshop:
            await purge(workshop)
        row = await (await admin.execute(there, [gone.event_id])).fetchone()
        assert row == (left,)
        if left:
            async with travelling(own_database, timedelta(days=31)) as later:
                await let_go(later, staff, hold)


async def test_without_its_check_the_purge_would_take_what_is_held(
    own_database: TestDatabase, database: Database, staff: Staff
) -> None:
    """The control."""
    clara = await person(database, "Clara")
    gone = await removed(database, clara, await wedding(database, clara, wedding_date="2031-06-14"))
    await held(database, staff, subject=clara.person_id)
    purged = "select app.purge_batch(%s, %s)"
    async with (
        travelling(own_database, timedelta(days=31)),
        await psycopg.AsyncConnection.connect(own_database.admin_url) as alone,
    ):
        assert await (await alone.execute(purged, [gone.wedding_id, gone.batch])).fetchone() == (None,)
        await alone.execute("select guard.begin_migration('without its check', '')")
        await alone.execute(
            "create or replace function guard.is_held(person uuid, scope uuid) returns boolean language sql return false"
        )
        assert await (await alone.execute(purged, [gone.wedding_id, gone.batch])).fetchone() == (1,)
        await alone.rollback()


@pytest.mark.parametrize("by_person", ["person", "wedding"])
async def test_a_hold_beats_the_erasure_which_says_why_it_waits(
    own_database: TestDatabase,
    app: WebApp,
    database: Database,
    admin: Admin,
    staff: Staff,
    tmp_path: Path,
    by_person: str,
) -> None:
    clara = await person(database, "Clara")
    own = await wedding(database, clara)
    hold = await held(
        database, staff, **({"subject": clara.person_id} if by_person == "person" else {"wedding_id": own})
    )
    async with database.transaction(clara.actor) as tx:
        await privacy.ask_to_be_forgotten(tx, clara.person_id)
    page = await Visitor(app, clara).look("/you/data")
    assert "a legal duty to keep it" in page
    assert MATTER not in page
    name = "select name from app.people where id = %s"
    await forget_now(own_database, tmp_path)
    assert await (await admin.execute(name, [clara.person_id])).fetchone() == ("Clara",)
    await let_go(database, staff, hold)
    await forget_now(own_database, tmp_path)
    assert await (await admin.execute(name, [clara.person_id])).fetchone() == ("Erased",)


@pytest.mark.parametrize("what", ["the wedding", "one of the couple", "a colleague"])
async def test_a_hold_keeps_the_part_of_who_works_there(
    own_database: TestDatabase, database: Database, admin: Admin, staff: Staff, tmp_path: Path, what: str
) -> None:
    world = await build_world(database)
    ben, name = world.ben, "select name from app.people where id = %s"
    hold = await held(
        database,
        staff,
        subject={"one of the couple": world.dan.person_id, "a colleague": world.mia.person_id}.get(what),
        wedding_id=world.wedding_id if what == "the wedding" else None,
    )
    async with database.transaction(Actor(person_id=ben.person_id)) as tx:
        await privacy.ask_to_be_forgotten(tx, ben.person_id)
    await forget_now(own_database, tmp_path)
    assert await (await admin.execute(name, [ben.person_id])).fetchone() == ("Ben",)
    await let_go(database, staff, hold)
    await forget_now(own_database, tmp_path)
    assert await (await admin.execute(name, [ben.person_id])).fetchone() == ("Erased",)


async def test_a_hold_lets_nobody_read_more(app: WebApp, database: Database, staff: Staff) -> None:
    """Everything that can be read, by everybody and by its keepers, is the same before and after."""
    world = await build_world(database)
    cast = (
        world.anna,
        world.ben,
        world.clara,
        world.dan,
        world.colin,
        world.cora,
        world.eve,
        world.oli,
        staff.sid,
        staff.oscar,
    )

    async def read() -> dict[str, tuple[int, str]]:
        found = {}
        for who in cast:
            async with client_of(app, **who.bearer) as program:
                for route in sorted({ask.route for ask in routes.ASKS if ask.method == "GET"}):
                    if "/operations/" in route or "sessions" in route or "/shield" in route:
                        continue
                    known = {
                        "supplier_id": world.supplier_id,
                        "key": "partner1_first_name",
                        "area": "event",
                        "code": "x",
                    }
                    path = route.format_map(defaultdict(lambda: world.wedding_id, known))
                    answer = await program.get(path)
                    found[f"{who.name} {path}"] = (answer.status_code, answer.text if answer.status_code == 200 else "")
        return found

    before = await read()
    assert any("Whitfield" in text for _, text in before.values())
    for subject in ({"subject": world.clara.person_id}, {"wedding_id": world.wedding_id}):
        await held(database, staff, **subject)
    assert await read() == before


async def test_two_operators_do_it_on_its_page(app: WebApp, database: Database, staff: Staff) -> None:
    """Each finds the next step only where it is theirs to take; who is held has no name there."""
    clara = await person(database, "Qzxheld")
    sid, oscar, place = Visitor(app, staff.sid), Visitor(app, staff.oscar), "/operations/holds"
    await sid.look(place)
    refused = await sid.send(place, reason="Long enough", subject_id="Qzx")
    assert (refused.status_code, "This is no id" in refused.text, 'value="Qzx"' in refused.text) == (422, True, True)
    refused = await sid.send(place, reason="short", subject_id=str(clara.person_id))
    assert (refused.status_code, "in 10 to 1,000" in refused.text) == (422, True)
    sent = await sid.send(place, subject_id=str(clara.person_id), reason="Claim 4712, county court")
    assert "It holds once somebody else sets it" in await sid.look(sent.headers["location"])
    for who, is_alone, verb in (
        (oscar, True, "/approval"),
        (sid, False, "/release"),
        (oscar, True, "/release/approval"),
    ):
        assert "Qzxheld" not in await who.look(place)
        action = steps_of(await who.look(place))
        assert action.endswith(verb)
        assert not is_alone or not steps_of(await (sid if who is oscar else oscar).look(place))
        assert (await who.send(action)).status_code == 303
    page = await sid.look(place)
    assert "let go" in page
    assert not steps_of(page)


async def test_what_was_asked_for_earlier_is_a_page_further(
    app: WebApp, database: Database, admin: Admin, staff: Staff
) -> None:
    clara = await person(database, "Clara")
    await admin.execute(
        "insert into app.legal_holds (person_id, subject_id, reason) "
        "select %s, %s, 'Paged claim ' || n from generate_series(1, 26) n",
        [staff.sid.person_id, clara.person_id],
    )
    sid = Visitor(app, staff.sid)
    newest = await sid.look("/operations/holds")
    assert (newest.count("<code>"), "Paged claim 26<" in newest, "Paged claim 1<" in newest) == (25, True, False)
    older = newest.split('href="/operations/holds?after=')[1].split('"')[0]
    assert "Paged claim 1<" in await sid.look(f"/operations/holds?after={older}")


def steps_of(page: str) -> str:
    """What the newest hold's form would do; nothing where there is none."""
    newest = page.split('class="list"')[1].split("</li>", maxsplit=1)[0]
    assert "Claim 4712" in newest
    return newest.split('action="')[1].split('"')[0] if "action=" in newest else ""


async def test_an_operator_does_it_from_the_command_line(
    own_database: TestDatabase, valkey_url: str, database: Database, staff: Staff, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    async with served(create_app(settings_for(own_database, valkey_url, base_url=""))) as url:
        await _by_command(url, clara, staff, tmp_path)


async def _by_command(url: str, clara: Somebody, staff: Staff, tmp_path: Path) -> None:

    async def wedsync(who: Somebody, *arguments: str) -> object:
        session = tmp_path / who.name
        session.write_text(who.token)
        return await asyncio.to_thread(run, url, tmp_path, *arguments, "--session", str(session), "--json")

    asked = await wedsync(staff.sid, "set", "--person", str(clara.person_id), "--reason", MATTER)
    hold = msgspec.convert(asked, Hold)
    for who, verb, state in (
        (staff.oscar, "approve", "in_force"),
        (staff.sid, "release", "release_requested"),
        (staff.oscar, "release", "released"),
    ):
        done = msgspec.convert(await wedsync(who, verb, str(hold.id)), Hold)
        assert done.state == state
    listed = msgspec.convert(await wedsync(staff.sid, "list"), list[Hold])
    assert hold.id in {each.id for each in listed}


def run(url: str, home: Path, *arguments: str) -> object:
    """`wedsync hold`, at this house's door."""
    environment = {"WEDSYNC_BASE_URL": url, "WEDSYNC_HOME": str(home), "PATH": "/usr/bin:/bin"}
    done = commands.wedsync("hold", *arguments, environment=environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
