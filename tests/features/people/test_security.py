"""What happened to how somebody signs in: what is written down, who reads it, the letter about it, and for how long."""

from collections.abc import AsyncIterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody, key, owner, person

from wedsync.features.api_keys.actions import end_key
from wedsync.features.people import actions, jobs
from wedsync.features.people.event_words import EVENT_WORDS
from wedsync.features.people.events import note
from wedsync.features.people.jobs import ForRow
from wedsync.features.people.model import SecurityKind, SignedIn
from wedsync.kernel.clock import utc_now
from wedsync.kernel.permissions import KeyScope
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.passwords import hash_password

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
PASSWORD = "tea lights and a brass band"
EVENTS = "/api/v1/me/security-events"
OF_A_SIGN_UP = {SecurityKind.PASSWORD_SET, SecurityKind.FACTOR_ON}
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
async def workshop(own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Workshop]:
    async with Database(own_database.worker_url, sealer()) as opened:
        yield Workshop(database=opened, mailer=OutboxMailer(tmp_path, "us@example.org"), base_url="http://x")


async def with_password(database: Database) -> Somebody:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
        begun = await actions.begin_session(tx, clara.person_id, "a test")
    return Somebody(
        person_id=clara.person_id, name="Clara", email=clara.email, token=begun.token, session_id=begun.session_id
    )


async def kinds(client: httpx.AsyncClient, somebody: Somebody) -> list[tuple[str, str]]:
    """Oldest first."""
    listed = (await client.get(EVENTS, headers=somebody.bearer)).json()
    return [(each["kind"], each["detail"]) for each in reversed(listed["items"])]


async def test_a_new_browser_is_written_down_and_the_same_one_is_not_new_again(
    app: WebApp, client: httpx.AsyncClient, database: Database
) -> None:
    clara = await with_password(database)
    browser, other = Visitor(app), Visitor(app)
    for visitor in (browser, other):
        visitor.client.headers["user-agent"] = FIREFOX
    for visitor in (browser, browser, other):
        await visitor.send("/sign-in", email=clara.email, password=PASSWORD)
    new = ("new_device", "Firefox on Windows")
    async with database.transaction(clara.actor) as tx:
        begun = await actions.begin_session(tx, clara.person_id, "a test")
    later = Somebody(
        person_id=clara.person_id, name="Clara", email=clara.email, token=begun.token, session_id=begun.session_id
    )
    assert await kinds(client, later) == [("password_set", ""), new, new]


async def test_a_program_is_new_once_and_who_signs_in_for_the_first_time_is_told_of_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara = await with_password(database)
    for _ in range(2):
        assert (
            await client.post("/api/v1/sessions", json={"email": clara.email, "password": PASSWORD})
        ).status_code == 201
    assert await kinds(client, clara) == [("password_set", ""), ("new_device", "API")]
    dan = await person(database, "Dan")
    async with database.transaction(dan.actor) as tx:
        first = SignedIn(person_id=dan.person_id, session_id=dan.session_id, token="", expires_at=utc_now())
        await actions.note_device(tx, dan.person_id, first, device="a phone", is_known=False)
    assert await kinds(client, dan) == []


async def test_signing_out_everywhere_is_written_down_and_a_password_only_as_that(
    client: httpx.AsyncClient, database: Database
) -> None:
    clara = await person(database, "Clara")
    await client.delete("/api/v1/sessions", headers=clara.bearer)
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password(PASSWORD))
        begun = await actions.begin_session(tx, clara.person_id, "a test")
    back = {"authorization": f"Bearer {begun.token}"}
    listed = (await client.get(EVENTS, headers=back)).json()["items"]
    assert [each["kind"] for each in listed] == ["password_set", "signed_out_everywhere"]


async def test_one_reads_ones_own_in_parts_and_nobody_elses(
    app: WebApp, client: httpx.AsyncClient, database: Database
) -> None:
    clara, eve = await person(database, "Clara"), await person(database, "Eve")
    async with database.transaction(clara.actor) as tx:
        for number in range(21):
            await note(tx, SecurityKind.API_KEY_MADE, f"key {number}")
    first = (await client.get(f"{EVENTS}?limit=20", headers=clara.bearer)).json()
    rest = (await client.get(f"{EVENTS}?limit=20&before={first['next']}", headers=clara.bearer)).json()
    assert [len(first["items"]), rest["next"], rest["items"][0]["detail"]] == [20, "", "key 0"]
    assert await kinds(client, eve) == []
    visitor = Visitor(app, clara)
    page = await visitor.look("/you/security")
    assert "key 20" in page
    assert "key 0" not in page
    assert "key 0" in await visitor.look(f"/you/security?before={first['next']}")
    assert "Nothing yet" in await Visitor(app, eve).look("/you/security")
    assert await visitor.statements("/you/security") == 4
    assert (await client.get(f"{EVENTS}?limit=101", headers=clara.bearer)).status_code == 422


async def test_there_is_a_letter_about_each_and_none_about_what_a_sign_up_sets(
    workshop: Workshop, database: Database, admin: Admin, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        for kind in SecurityKind:
            await note(tx, kind, "a detail")
    found = await admin.execute("select id from app.security_events where person_id = %s", [clara.person_id])
    rows = [UUID(str(row[0])) for row in await found.fetchall()]
    for row in rows:
        await jobs.SEND_EVENT.run(workshop, NOBODY, ForRow(row))
    letters = [message_from_bytes(each.read_bytes(), policy=default) for each in tmp_path.glob("*.eml")]
    assert {str(each["subject"]) for each in letters} == {
        words.title for kind, words in EVENT_WORDS.items() if kind not in OF_A_SIGN_UP
    }
    assert all("a detail" in each.get_content() and "http://x/you/security" in each.get_content() for each in letters)


async def test_an_event_is_added_and_never_changed_and_goes_after_two_years(database: Database, admin: Admin) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        await note(tx, SecurityKind.FACTOR_ON)
    with pytest.raises(psycopg.DatabaseError, match="only"):
        await admin.execute("update app.security_events set detail = 'x' where person_id = %s", [clara.person_id])
    for travel, left in (("729 days", 1), ("732 days", 0)):
        await admin.execute("select set_config('app.travel', %s, false)", [travel])
        await admin.execute("select app.forget_events()")
        counted = await admin.execute(
            "select count(*) from app.security_events where person_id = %s", [clara.person_id]
        )
        assert await counted.fetchone() == (left,)


async def test_whoever_makes_or_ends_a_key_for_programs_is_told_once(
    client: httpx.AsyncClient, database: Database, own_database: TestDatabase
) -> None:
    anna = await owner(database, "Anna")
    assert anna.supplier_id is not None
    made = await key(database, own_database.admin_url, anna, KeyScope.CLIENTS_READ)
    for _ in range(2):
        async with database.transaction(anna.actor) as tx:
            await end_key(tx, anna.supplier_id, made.key.id)
    assert await kinds(client, anna) == [("api_key_made", made.key.name), ("api_key_removed", made.key.name)]
