"""Too many wrong passwords: when an account waits and for how long, what it does not stop, and who ends it."""

import asyncio
from typing import TypeAlias

import httpx
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody, operator, person

from wedsync.features.people import actions, links
from wedsync.features.people.jobs import LINK
from wedsync.features.people.lockouts import NOBODYS, account_of, begin_try, end_tries, note_lockout
from wedsync.kernel.ids import new_id
from wedsync.kernel.permissions import OperatorRole
from wedsync.kernel.problems import NotFound
from wedsync.operations.lockouts.actions import let_in
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.passwords import hash_password

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD = "tea lights and a brass band"
WRONG = "tea lights and a tin whistle"
FEW = 5


async def with_password(database: Database) -> Somebody:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
    return clara


async def answer(client: httpx.AsyncClient, email: str, password: str) -> str:
    """What a try is told: signed-in, or the problem."""
    said = await client.post("/api/v1/sessions", json={"email": email, "password": password})
    return "signed-in" if said.status_code == 201 else str(said.json()["type"]).rpartition("/")[2]


async def tried(admin: Admin, account: bytes, at: str) -> tuple[bool, int]:
    """One wrong password at a time from now."""
    await admin.execute("select set_config('app.travel', %s, false)", [at])
    row = await (await admin.execute("select is_taken, stage from app.begin_try(%s)", [account])).fetchone()
    assert row is not None
    return bool(row[0]), int(row[1])


async def test_five_wait_for_half_an_hour_ten_for_a_day_and_twenty_for_somebody(admin: Admin) -> None:
    account = new_id().bytes * 2
    quiet, refused = (True, 0), (False, 0)
    day = 24 * 60
    course = [
        *[(minute, quiet) for minute in range(4)], (4, (True, 1)), (5, refused), (33, refused),
        *[(35 + n, quiet) for n in range(4)], (39, (True, 2)), (38 + day, refused),
        *[(40 + day + n, quiet) for n in range(4)], (44 + day, (True, 1)), (73 + day, refused),
        *[(75 + day + n, quiet) for n in range(4)], (79 + day, (True, 3)), (365 * day, refused),
    ]  # fmt: skip
    assert [(minute, await tried(admin, account, f"{minute} minutes")) for minute, _ in course] == course


async def test_slow_guesses_are_let_pass_and_forgotten_after_a_week(admin: Admin) -> None:
    account = new_id().bytes * 2
    assert [await tried(admin, account, f"{hour} hours") for hour in range(0, 240, 12)] == [(True, 0)] * 20
    kept = await admin.execute("select cardinality(failed_at) from guard.password_tries where account = %s", [account])
    assert await kept.fetchone() == (14,)
    for days, rows in ((16, 1), (17, 0)):
        await admin.execute("select set_config('app.travel', %s, false)", [f"{days} days"])
        await admin.execute("select app.forget_tries()")
        left = await admin.execute("select count(*) from guard.password_tries where account = %s", [account])
        assert await left.fetchone() == (rows,)


