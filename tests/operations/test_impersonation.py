"""Support looks as somebody: with a reason, changing nothing, each page on record, and over at once when it is over."""

import re
from typing import TypeAlias

import httpx
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.operations.releasing import Staff, hire
from tests.support.database import TestDatabase
from tests.support.world import Somebody, World, build_world

from wedsync.features.people.event_words import EVENT_WORDS
from wedsync.features.people.model import SecurityKind
from wedsync.kernel.ids import new_id
from wedsync.kernel.problems import Forbidden, NotFound
from wedsync.operations.impersonation import actions
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.impersonation import AS_COOKIE

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
LIST = "/operations/impersonations"
WHY = "She cannot find her guests' numbers."


@pytest.fixture(scope="module")
async def staff(database: Database, own_database: TestDatabase) -> Staff:
    return await hire(database, own_database)


@pytest.fixture
async def own(database: Database) -> World:
    return await build_world(database)


async def looking(app: WebApp, staff: Staff, email: str) -> tuple[Visitor, httpx.Response]:
    """Sid's browser, looking as whoever has this address."""
    sid = Visitor(app, staff.sid)
    await sid.look(LIST)
    return sid, await sid.send(LIST, email=email, reason=WHY)


async def act_as(admin: Admin, somebody: Somebody, later: str) -> None:
    """In a transaction, as the application on behalf of somebody, so much later."""
    await admin.execute("begin")
    await admin.execute("set local role wedsync_app")
    said = "select set_config('app.actor_id', %s, true), set_config('app.travel', %s, true)"
    await admin.execute(said, [str(somebody.person_id), later])


async def test_support_sees_what_they_see_and_changes_nothing(app: WebApp, own: World, staff: Staff) -> None:
    sid, begun = await looking(app, staff, own.ben.email)
    there = f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    assert begun.headers["location"] == f"/s/{own.supplier_id}/today"
    page = await sid.look(there)
    assert "You look as Ben" in re.sub(r"<[^>]+>", "", page)
    assert re.search(r'id="fact-guests_total".*?<dd>80</dd>', page, re.DOTALL)
    assert "/live?" not in page
    for path in (f"{there}/facts/adults", f"/s/{own.supplier_id}/clients/new", f"{there}/end"):
        refused = await sid.send(path, name="Ann Lee")
        assert refused.status_code == 403
        assert "nothing can be changed" in refused.text
    await sid.look(f"/s/{own.supplier_id}/clients/export/csv", status=403)
    assert staff.sid.email in await sid.look("/you/security")  # themselves, wherever it is about an account
    assert "Stop looking" in await sid.look(LIST)
    stopped = await sid.send(f"{LIST}/end")
    assert stopped.headers["location"] == f"{LIST}?told=looked"
    await sid.look(there, status=404)
    assert "Stop looking" not in await sid.look(LIST)


async def test_it_is_over_at_once_with_each_thing_it_hangs_on(
    app: WebApp, own: World, staff: Staff, admin: Admin
) -> None:
    there = f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    sid, _ = await looking(app, staff, own.ben.email)
    await sid.look(there)
    token = sid.client.cookies[AS_COOKIE]
    oscar = Visitor(app, staff.oscar)
    oscar.client.cookies.set(AS_COOKIE, token)
    await oscar.look(there, status=404)  # in another browser it is worth nothing
    program = Visitor(app)
    program.client.cookies.set(AS_COOKIE, token)
    as_program = await program.client.get(f"/api/v1/weddings/{own.wedding_id}", headers=staff.sid.bearer)
    assert as_program.status_code == 404
    for hours, session, is_open in (
        ("29 minutes", staff.sid.session_id, True),
        ("31 minutes", staff.sid.session_id, False),
        ("0 minutes", new_id(), False),
    ):
        await act_as(admin, staff.sid, hours)
        found = await admin.execute("select count(*) from app.impersonation(sha256(%s), %s)", [token.encode(), session])
        assert (await found.fetchone() or (0,))[0] == int(is_open)
        await admin.execute("rollback")
    await admin.execute("update app.operators set role = 'ops' where person_id = %s", [staff.sid.person_id])
    try:
        await sid.look(there, status=404)
    finally:
        await admin.execute("update app.operators set role = 'support' where person_id = %s", [staff.sid.person_id])
    await sid.look(there)
    await sid.look(LIST)
    await sid.send(LIST, email=own.clara.email, reason=WHY)  # one at a time
    sid.client.cookies.set(AS_COOKIE, token)
    await sid.look(there, status=404)


