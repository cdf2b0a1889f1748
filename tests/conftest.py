"""What every test may ask for: real servers, a database of its own run, the application, the cast.

What only some tests need is imported by the fixture that gives it: tests of the kernel load no web framework.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Final

import httpx
import psycopg
import pytest
from tests.support.database import Servers, TestDatabase, cloned, sealer, servers

from wedsync.platform.database import Database

if TYPE_CHECKING:
    from tests.support.world import World

    from wedsync.platform.http.app import WebApp

SHARED: Final = pytest.StashKey[contextlib.ExitStack]()
DEEP_S: Final = 3600


def pytest_configure(config: pytest.Config) -> None:
    """With several test processes, the one that starts them keeps the servers that they share."""
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        return
    stack = config.stash[SHARED] = contextlib.ExitStack()
    found = stack.enter_context(servers())
    os.environ["WEDSYNC_TEST_DATABASE_URL"] = found.admin_url
    os.environ["WEDSYNC_TEST_VALKEY_URL"] = found.valkey_url


def pytest_unconfigure(config: pytest.Config) -> None:
    if stack := config.stash.get(SHARED, None):
        stack.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones may take an hour, not the few minutes that name a test which hangs."""
    for item in items:
        if item.get_closest_marker("deep") or item.get_closest_marker("image"):
            item.add_marker(pytest.mark.timeout(DEEP_S), append=False)


@pytest.fixture(scope="session")
def shared_servers() -> Iterator[Servers]:
    """PostgreSQL and Valkey, started once for the run."""
    admin, valkey = os.environ.get("WEDSYNC_TEST_DATABASE_URL"), os.environ.get("WEDSYNC_TEST_VALKEY_URL")
    if admin and valkey:
        yield Servers(admin, valkey)
        return
    with servers() as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def patience() -> Iterator[None]:
    """What is counted is counted also where many tests share a machine: a Valkey that is there may answer later."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("cache", "rate_limits"):
            patch.setattr(f"wedsync.platform.{module}.ANSWER_WITHIN_S", 2.0)
        yield


@pytest.fixture(scope="session")
def valkey_url(shared_servers: Servers) -> str:
    return shared_servers.valkey_url


@pytest.fixture(scope="session")
async def own_database(shared_servers: Servers) -> AsyncIterator[TestDatabase]:
    """This process's database. Tests share it, so they make people and weddings of their own."""
    async with cloned(shared_servers.admin_url, f"wedsync_test_{os.getpid()}") as found:
        yield found


@pytest.fixture(scope="session")
async def database(own_database: TestDatabase) -> AsyncIterator[Database]:
    """The application's way in, as the role wedsync_app."""
    async with Database(own_database.app_url, sealer()) as opened:
        yield opened


@pytest.fixture
async def admin(own_database: TestDatabase) -> AsyncIterator[psycopg.AsyncConnection[psycopg.rows.TupleRow]]:
    """The administrator, to look behind the policies. Triggers still hold."""
    async with await psycopg.AsyncConnection.connect(own_database.admin_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
async def world(database: Database) -> World:
    """The cast, built once. Tests that change it build their own: `await build_world(database)`."""
    from tests.support.world import build_world  # noqa: PLC0415

    return await build_world(database)


@pytest.fixture(scope="session")
async def app(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[WebApp]:
    """The whole application in this process, standing."""
    from tests.support.web import settings_for, standing  # noqa: PLC0415

    from wedsync.entrypoints.web import create_app  # noqa: PLC0415

    async with standing(create_app(settings_for(own_database, valkey_url))) as opened:
        yield opened


@pytest.fixture
async def client(app: WebApp) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody, at an address of their own."""
    from tests.support.web import client_of  # noqa: PLC0415

    async with client_of(app) as found:
        yield found
