"""How a database comes to be what the code expects: the administrator's step, then the migrations, each once.

The administrator creates roles and the guard; migrations create tables and cannot touch the guard. Each runs in a
transaction of its own which it opens by recording itself, and a recorded file never changes: its checksum is compared.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal, LiteralString
from urllib.parse import quote, urlsplit, urlunsplit

import msgspec
from psycopg import AsyncConnection, sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

DATABASE_FILES = Path(__file__).resolve().parents[3] / "db"
PROCRASTINATE = "-- include: procrastinate.schema"
# Two machines that start together: the second waits for the first and then finds nothing to do.
RUNNER_LOCK = 0x57656453
EXTENSIONS = ["btree_gin", "pg_trgm"]  # db/administrator/2_extensions.sql
ASKED_EVERY_S = 0.1


class MigrationError(Exception):
    """The files and the database do not fit; the sentence says how."""


class RolePasswords(msgspec.Struct, frozen=True):
    """Passwords of the roles that can sign in."""

    app: str
    worker: str
    migrator: str
    backup: str


class Migration(msgspec.Struct, frozen=True):
    """One file: what it is called, what it says, and when it may run."""

    name: str
    text: str
    phase: Literal["pre", "post"]
    is_transactional: bool

    @property
    def checksum(self) -> str:
        """SHA-256 of the file as it stands."""
        return sha256(self.text.encode()).hexdigest()


def role_url(admin_url: str, role: str, password: str) -> str:
    """The same database for another role."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(password, safe='')}@{host}"))


def migration_files(folder: Path = DATABASE_FILES / "migrations") -> list[Migration]:
    """Every migration, in the order in which they apply."""
    return [
        Migration(
            name=path.stem,
            text=path.read_text("utf-8"),
            phase="post" if "-- phase: post" in text else "pre",
            is_transactional="-- no-transaction" not in text,
        )
        for path in sorted(folder.glob("*.sql"))
        for text in (path.read_text("utf-8"),)
    ]


async def bootstrap(admin_url: str, passwords: RolePasswords) -> bool:
    """Runs the administrator's step if its files changed; returns whether it did. Always sets the passwords.

    Raises MigrationError where PostgreSQL lacks an extension.
    """
    steps = sorted((DATABASE_FILES / "administrator").glob("*.sql"))
    text = "\n".join(step.read_text("utf-8") for step in steps)
    name = "administrator " + sha256(text.encode()).hexdigest()[:16]
    async with await AsyncConnection.connect(admin_url, autocommit=True) as connection, _alone(connection):
        is_new = name not in await _applied(connection)
        if is_new:
            await _refuse_without_extensions(connection)
            async with connection.transaction():
                # An earlier step's event trigger asks for the record; before the first step there is no table for it.
                is_first = not await _is_known(connection)
                if not is_first:
                    await _begin(connection, name, name)
                for step in steps:
                    await connection.execute(_trusted(step.read_text("utf-8")))
                if is_first:
                    await _begin(connection, name, name)
        for role, password in msgspec.structs.asdict(passwords).items():
            statement = sql.SQL("alter role {} password {}").format(sql.Identifier(f"wedsync_{role}"), password)
            await connection.execute(statement)
    return is_new


async def migrate(
    url: str, *, progress: Callable[[str], None], phase: Literal["pre", "post", "all"] = "all"
) -> list[str]:
    """Applies what is pending, oldest first, and returns the names. Raises MigrationError when a file was edited."""
    applied_now: list[str] = []
    async with await AsyncConnection.connect(url, autocommit=True) as connection, _alone(connection):
        done = await _applied(connection)
        for migration in migration_files():
            if migration.name in done:
                if done[migration.name] != migration.checksum:
                    message = (
                        f"{migration.name} was changed after it was applied. Restore the file and write a new one."
                    )
                    raise MigrationError(message)
            elif phase in (migration.phase, "all"):
                progress(f"Migrating: {migration.name.partition('_')[2].replace('_', ' ')}")
                await _apply(connection, migration)
                applied_now.append(migration.name)
    return applied_now


