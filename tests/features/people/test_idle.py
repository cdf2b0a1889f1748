"""When a session was last used: how exactly it is kept, and after how long an operator's is over."""

from datetime import timedelta
from typing import TypeAlias

import httpx
import psycopg
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase
from tests.support.world import Somebody, operator, person

from wedsync.features.people import actions
from wedsync.kernel.clock import utc_now
from wedsync.platform.database import Database
from wedsync.platform.http.app import WebApp

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
AS_GUARD = "set role wedsync_guard"


async def used(admin: Admin, somebody: Somebody, minutes: int) -> None:
    """Last used so long ago; asked by a guard, as nobody else may."""
    await admin.execute(AS_GUARD)
    await admin.execute(
        "insert into guard.session_uses values (%s, clock_timestamp() - make_interval(mins => %s))"
        " on conflict (session_id) do update set used_at = excluded.used_at",
        [somebody.session_id, minutes],
    )
    await admin.execute("reset role")


async def minutes_since(admin: Admin, somebody: Somebody) -> int:
    found = await admin.execute(
        "select extract(epoch from clock_timestamp() - used_at)::integer / 60 from guard.session_uses"
        " where session_id = %s",
        [somebody.session_id],
    )
    row = await found.fetchone()
    return -1 if row is None else int(row[0])


async def test_an_operators_session_is_over_after_half_an_hour_without_use_and_nobody_elses(
    client: httpx.AsyncClient, database: Database, own_database: TestDatabase, admin: Admin
) -> None:
    for minutes, status in ((29, 200), (31, 401)):
        olga = await operator(database, own_database.admin_url, "Olga")
        await used(admin, olga, minutes)
        assert (await client.get("/api/v1/me", headers=olga.bearer)).status_code == status
    clara = await person(database, "Clara")
    await used(admin, clara, 31)
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 200


async def test_what_is_remembered_of_an_operators_session_and_its_stream_end_with_the_half_hour(
    app: WebApp, database: Database, own_database: TestDatabase, admin: Admin
) -> None:
    olga = await operator(database, own_database.admin_url, "Olga")
    await used(admin, olga, 29)
    found = await app.services.sessions.find(olga.token, is_use=False)
    assert found is not None
    assert found.expires_at <= utc_now() + timedelta(minutes=1)


async def test_a_use_is_kept_once_in_a_while_and_more_exactly_for_operators(
    client: httpx.AsyncClient, database: Database, own_database: TestDatabase, admin: Admin
) -> None:
    olga, clara = await operator(database, own_database.admin_url, "Olga"), await person(database, "Clara")
    for somebody, early, late in ((olga, 0, 2), (clara, 14, 16)):
        await client.get("/api/v1/me", headers=somebody.bearer)
        assert await minutes_since(admin, somebody) == -1
        await used(admin, somebody, late)
        await forgotten(client, database, somebody)
        await client.get("/api/v1/me", headers=somebody.bearer)
        assert await minutes_since(admin, somebody) == 0
        await used(admin, somebody, early)
        await client.get("/api/v1/me", headers=somebody.bearer)
        assert await minutes_since(admin, somebody) == early


async def test_what_an_open_page_fetches_by_itself_is_no_use(
    app: WebApp, database: Database, own_database: TestDatabase, admin: Admin
) -> None:
    olga = await operator(database, own_database.admin_url, "Olga")
    await used(admin, olga, 20)
    visitor = Visitor(app, olga)
    assert (await visitor.get("/operations", part=True)).status_code == 200
    assert await minutes_since(admin, olga) == 20
    assert (await visitor.get("/operations")).status_code == 200
    assert await minutes_since(admin, olga) == 0


async def test_ones_devices_say_when_they_were_last_used_and_the_others_are_signed_out_at_once(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        begun = await actions.begin_session(tx, clara.person_id, "a tablet", is_by_link=True)
    visitor = Visitor(app, clara)
    page = await visitor.look("/sessions")
    assert "Signed in by link · last used" in page
    assert "Signed in with the password · last used" in page
    await used(admin, clara, 90)
    listed = (await client.get("/api/v1/sessions", headers=clara.bearer)).json()
    assert {each["opened_by"] for each in listed} == {"password", "link"}
    assert (await visitor.send("/sessions/others/end")).headers["location"] == "/sessions?told=others"
    tablet = {"authorization": f"Bearer {begun.token}"}
    assert (await client.get("/api/v1/me", headers=tablet)).status_code == 401
    assert "Sign the others out" not in await visitor.look("/sessions")
    async with database.transaction(clara.actor) as tx:
        await actions.end_other_sessions(tx, clara.person_id, clara.session_id)
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 200


async def test_a_use_is_forgotten_when_no_session_can_be_left(database: Database, admin: Admin) -> None:
    clara = await person(database, "Clara")
    await used(admin, clara, 0)
    for travel, kept in (("30 days", 0), ("32 days", -1)):
        await admin.execute("select set_config('app.travel', %s, false)", [travel])
        await admin.execute("select app.forget_uses()")
        assert await minutes_since(admin, clara) == kept


async def forgotten(client: httpx.AsyncClient, database: Database, somebody: Somebody) -> None:
    """Nothing remembers the session any more: another of theirs has ended."""
    async with database.transaction(somebody.actor) as tx:
        other = await actions.begin_session(tx, somebody.person_id, "another")
    headers = {"authorization": f"Bearer {other.token}"}
    await client.delete(f"/api/v1/sessions/{other.session_id}", headers=headers)
