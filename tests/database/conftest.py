"""Connections as each role of the database, for tests that go below the actions."""

import os
from collections.abc import AsyncIterator

import pytest
from tests.database.roles import Role, empty, role, roles_to_oneself
from tests.database.scene import Scene, build_scene
from tests.support.database import PASSWORDS, ROLE_PASSWORD, Servers, TestDatabase

from wedsync.platform import migrations
from wedsync.platform.database import Database
from wedsync.platform.migrations import role_url


@pytest.fixture(scope="session")
async def as_app(own_database: TestDatabase) -> AsyncIterator[Role]:
    async with role(own_database.app_url) as opened:
        yield opened


@pytest.fixture(scope="session")
async def as_worker(own_database: TestDatabase) -> AsyncIterator[Role]:
    async with role(own_database.worker_url) as opened:
        yield opened


@pytest.fixture(scope="session")
async def as_migrator(own_database: TestDatabase) -> AsyncIterator[Role]:
    async with role(role_url(own_database.admin_url, "wedsync_migrator", ROLE_PASSWORD)) as opened:
        yield opened


@pytest.fixture(scope="session")
async def as_admin(own_database: TestDatabase) -> AsyncIterator[Role]:
    """The administrator: a superuser, whom no policy binds and whom triggers bind."""
    async with role(own_database.admin_url) as opened:
        yield opened


@pytest.fixture(scope="session")
async def from_zero_url(shared_servers: Servers) -> AsyncIterator[str]:
    """A database as production has it, migrated from nothing, with production's clock."""
    async with empty(shared_servers.admin_url, f"wedsync_zero_{os.getpid()}") as url:
        async with roles_to_oneself(shared_servers.admin_url):
            await migrations.bootstrap(url, PASSWORDS)
        await migrations.migrate(url, progress=lambda _line: None)
        yield url


@pytest.fixture(scope="session")
async def from_zero(from_zero_url: str) -> AsyncIterator[Role]:
    async with role(from_zero_url) as opened:
        yield opened


@pytest.fixture(scope="session")
async def scene(database: Database) -> Scene:
    """Built once; tests below the actions roll back what they do."""
    return await build_scene(database)
