"""Who is signed in: signing out holds at once in every web process, and losing Valkey signs nobody out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from tests.support.database import TestDatabase, sealer
from tests.support.rooms import ROOMS
from tests.support.valkey import OwnValkey
from tests.support.web import client_of, settings_for, standing
from tests.support.world import Somebody, person

from wedsync.features.people.actions import end_session
from wedsync.platform.auth import Sessions
from wedsync.platform.cache import Cache
from wedsync.platform.database import Database
from wedsync.platform.http import Services, build_app
from wedsync.platform.http.app import WebApp

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]


@pytest.fixture(scope="module")
async def two_processes(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[tuple[WebApp, WebApp]]:
    settings = settings_for(own_database, valkey_url)
    async with (
        standing(build_app(Services(settings), ROOMS)) as one,
        standing(build_app(Services(settings), ROOMS)) as other,
    ):
        yield one, other


@pytest.fixture
async def anna(database: Database) -> Somebody:
    return await person(database, "Anna")


@pytest.fixture
def own_valkey(tmp_path: Path) -> Iterator[OwnValkey]:
    valkey = OwnValkey(tmp_path)
    valkey.start()
    yield valkey
    valkey.stop()


@asynccontextmanager
async def remembering(database: Database, valkey_url: str) -> AsyncIterator[Sessions]:
    """A process that hears of sign-outs, and so may remember."""
    cache = Cache(valkey_url)
    sessions = Sessions(database, cache)
    sessions.can_hear(now=True)
    yield sessions
    await cache.close()


async def end_behind_everybodys_back(admin: Admin, somebody: Somebody) -> None:
    """No event, so only who asks PostgreSQL knows."""
    await admin.execute("update app.sessions set ended_at = now() where id = %s", [somebody.session_id])


async def who(app: WebApp, somebody: Somebody) -> httpx.Response:
    async with client_of(app, **somebody.bearer) as client:
        return await client.get("/api/v1/me")


async def test_signing_out_in_one_process_holds_in_the_other_at_once(
    two_processes: tuple[WebApp, WebApp], anna: Somebody
) -> None:
    one, other = two_processes
    for app in (one, other, other):
        assert (await who(app, anna)).status_code == 200
    async with client_of(one, **anna.bearer) as client:
        assert (await client.delete(f"/api/v1/sessions/{anna.session_id}")).status_code == 204
    assert (await who(one, anna)).status_code == 401
    await asyncio.sleep(0.05)  # the other process is told by PostgreSQL
    assert (await who(other, anna)).status_code == 401


async def test_signing_out_everywhere_ends_every_device(
    two_processes: tuple[WebApp, WebApp], database: Database
) -> None:
    one, _ = two_processes
    clara = await person(database, "Clara")
    assert (await who(one, clara)).status_code == 200
    async with client_of(one, **clara.bearer) as client:
        assert (await client.delete("/api/v1/sessions")).status_code == 204
        assert (await client.get("/api/v1/me")).status_code == 401


async def test_a_session_is_remembered_without_asking_again(
    database: Database, valkey_url: str, anna: Somebody, admin: Admin
) -> None:
    async with remembering(database, valkey_url) as sessions:
        assert await sessions.find(anna.token) is not None
        await end_behind_everybodys_back(admin, anna)
        # The control of the tests around: what is remembered is believed until somebody says otherwise.
        assert await sessions.find(anna.token) is not None
        await sessions.forget(anna.person_id)
        assert await sessions.find(anna.token) is None


async def test_a_process_that_cannot_hear_remembers_nothing_itself(
    database: Database, own_valkey: OwnValkey, anna: Somebody, admin: Admin
) -> None:
    async with remembering(database, own_valkey.url) as sessions:
        sessions.can_hear(now=False)
        assert await sessions.find(anna.token) is not None
        await end_behind_everybodys_back(admin, anna)
        own_valkey.stop()
        assert await sessions.find(anna.token) is None


async def test_what_another_process_cached_is_found_in_valkey(
    database: Database, valkey_url: str, anna: Somebody, admin: Admin
) -> None:
    async with remembering(database, valkey_url) as one, remembering(database, valkey_url) as other:
        await one.find(anna.token)
        await end_behind_everybodys_back(admin, anna)
        assert await other.find(anna.token) is not None


async def test_a_reader_who_comes_back_late_does_not_revive_a_session(
    database: Database, valkey_url: str, anna: Somebody, admin: Admin
) -> None:
    async with remembering(database, valkey_url) as one, remembering(database, valkey_url) as other:
        found = await one.find(anna.token)
        assert found is not None
        await end_behind_everybodys_back(admin, anna)
        await other.forget(anna.person_id)
        # One had read the session before it ended and writes to Valkey only now.
        await one._cache_it(b"late", found)  # noqa: SLF001 - the moment between two awaits cannot be had otherwise
        assert await other._cached(b"late") is None  # noqa: SLF001


async def test_losing_valkey_signs_nobody_out(
    database: Database, own_valkey: OwnValkey, own_database: TestDatabase, anna: Somebody
) -> None:
    app = build_app(Services(settings_for(own_database, own_valkey.url)), ROOMS)
    async with standing(app):
        assert (await who(app, anna)).status_code == 200
        own_valkey.stop()
        clara = await person(database, "Clara")
        assert (await who(app, anna)).status_code == 200
        assert (await who(app, clara)).status_code == 200
        async with client_of(app, **anna.bearer) as client:
            assert (await client.delete(f"/api/v1/sessions/{anna.session_id}")).status_code == 204
        assert (await who(app, anna)).status_code == 401
        own_valkey.start()
        assert (await who(app, clara)).status_code == 200


async def test_without_a_database_nobody_is_called_signed_out(valkey_url: str, anna: Somebody) -> None:
    nowhere = TestDatabase(admin_url="", app_url="postgresql://nobody@127.0.0.1:9/none", worker_url="")
    services = Services(settings_for(nowhere, valkey_url))
    async with client_of(build_app(services, ROOMS), **anna.bearer) as client:
        refused = await client.get("/api/v1/me")
    await services.cache.close()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")


async def test_an_ended_session_is_not_found_again_by_anyone(
    database: Database, valkey_url: str, anna: Somebody
) -> None:
    async with database.transaction(anna.actor) as tx:
        await end_session(tx, anna.person_id, anna.session_id)
    async with remembering(database, valkey_url) as sessions:
        assert await sessions.find(anna.token) is None
        assert await sessions.find("") is None
        assert await sessions.find("x" * 65) is None
    assert sealer().token("x", anna.session_id) != anna.token
