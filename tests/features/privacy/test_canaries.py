"""After an erasure nothing of the person can be found: not in any column, dump, page, cache, letter or log."""

import logging
import subprocess
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
import valkey
from tests.features import test_every_page_as_everybody as pages
from tests.features import test_every_route_as_everybody as routes
from tests.features.privacy.canaries import SEEN, UNWRITTEN, Planted, found, holds, letters_with, plant
from tests.features.privacy.working import forget_now, workshop_of
from tests.support.database import TestDatabase
from tests.support.web import client_of
from tests.support.world import Somebody

from wedsync.features.amendments.jobs import JOBS as AMENDMENTS
from wedsync.features.people.jobs import JOBS
from wedsync.features.privacy.jobs import JOBS as PRIVACY
from wedsync.platform.database import Database
from wedsync.platform.embedded.binaries import find_binaries
from wedsync.platform.http.app import WebApp
from wedsync.platform.queue import work_through
from wedsync.platform.vacuuming import vacuum

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
BYTES = "app.idempotency_keys.body"
REGISTERED: LiteralString = (
    "select table_name::text, column_name, how from guard.column_values where whose is not null order by 1, 2"
)
STATISTICS: LiteralString = "select tablename, attname, most_common_vals::text, histogram_bounds::text from pg_stats"


@pytest.fixture(scope="module")
async def planted(database: Database, own_database: TestDatabase, app: WebApp) -> Planted:
    return await plant(database, own_database, app)


async def erase_in(alone: Admin, subject: Somebody) -> None:
    await alone.execute("set local role wedsync_guard")
    await alone.execute("select guard.erase(%s, null, repeat('x', 40), false)", [subject.person_id])
    await alone.execute("reset role")


async def test_there_is_a_canary_in_every_column_that_erasure_is_to_reach(planted: Planted, admin: Admin) -> None:
    missing = []
    for table, column, _ in await (await admin.execute(REGISTERED)).fetchall():
        place = f"{table}.{column}"
        if place not in UNWRITTEN and not await holds(admin, place, is_bytes=place == BYTES):
            missing.append(place)
    assert missing == []


async def test_an_erasure_that_skips_a_registered_column_is_found(planted: Planted, own_database: TestDatabase) -> None:
    """The control, once for each column (for each table whose rows go whole)."""
    async with await psycopg.AsyncConnection.connect(own_database.admin_url) as alone:
        registered = await (await alone.execute(REGISTERED)).fetchall()
        await erase_in(alone, planted.subject)
        assert await found(alone) == []
        await alone.rollback()
        unnoticed = []
        for table, column, how in registered:
            if f"{table}.{column}" in UNWRITTEN:
                continue
            skipped = "%" if how == "removed" else column
            await alone.execute(
                "delete from guard.column_values where table_name = %s::regclass and column_name::text like %s",
                [table, skipped],
            )
            place = f"{table}.{column}"
            try:
                await erase_in(alone, planted.subject)
            except psycopg.errors.ForeignKeyViolation:  # rows that stay hold fast what they name: it is refused, whole
                await alone.rollback()
                continue
            if not await holds(alone, place, is_bytes=place == BYTES):
                unnoticed.append(place)
            await alone.rollback()
        assert unnoticed == []


async def test_nothing_of_her_can_be_found_anywhere(
    planted: Planted,
    own_database: TestDatabase,
    admin: Admin,
    app: WebApp,
    valkey_url: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with client_of(app) as program:
        asked = await program.post("/api/v1/me/data-requests", json={"kind": "erasure"}, headers=planted.subject.bearer)
        assert asked.status_code == 201
    async with workshop_of(own_database, tmp_path, later=timedelta()) as workshop:
        await work_through(own_database.worker_url, workshop, (*JOBS, *PRIVACY, *AMENDMENTS), until_empty=True)
    before = letters_with(tmp_path)
    assert len(before) > 2
    for name in ("cora", "anna", "ed"):
        assert said(await everything_said(app, planted, name)), "who may read it reads it until then"
    await forget_now(own_database, tmp_path)
    await vacuum(own_database.worker_url, workshop)
    assert await found(admin) == []
    assert in_statistics(await (await admin.execute(STATISTICS)).fetchall()) == []
    assert not any(each in dump(own_database.admin_url).lower() for each in SEEN)
    (farewell,) = letters_with(tmp_path)
    assert farewell not in before
    assert "You are forgotten" in (tmp_path / "outbox" / farewell).read_text()
    assert said(await everything_said(app, planted)) == set()
    assert in_valkey(valkey_url) == []
    assert said({record.name: f"{record.getMessage()} {vars(record)}" for record in caplog.records}) == set()
    async with client_of(app) as program:
        assert (await program.get("/api/v1/me", headers=planted.subject.bearer)).status_code == 401
    for each in (planted.own, planted.other):
        assert await (await admin.execute("select guard.broken_facts(%s)", [each])).fetchall() == []
    weights = "select weight_complete, weight_not_applicable from app.wedding_shields where wedding_id = %s"
    kept = await (await admin.execute(weights, [planted.own])).fetchone()
    assert kept == (6, 0), "the date and the zone are what is left of it"


async def everything_said(app: WebApp, planted: Planted, *names: str) -> dict[str, str]:
    """Every page and every address that can be read, as everybody around her and Nobody reads it."""
    weddings, businesses = (planted.own, planted.other), (planted.business, planted.anna.supplier_id)
    reads = {ask.route for ask in (*pages.ASKS, *routes.ASKS) if ask.method == "GET"}
    fixed = {
        "key": "partner1_first_name",
        "event_key": "start_time",
        "code": "none",
        "token": "none",
        "area": "contacts",
    }
    paths = {
        route.format_map(defaultdict(uuid4, fixed, wedding_id=wedding, supplier_id=business))
        for route in reads
        for wedding in weddings
        for business in businesses
    }
    said_to: dict[str, str] = {}
    async with client_of(app) as program:
        for name in names or ("dan", "cora", "anna", "ed", "team", "nobody"):
            headers = {} if name == "nobody" else getattr(planted, name).bearer
            for path in paths:
                answer = await program.get(path, headers=headers)
                assert answer.status_code < 500, path
                said_to[f"{name} {path}"] = answer.text
    return said_to


def said(words: dict[str, str]) -> set[str]:
    """Where a canary stands."""
    return {place for place, text in words.items() if any(each in text.lower() for each in SEEN)}


def in_valkey(url: str) -> list[str]:
    """Keys of which name or value holds a canary."""
    with valkey.Valkey.from_url(url) as client:
        kept = {key: repr(client.dump(key)) for key in client.scan_iter()}
    return [repr(key) for key, value in kept.items() if said({repr(key): f"{key!r} {value}"})]


def in_statistics(rows: list[tuple[object, ...]]) -> list[str]:
    return [f"{table}.{column}" for table, column, *values in rows if said({"": str(values)})]


def dump(url: str) -> str:
    """A plain dump of the whole database."""
    program = find_binaries("") / "pg_dump"
    return subprocess.run([program, "--dbname", url], capture_output=True, text=True, check=True).stdout
