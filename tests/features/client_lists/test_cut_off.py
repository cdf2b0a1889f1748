"""Killed at any point of an import, fifty times: it is finished afterwards, and each row is there once."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from tests.features.client_lists.bringing import Bringer, bringer
from tests.support.database import TestDatabase
from tests.support.world import owner

from wedsync.features.client_lists import actions, queries
from wedsync.features.client_lists.files import read_file
from wedsync.features.client_lists.queries import ImportState
from wedsync.platform.database import Database

KILLS: Final = 50
ROWS: Final = 1000
CSV: Final = "Name,Email,Guests\n" + "".join(
    f"Ann{chr(97 + n % 26)}{chr(97 + n // 26 % 26)} Lee,ann{n}@example.org,{'80' if n % 3 else '80-100'}\n"
    for n in range(ROWS)
)
pytestmark = pytest.mark.deep


@pytest.fixture
async def anna(database: Database, own_database: TestDatabase, tmp_path: Path) -> AsyncIterator[Bringer]:
    async with bringer(database, own_database, tmp_path, await owner(database, "Anna")) as found:
        yield found


async def run(what: str, anna: Bringer, tests: TestDatabase, found: queries.Import, kill_after_s: float | None) -> bool:
    """Whether it was killed; without an instant it works to its end."""
    ids = (str(anna.who.person_id), str(anna.supplier), str(found.id))
    command = (sys.executable, "-m", "tests.features.client_lists.cut_off", what, tests.worker_url, *ids)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"begun\n"
    try:
        await asyncio.wait_for(process.wait(), kill_after_s)
    except TimeoutError:
        process.kill()
        await process.wait()
        return True
    assert process.returncode == 0
    return False


async def bring(anna: Bringer, database: Database) -> queries.Import:
    async with database.transaction(anna.who.actor) as tx:
        return await actions.bring_list(tx, anna.supplier, read_file(CSV.encode()), "list.csv")


async def save(anna: Bringer, database: Database, found: queries.Import) -> None:
    async with database.transaction(anna.who.actor) as tx:
        await actions.save_list(tx, anna.supplier, found.id)


async def until(
    what: str, anna: Bringer, tests: TestDatabase, found: queries.Import, longest_s: float, kills: int
) -> int:
    """Killed at random, up to so many times, then left to end; returns how often."""
    killed = 0
    while killed < kills and await run(what, anna, tests, found, random.uniform(0, longest_s)):  # noqa: S311
        killed += 1
    await run(what, anna, tests, found, None)
    return killed


async def test_killed_fifty_times_an_import_is_finished_and_each_row_is_there_once(
    database: Database, own_database: TestDatabase, tmp_path: Path
) -> None:
    killed = rounds = 0
    while killed < KILLS:
        rounds += 1
        async with bringer(database, own_database, tmp_path, await owner(database, "Anna")) as anna:
            found = await bring(anna, database)
            killed += await until("read", anna, own_database, found, 0.3, 6)
            assert (await anna.look(found.id)).state is ImportState.READY
            await save(anna, database, found)
            killed += await until("save", anna, own_database, found, 0.5, 6)
            saved = await anna.look(found.id)
            assert (saved.state, saved.rows_done) == (ImportState.SAVED, ROWS)
            clients = await anna.clients()
            assert sorted(each.email for each in clients) == sorted(f"ann{n}@example.org" for n in range(ROWS))
            assert all(len(each.questions) == (each.guests is None) for each in clients)
    sys.stdout.write(f"{killed} kills in {rounds} imports of {ROWS} rows: each row once\n")


async def test_clients_kept_apart_from_the_mark_that_they_are_would_be_there_twice(
    anna: Bringer, database: Database, own_database: TestDatabase
) -> None:
    """The control: what the proof above would find."""
    found = await bring(anna, database)
    await run("read", anna, own_database, found, None)
    await save(anna, database, found)
    began = time.monotonic()
    while time.monotonic() - began < 120:
        is_killed = await run("apart", anna, own_database, found, random.uniform(0.05, 0.4))  # noqa: S311
        emails = [each.email for each in await anna.clients()]
        if len(emails) != len(set(emails)):
            return
        if not is_killed:
            break
    pytest.fail("nothing was there twice")
