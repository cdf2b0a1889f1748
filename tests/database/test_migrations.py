"""A database comes to be in one way: the files, in order, each once, and none of them ever changes."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from tests.database.roles import empty, role, roles_to_oneself
from tests.database.schema_file import SCHEMA_FILE, schema
from tests.support.database import PASSWORDS, Servers

from wedsync.platform import migrations
from wedsync.platform.database import NOBODY
from wedsync.platform.migrations import MigrationError

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path.stem for path in (ROOT / "db" / "migrations").glob("*.sql"))


@pytest.fixture
async def nothing(shared_servers: Servers) -> AsyncIterator[str]:
    server = shared_servers.admin_url
    async with roles_to_oneself(server), empty(server, f"wedsync_nothing_{os.getpid()}") as url:
        yield url


async def test_migrations_from_zero_make_what_the_schema_file_says(from_zero_url: str) -> None:
    assert await asyncio.to_thread(schema, from_zero_url) == SCHEMA_FILE.read_text("utf-8"), "run bin/schema"


async def test_the_schema_file_would_show_a_difference(nothing: str) -> None:
    await migrations.bootstrap(nothing, PASSWORDS)
    assert await asyncio.to_thread(schema, nothing) != SCHEMA_FILE.read_text("utf-8")


async def test_a_postgresql_without_its_extensions_is_refused_before_anything_is_made(nothing: str) -> None:
    with pytest.raises(MigrationError, match="lacks btree_gin and pg_trgm"):
        await migrations.bootstrap(f"{nothing}?options=-c%20extension_control_path%3D/nowhere", PASSWORDS)
    async with role(nothing) as admin:
        assert (await admin(NOBODY, "select to_regnamespace('app') is null")).only


async def test_two_machines_that_start_together_migrate_once(nothing: str) -> None:
    first_step = await asyncio.gather(*(migrations.bootstrap(nothing, PASSWORDS) for _ in range(2)))
    applied = await asyncio.gather(*(migrations.migrate(nothing, progress=lambda _line: None) for _ in range(2)))
    assert sorted(first_step) == [False, True]
    assert sorted(applied, key=len) == [[], FILES]
    assert await migrations.pending(nothing) == []


async def test_a_file_that_was_changed_after_it_ran_is_refused(nothing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await migrations.bootstrap(nothing, PASSWORDS)
    await migrations.migrate(nothing, progress=lambda _line: None)
    written = migrations.migration_files()
    edited = [
        *written[:2],
        migrations.Migration(written[2].name, written[2].text + "-- later", "pre", is_transactional=True),
    ]
    monkeypatch.setattr(migrations, "migration_files", lambda: edited)
    with pytest.raises(MigrationError, match=f"{written[2].name} was changed"):
        await migrations.migrate(nothing, progress=lambda _line: None)


async def test_a_migration_that_fails_leaves_nothing_and_can_be_tried_again(
    nothing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrations.bootstrap(nothing, PASSWORDS)
    broken = migrations.Migration(
        "20270101T0000_broken", "create table app.half (id uuid); select 1 / 0", "pre", is_transactional=True
    )
    written = migrations.migration_files()
    monkeypatch.setattr(migrations, "migration_files", lambda: [*written, broken])
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrations.migrate(nothing, progress=lambda _line: None)
    async with role(nothing) as admin:
        assert (await admin(NOBODY, "select to_regclass('app.half')")).only is None
    assert await migrations.pending(nothing) == [broken.name]


async def test_a_migration_cannot_change_what_protects(from_zero_url: str) -> None:
    """The owner, whom migrations run as, is not the guard; only the administrator's step is."""
    evil = "create or replace function guard.written() returns trigger language plpgsql as 'begin return null; end'"
    async with role(from_zero_url) as admin:
        answer = await admin(NOBODY, "select guard.begin_migration('evil', ''); set local role wedsync_owner; " + evil)
    assert answer.state == "42501"


@pytest.mark.deep  # `make check` asks the same
def test_squawk_finds_nothing_to_warn_of_in_the_migrations() -> None:
    squawk = Path(sys.executable).with_name("squawk")
    files = sorted((ROOT / "db" / "migrations").glob("*.sql"))
    said = subprocess.run([squawk, *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    risky = subprocess.run(
        [squawk, "-"], cwd=ROOT, input="drop table app.weddings;", capture_output=True, text=True, check=False
    )
    assert risky.returncode != 0
