"""A request that is sent twice is done once."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from tests.support.database import TestDatabase
from tests.support.rooms import ROOMS
from tests.support.web import client_of, settings_for, standing
from tests.support.world import Somebody, person

from wedsync.platform.database import Database
from wedsync.platform.http import Services, build_app
from wedsync.platform.http.app import WebApp

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
KEY = {"idempotency-key": "the-first-of-may"}


@pytest.fixture(scope="module")
async def rooms(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[WebApp]:
    async with standing(build_app(Services(settings_for(own_database, valkey_url)), ROOMS)) as app:
        yield app


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await person(database, "Anna")


@pytest.fixture
async def program(rooms: WebApp, anna: Somebody) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(rooms, **anna.bearer) as client:
        yield client


async def businesses(admin: Admin, somebody: Somebody) -> int:
    found = await admin.execute("select count(*) from app.supplier_members where person_id = %s", [somebody.person_id])
    row = await found.fetchone()
    assert row is not None
    return int(row[0])


async def found(program: httpx.AsyncClient, name: str = "Alder & Lane", **headers: str) -> httpx.Response:
    return await program.post("/api/v1/suppliers", json={"business": name}, headers=headers)


async def test_the_second_is_given_the_first_ones_answer(
    program: httpx.AsyncClient, anna: Somebody, admin: Admin
) -> None:
    first, second = await found(program, **KEY), await found(program, **KEY)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert await businesses(admin, anna) == 1


async def test_without_a_key_it_is_done_twice(program: httpx.AsyncClient, anna: Somebody, admin: Admin) -> None:
    first, second = await found(program), await found(program)
    assert first.json() != second.json()
    assert await businesses(admin, anna) == 2


async def test_twins_wait_for_each_other(program: httpx.AsyncClient, anna: Somebody, admin: Admin) -> None:
    answers = await asyncio.gather(*(found(program, "Slow", **KEY) for _ in range(4)))
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" in answer.headers for answer in answers) == 3
    assert await businesses(admin, anna) == 1


async def test_twins_without_a_key_are_each_done(program: httpx.AsyncClient, anna: Somebody, admin: Admin) -> None:
    await asyncio.gather(found(program, "Slow"), found(program, "Slow"))
    assert await businesses(admin, anna) == 2


async def test_the_same_key_for_something_else_is_refused(program: httpx.AsyncClient) -> None:
    await found(program, **KEY)
    other = await found(program, "Wild Fennel", **KEY)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-mismatch")


async def test_a_refusal_is_not_kept(program: httpx.AsyncClient, anna: Somebody, admin: Admin) -> None:
    for _ in range(2):
        refused = await found(program, "Refused", **KEY)
        assert (refused.status_code, "idempotency-replayed" in refused.headers) == (409, False)
    assert (await found(program, **KEY)).status_code == 201
    assert await businesses(admin, anna) == 1


async def test_another_persons_key_is_their_own(
    program: httpx.AsyncClient, rooms: WebApp, database: Database, admin: Admin
) -> None:
    await found(program, **KEY)
    eve = await person(database, "Eve")
    async with client_of(rooms, **eve.bearer) as hers:
        assert "idempotency-replayed" not in (await found(hers, **KEY)).headers
    assert await businesses(admin, eve) == 1


@pytest.mark.parametrize("key", ["short", "x" * 256])
async def test_a_key_that_is_none_is_refused(program: httpx.AsyncClient, key: str) -> None:
    assert (await found(program, **{"idempotency-key": key})).status_code == 400
