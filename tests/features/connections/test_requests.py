"""A supplier asks for more and says why; the couple decides; both are told."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import TypeAlias
from uuid import UUID

import httpx
import msgspec
import psycopg
import pytest
from tests.features.visitor import Visitor
from tests.support.database import TestDatabase, sealer
from tests.support.world import Somebody, World, build_world

from wedsync.features.connections import requests
from wedsync.features.connections.model import Level
from wedsync.features.connections.request_letters import answer_letter, request_letter
from wedsync.features.connections.request_queries import ANSWER_LETTER, REQUEST_LETTERS, AnswerLetter, RequestLetter
from wedsync.kernel.permissions import Area
from wedsync.platform.database import NOBODY, ById, Database
from wedsync.platform.http.app import WebApp

Admin: TypeAlias = "psycopg.AsyncConnection[psycopg.rows.TupleRow]"
WHY = "We ring on the morning, when somebody is late."


@pytest.fixture
async def own(database: Database) -> World:
    """A world of this test's, to change."""
    return await build_world(database)


def asks(world: World) -> str:
    return f"/api/v1/weddings/{world.wedding_id}/grant-requests"


async def ask(client: httpx.AsyncClient, world: World, by: Somebody, **wanted: object) -> httpx.Response:
    body = {"area": "contacts", "reason": WHY} | wanted
    return await client.post(asks(world), json=body, headers=by.bearer)


@pytest.fixture
async def workers(own_database: TestDatabase) -> AsyncIterator[Database]:
    async with Database(own_database.worker_url, sealer(), read_connections=1, write_connections=1) as found:
        yield found


async def letters(workers: Database, request: str) -> list[RequestLetter]:
    async with workers.transaction(NOBODY) as tx:
        return await tx.all(REQUEST_LETTERS, ById(UUID(request)))


async def answer_to(workers: Database, request: str) -> AnswerLetter | None:
    async with workers.transaction(NOBODY) as tx:
        return await tx.maybe(ANSWER_LETTER, ById(UUID(request)))


async def test_what_the_couple_gives_is_readable_at_once_and_both_are_told(
    client: httpx.AsyncClient, workers: Database, own: World
) -> None:
    email = f"/api/v1/weddings/{own.wedding_id}/facts/partner1_email"
    told = await client.patch(
        email, json={"value": "clara@example.org"}, headers=own.clara.bearer | {"if-match": '"0"'}
    )
    assert told.status_code == 200, told.text
    assert (await client.get(email, headers=own.anna.bearer)).status_code == 404
    asked = (await ask(client, own, own.ben)).json()
    assert (asked["area"], asked["level"], asked["can_write"], asked.get("answer")) == (
        "contacts", "everything", False, None,
    )  # fmt: skip
    to = await letters(workers, asked["id"])
    assert {each.email for each in to} == {own.clara.email, own.dan.email}
    letter = request_letter(to[0], "https://w.example")
    assert f"Why: {WHY}" in letter.body
    assert "Ben of Anna's asks" in letter.body
    assert f"https://w.example/w/{own.wedding_id}/suppliers/{own.supplier_id}" in letter.body
    assert await answer_to(workers, asked["id"]) is None
    given = await client.put(f"{asks(own)}/{asked['id']}/answer", json={"give": True}, headers=own.dan.bearer)
    assert given.json()["answer"] == "given"
    assert (await client.get(email, headers=own.anna.bearer)).json()["value"] == "clara@example.org"
    assert await letters(workers, asked["id"]) == []
    answer = await answer_to(workers, asked["id"])
    assert answer is not None
    assert answer.email == own.ben.email
    assert "share what you asked for" in answer_letter(answer, "https://w.example").body


