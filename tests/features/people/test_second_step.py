"""The second step: set up, asked for after a password and after a link, taken once, done without by nobody who must have it."""

import asyncio
from datetime import UTC, datetime
from typing import TypeAlias

import httpx
import msgspec
import psycopg
import pyotp
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody, operator, person, with_second_step

from wedsync.features.people import actions, links
from wedsync.features.people import second_step_actions as steps
from wedsync.features.people.administering import reset_second_step
from wedsync.features.people.codes import COOKIE
from wedsync.features.people.jobs import LINK
from wedsync.features.people.second_step import (
    UNREADABLE,
    code_at,
    new_recovery_codes,
    open_key,
    read_code,
    seal_key,
    step_at,
    step_of,
)
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import new_id
from wedsync.kernel.permissions import OperatorRole
from wedsync.kernel.problems import Conflict, Forbidden
from wedsync.operations.lockouts.actions import let_in
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.http.answers import PLAIN_COOKIE
from wedsync.platform.http.app import WebApp
from wedsync.platform.operators import appoint
from wedsync.platform.passwords import hash_password
from wedsync.platform.tokens import Sealer

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD = "tea lights and a brass band"
# RFC 6238, appendix B, of which apps show the last six digits.
RFC_KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


async def guarded(database: Database) -> tuple[Somebody, str]:
    """Clara with a password and an app, and its key."""
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
    key = await with_second_step(database, clara)
    async with database.transaction(clara.actor) as tx:
        begun = await actions.begin_session(tx, clara.person_id, "a test")
    return msgspec.structs.replace(clara, token=begun.token, session_id=begun.session_id), key


def now(key: str) -> str:
    return code_at(key, step_at(utc_now()))


async def answer(client: httpx.AsyncClient, email: str, code: str = "") -> str:
    body = {"email": email, "password": PASSWORD, "code": code}
    said = await client.post("/api/v1/sessions", json=body)
    return "signed-in" if said.status_code == 201 else str(said.json()["type"]).rpartition("/")[2]