async def test_known_and_unknown_addresses_wait_alike_and_a_right_password_waits_too(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara = await with_password(database)
    course = []
    for email in (clara.email, f"x{clara.email}"):
        course.append([await answer(client, email, WRONG) for _ in range(FEW + 1)])
        assert await answer(client, email.upper(), PASSWORD) == "locked-out"
    assert course == [["forbidden"] * FEW + ["locked-out"]] * 2


async def test_many_tries_at_once_get_no_further_than_one_after_the_other(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara = await with_password(database)
    told = await asyncio.gather(*(answer(client, clara.email, WRONG) for _ in range(15)))
    assert sorted(told) == ["forbidden"] * FEW + ["locked-out"] * 10


async def test_a_right_password_forgets_the_wrong_ones_before_it(client: httpx.AsyncClient, database: Database) -> None:
    clara = await with_password(database)
    for _ in range(2):
        told = [await answer(client, clara.email, each) for each in (*[WRONG] * (FEW - 1), PASSWORD)]
        assert told == ["forbidden"] * (FEW - 1) + ["signed-in"]


async def test_a_link_lets_in_all_the_while_and_choosing_another_password_ends_the_wait(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await with_password(database)
    for _ in range(FEW):
        await answer(client, clara.email, WRONG)
    visitor = Visitor(app)
    page = await visitor.send("/sign-in", email=clara.email, password=PASSWORD)
    assert page.status_code == 403
    assert "Too many wrong tries. For a while" in page.text
    async with database.transaction(NOBODY) as tx:
        row = await links.ask_for_link(tx, clara.email)
    assert (await visitor.send(f"/sign-in/link/{sealer().token(LINK, row)}")).status_code == 303
    assert await answer(client, clara.email, PASSWORD) == "locked-out"
    await visitor.look("/you/password")
    chosen = await visitor.send("/you/password", password=f"{PASSWORD}, later")
    assert chosen.status_code == 303
    assert await answer(client, clara.email, f"{PASSWORD}, later") == "signed-in"
    told = await admin.execute(
        "select detail from app.security_events where person_id = %s and kind = 'locked_out'", [clara.person_id]
    )
    assert await told.fetchall() == [("for 30 minutes",)]


async def test_guesses_from_an_open_session_count_as_any_other(client: httpx.AsyncClient, database: Database) -> None:
    clara = await with_password(database)
    async with database.transaction(clara.actor) as tx:
        begun = await actions.begin_session(tx, clara.person_id, "a phone")
    headers = {"authorization": f"Bearer {begun.token}"}
    for _ in range(FEW):
        await client.post("/api/v1/me/proof", json={"password": WRONG}, headers=headers)
    assert await answer(client, clara.email, PASSWORD) == "locked-out"


async def test_support_lets_somebody_in_who_is_told_and_nobody_else_does(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin, own_database: TestDatabase
) -> None:
    clara = await with_password(database)
    sid = await operator(database, own_database.admin_url, "Sid", OperatorRole.SUPPORT)
    olga = await operator(database, own_database.admin_url, "Olga")
    for _ in range(FEW):
        await answer(client, clara.email, WRONG)
    refused = await client.post("/api/v1/operations/let-ins", json={"email": clara.email}, headers=olga.bearer)
    assert refused.status_code == 403
    with pytest.raises(psycopg.DatabaseError, match="only support"):
        await admin.execute("select app.let_in(%s, '', %s)", [[account_of(sealer(), clara.email).account], new_id()])
    visitor = Visitor(app, sid)
    assert "Whose wait to end" in await visitor.look("/operations/lockouts")
    assert (await visitor.send("/operations/lockouts", email="nonsense")).status_code == 422
    assert (await visitor.send("/operations/lockouts", email=clara.email)).status_code == 303
    assert await answer(client, clara.email, PASSWORD) == "signed-in"
    again = await visitor.send("/operations/lockouts", email=clara.email)
    assert again.status_code == 404
    assert "Nobody waits under this address" in again.text
    told = await admin.execute(
        "select kind from app.security_events where person_id = %s and kind like 'l%%' order by id", [clara.person_id]
    )
    assert await told.fetchall() == [("locked_out",), ("let_in",)]
    with pytest.raises(NotFound):
        async with database.transaction(sid.actor) as tx:
            await let_in(tx, sid.person_id, clara.email)


async def test_a_lockout_of_an_unknown_address_is_written_down_nowhere_and_goes_in_the_end(
    database: Database, admin: Admin
) -> None:
    account = account_of(sealer(), f"{new_id().hex}@example.org")
    events = "select count(*) from app.security_events where person_id = %s"
    async with database.transaction(NOBODY) as tx:
        assert (await begin_try(tx, account)).is_taken
        await note_lockout(tx, NOBODYS, 1)
    assert await (await admin.execute(events, [NOBODYS])).fetchone() == (0,)
    kept = "select count(*) from guard.password_tries where account = %s"
    for stage, days in ((0, 7), (3, 90)):
        await admin.execute("select set_config('app.travel', %s, false)", [f"{days * 24 - 1} hours"])
        await admin.execute("select app.forget_tries()")
        assert await (await admin.execute(kept, [account.account])).fetchone() == (1,)
        await admin.execute("select set_config('app.travel', %s, false)", [f"{days * 24 + 1} hours"])
        if stage == 0:
            await admin.execute("set role wedsync_guard")
            await admin.execute("update guard.password_tries set stage = 3 where account = %s", [account.account])
            await admin.execute("reset role")
    await admin.execute("select app.forget_tries()")
    assert await (await admin.execute(kept, [account.account])).fetchone() == (0,)
    async with database.transaction(NOBODY) as tx:
        await begin_try(tx, account)
        await end_tries(tx, account)
    assert await (await admin.execute(kept, [account.account])).fetchone() == (0,)