async def test_a_no_changes_nothing_and_stands_for_a_week(
    client: httpx.AsyncClient, workers: Database, own: World
) -> None:
    asked = (await ask(client, own, own.mia)).json()
    answered = await client.put(f"{asks(own)}/{asked['id']}/answer", json={"give": False}, headers=own.clara.bearer)
    assert answered.json()["answer"] == "declined"
    letter = await answer_to(workers, asked["id"])
    assert letter is not None
    assert "would rather not share" in answer_letter(letter, "").body
    again = await ask(client, own, own.mia)
    assert again.status_code == 409
    assert "declined this within the last 7 days" in again.json()["detail"]
    twice = await client.put(f"{asks(own)}/{asked['id']}/answer", json={"give": True}, headers=own.dan.bearer)
    assert twice.status_code == 404


async def test_of_colleagues_who_ask_at_once_one_does_and_what_is_shared_is_not_asked_for(
    client: httpx.AsyncClient, own: World
) -> None:
    answers = await asyncio.gather(*(ask(client, own, each) for each in (own.anna, own.ada, own.mia, own.ben)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    needless = await ask(client, own, own.anna, area="wishes", level="usual")
    assert needless.json()["detail"] == "The couple shares this with you already."
    more = await ask(client, own, own.anna, area="wishes", can_write=True)
    assert more.status_code == 201
    listed = (await client.get(f"{asks(own)}?limit=1", headers=own.clara.bearer)).json()
    rest = (await client.get(f"{asks(own)}?before={listed['next']}", headers=own.clara.bearer)).json()
    assert [each["area"] for each in (*listed["items"], *rest["items"])] == ["wishes", "contacts"]


async def test_a_grant_answers_what_waits_for_it_and_a_smaller_one_does_not(
    client: httpx.AsyncClient, own: World
) -> None:
    asked = (await ask(client, own, own.anna)).json()
    grant = f"/api/v1/weddings/{own.wedding_id}/connections/{own.supplier_id}/grants/contacts"

    async def state() -> str | None:
        found = (await client.get(asks(own), headers=own.anna.bearer)).json()["items"]
        answer: str | None = next(each.get("answer") for each in found if each["id"] == asked["id"])
        return answer

    await client.put(grant, json={"level": "usual"}, headers=own.clara.bearer)
    assert await state() is None
    await client.put(grant, json={"level": "everything"}, headers=own.clara.bearer)
    assert await state() == "given"


async def test_giving_never_takes_away_what_was_given_before(client: httpx.AsyncClient, own: World) -> None:
    grant = f"/api/v1/weddings/{own.wedding_id}/connections/{own.supplier_id}"
    await client.put(f"{grant}/grants/wishes", json={"level": "everything"}, headers=own.clara.bearer)
    asked = (await ask(client, own, own.anna, area="wishes", level="usual", can_write=True)).json()
    await client.put(f"{asks(own)}/{asked['id']}/answer", json={"give": True}, headers=own.clara.bearer)
    has = (await client.get(grant, headers=own.clara.bearer)).json()["grants"]
    assert next(each for each in has if each["area"] == "wishes") | {"id": None} == {
        "area": "wishes", "level": "everything", "can_write": True, "revoked_at": None, "id": None,
    }  # fmt: skip


async def test_what_waits_is_over_with_the_connection_and_comes_back_with_none(
    client: httpx.AsyncClient, workers: Database, own: World
) -> None:
    asked = (await ask(client, own, own.anna)).json()
    ending = f"/api/v1/weddings/{own.wedding_id}/connections/{own.supplier_id}/ending"
    assert (await client.put(ending, json={}, headers=own.clara.bearer)).status_code == 204
    assert await letters(workers, asked["id"]) == []
    assert (await client.get(asks(own), headers=own.clara.bearer)).json()["items"][0]["answer"] == "declined"
    assert (await client.get(asks(own), headers=own.anna.bearer)).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"area": "guests"}, "area"), ({"reason": " "}, "reason"), ({"reason": "x" * 501}, "reason")],
)
async def test_what_cannot_be_asked_is_named(
    client: httpx.AsyncClient, world: World, wanted: dict[str, str], field: str
) -> None:
    refused = await ask(client, world, world.anna, **wanted)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