async def test_each_page_is_on_record_before_it_is_shown_and_they_and_the_couple_read_it(
    app: WebApp, client: httpx.AsyncClient, own: World, staff: Staff, admin: Admin
) -> None:
    grant = f"/api/v1/weddings/{own.wedding_id}/connections/{own.supplier_id}/grants/contacts"
    await client.put(grant, json={"level": "everything"}, headers=own.clara.bearer)
    email = f"/api/v1/weddings/{own.wedding_id}/facts/partner1_email"
    await client.patch(email, json={"value": "clara@example.org"}, headers=own.clara.bearer | {"if-match": '"0"'})
    there = f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    sid, _ = await looking(app, staff, own.ben.email)
    assert "clara@example.org" in await sid.look(there)
    await sid.look(f"{there}/day")
    looks = (await client.get(f"/api/v1/weddings/{own.wedding_id}/support-looks", headers=own.dan.bearer)).json()
    assert [(look["person"], look["supplier"], look["reason"], look["pages"]) for look in looks] == [
        ("Ben", "Anna's", WHY, 2)
    ]
    receipts = await client.get(f"/api/v1/weddings/{own.wedding_id}/access-receipts", headers=own.clara.bearer)
    assert receipts.json()["items"] == []  # Ben has not looked himself
    assert WHY in await Visitor(app, own.clara).look(f"/w/{own.wedding_id}/receipts")
    assert EVENT_WORDS[SecurityKind.LOOKED_AS].title in await Visitor(app, own.ben).look("/you/security")
    listed = await client.get("/api/v1/operations/impersonations", headers=staff.sid.bearer)
    assert listed.json()["items"][0]["pages"] == 2
    sent = await admin.execute("select count(*) from jobs.procrastinate_jobs where task_name = 'people.send_event'")
    assert (await sent.fetchone() or (0,))[0] > 0
    async with admin.transaction():
        await admin.execute("lock table app.impersonation_pages in share mode")
        answer = await sid.client.get(there)
    assert answer.status_code == 503  # what cannot be written down is not shown


async def test_nobody_looks_as_a_colleague_or_as_nobody_or_without_a_reason(
    app: WebApp, own: World, staff: Staff
) -> None:
    sid = Visitor(app, staff.sid)
    await sid.look(LIST)
    for email, reason, said in (
        (staff.oscar.email, WHY, actions.NOBODY),
        ("nobody@example.org", WHY, actions.NOBODY),
        (own.ben.email, "help", "Write at least 10 characters."),
        (own.oli.email, WHY, "They belong to no wedding and no business"),
    ):
        refused = await sid.send(LIST, email=email, reason=reason)
        assert refused.status_code == 422
        assert said in refused.text.replace("&#39;", "'")
    assert AS_COOKIE not in sid.client.cookies


async def test_only_who_answers_people_may_even_in_sql(
    database: Database, own: World, staff: Staff, admin: Admin
) -> None:
    for somebody in (own.anna, own.clara, staff.dora):
        wanted = actions.Wanted(session=somebody.session_id, address=own.ben.email, reason=WHY)
        with pytest.raises((NotFound, Forbidden)):
            async with database.transaction(somebody.actor) as tx:
                await actions.begin_impersonation(tx, somebody.person_id, wanted)
        await act_as(admin, somebody, "0 minutes")
        begin = "select app.begin_impersonation(gen_random_uuid(), %s, %s, 'x', %s, '1 hour', gen_random_uuid())"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only support"):
            await admin.execute(begin, [own.ben.email, somebody.session_id, WHY])
        await admin.execute("rollback")
    async with database.transaction(staff.sid.actor) as tx:
        await actions.end_impersonation(tx, staff.sid.person_id)
