"""`wedsync verify chain` finds whatever was changed past the guard, and nothing else."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import LiteralString

import psycopg
import pytest
from tests.database.writing import Couple, couple
from tests.support import commands
from tests.support.database import Servers, TestDatabase, cloned, sealer

from wedsync.platform.database import Database

FORGERIES: dict[str, LiteralString] = {
    "a value": "update app.core_field_revisions set value = '[\"hacked\"]' where fact_key = 'style' and revision = 1",
    "who wrote it": "update app.core_field_revisions set actor_id = gen_random_uuid() where fact_key = 'style' and revision = 1",
    "a missing end": "delete from app.core_field_revisions where fact_key = 'style' and revision = 2",
}


@pytest.fixture
async def apart(shared_servers: Servers) -> AsyncIterator[TestDatabase]:
    """A database of its own: what is forged here stays."""
    async with cloned(shared_servers.admin_url, f"wedsync_verify_{os.getpid()}") as found:
        yield found


@pytest.fixture
async def theirs(apart: TestDatabase) -> AsyncIterator[Couple]:
    async with Database(apart.app_url, sealer()) as database:
        made = await couple(database, wedding_date="2031-06-14", style=["rustic"])
        await made.say("style", ["classic"], 1)
        await couple(database, wedding_date="2031-07-12")
        yield made


def verify(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.wedsync("verify", "chain", *arguments, environment=commands.ambient(DATABASE_URL=url))


def watched(url: str) -> bytes:
    """What stands on the terminal of somebody who waits."""
    watching, shown = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "wedsync", "verify", "chain"],
        env=commands.ambient(DATABASE_URL=url), stdout=subprocess.PIPE, stderr=shown, check=True, timeout=60,
    )  # fmt: skip
    found = os.read(watching, 1000)
    os.close(watching)
    os.close(shown)
    return found


async def test_progress_is_for_who_watches_and_a_pipe_gets_the_report_alone(
    apart: TestDatabase, theirs: Couple
) -> None:
    assert verify(apart.admin_url).stderr == ""
    assert b"2 weddings" in watched(apart.admin_url)


async def test_what_nobody_altered_is_whole(apart: TestDatabase, theirs: Couple) -> None:
    told = verify(apart.admin_url, "--json")
    report = json.loads(told.stdout)
    assert (told.returncode, report["is_whole"], report["weddings"]) == (0, True, 2)
    assert report["revisions"] > 2
    one = json.loads(verify(apart.admin_url, "--json", "--wedding", str(theirs.wedding_id)).stdout)
    assert (one["weddings"], one["is_whole"]) == (1, True)


@pytest.mark.parametrize("forged", FORGERIES)
async def test_what_somebody_altered_is_named(forged: str, apart: TestDatabase, theirs: Couple) -> None:
    with psycopg.connect(apart.admin_url, autocommit=True) as connection:
        connection.execute("set event_triggers = off")
        connection.execute("alter table app.core_field_revisions disable trigger user")
        connection.execute(FORGERIES[forged])
    told = verify(apart.admin_url)
    assert told.returncode == 1
    assert "BROKEN" in told.stdout
    assert f"wedding {theirs.wedding_id}: " in told.stdout


async def test_who_may_not_look_and_what_is_not_there_are_told(apart: TestDatabase) -> None:
    missing = verify(apart.admin_url, "--wedding", "00000000-0000-0000-0000-000000000000")
    assert (missing.returncode, "no wedding" in missing.stderr) == (2, True)
    refused = verify(apart.app_url)
    assert (refused.returncode, "cannot be read" in refused.stderr) == (1, True)
