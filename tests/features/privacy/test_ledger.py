"""What was erased is written down outside of the database, and a restored copy forgets again before it serves."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from tests.database.roles import empty
from tests.features.privacy.working import forget_now
from tests.support import commands
from tests.support.database import Servers, TestDatabase, cloned, sealer, urls
from tests.support.servers import SECRET
from tests.support.web import client_of, settings_for, standing
from tests.support.world import Somebody, person, wedding

from wedsync.entrypoints.commands.erasures import ledger_finding
from wedsync.entrypoints.web import create_app
from wedsync.features.privacy import actions as privacy
from wedsync.features.privacy.replaying import Replayed, replay
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import WeddingId
from wedsync.platform.database import Database
from wedsync.platform.embedded.binaries import find_binaries
from wedsync.platform.erasure_ledger import LedgerBroken, last_line, next_line, pseudonym_of, write_down, written_down
from wedsync.platform.health_checks import Finding
from wedsync.platform.settings import Settings

NAME = "Qzxreplayed"


def add(ledger: Path, pseudonym: str, wedding_id: UUID | None = None) -> None:
    assert write_down(ledger, next_line(ledger, pseudonym, wedding_id))


@asynccontextmanager
async def older(tests: TestDatabase, server: str, by: str) -> AsyncIterator[TestDatabase]:
    """The database as it is now, for later: as a copy of its files, or from its dump (a few seconds more)."""
    name = f"wedsync_restored_{os.getpid()}"
    if by == "dump":
        async with empty(server, name) as url:
            await asyncio.to_thread(restore, url, dumped(tests))
            yield urls(server, name)
        return
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    source = urlsplit(tests.admin_url).path.lstrip("/")
    copy = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(source))
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
        await admin.execute(drop)
        await admin.execute(copy)
        try:
            yield urls(server, name)
        finally:
            await admin.execute(drop)


def restore(url: str, dump: str) -> None:
    program = str(find_binaries("") / "psql")
    command = [program, "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url, "--file", "-"]
    subprocess.run(command, input=dump, text=True, check=True, capture_output=True)


def dumped(database: TestDatabase) -> str:
    program = find_binaries("") / "pg_dump"
    return subprocess.run([program, "--dbname", database.admin_url], capture_output=True, text=True, check=True).stdout


async def is_found(database: TestDatabase) -> bool:
    async with await psycopg.AsyncConnection.connect(database.admin_url) as admin:
        row = await (
            await admin.execute(
                "select exists (select from app.people p where p::text ~ %s) or exists (select from app.weddings w where w::text ~ %s) "
                "or exists (select from app.core_field_revisions f where f::text ~ %s) or exists (select from app.audit_events a where a::text ~ %s)",
                [NAME] * 4,
            )
        ).fetchone()
        assert row is not None
        return bool(row[0])


async def asked(database: Database) -> tuple[Somebody, WeddingId]:
    clara = await person(database, NAME)
    own = await wedding(database, clara)
    async with database.transaction(clara.actor) as tx:
        await privacy.ask_to_be_forgotten(tx, clara.person_id)
    return clara, own


@pytest.mark.parametrize("by", ["copy", pytest.param("dump", marks=pytest.mark.deep)])
async def test_a_restored_copy_forgets_again_before_it_serves(
    shared_servers: Servers, valkey_url: str, tmp_path: Path, by: str
) -> None:
    """On its wedding day too: the copy was made before, and nobody may read it first."""
    server, ledger = shared_servers.admin_url, tmp_path / "erasures.ledger"
    async with cloned(server, f"wedsync_ledger_{os.getpid()}") as tests:
        async with Database(tests.app_url, sealer()) as database:
            clara, own = await asked(database)
            other = await person(database, "Dan")
        async with older(tests, server, by) as copy:
            await forget_now(tests, tmp_path)
            assert not await is_found(tests)
            assert await is_found(copy), "the control: without the replay she is back"
            assert await told(copy, valkey_url, clara, ledger) == (503, 503, False)
            no_ledger = tmp_path / "none.ledger"
            assert await told(copy, valkey_url, clara, no_ledger) == (200, 200, True), "the control: nobody asks"
            assert run(copy, ledger, "check", status=1) == {"written_down": 1, "known": 0, "again": 1, "of_nobody": 0}
            assert await is_found(copy)
            behind = await doctor_of(copy, ledger)
            assert (behind.is_well, "1 to be carried out again" in behind.seen) == (False, True)
            async with Database(copy.app_url, sealer()) as database, database.transaction(clara.actor) as tx:
                day = utc_now().date().isoformat()
                today = FactWrite(key="wedding_date", value=day, base_revision=0, accept_lock=True)
                await weddings.record_fact(tx, own, today)
            assert run(copy, ledger, "replay") == {"written_down": 1, "known": 0, "again": 1, "of_nobody": 0}
            assert not await is_found(copy)
            ready, _, is_read = await told(copy, valkey_url, clara, ledger)
            assert (ready, is_read) == (200, False)
            assert (
                await doctor_of(copy, ledger)
            ).seen == f"{ledger}: 1 erasure, chain whole, nothing to carry out again"
            astray = await doctor_of(copy, no_ledger)
            assert (astray.is_well, "knows of 1 erasure" in astray.seen) == (False, True)
            async with Database(copy.worker_url, sealer()) as worker:
                assert await replay(worker, ledger) == Replayed(written_down=1, known=1, again=0, of_nobody=0)
            async with await psycopg.AsyncConnection.connect(copy.admin_url) as admin:
                broken = await (await admin.execute("select guard.broken_facts(%s)", [own])).fetchall()
                name = await admin.execute("select name from app.people where id = %s", [other.person_id])
                assert broken == []
                assert await name.fetchall() == [("Dan",)]


async def doctor_of(database: TestDatabase, ledger: Path) -> Finding:
    """What `wedsync doctor` says of the ledger."""
    return await ledger_finding(Settings(database_url=database.worker_url, secret=SECRET, erasure_ledger=str(ledger)))


async def told(database: TestDatabase, valkey_url: str, who: Somebody, ledger: Path) -> tuple[int, int, bool]:
    """By a web process that starts now: whether it is ready, what it answers her, and whether it reads her name."""
    settings = settings_for(database, valkey_url, erasure_ledger=str(ledger))
    async with standing(create_app(settings)) as app, client_of(app, **who.bearer) as client:
        ready, me = await client.get("/health/ready"), await client.get("/api/v1/me")
        return ready.status_code, me.status_code, NAME in me.text


def run(database: TestDatabase, ledger: Path, verb: str, status: int = 0) -> object:
    """`wedsync erasures`, as an operator runs it."""
    environment = {
        "DATABASE_URL": database.worker_url,
        "WEDSYNC_SECRET": SECRET,
        "WEDSYNC_ERASURE_LEDGER": str(ledger),
        "WEDSYNC_HOME": str(ledger.parent),
        "WEDSYNC_METRICS": "off",
        "PATH": "/usr/bin:/bin",
    }
    done = commands.wedsync("erasures", verb, "--json", environment=environment)
    assert done.returncode == status, done.stderr
    return json.loads(done.stdout)


async def test_a_worker_forgets_again_before_it_works(shared_servers: Servers, tmp_path: Path, valkey_url: str) -> None:
    server, ledger = shared_servers.admin_url, tmp_path / "erasures.ledger"
    async with cloned(server, f"wedsync_ledger_{os.getpid()}") as tests:
        async with Database(tests.app_url, sealer()) as database:
            await asked(database)
        async with older(tests, server, "copy") as copy:
            await forget_now(tests, tmp_path)
            assert await is_found(copy)
            environment = {
                "DATABASE_URL": copy.worker_url,
                "VALKEY_URL": valkey_url,
                "WEDSYNC_SECRET": SECRET,
                "WEDSYNC_ERASURE_LEDGER": str(ledger),
                "WEDSYNC_HOME": str(tmp_path),
                "WEDSYNC_METRICS": "off",
                "PATH": "/usr/bin:/bin",
            }
            command = [sys.executable, "-P", "-m", "wedsync", "worker"]
            worker = await asyncio.create_subprocess_exec(*command, env=environment, cwd=tmp_path)
            try:
                async with asyncio.timeout(20):
                    while await is_found(copy):  # noqa: ASYNC110 - another process does it
                        await asyncio.sleep(0.1)
            finally:
                worker.kill()
                await worker.wait()


async def test_doctor_names_a_ledger_that_was_harmed(own_database: TestDatabase, tmp_path: Path) -> None:
    ledger = tmp_path / "erasures.ledger"
    add(ledger, "a" * 43)
    ledger.write_bytes(ledger.read_bytes().replace(b"aa", b"ab", 1))
    harmed = await doctor_of(own_database, ledger)
    assert (harmed.is_well, "was altered" in harmed.seen) == (False, True)


async def test_with_another_secret_nobody_is_recognised(
    own_database: TestDatabase, database: Database, tmp_path: Path
) -> None:
    clara = await person(database, "Clara")
    ledger = tmp_path / "erasures.ledger"
    add(ledger, pseudonym_of(type(sealer())(b"another secret of the same house"), clara.person_id))
    async with Database(own_database.worker_url, sealer()) as worker:
        assert await replay(worker, ledger) == Replayed(written_down=1, known=0, again=0, of_nobody=1)


def test_lines_are_only_ever_added_and_each_holds_the_one_before(tmp_path: Path) -> None:
    ledger = tmp_path / "kept" / "erasures.ledger"
    assert written_down(ledger) == []
    for number in range(3):
        add(ledger, f"{number}" * 43, UUID(int=number) if number else None)
    entries = written_down(ledger)
    assert [entry.pseudonym[0] for entry in entries] == ["0", "1", "2"]
    assert [entry.wedding_id for entry in entries] == [None, UUID(int=1), UUID(int=2)]
    assert entries[1].previous == entries[0].hash
    assert ledger.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("torn", [b'{"pseudonym":"bbbbbb', b"\0" * 800, b"\0" * 4096])
def test_a_line_that_was_cut_off_was_never_acted_upon(tmp_path: Path, torn: bytes) -> None:
    """Zeros are what a disk without power leaves."""
    ledger = tmp_path / "erasures.ledger"
    add(ledger, "a" * 43)
    with ledger.open("ab") as file:
        file.write(torn)
    assert len(written_down(ledger)) == 1
    assert last_line(ledger) == written_down(ledger)[0]
    add(ledger, "c" * 43)
    assert [entry.pseudonym[0] for entry in written_down(ledger)] == ["a", "c"]


def test_a_line_is_added_only_after_the_one_it_holds(tmp_path: Path) -> None:
    ledger = tmp_path / "erasures.ledger"
    mine, theirs = next_line(ledger, "a" * 43, None), next_line(ledger, "b" * 43, None)
    assert write_down(ledger, theirs)
    assert not write_down(ledger, mine)
    assert [last_line(ledger)] == written_down(ledger) == [theirs]


@pytest.mark.parametrize("harm", ["altered", "removed", "swapped", "garbled"])
def test_a_ledger_that_was_harmed_is_refused(tmp_path: Path, harm: str) -> None:
    ledger = tmp_path / "erasures.ledger"
    for each in "abc":
        add(ledger, each * 43)
    first, second, third = ledger.read_bytes().splitlines(keepends=True)
    wrong = {
        "altered": (first, second.replace(b"bb", b"bc", 1), third),
        "removed": (first, third),
        "swapped": (second, first, third),
        "garbled": (first, b"{\n", third),
    }
    ledger.write_bytes(b"".join(wrong[harm]))
    with pytest.raises(LedgerBroken):
        written_down(ledger)
    with pytest.raises(LedgerBroken):
        add(ledger, "d" * 43)


def test_two_writers_at_once_keep_the_chain_whole(tmp_path: Path) -> None:
    ledger = tmp_path / "erasures.ledger"
    code = (
        "import sys, pathlib; from wedsync.platform.erasure_ledger import next_line, write_down\n"
        "path, who = pathlib.Path(sys.argv[1]), sys.argv[2] * 43\n"
        "for n in range(50):\n while not write_down(path, next_line(path, who, None)): pass"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, ledger, each]) for each in "abcd"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    assert len(written_down(ledger)) == 200


async def test_nobody_alters_what_the_database_knows_of_it(own_database: TestDatabase) -> None:
    async with await psycopg.AsyncConnection.connect(own_database.admin_url, autocommit=True) as admin:
        for statement in (
            "update guard.erasures set pseudonym = pseudonym",
            "delete from guard.erasures",
            "truncate guard.erasures",
        ):
            with pytest.raises(psycopg.DatabaseError, match="append-only"):
                await admin.execute(statement)
