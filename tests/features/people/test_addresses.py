"""Another address to sign in with: both mailboxes confirm, the guard changes it, and nobody learns who has an account."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from click.testing import CliRunner
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody, person

from wedsync.entrypoints.cli import command_line
from wedsync.features.people import actions, links
from wedsync.features.people.address_actions import (
    confirm_code,
    confirm_link,
    refuse_address,
    try_code,
    withdraw_address,
)
from wedsync.features.people.address_letters import JOBS as LETTERS
from wedsync.features.people.address_model import LINK, code_of
from wedsync.features.people.jobs import JOBS as PEOPLE
from wedsync.kernel.problems import Conflict
from wedsync.platform.database import NOBODY, Database
from wedsync.platform.http.app import WebApp
from wedsync.platform.jobs import Envelope, Workshop
from wedsync.platform.mail import OutboxMailer
from wedsync.platform.passwords import hash_password

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
CHANGE = "/api/v1/me/address-change"
JOBS = {job.name: job for job in (*LETTERS, *PEOPLE)}


class Packed(msgspec.Struct):
    envelope: Envelope


class Post:
    """Every letter that was queued about one person, sent once."""

    def __init__(self, workshop: Workshop, admin: Admin, folder: Path) -> None:
        self._workshop = workshop
        self._admin = admin
        self._folder = folder
        self._last = 0

    async def since(self, *addresses: str) -> list[tuple[str, str, str]]:
        """To whom, about what, and what it says: of what was queued since it was asked last."""
        for path in self._folder.glob("*.eml"):
            path.unlink()
        found = await self._admin.execute(
            "select id, task_name, args::text from jobs.procrastinate_jobs where task_name = any(%s) and id > %s",
            [list(JOBS), self._last],
        )
        for number, name, args in await found.fetchall():
            self._last = max(self._last, int(number))
            await JOBS[str(name)].perform(self._workshop, msgspec.json.decode(str(args), type=Packed).envelope)
        letters = [message_from_bytes(each.read_bytes(), policy=default) for each in self._folder.glob("*.eml")]
        return sorted(_told(each) for each in letters if str(each["to"]) in addresses)


def _told(letter: EmailMessage) -> tuple[str, str, str]:
    return str(letter["to"]), str(letter["subject"]), str(letter.get_content())


@pytest.fixture
async def post(own_database: TestDatabase, admin: Admin, tmp_path: Path) -> AsyncIterator[Post]:
    async with Database(own_database.worker_url, sealer()) as opened:
        yield Post(
            Workshop(database=opened, mailer=OutboxMailer(tmp_path, "us@example.org"), base_url="http://x"),
            admin,
            tmp_path,
        )


async def ask(client: httpx.AsyncClient, admin: Admin, somebody: Somebody, email: str) -> UUID:
    """The request, as a letter knows it."""
    asked = await client.post(CHANGE, json={"email": email}, headers=somebody.bearer)
    assert (asked.status_code, asked.content) == (202, b"null")
    found = await admin.execute(
        "select id from app.address_changes where person_id = %s and state = 'open'", [somebody.person_id]
    )
    row = await found.fetchone()
    assert row is not None
    return UUID(str(row[0]))


async def bring(client: httpx.AsyncClient, somebody: Somebody, code: str) -> str:
    said = await client.post(f"{CHANGE}/code", json={"code": code}, headers=somebody.bearer)
    return str(said.json()["state"]) if said.status_code == 200 else str(said.status_code)


async def press(database: Database, change: UUID) -> str:
    """The button behind the link in the old mailbox."""
    try:
        async with database.transaction(NOBODY) as tx:
            return (await confirm_link(tx, sealer().token(LINK, change))).state
    except Conflict:
        return "409"


async def address_of(admin: Admin, somebody: Somebody) -> str:
    row = await (await admin.execute("select email from app.people where id = %s", [somebody.person_id])).fetchone()
    assert row is not None
    return str(row[0])


def new_of(somebody: Somebody) -> str:
    return f"new.{somebody.email}"


def right(change: UUID) -> str:
    return code_of(sealer(), change)


def wrong(change: UUID) -> str:
    return f"{(int(right(change)) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("code_is_first", [True, False])
async def test_it_changes_when_both_have_confirmed_in_either_order_and_ends_every_other_way_in(
    client: httpx.AsyncClient, database: Database, admin: Admin, post: Post, *, code_is_first: bool
) -> None:
    clara = await person(database, "Clara")
    async with database.transaction(clara.actor) as tx:
        other = await actions.begin_session(tx, clara.person_id, "a phone")
        await links.ask_for_link(tx, clara.email)
    change = await ask(client, admin, clara, new_of(clara))
    letters = await post.since(clara.email, new_of(clara))
    assert [(to, subject) for to, subject, _ in letters if "sign in" not in subject or "Another" in subject] == [
        (clara.email, "Another address to sign in with?"),
        (new_of(clara), "Your code to confirm this address"),
    ]
    assert right(change) in letters[-1][2]
    steps = [bring(client, clara, right(change)), press(database, change)]
    assert [await step for step in (steps if code_is_first else reversed(steps))] == ["open", "changed"]
    assert await address_of(admin, clara) == new_of(clara)
    assert (await client.get("/api/v1/me", headers=clara.bearer)).json()["email"] == new_of(clara)
    gone = {"authorization": f"Bearer {other.token}"}
    assert (await client.get("/api/v1/me", headers=gone)).status_code == 401
    used = await admin.execute("select used_at is null from app.login_tokens where email = %s", [clara.email])
    assert await used.fetchall() == [(False,)]
    said = [(to, subject) for to, subject, _ in await post.since(clara.email, new_of(clara))]
    assert said == [(clara.email, "Your address was changed"), (new_of(clara), "Your address was changed")]
    listed = (await client.get("/api/v1/me/security-events", headers=clara.bearer)).json()["items"]
    assert [(each["kind"], each["detail"]) for each in listed] == [
        ("address_changed", ""),
        ("address_asked", new_of(clara)),
    ]


async def test_who_asks_for_somebody_elses_learns_it_only_when_both_have_confirmed_and_loses_nothing(
    client: httpx.AsyncClient, database: Database, admin: Admin, post: Post
) -> None:
    clara, eve = await person(database, "Clara"), await person(database, "Eve")
    change = await ask(client, admin, clara, eve.email)
    assert [subject for to, subject, _ in await post.since(eve.email)] == ["Your code to confirm this address"]
    assert await bring(client, clara, right(change)) == "open"
    assert await press(database, change) == "taken"
    assert await address_of(admin, clara) == clara.email
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 200
    assert [subject for _, subject, _ in await post.since(clara.email)] == ["Your address could not be changed"]
    assert (await client.get(CHANGE, headers=clara.bearer)).status_code == 404


async def test_of_two_who_change_to_one_address_at_once_one_does(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara, eve = await person(database, "Clara"), await person(database, "Eve")
    changes = [await ask(client, admin, each, new_of(clara)) for each in (clara, eve)]
    for somebody, change in zip((clara, eve), changes, strict=True):
        assert await bring(client, somebody, right(change)) == "open"
    told = await asyncio.gather(*(press(database, change) for change in changes))
    assert sorted(told) == ["changed", "taken"]
    kept = sorted([await address_of(admin, clara), await address_of(admin, eve)])
    assert kept == sorted([new_of(clara), eve.email if told[0] == "changed" else clara.email])


async def test_code_and_link_at_once_change_it_once_and_each_is_good_once(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    change = await ask(client, admin, clara, new_of(clara))
    told = await asyncio.gather(
        *(bring(client, clara, right(change)) for _ in range(2)), *(press(database, change) for _ in range(2))
    )
    assert sorted(told) == ["409", "409", "changed", "open"]


async def test_the_fifth_wrong_code_ends_it_however_many_come_at_once(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    change = await ask(client, admin, clara, new_of(clara))
    told = await asyncio.gather(*(bring(client, clara, wrong(change)) for _ in range(8)))
    assert sorted(told) == ["409"] * 3 + ["422"] * 5
    assert await bring(client, clara, right(change)) == "409"
    assert await press(database, change) == "409"
    again = await ask(client, admin, clara, new_of(clara))
    for _ in range(4):
        assert await bring(client, clara, wrong(again)) == "422"
    assert await bring(client, clara, f"{right(again)[:3]} {right(again)[3:]}") == "open"


async def test_what_was_asked_before_is_worth_nothing_once_replaced_withdrawn_or_a_password_is_chosen(
    client: httpx.AsyncClient, database: Database, admin: Admin, post: Post
) -> None:
    clara = await person(database, "Clara")
    first = await ask(client, admin, clara, new_of(clara))
    second = await ask(client, admin, clara, f"2.{new_of(clara)}")
    assert [await press(database, first), await bring(client, clara, right(first))] == ["409", "422"]
    assert [to for to, _, _ in await post.since(new_of(clara))] == []
    assert (await client.delete(CHANGE, headers=clara.bearer)).status_code == 204
    assert (await client.delete(CHANGE, headers=clara.bearer)).status_code == 204
    assert [await press(database, second), await bring(client, clara, right(second))] == ["409", "409"]
    third = await ask(client, admin, clara, new_of(clara))
    assert await bring(client, clara, right(third)) == "open"
    async with database.transaction(clara.actor) as tx:
        await actions.set_password(tx, clara.person_id, await hash_password("tea lights and a brass band"))
    assert await press(database, third) == "409"
    assert await address_of(admin, clara) == clara.email


async def test_a_day_later_neither_works_and_the_row_is_forgotten(
    client: httpx.AsyncClient, database: Database, admin: Admin, own_database: TestDatabase
) -> None:
    clara = await person(database, "Clara")
    change = await ask(client, admin, clara, new_of(clara))
    await admin.execute("select app.forget_addresses()")  # not yet
    earlier = (
        "update app.address_changes set created_at = created_at - interval '24 hours',"
        " expires_at = expires_at - interval '24 hours' where id = %s"
    )
    assert (await admin.execute(earlier, [change])).rowcount == 1
    assert [await press(database, change), await bring(client, clara, right(change))] == ["409", "409"]
    assert (await client.get(CHANGE, headers=clara.bearer)).status_code == 404
    await admin.execute("select app.forget_addresses()")
    left = await admin.execute("select count(*) from app.address_changes where id = %s", [change])
    assert await left.fetchone() == (0,)


async def test_asking_asks_who_it_is_and_refuses_what_is_no_address_or_ones_own_and_a_sixth_a_day(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    for email in ("nothing", clara.email.upper(), f"{'x' * 250}@example.org"):
        refused = await client.post(CHANGE, json={"email": email}, headers=clara.bearer)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "email")
    told = [
        (await client.post(CHANGE, json={"email": f"{n}.{clara.email}"}, headers=clara.bearer)).status_code
        for n in range(5)
    ]
    assert told == [202] * 4 + [429]  # one's own counted too
    dan = await person(database, "Dan")
    await admin.execute(
        "update app.sessions set proved_at = proved_at - interval '15 minutes' where id = %s", [dan.session_id]
    )
    unproved = await client.post(CHANGE, json={"email": new_of(dan)}, headers=dan.bearer)
    assert unproved.json()["code"] == "proof-needed"
    assert (await Visitor(app, dan).get("/you/address/new")).headers["location"] == "/you/prove?next=/you/address/new"


async def test_pages_lead_from_ones_security_through_both_mailboxes_and_looking_changes_nothing(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    visitor, mailbox = Visitor(app, clara), Visitor(app)
    assert 'href="/you/address"' in await visitor.look("/you/security")
    assert (await visitor.get("/you/address")).headers["location"] == "/you/address/new"
    await visitor.look("/you/address/new")
    assert (await visitor.send("/you/address/new", email="nothing")).status_code == 422
    assert (await visitor.send("/you/address/new", email=new_of(clara))).headers["location"] == "/you/address"
    assert new_of(clara) in await visitor.look("/you/address")
    found = await admin.execute("select id from app.address_changes where email = %s", [new_of(clara)])
    change = UUID(str((await found.fetchone() or ("",))[0]))
    assert "not the code in the letter" in (await visitor.send("/you/address", code=wrong(change))).text
    link = f"/address/{sealer().token(LINK, change)}"
    for _ in range(2):
        assert "Yes, change it" in await mailbox.look(link)
        assert "That was not me" in await mailbox.look(f"{link}/refusal")
    assert (await mailbox.send(link)).headers["location"] == link
    assert "One half is done" in await mailbox.look(link)
    assert (await mailbox.send(link)).status_code == 409
    done = await visitor.send("/you/address", code=right(change))
    assert done.headers["location"] == "/you/security?told=address"
    assert "Your address is changed" in await visitor.look("/you/security?told=address")
    assert "Your address is changed" in await mailbox.look(link)


async def test_refusing_from_the_old_mailbox_ends_it_and_says_what_to_do(
    app: WebApp, client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    change = await ask(client, admin, clara, new_of(clara))
    link, mailbox = f"/address/{sealer().token(LINK, change)}", Visitor(app)
    assert await bring(client, clara, right(change)) == "open"
    await mailbox.look(f"{link}/refusal")
    assert (await mailbox.send(f"{link}/refusal")).headers["location"] == link
    assert "choose another password now" in await mailbox.look(link)
    assert [(await mailbox.send(f"{link}{end}")).status_code for end in ("", "/refusal")] == [409, 409]
    assert await address_of(admin, clara) == clara.email


async def test_whoever_keeps_the_server_changes_it_for_who_lost_their_mailbox(
    client: httpx.AsyncClient,
    database: Database,
    admin: Admin,
    own_database: TestDatabase,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clara, eve = await person(database, "Clara"), await person(database, "Eve")
    pending = await ask(client, admin, clara, f"2.{new_of(clara)}")
    await post.since()
    monkeypatch.setenv("DATABASE_URL", own_database.admin_url)

    async def told(*said: str) -> tuple[int, str]:
        given = ["people", "change-address", *said, "--reason", "Called back on 07700 900123."]
        result = await asyncio.to_thread(CliRunner().invoke, command_line(), given)
        return result.exit_code, result.output

    assert "already" in (await told(clara.email, eve.email))[1]
    assert "Nobody has an account" in (await told(new_of(eve), new_of(clara)))[1]
    assert (await told(clara.email, clara.email))[0] == (await told("nothing", clara.email))[0] == 2
    assert await address_of(admin, clara) == clara.email
    code, output = await told(clara.email.upper(), new_of(clara), "--json")
    assert (code, msgspec.json.decode(output, type=dict[str, str])["state"]) == (0, "changed")
    assert await address_of(admin, clara) == new_of(clara)
    assert await press(database, pending) == "409"
    assert (await client.get("/api/v1/me", headers=clara.bearer)).status_code == 401
    letters = await post.since(clara.email, new_of(clara))
    assert [(to, subject) for to, subject, _ in letters] == [
        (clara.email, "Your address was changed"),
        (new_of(clara), "Your address was changed"),
    ]
    assert "by whoever keeps the server: Called back" in letters[1][2]


async def test_what_does_not_fit_how_it_stands_is_refused_in_words(
    client: httpx.AsyncClient, database: Database, admin: Admin
) -> None:
    clara = await person(database, "Clara")
    with pytest.raises(Conflict, match="no code to type"):
        async with database.transaction(clara.actor) as tx:
            await try_code(tx, clara.person_id, "123456")
    change = await ask(client, admin, clara, new_of(clara))
    async with database.transaction(clara.actor) as tx:
        kept = await try_code(tx, clara.person_id, right(change))
        assert kept is not None
        assert (await confirm_code(tx, clara.person_id, kept, clara.session_id)).state == "open"
        with pytest.raises(Conflict, match="no code to type"):
            await confirm_code(tx, clara.person_id, kept, clara.session_id)
        await withdraw_address(tx, clara.person_id)
        with pytest.raises(Conflict, match="used or is over"):
            await refuse_address(tx, sealer().token(LINK, change))


async def test_the_application_changes_no_address_but_by_its_doors(
    database: Database, own_database: TestDatabase
) -> None:
    clara = await person(database, "Clara")
    async with await psycopg.AsyncConnection.connect(own_database.worker_url) as worker:
        for change in (
            "update app.people set email = 'eve@example.org'",
            "update app.address_changes set link_at = now()",
            f"select guard.change_address('{clara.person_id}')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await worker.execute(change.encode())
            await worker.rollback()