async def pending(url: str) -> list[str]:
    """Names of migrations that this code brings and the database has not had."""
    async with await AsyncConnection.connect(url, autocommit=True) as connection:
        done = await _applied(connection)
    return [migration.name for migration in migration_files() if migration.name not in done]


async def recreate(admin_url: str, *, unless: LiteralString) -> None:
    """Drop the database and make it anew, empty. Raises MigrationError with what `unless` answers, if it answers."""
    name = str(conninfo_to_dict(admin_url)["dbname"])
    async with await AsyncConnection.connect(admin_url, autocommit=True) as connection:
        objection = await (await connection.execute(unless)).fetchone() if await _is_known(connection) else None
    if objection is not None:
        raise MigrationError(f"{objection[0]} Nothing was deleted.")
    async with await AsyncConnection.connect(admin_url, autocommit=True, dbname="postgres") as connection:
        await connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        await connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


async def _apply(connection: AsyncConnection[TupleRow], migration: Migration) -> None:
    body = _trusted(migration.text.replace(PROCRASTINATE, _procrastinate_schema()))
    if not migration.is_transactional:
        await connection.execute("set role wedsync_owner")
        await connection.execute(body)
        await connection.execute("reset role")
        async with connection.transaction():
            await _begin(connection, migration.name, migration.checksum)
        return
    async with connection.transaction():
        await connection.execute("set local lock_timeout = '1s'")
        await _begin(connection, migration.name, migration.checksum)
        await connection.execute("set local role wedsync_owner")
        await connection.execute(body)
        await connection.execute("reset role")


async def _refuse_without_extensions(connection: AsyncConnection[TupleRow]) -> None:
    wanted = "select n from unnest(%s::text[]) n where n not in (select name from pg_available_extensions) order by n"
    if missing := [str(name) for (name,) in await (await connection.execute(wanted, [EXTENSIONS])).fetchall()]:
        lacks = " and ".join(missing)
        message = (
            f"PostgreSQL lacks {lacks}. Install its contrib package, or allow them at your provider, and start again."
        )
        raise MigrationError(message)


async def _begin(connection: AsyncConnection[TupleRow], name: str, checksum: str) -> None:
    await connection.execute("select guard.begin_migration(%s, %s)", [name, checksum])


async def _applied(connection: AsyncConnection[TupleRow]) -> dict[str, str]:
    """Name and checksum of everything recorded; empty in a database that never met us."""
    if not await _is_known(connection):
        return {}
    cursor = await connection.execute("select name, checksum from guard.migrations")
    return {str(name): str(checksum) for name, checksum in await cursor.fetchall()}


async def _is_known(connection: AsyncConnection[TupleRow]) -> bool:
    row = await (await connection.execute("select to_regclass('guard.migrations') is not null")).fetchone()
    return row is not None and bool(row[0])


@asynccontextmanager
async def _alone(connection: AsyncConnection[TupleRow]) -> AsyncIterator[None]:
    # Asked again and again: who waits inside a statement holds up an index that the other builds concurrently.
    while not await _is_mine(connection):  # noqa: ASYNC110 - another machine's lock is no event of ours
        await asyncio.sleep(ASKED_EVERY_S)
    try:
        yield
    finally:
        await connection.execute("select pg_advisory_unlock(%s)", [RUNNER_LOCK])


async def _is_mine(connection: AsyncConnection[TupleRow]) -> bool:
    row = await (await connection.execute("select pg_try_advisory_lock(%s)", [RUNNER_LOCK])).fetchone()
    return row is not None and bool(row[0])


def _procrastinate_schema() -> str:
    """The queue's tables as the pinned library ships them, in a schema of their own."""
    text = files("procrastinate").joinpath("sql/schema.sql").read_text("utf-8")
    without_extension = re.sub(r"DO \$\$\s*BEGIN\s*CREATE EXTENSION.*?END;\s*\$\$;", "", text, count=1, flags=re.DOTALL)
    return f"set local search_path = jobs;\n{without_extension}\nset local search_path = '';"


def _trusted(text: str) -> LiteralString:
    """SQL from our own files, which psycopg's typing cannot know to be literal."""
    return text
