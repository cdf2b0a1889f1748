"""Showing again that it is you: what asks for it, what counts, for how long, and where it leads."""

from typing import TypeAlias

import httpx
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.web import BASE_URL
from tests.support.world import Somebody, owner, person

from wedsync.features.people import actions
from wedsync.kernel.ids import SessionId
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import Database
from wedsync.platform.http.answers import PLAIN_COOKIE
from wedsync.platform.http.app import WebApp
from wedsync.platform.passwords import hash_password
from wedsync.platform.rate_limits import SIGN_IN

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD = "four words, or some more"
OTHER = "some more, or five words"


async def long_signed_in(database: Database, admin: Admin) -> Somebody:
    """Somebody with a password, whose session was begun longer ago than a proof lasts."""
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
    return await signed_in(database, admin, clara)


async def signed_in(database: Database, admin: Admin, clara: Somebody, minutes: int = 15) -> Somebody:
    """The same, with another session, begun so long ago."""
    async with database.transaction(clara.actor) as tx:
        begun = await actions.begin_session(tx, clara.person_id, "a phone")
    await age(admin, begun.session_id, minutes)
    return Somebody(
        person_id=clara.person_id, name="Clara", email=clara.email, token=begun.token, session_id=begun.session_id
    )


async def age(admin: Admin, session: SessionId, minutes: int) -> None:
    earlier = "update app.sessions set proved_at = proved_at - make_interval(mins => %s) where id = %s"
    assert (await admin.execute(earlier, [minutes, session])).rowcount == 1


async def changed(client: httpx.AsyncClient, bearer: dict[str, str]) -> httpx.Response:
    return await client.put("/api/v1/me/password", json={"password": OTHER}, headers=bearer)


async def test_what_is_dangerous_is_refused_to_a_session_begun_a_quarter_of_an_hour_ago_and_says_how(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await long_signed_in(database, admin)
    refused = await changed(client, clara.bearer)
    assert refused.status_code == 403
    said = refused.json()
    assert (said["type"], said["code"], said["prove_url"]) == ("/problems/proof-needed", "proof-needed", "/you/prove")
    lately = await signed_in(database, admin, clara, minutes=14)
    assert (await changed(client, lately.bearer)).status_code == 204


async def test_a_password_shown_again_counts_and_changes_the_token(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await long_signed_in(database, admin)
    wrong = await client.post("/api/v1/me/proof", json={"password": OTHER}, headers=clara.bearer)
    assert wrong.status_code == 403
    assert (await changed(client, clara.bearer)).status_code == 403
    shown = await client.post("/api/v1/me/proof", json={"password": PASSWORD}, headers=clara.bearer)
    assert shown.json()["session_id"] == str(clara.session_id)
    renewed = {"authorization": f"Bearer {shown.json()['token']}"}
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 401
    assert (await client.get("/api/v1/me", headers=renewed)).status_code == 200
    assert (await changed(client, renewed)).status_code == 204


async def test_a_session_that_has_ended_is_not_renewed(database: Database) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        assert (await actions.renew_session(tx, clara.person_id, clara.session_id)).session_id == clara.session_id
        await actions.end_session(tx, clara.person_id, clara.session_id)
    with pytest.raises(NotFound):
        async with database.transaction(clara.actor) as tx:
            await actions.renew_session(tx, clara.person_id, clara.session_id)


async def test_guesses_at_the_password_of_an_open_session_are_counted(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await long_signed_in(database, admin)
    body = {"password": "a guess, and long enough"}
    asked = [await client.post("/api/v1/me/proof", json=body, headers=clara.bearer) for _ in range(SIGN_IN.most + 1)]
    assert [each.status_code for each in asked] == [403] * SIGN_IN.most + [429]


async def test_a_page_asks_who_it_is_and_leads_back_under_another_cookie_and_nowhere_else(
    app: WebApp, database: Database, admin: Admin
) -> None:
    clara = await long_signed_in(database, admin)
    visitor = Visitor(app, clara)
    assert 'value="/sessions"' in await visitor.look("/you/prove?next=/sessions")
    assert 'name="next" value="/"' in await visitor.look("/you/prove?next=//evil.example")
    wrong = await visitor.send("/you/prove", password=OTHER, next="/sessions")
    assert wrong.status_code == 403
    assert 'value="/sessions"' in wrong.text
    shown = await visitor.send("/you/prove", password=PASSWORD, next="/sessions")
    assert shown.headers["location"] == "/sessions"
    assert shown.cookies[PLAIN_COOKIE] != clara.token
    assert (await visitor.get("/sessions")).status_code == 200
    assert (await Visitor(app, clara).get("/sessions")).status_code == 303


async def test_without_a_password_a_link_counts_and_the_session_that_asked_makes_way(
    app: WebApp, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    await age(admin, clara.session_id, 15)
    visitor = Visitor(app, clara)
    page = await visitor.look("/you/prove?next=/sessions")
    assert 'type="password"' not in page
    await visitor.send("/sign-in/link", email=clara.email, next="/sessions")
    found = await admin.execute("select id from app.login_tokens where email = %s", [clara.email])
    row = await found.fetchone()
    assert row is not None
    link = f"/sign-in/link/{app.services.sealer.token('sign-in link', row[0])}"
    assert (await visitor.send(link)).headers["location"] == "/sessions"
    counted = await admin.execute(
        "select count(*) from app.sessions where person_id = %s and ended_at is null", [clara.person_id]
    )
    assert await counted.fetchone() == (1,)
    assert (await Visitor(app, clara).get("/sessions")).status_code == 303


async def test_bringing_somebody_in_and_taking_ones_data_along_ask_who_it_is_and_a_form_leads_back_to_its_page(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    anna = await owner(database, "Anna")
    await age(admin, anna.session_id, 16)
    team = f"/api/v1/suppliers/{anna.supplier_id}"
    email = "new@example.org"
    for path, body, status in (
        (f"{team}/invitations", {"kind": "member", "email": email, "role": "admin"}, 403),
        (f"{team}/invitations", {"kind": "couple", "email": email, "service": "cake"}, 201),
        ("/api/v1/me/data-requests", {"kind": "access"}, 403),
        ("/api/v1/me/data-requests", {"kind": "erasure"}, 403),
        ("/api/v1/me/data-requests", {"kind": "rectification", "wrong": "My name is Anne."}, 201),
    ):
        answer = await client.post(path, json=body, headers=anna.bearer)
        assert answer.status_code == status, (path, body, answer.text)
    visitor, page = Visitor(app, anna), f"/s/{anna.supplier_id}/team"
    await visitor.look(page)
    visitor.client.headers["referer"] = f"{BASE_URL}{page}"
    refused = await visitor.send(f"{page}/invitations", email=email, role="admin")
    assert refused.status_code == 403
    assert f"/you/prove?next={page}" in refused.text
