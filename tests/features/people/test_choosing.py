"""Choosing a password: what is refused, what it ends, and how who has forgotten it comes to another."""

from typing import TypeAlias
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import sealer
from tests.support.world import Somebody, person

from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.jobs import LINK, link_letter
from wedsync.features.people.model import LinkKind
from wedsync.features.people.queries import LoginLetter
from wedsync.platform.database import Database, NoParams
from wedsync.platform.http.app import WebApp
from wedsync.platform.passwords import hash_password

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD = "tea lights and a brass band"


async def choose(client: httpx.AsyncClient, database: Database, somebody: Somebody, password: str) -> httpx.Response:
    """By a session of its own: each choice ends all of them."""
    async with database.transaction(somebody.actor) as tx:
        begun = await actions.begin_session(tx, somebody.person_id, "a phone")
    bearer = {"authorization": f"Bearer {begun.token}"}
    return await client.put("/api/v1/me/password", json={"password": password}, headers=bearer)


async def link_to(app: WebApp, admin: Admin, email: str, kind: str) -> tuple[str, int]:
    """The address of a link of this kind, asked for as people ask; and for how many minutes it works."""
    await Visitor(app).send("/sign-in/link", email=email, kind=kind)
    found = await admin.execute(
        "select id, round(extract(epoch from expires_at - created_at) / 60) from app.login_tokens where email = %s"
        " order by created_at desc limit 1",
        [email],
    )
    row = await found.fetchone()
    assert row is not None
    return f"/sign-in/link/{sealer().token(LINK, UUID(str(row[0])))}", int(row[1])


@pytest.mark.parametrize("password", ["short", "x" * 201, "password1234", "clara26clara26"])
async def test_what_is_short_or_long_or_common_or_ones_own_name_is_refused(
    client: httpx.AsyncClient, database: Database, password: str
) -> None:
    refused = await choose(client, database, await person(database, "Clara"), password)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "password"


async def test_the_last_five_are_barred_and_the_sixth_is_free_again(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    for number in range(6):
        assert (await choose(client, database, clara, f"{PASSWORD}, {number}")).status_code == 204
    for number in range(1, 6):
        barred = await choose(client, database, clara, f"{PASSWORD}, {number}")
        assert "last 5" in barred.json()["errors"][0]["detail"]
    assert (await choose(client, database, clara, f"{PASSWORD}, 0")).status_code == 204
    kept = await admin.execute(
        "select cardinality(earlier_hashes) from app.sign_in_secrets where person_id = %s", [clara.person_id]
    )
    assert await kept.fetchone() == (4,)
    images = await admin.execute(
        "select count(*), count(*) filter (where before::text like '%%argon2%%') from app.audit_events"
        " where table_name = 'sign_in_secrets' and scope_id = %s",
        [clara.person_id],
    )
    assert await images.fetchone() == (7, 0)


async def test_a_password_is_changed_on_its_page_and_only_this_browser_stays_signed_in(
    app: WebApp, database: Database
) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        other = await actions.begin_session(tx, clara.person_id, "a tablet")
    visitor, tablet = Visitor(app, clara), Visitor(app, msgspec.structs.replace(clara, token=other.token))
    assert "Choose a password" in await visitor.look("/you/password")
    common = await visitor.send("/you/password", password="password1234")
    assert "anybody tries" in common.text
    chosen = await visitor.send("/you/password", password=PASSWORD)
    assert "Every other device is signed out" in await visitor.look(chosen.headers["location"])
    assert (await tablet.get("/sessions")).status_code == 303
    assert "Change your password" in await visitor.look("/you/password")


async def test_who_has_forgotten_a_password_has_an_hour_to_choose_another_by_a_link_that_asks_for_one(
    app: WebApp, admin: Admin, database: Database
) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
    visitor = Visitor(app)
    assert "Forgotten your password?" in await visitor.look("/sign-in/forgotten")
    link, minutes = await link_to(app, admin, clara.email, "reset")
    assert minutes == 60
    assert "Choose another password" in await visitor.look(link)
    for refused in ("", PASSWORD):
        assert (await visitor.send(link, password=refused)).status_code == 422
    assert (await visitor.send(link, password=f"{PASSWORD}, new")).status_code == 303
    assert (await Visitor(app).send(link, password=f"{PASSWORD}, more")).status_code == 409
    assert (await visitor.send("/sign-in", email=clara.email, password=PASSWORD)).status_code == 403
    assert (await visitor.send("/sign-in", email=clara.email, password=f"{PASSWORD}, new")).status_code == 303
    plain, quarter = await link_to(app, admin, clara.email, "sign_in")
    assert quarter == 15
    assert "Choose another password" not in await visitor.look(plain)


async def test_asking_for_either_link_looks_the_same_for_known_and_unknown_addresses(
    app: WebApp, database: Database
) -> None:
    clara = await person(database, "Clara")
    for kind in LinkKind:
        pages = []
        for email in (clara.email, f"x{clara.email}"):
            visitor = Visitor(app)
            sent = await visitor.send("/sign-in/link", email=email, kind=kind.value)
            pages.append((await visitor.look(sent.headers["location"])).replace(email, ""))
        assert pages[0] == pages[1]
        assert kind.lasts_text in pages[0]


async def test_the_letter_says_what_the_link_is_for_and_for_how_long(database: Database) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        assert (await tx.one(q.MY_CHOOSER, NoParams())).hashes == ()
    told = LoginLetter(email=clara.email, name="Clara", kind=LinkKind.RESET, has_account=True, business="")
    letter = link_letter(told, "http://x/y")
    assert letter.subject == "Choose another password"
    assert "for an hour" in letter.body
