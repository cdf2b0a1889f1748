"""A migrated database for each test process: cloned from a template that is migrated once, on a clock that travels.

DATABASE_URL (an administrator's) and VALKEY_URL name servers to use; without them the embedded ones are started.
"""

import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import msgspec
import psycopg
from psycopg import sql
from tests.support.servers import SECRET, running_servers

from wedsync.platform import migrations
from wedsync.platform.addresses import role_passwords
from wedsync.platform.database import Database
from wedsync.platform.tokens import Sealer

# Roles belong to the whole cluster, so every test run that shares one must agree about their passwords.
ROLE_PASSWORD: Final = "pw"
# The commands know the backup's from the secret, as they do in a house.
PASSWORDS: Final = migrations.RolePasswords(ROLE_PASSWORD, ROLE_PASSWORD, ROLE_PASSWORD, role_passwords(SECRET).backup)
TEMPLATE_LOCK: Final = 0x54455354
TRAVELLING_CLOCK: Final = """
create or replace function app.clock() returns timestamptz language sql volatile
return clock_timestamp() + coalesce(nullif(current_setting('app.travel', true), '')::interval, '0')
"""


class Servers(msgspec.Struct, frozen=True):
    """The administrator's URL of a PostgreSQL, and a Valkey."""

    admin_url: str
    valkey_url: str


class TestDatabase(msgspec.Struct, frozen=True):
    """One migrated database, by the URLs of those who use it."""

    __test__ = False

    admin_url: str
    app_url: str
    worker_url: str


@contextlib.contextmanager
def servers() -> Iterator[Servers]:
    """The servers that the environment names; what it does not name is started, and ends with this block."""
    admin, valkey = os.environ.get("DATABASE_URL"), os.environ.get("VALKEY_URL")
    if admin and valkey:
        yield Servers(admin, valkey)
        return
    with (
        tempfile.TemporaryDirectory(prefix="wedsync-tests-", ignore_cleanup_errors=True) as folder,
        running_servers(Path(folder)) as started,
    ):
        # What a test wrote need not outlive this machine, and thousands of commits would each wait for the disk.
        with psycopg.connect(started.admin, autocommit=True) as connection:
            connection.execute("alter system set synchronous_commit = off")
            connection.execute("select pg_reload_conf()")
        yield Servers(admin or started.admin, valkey or started.valkey)


@asynccontextmanager
async def cloned(server_url: str, name: str) -> AsyncIterator[TestDatabase]:
    """A database of one's own, dropped afterwards."""
    template = await _template(server_url)
    async with await _connect(server_url) as connection:
        # A clone waits until nobody is connected to the template; nobody ever is.
        await connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        await connection.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    try:
        yield urls(server_url, name)
    finally:
        async with await _connect(server_url) as connection:
            await connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def urls(server_url: str, name: str) -> TestDatabase:
    """Who reaches a database of this server, and how."""
    admin = urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    return TestDatabase(
        admin_url=admin,
        app_url=migrations.role_url(admin, "wedsync_app", ROLE_PASSWORD),
        worker_url=migrations.role_url(admin, "wedsync_worker", ROLE_PASSWORD),
    )


def sealer() -> Sealer:
    """Seals with the tests' secret, as the application under test does."""
    return Sealer(SECRET.encode())


@asynccontextmanager
async def travelling(database: TestDatabase, by: timedelta) -> AsyncIterator[Database]:
    """The same database later (or earlier), for connections that are opened inside this block."""
    name = sql.Identifier(urlsplit(database.admin_url).path.lstrip("/"))
    async with await _connect(database.admin_url) as connection:
        shift = sql.Literal(f"{by.total_seconds()} seconds")
        await connection.execute(sql.SQL("alter database {} set app.travel = {}").format(name, shift))
        try:
            async with Database(database.app_url, sealer(), write_connections=3) as later:
                yield later
        finally:
            await connection.execute(sql.SQL("alter database {} reset app.travel").format(name))


async def _template(server_url: str) -> str:
    """The template for the SQL files as they stand; whoever comes first makes it, the others wait."""
    name = f"wedsync_template_{_fingerprint()}"
    async with await _connect(server_url) as connection:
        await connection.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        found = await connection.execute("select from pg_database where datname = %s", [name])
        if await found.fetchone() is None:
            await _make_template(connection, server_url, name)
    return name


async def _make_template(
    connection: psycopg.AsyncConnection[psycopg.rows.TupleRow], server_url: str, name: str
) -> None:
    draft = f"{name}_draft"  # an interrupted run leaves a draft, never half a template
    await connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(draft)))
    await connection.execute(sql.SQL("create database {}").format(sql.Identifier(draft)))
    admin_url = urls(server_url, draft).admin_url
    await migrations.bootstrap(admin_url, PASSWORDS)
    await migrations.migrate(admin_url, progress=lambda _line: None)
    async with await _connect(admin_url) as inside, inside.transaction():
        await inside.execute("select guard.begin_migration('tests: a clock that travels', '')")
        await inside.execute(TRAVELLING_CLOCK)
    rename = sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), sql.Identifier(name))
    await connection.execute(rename)


def _fingerprint() -> str:
    digest = sha256(version("procrastinate").encode() + TRAVELLING_CLOCK.encode())
    for path in sorted(migrations.DATABASE_FILES.rglob("*.sql")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


async def _connect(url: str) -> psycopg.AsyncConnection[psycopg.rows.TupleRow]:
    return await psycopg.AsyncConnection.connect(url, autocommit=True)
