"""Whoever keeps the server signs somebody out everywhere, or everybody."""

import asyncio
import json
import subprocess

import httpx
import pytest
from tests.support import commands
from tests.support.database import Servers, TestDatabase, cloned, sealer
from tests.support.world import person

from wedsync.platform.database import Database
from wedsync.platform.operators import sign_out


def wedsync(database: TestDatabase, *arguments: str) -> subprocess.CompletedProcess[str]:
    return commands.wedsync("sign-out", *arguments, environment=commands.ambient(DATABASE_URL=database.admin_url))


async def test_the_administrator_signs_one_out_or_everybody(
    client: httpx.AsyncClient, database: Database, own_database: TestDatabase, shared_servers: Servers
) -> None:
    anna, ben = await person(database, "Anna"), await person(database, "Ben")

    async def is_in(somebody: dict[str, str]) -> bool:
        return (await client.get("/api/v1/me", headers=somebody)).status_code == 200

    assert await is_in(anna.bearer)
    done = wedsync(own_database, anna.email.upper(), "--json")
    assert json.loads(done.stdout) == {"people": 1, "devices": 1}
    async with asyncio.timeout(10):
        while await is_in(anna.bearer):  # noqa: ASYNC110 - this process hears of it, as every other
            await asyncio.sleep(0.02)
    assert await is_in(ben.bearer)
    assert json.loads(wedsync(own_database, anna.email, "--json").stdout) == {"people": 0, "devices": 0}
    assert "Name an address, or say --everybody." in wedsync(own_database).stderr
    async with cloned(shared_servers.admin_url, "wedsync_sign_out") as alone:
        async with Database(alone.app_url, sealer()) as there:
            for name in ("Clara", "Dan"):
                await person(there, name)
        found = sign_out(alone.admin_url, None)
    assert (found.people, found.devices) == (2, 2)


def test_an_address_and_everybody_are_not_said_together(own_database: TestDatabase) -> None:
    assert wedsync(own_database, "anna@example.org", "--everybody").returncode == 2


pytestmark = pytest.mark.usefixtures("app")