async def test_asking_and_answering_by_the_pages(app: WebApp, own: World) -> None:
    ben, clara = Visitor(app, own.ben), Visitor(app, own.clara)
    there = f"/s/{own.supplier_id}/weddings/{own.wedding_id}"
    assert f"{there}/ask" in await ben.look(there)
    assert "Their phones and emails" in await ben.look(f"{there}/ask")
    refused = await ben.send(f"{there}/ask", area="contacts", level="everything", reason="")
    assert refused.status_code == 422
    assert "Write at least 2 characters." in refused.text
    sent = await ben.send(f"{there}/ask", area="contacts", level="everything", reason=WHY)
    assert sent.headers["location"] == f"{there}/ask?told=asked-for"
    assert "waits for an answer" in await ben.look(f"{there}/ask")
    suppliers = await clara.look(f"/w/{own.wedding_id}/suppliers")
    for words in ("asks for contact details", "Answer<", "Who looked"):
        assert words in suppliers
    sharing = f"/w/{own.wedding_id}/suppliers/{own.supplier_id}"
    page = await clara.look(sharing)
    assert WHY in page
    action = re.search(rf'action="({sharing}/requests/[0-9a-f-]+)"', page)
    assert action is not None
    assert (await clara.send(action[1], answer="give")).headers["location"] == f"{sharing}?told=shared"
    assert WHY not in await clara.look(sharing)
    assert "shared" in await ben.look(f"{there}/ask")
    vera = await Visitor(app, own.vera).look(f"{there}/ask")
    assert '<form class="card stack"' not in vera
    assert f"{there}/ask" not in await Visitor(app, own.vera).look(there)


async def test_of_a_no_and_a_withdrawal_at_once_one_holds(database: Database, own: World) -> None:
    wish = requests.Ask(area=Area.CONTACTS, level=Level.EVERYTHING, can_write=False, reason=WHY)
    anna = msgspec.structs.replace(own.anna.actor, wedding_id=own.wedding_id)
    async with database.transaction(anna) as tx:
        asked = await requests.ask(tx, own.wedding_id, wish)

    async def withdraw() -> None:
        async with database.transaction(anna) as tx:
            await requests.withdraw_request(tx, own.wedding_id, asked.id)

    async def decline() -> None:
        async with database.transaction(own.clara.actor) as tx:
            await requests.answer_request(tx, own.wedding_id, asked.id, give=False)

    outcomes = await asyncio.gather(withdraw(), decline(), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "NotFound"]


async def test_a_supplier_does_not_answer_itself_even_in_sql(database: Database, own: World, admin: Admin) -> None:
    wish = requests.Ask(area=Area.CONTACTS, level=Level.EVERYTHING, can_write=False, reason=WHY)
    anna = msgspec.structs.replace(own.anna.actor, wedding_id=own.wedding_id)
    async with database.transaction(anna) as tx:
        asked = await requests.ask(tx, own.wedding_id, wish)
    answer = (
        "update app.grant_requests set answer = '{}', answered_by = app.actor_id(), answered_at = now() where id = %s"
    )
    for as_whom, said, is_let in (
        (own.anna, "given", False), (own.eve, "withdrawn", False), (own.colin, "given", False),
        (own.anna, "withdrawn", True),
    ):  # fmt: skip
        supplier = "" if as_whom.supplier_id is None else str(as_whom.supplier_id)
        async with admin.transaction(force_rollback=True):
            await admin.execute("set local role wedsync_app")
            await admin.execute(
                "select set_config('app.actor_id', %s, true), set_config('app.supplier_id', %s, true)",
                [str(as_whom.person_id), supplier],
            )
            try:
                done = (await admin.execute(answer.format(said), [asked.id])).rowcount
            except psycopg.errors.InsufficientPrivilege:
                done = 0
        assert (done == 1) is is_let, (as_whom.name, said)
