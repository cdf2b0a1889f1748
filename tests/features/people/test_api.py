"""Signing up, in and out over REST, and who belongs to a business."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody, member, owner, person

from wedsync.features.connections import actions as connections
from wedsync.features.people import actions, jobs, links
from wedsync.features.people.jobs import CODE, ForRow
from wedsync.features.weddings import actions as weddings
from wedsync.kernel.ids import new_id
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.problems import Conflict
from wedsync.platform import passwords
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.passwords import hash_password

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD = "four words, or some more"


def sign_up_body(email: str) -> dict[str, object]:
    return {
        "business": "Alder & Lane",
        "supplier_types": ["photographer"],
        "name": "Anna Alder",
        "email": email,
    }


@pytest.fixture
def address() -> str:
    return f"anna.{new_id().hex}@example.org"


@pytest.fixture
async def worker_database(own_database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(own_database.worker_url, sealer()) as opened:
        yield opened


async def latest_link(admin: Admin, email: str) -> UUID:
    """The row of the latest link of an address."""
    asked = await admin.execute(
        "select id from app.login_tokens where email = %s order by created_at desc limit 1", [email]
    )
    row = await asked.fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


async def test_a_supplier_signs_up_by_link_and_then_signs_in_with_the_password(
    client: httpx.AsyncClient, database: Database, admin: Admin, address: str
) -> None:
    assert (await client.post("/api/v1/sign-ups", json=sign_up_body(address))).status_code == 202
    early = await client.post("/api/v1/sessions", json={"email": address, "password": PASSWORD})
    assert early.status_code == 403  # the address is not proved yet
    token = sealer().token(jobs.LINK, await latest_link(admin, address))
    async with database.transaction(NOBODY) as tx:
        anna = await links.redeem_link(tx, token, await hash_password(PASSWORD))
    signed_in = await client.post("/api/v1/sessions", json={"email": address.upper(), "password": PASSWORD})
    assert signed_in.status_code == 201
    me = await client.get("/api/v1/me", headers={"authorization": f"Bearer {signed_in.json()['token']}"})
    assert (me.json()["id"], me.json()["suppliers"][0]["name"]) == (str(anna), "Alder & Lane")


async def test_a_link_works_once(client: httpx.AsyncClient, database: Database, admin: Admin, address: str) -> None:
    await client.post("/api/v1/sign-ups", json=sign_up_body(address))
    token = sealer().token(jobs.LINK, await latest_link(admin, address))
    async with database.transaction(NOBODY) as tx:
        await links.redeem_link(tx, token)
    with pytest.raises(Conflict):
        async with database.transaction(NOBODY) as tx:
            await links.redeem_link(tx, token)


async def test_known_and_unknown_addresses_get_the_same_answer(
    client: httpx.AsyncClient, database: Database, address: str
) -> None:
    known = (await person(database, "Clara")).email
    answers = [await client.post("/api/v1/sign-in-links", json={"email": email}) for email in (known, address)]
    ups = [await client.post("/api/v1/sign-ups", json=sign_up_body(email)) for email in (known, address)]
    for one, other in (answers, ups):
        assert (one.status_code, one.content) == (other.status_code, other.content)
    wrong = [
        await client.post("/api/v1/sessions", json={"email": email, "password": "wrong, but long enough"})
        for email in (known, address)
    ]
    assert next({**answer.json(), "instance": ""} for answer in wrong) == {**wrong[1].json(), "instance": ""}


async def test_only_who_has_an_account_or_signs_up_gets_a_letter(
    database: Database, worker_database: Database, admin: Admin, tmp_path: Path, address: str
) -> None:
    workshop = Workshop(database=worker_database, mailer=OutboxMailer(tmp_path, "us@example.org"), base_url="http://x")
    clara = await person(database, "Clara")
    for email, letters in ((address, 0), (clara.email, 1)):
        async with database.transaction(NOBODY) as tx:
            await links.ask_for_link(tx, email)
        await jobs.SEND_LINK.run(workshop, NOBODY, ForRow(await latest_link(admin, email)))
        assert len(list(tmp_path.glob("*.eml"))) == letters
    letter = next(tmp_path.glob("*.eml")).read_text()
    assert sealer().token(jobs.LINK, await latest_link(admin, clara.email)) in letter.replace("=\n", "")


async def test_signing_out_everywhere_ends_every_session(client: httpx.AsyncClient, database: Database) -> None:
    clara = await person(database, "Clara")
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 200
    assert (await client.delete("/api/v1/sessions", headers=clara.bearer)).status_code == 204
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 401


async def test_the_fourth_device_signs_the_first_out(client: httpx.AsyncClient, database: Database) -> None:
    clara = await person(database, "Clara")
    begun = []
    for _ in range(3):
        async with database.transaction(clara.actor) as tx:
            begun.append(await actions.begin_session(tx, clara.person_id, "a phone"))
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 401
    headers = {"authorization": f"Bearer {begun[-1].token}"}
    assert len((await client.get("/api/v1/sessions", headers=headers)).json()) == 3


async def test_a_short_password_is_refused_and_a_new_one_signs_everybody_out(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara = await person(database, "Clara")
    short = await client.put("/api/v1/me/password", json={"password": "short"}, headers=clara.bearer)
    assert short.json()["errors"][0]["field"] == "password"
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 200
    assert (
        await client.put("/api/v1/me/password", json={"password": PASSWORD}, headers=clara.bearer)
    ).status_code == 204
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 401


async def changed(client: httpx.AsyncClient, bearer: dict[str, str], password: str) -> int:
    return (await client.put("/api/v1/me/password", json={"password": password}, headers=bearer)).status_code


async def test_another_password_ends_every_link_that_was_sent(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    somebody, other = await person(database, "Clara"), await person(database, "Dan")
    tokens = []
    for each in (somebody, other):
        async with database.transaction(NOBODY) as tx:
            await links.ask_for_link(tx, each.email)
        tokens.append(sealer().token(jobs.LINK, await latest_link(admin, each.email)))
    assert await changed(client, somebody.bearer, PASSWORD) == 204
    with pytest.raises(Conflict):
        async with database.transaction(NOBODY) as tx:
            await links.redeem_link(tx, tokens[0])
    async with database.transaction(NOBODY) as tx:
        assert await links.redeem_link(tx, tokens[1]) == other.person_id


async def test_nobody_holds_a_connection_while_a_password_is_computed(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    """With every computation taken, whoever chooses a password waits without a transaction."""
    somebody, other = await person(database, "Clara"), await person(database, "Dan")
    async with database.transaction(NOBODY) as tx:
        await links.ask_for_link(tx, other.email)
    link = sealer().token(jobs.LINK, await latest_link(admin, other.email))
    async with database.transaction(somebody.actor) as tx:
        wedding = await weddings.open_wedding(tx, somebody.person_id, weddings.NewWedding(first_name="Clara"))
        wanted = connections.NewInvitation(kind="partner", email=f"{new_id().hex}@example.org")
        sent = await connections.invite(tx, wedding, wanted)
    code = sealer().token(CODE, sent.id)
    lane = app.services.database._writes  # noqa: SLF001
    at_rest = lane._free.qsize()  # noqa: SLF001
    await passwords._AT_ONCE.acquire()  # noqa: SLF001 - a test that holds what it waits for
    await passwords._AT_ONCE.acquire()  # noqa: SLF001
    try:
        acceptance = {"name": "Dan", "password": PASSWORD}
        waiting = [
            asyncio.create_task(changed(client, somebody.bearer, PASSWORD)),
            asyncio.create_task(status(client.post(f"/sign-in/link/{link}", data={"password": PASSWORD}))),
            asyncio.create_task(status(client.put(f"/api/v1/invitations/{code}/acceptance", json=acceptance))),
        ]
        await asyncio.sleep(0.3)
        assert not any(task.done() for task in waiting)
        assert lane._free.qsize() == at_rest  # noqa: SLF001
    finally:
        passwords._AT_ONCE.release()  # noqa: SLF001
        passwords._AT_ONCE.release()  # noqa: SLF001
    assert await asyncio.gather(*waiting) == [204, 303, 200]


async def status(asked: Awaitable[httpx.Response]) -> int:
    return (await asked).status_code


async def test_a_bad_sign_up_names_every_field_at_once(client: httpx.AsyncClient) -> None:
    body = {
        "business": "x",
        "supplier_types": [],
        "name": "",
        "email": "nonsense",
        "zone": "Mars/Olympus",
    }
    answer = await client.post("/api/v1/sign-ups", json=body)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == body.keys()


async def test_a_name_that_is_an_address_never_reaches_a_strangers_inbox(client: httpx.AsyncClient) -> None:
    body = sign_up_body("somebody@example.org")
    for lure in ("Paid at https://evil.example/login", "WWW.evil.example"):
        answer = await client.post("/api/v1/sign-ups", json=body | {"business": lure})
        assert [error["field"] for error in answer.json()["errors"]] == ["business"]
    hidden = await client.post("/api/v1/sign-ups", json=body | {"email": "=?utf-8?q?victim=40example.net?=@b.cc"})
    assert [error["field"] for error in hidden.json()["errors"]] == ["email"]


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await owner(database, "Anna")


async def test_a_member_who_was_removed_sees_nothing_more_and_may_come_back(
    client: httpx.AsyncClient, database: Database, anna: Somebody
) -> None:
    ben = await member(database, anna, "Ben", SupplierRole.MEMBER)
    base = f"/api/v1/suppliers/{anna.supplier_id}"
    assert (await client.get(f"{base}/members", headers=ben.bearer)).status_code == 200
    removed = await client.delete(f"{base}/members/{ben.person_id}", headers=anna.bearer)
    assert removed.status_code == 204
    assert (await client.get(f"{base}/members", headers=ben.bearer)).status_code == 401
    async with database.transaction(ben.actor) as tx:  # who signs in again finds nothing of it
        begun = await actions.begin_session(tx, ben.person_id, "a test")
    anew = msgspec.structs.replace(ben, token=begun.token)
    assert (await client.get(f"{base}/members", headers=anew.bearer)).status_code == 404
    again = await client.delete(f"{base}/members/{ben.person_id}", headers=anna.bearer)
    assert again.status_code == 404


async def test_the_owner_is_not_demoted_and_nobody_is_made_owner(
    client: httpx.AsyncClient, database: Database, anna: Somebody
) -> None:
    ada = await member(database, anna, "Ada", SupplierRole.ADMIN)
    members = f"/api/v1/suppliers/{anna.supplier_id}/members"
    up = await client.patch(f"{members}/{ada.person_id}", json={"role": "owner"}, headers=ada.bearer)
    down = await client.patch(f"{members}/{anna.person_id}", json={"role": "viewer"}, headers=ada.bearer)
    out = await client.delete(f"{members}/{anna.person_id}", headers=ada.bearer)
    assert (up.status_code, down.status_code, out.status_code) == (403, 403, 403)
    assert all("Ownership is transferred" in answer.json()["detail"] for answer in (up, down, out))
    nobody = await client.patch(f"{members}/{new_id()}", json={"role": "viewer"}, headers=ada.bearer)
    assert nobody.status_code == 404


async def test_an_invitation_is_read_by_its_code_alone_and_ends_when_it_is_withdrawn(
    client: httpx.AsyncClient, anna: Somebody
) -> None:
    base = f"/api/v1/suppliers/{anna.supplier_id}/invitations"
    body = {"kind": "couple", "email": "couple@example.org", "service": "photographer"}
    sent = await client.post(base, json=body, headers=anna.bearer)
    assert not re.search(r"code|token", sent.text)
    code = sealer().token(CODE, UUID(sent.json()["id"]))
    assert (await client.get(f"/api/v1/invitations/{code}")).json()["state"] == "open"
    await client.delete(f"{base}/{sent.json()['id']}", headers=anna.bearer)
    assert (await client.get(f"/api/v1/invitations/{code}")).json()["state"] == "revoked"
    taken = await client.put(f"/api/v1/invitations/{code}/acceptance", json={"name": "Clara"})
    assert taken.status_code == 409