def test_codes_are_those_of_the_rfc_and_one_step_off_is_near_enough() -> None:
    for second, code in RFC.items():
        assert code_at(RFC_KEY, second // 30) == code == pyotp.TOTP(RFC_KEY).at(second)
    at = datetime.fromtimestamp(1111111109, UTC)
    here = 1111111109 // 30
    found = {off: step_of(RFC_KEY, code_at(RFC_KEY, here + off), at) for off in range(-2, 3)}
    assert found == {-2: None, -1: here - 1, 0: here, 1: here + 1, 2: None}


def test_a_sealed_key_opens_for_its_own_row_alone() -> None:
    clara, eve = new_id(), new_id()
    sealed = seal_key(sealer(), clara, RFC_KEY)
    assert RFC_KEY not in sealed
    assert open_key(sealer(), clara, sealed) == RFC_KEY
    for stranger, other in ((sealer(), eve), (Sealer(b"another secret, of 32 bytes or so"), clara)):
        with pytest.raises(Forbidden, match="another secret"):
            open_key(stranger, other, sealed)


def test_codes_on_paper_differ_and_are_read_as_people_type_them() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert read_code(f" {codes[0].upper().replace('-', ' ')} ") == codes[0].replace("-", "")


async def test_a_password_alone_is_half_a_sign_in_and_a_code_the_other_half_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara, key = await guarded(database)
    assert await answer(client, clara.email) == "code-needed"
    assert await answer(client, clara.email, "000000" if now(key) != "000000" else "111111") == "forbidden"
    code = now(key)
    assert await answer(client, clara.email, code) == "signed-in"
    assert await answer(client, clara.email, code) == "forbidden"


async def test_of_many_that_bring_one_code_at_once_exactly_one_comes_in(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara, key = await guarded(database)
    code = now(key)
    told = await asyncio.gather(*(answer(client, clara.email, code) for _ in range(4)))
    assert sorted(told) == ["forbidden"] * 3 + ["signed-in"]


async def test_after_five_wrong_codes_not_even_a_right_one_is_taken_and_passwords_are_counted_apart(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara, key = await guarded(database)
    told = [await answer(client, clara.email, "nonsense") for _ in range(6)]
    assert told == ["forbidden"] * 5 + ["locked-out"]
    assert await answer(client, clara.email, now(key)) == "locked-out"
    assert await answer(client, clara.email) == "code-needed"


async def test_another_password_leaves_codes_waiting_and_support_ends_it(
    client: httpx.AsyncClient, database: Database, own_database: TestDatabase
) -> None:
    clara, key = await guarded(database)
    sid = await operator(database, own_database.admin_url, "Sid", OperatorRole.SUPPORT)
    for _ in range(5):
        await answer(client, clara.email, "nonsense")
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
    assert await answer(client, clara.email, now(key)) == "locked-out"
    async with database.transaction(sid.actor) as tx:
        await let_in(tx, sid.person_id, clara.email)
    assert await answer(client, clara.email, now(key)) == "signed-in"


async def test_each_code_on_paper_signs_in_once_and_others_end_them(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara, _ = await guarded(database)
    first = (await client.post("/api/v1/me/recovery-codes", headers=clara.bearer)).json()["codes"]
    assert [await answer(client, clara.email, first[0].upper()) for _ in range(2)] == ["signed-in", "forbidden"]
    second = (await client.post("/api/v1/me/recovery-codes", headers=clara.bearer)).json()["codes"]
    assert [await answer(client, clara.email, code) for code in (first[1], second[1])] == ["forbidden", "signed-in"]
    kept = await admin.execute(
        "select detail from app.security_events where person_id = %s and kind = 'recovery_code_used' order by id",
        [clara.person_id],
    )
    assert await kept.fetchall() == [("9 left",), ("9 left",)]


async def test_after_a_link_the_code_is_asked_for_too_and_half_signed_in_opens_nothing(
    app: WebApp, database: Database
) -> None:
    clara, key = await guarded(database)
    async with database.transaction(NOBODY) as tx:
        row = await links.ask_for_link(tx, clara.email)
    visitor = Visitor(app)
    half = await visitor.send(f"/sign-in/link/{sealer().token(LINK, row)}")
    assert half.headers["location"] == "/sign-in/code"
    assert PLAIN_COOKIE not in half.cookies
    for path in ("/sessions", "/you/security"):
        assert (await visitor.get(path)).headers["location"].startswith("/sign-in")
    assert "six digits" in await visitor.look("/sign-in/code")
    wrong = await visitor.send("/sign-in/code", code="nonsense")
    assert (wrong.status_code, PLAIN_COOKIE in wrong.cookies) == (403, False)
    right = await visitor.send("/sign-in/code", code=now(key))
    assert (right.status_code, PLAIN_COOKIE in right.cookies) == (303, True)
    assert (await visitor.get("/sign-in/code")).headers["location"] == "/sign-in"


async def test_a_browser_is_half_signed_in_for_ten_minutes_and_only_by_our_seal(
    app: WebApp, database: Database
) -> None:
    clara, key = await guarded(database)
    visitor = Visitor(app)
    half = await visitor.send("/sign-in", email=clara.email, password=PASSWORD, next="/you/security")
    kept = half.cookies[COOKIE]
    for altered in (f"{kept[:-1]}x", kept.replace(kept[40:44], "0000"), "zz", ""):
        stranger = Visitor(app)
        stranger.client.cookies.set(COOKIE, altered)
        sent = await stranger.send("/sign-in/code", code=now(key))
        assert sent.headers["location"] == "/sign-in?told=too-long"
    assert (await visitor.send("/sign-in/code", code=now(key))).headers["location"] == "/you/security"


async def test_it_is_set_up_on_its_pages_and_asked_for_only_once_a_first_code_was_right(
    app: WebApp, client: httpx.AsyncClient, database: Database
) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
        begun = await actions.begin_session(tx, clara.person_id, "a test")
    visitor = Visitor(app, msgspec.structs.replace(clara, token=begun.token))
    await visitor.look("/you/second-step")
    await visitor.send("/you/second-step/begin")
    page = await visitor.look("/you/second-step/app")
    key = page.partition("<code>")[2].partition("</code>")[0].replace(" ", "")
    assert 'src="data:image/svg+xml' in page
    assert (await visitor.send("/you/second-step/app", code="nonsense")).status_code == 422
    assert await answer(client, clara.email) == "signed-in"
    confirmed = await visitor.send("/you/second-step/app", code=code_at(key, step_at(utc_now()) - 1))
    assert confirmed.text.count("<li><code>") == 10
    assert await answer(client, clara.email) == "code-needed"
    assert (await visitor.get("/you/second-step/app")).headers["location"] == "/you/second-step"
    assert "10 of your recovery codes are left" in await visitor.look("/you/second-step")
    assert (await visitor.send("/you/second-step", act="codes")).text.count("<li><code>") == 10
    assert (await visitor.send("/you/second-step", act="off")).status_code == 303
    assert await answer(client, clara.email) == "signed-in"


async def test_turning_it_off_asks_who_it_is_and_a_code_is_as_good_as_a_password(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara, key = await guarded(database)
    earlier = "update app.sessions set proved_at = proved_at - interval '15 minutes' where id = %s"
    await admin.execute(earlier, [clara.session_id])
    asked = [("DELETE", "second-step"), ("POST", "recovery-codes"), ("POST", "second-step")]
    told = [await client.request(method, f"/api/v1/me/{path}", headers=clara.bearer) for method, path in asked]
    assert [each.json()["code"] for each in told] == ["proof-needed"] * 3
    shown = await client.post("/api/v1/me/proof", json={"code": now(key)}, headers=clara.bearer)
    renewed = {"authorization": f"Bearer {shown.json()['token']}"}
    assert (await client.delete("/api/v1/me/second-step", headers=renewed)).status_code == 204
    assert await answer(client, clara.email) == "signed-in"


async def test_what_does_not_fit_how_it_stands_is_refused_in_words(database: Database) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        assert not await steps.take_code(tx, clara.person_id, "123456")
        for refused in (
            steps.confirm_second_step(tx, clara.person_id, "123456"),
            steps.turn_off_second_step(tx, clara.person_id),
            steps.renew_recovery_codes(tx, clara.person_id),
        ):
            with pytest.raises(Conflict):
                await refused
    await with_second_step(database, clara)
    with pytest.raises(Conflict, match="Turn it off first"):
        async with database.transaction(clara.actor) as tx:
            await steps.set_up_second_step(tx, clara.person_id)


async def test_an_operator_without_one_comes_to_nothing_but_setting_it_up(
    app: WebApp, client: httpx.AsyncClient, database: Database, own_database: TestDatabase
) -> None:
    olga = await person(database, "Olga")
    assert await asyncio.to_thread(appoint, own_database.admin_url, olga.email, "ops")
    async with database.transaction(olga.actor) as tx:
        begun = await actions.begin_session(tx, olga.person_id, "a test")
    olga = msgspec.structs.replace(olga, token=begun.token)
    refused = await client.get("/api/v1/me", headers=olga.bearer)
    assert (refused.status_code, refused.json()["code"]) == (403, "second-step-needed")
    visitor = Visitor(app, olga)
    for path in ("/operations", "/you/data", "/sessions"):
        assert (await visitor.get(path)).headers["location"] == "/you/second-step"
    assert "asked of you before anything else" in await visitor.look("/you/second-step")
    set_up = (await client.post("/api/v1/me/second-step", headers=olga.bearer)).json()
    code = {"code": now(set_up["key"])}
    confirmed = await client.put("/api/v1/me/second-step/confirmation", json=code, headers=olga.bearer)
    assert len(confirmed.json()["codes"]) == 10
    assert (await client.get("/api/v1/me", headers=olga.bearer)).status_code == 200
    assert (await visitor.get("/operations")).status_code == 200


async def test_whoever_keeps_the_server_resets_a_lost_one(
    client: httpx.AsyncClient, database: Database, own_database: TestDatabase, admin: Admin
) -> None:
    olga = await operator(database, own_database.admin_url, "Olga")
    assert await asyncio.to_thread(reset_second_step, own_database.admin_url, olga.email)
    assert not await asyncio.to_thread(reset_second_step, own_database.admin_url, olga.email)
    assert (await client.get("/api/v1/me", headers=olga.bearer)).status_code == 401
    told = await admin.execute(
        "select detail from app.security_events where person_id = %s and kind = 'factor_off'", [olga.person_id]
    )
    assert await told.fetchall() == [("by whoever keeps the server",)]
    queued = await admin.execute(
        "select count(*) from jobs.procrastinate_jobs j join app.security_events e"
        " on e.id::text = j.args -> 'envelope' -> 'arguments' ->> 'id'"
        " where j.task_name = 'people.send_event' and e.person_id = %s and e.kind = 'factor_off'",
        [olga.person_id],
    )
    assert await queued.fetchone() == (1,)


async def test_no_history_keeps_a_key(database: Database, admin: Admin) -> None:
    clara, key = await guarded(database)
    async with database.transaction(clara.actor) as tx:
        await steps.take_code(tx, clara.person_id, now(key))
        await steps.turn_off_second_step(tx, clara.person_id)
    kept = await admin.execute(
        "select count(*), count(*) filter (where before ? 'sealed_key') from app.audit_events"
        " where table_name = 'second_factors' and scope_id = %s and operation = 'update'",
        [clara.person_id],
    )
    row = await kept.fetchone()
    assert row is not None
    assert row[0] >= 3
    assert row[1] == 0


async def test_another_secret_is_said_in_words_and_a_password_turns_the_lost_step_off(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara, key = await guarded(database)
    lost = seal_key(Sealer(b"another secret, of 32 bytes or so"), clara.person_id, key)
    await admin.execute("update app.second_factors set sealed_key = %s where person_id = %s", [lost, clara.person_id])
    body = {"email": clara.email, "password": PASSWORD, "code": now(key)}
    for code in (now(key), "abcd-efgh-jkmn"):
        refused = await client.post("/api/v1/sessions", json=body | {"code": code})
        assert (refused.status_code, refused.json()["detail"]) == (403, UNREADABLE)
    visitor = Visitor(app)
    await visitor.send("/sign-in", email=clara.email, password=PASSWORD)
    said = await visitor.send("/sign-in/code", code=now(key))
    assert (said.status_code, UNREADABLE in said.text) == (403, True)
    shown = await client.post("/api/v1/me/proof", json={"password": PASSWORD}, headers=clara.bearer)
    renewed = {"authorization": f"Bearer {shown.json()['token']}"}
    assert (await client.delete("/api/v1/me/second-step", headers=renewed)).status_code == 204
    assert await answer(client, clara.email) == "signed-in"
