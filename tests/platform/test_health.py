"""How we are: each part is asked at once, none for long, and only without the database are we ill."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from tests.support.database import TestDatabase
from tests.support.servers import free_port
from tests.support.web import settings_for

from wedsync.platform.backups.places import door_of_bucket
from wedsync.platform.health import Health
from wedsync.platform.http import Services

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]
Greets = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def gone(url_of: str = "http") -> str:
    return f"{url_of}://127.0.0.1:{free_port()}"


@asynccontextmanager
async def answering(greets: Greets) -> AsyncIterator[int]:
    """A server on this machine that says this to whoever comes."""
    async with await asyncio.start_server(greets, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def welcoming(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.test ESMTP\r\n")
    await reader.readline()
    writer.close()


async def full(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"421 come back later\r\n")
    writer.close()


async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def asked(database: TestDatabase, valkey_url: str, **other: object) -> Health:
    """A web process with these settings, just opened."""
    services = Services(settings_for(database, valkey_url, **other))
    async with services.database:
        found = await services.parts.health()
    await services.cache.close()
    return found


def unwell(found: Health) -> set[str]:
    return {part.name for part in found.parts if not part.is_well}


def said(found: Health, name: str) -> str:
    return next(part.version for part in found.parts if part.name == name)


@pytest.fixture
async def worker(admin: Admin) -> AsyncIterator[None]:
    """One that gives a sign now; none besides."""
    await admin.execute("delete from jobs.procrastinate_workers")
    await admin.execute("insert into jobs.procrastinate_workers default values")
    yield
    await admin.execute("delete from jobs.procrastinate_workers")


@pytest.mark.usefixtures("worker")
async def test_every_part_says_how_it_is(own_database: TestDatabase, valkey_url: str, tmp_path: Path) -> None:
    async with answering(welcoming) as port, answering(mute) as s3:
        bucket = f"s3://wedsync/x?endpoint=http://127.0.0.1:{s3}"
        by_smtp = await asked(own_database, valkey_url, smtp_url=f"smtp://127.0.0.1:{port}", backups=bucket)
    here = await asked(own_database, valkey_url, home=tmp_path, backups=str(tmp_path))
    assert unwell(by_smtp) == unwell(here) == {"live"}  # nobody listens for news in this test
    assert (said(by_smtp, "mail"), said(here, "mail")) == ("mail.test ESMTP", "outbox")
    assert (said(by_smtp, "backups"), said(here, "backups")) == ("bucket", "folder")
    assert re.fullmatch(r"heard \d s ago.*", said(here, "worker"))  # a busy machine asks a second later
    assert said(await asked(own_database, valkey_url), "backups") == "off"


@pytest.mark.usefixtures("worker")
async def test_whatever_else_is_away_we_are_lesser_and_not_ill(
    own_database: TestDatabase, admin: Admin, tmp_path: Path
) -> None:
    await admin.execute("update jobs.procrastinate_workers set last_heartbeat = now() - interval '1 minute'")
    (tmp_path / "outbox").touch()
    bucket = f"s3://wedsync/x?endpoint={gone()}"
    found = await asked(own_database, gone("valkey"), smtp_url=gone("smtp"), backups=bucket)
    assert (found.status, unwell(found)) == ("lesser", {"valkey", "worker", "mail", "backups", "live"})
    here = await asked(own_database, gone("valkey"), home=tmp_path, backups=str(tmp_path / "unmounted"))
    assert {"mail", "backups"} <= unwell(here)


async def test_a_mail_server_that_takes_nobody_is_not_well(own_database: TestDatabase, valkey_url: str) -> None:
    async with answering(full) as port:
        assert "mail" in unwell(await asked(own_database, valkey_url, smtp_url=f"smtp://127.0.0.1:{port}"))


async def test_one_that_hangs_is_waited_for_two_seconds_by_all_who_ask_together(valkey_url: str) -> None:
    nowhere = TestDatabase(admin_url="", app_url="postgresql://nobody@127.0.0.1:9/none", worker_url="")
    async with answering(mute) as port:
        services = Services(settings_for(nowhere, valkey_url, smtp_url=f"smtp://127.0.0.1:{port}"))
        began = time.monotonic()
        found = await asyncio.gather(*(services.parts.health() for _ in range(50)))
        took_s = time.monotonic() - began
    await services.cache.close()
    assert {each.status for each in found} == {"ill"}
    assert {"database", "worker", "mail"} <= unwell(found[0])
    assert len({id(each) for each in found}) == 1  # one was asked for all
    assert took_s < 3


@pytest.mark.parametrize(
    ("url", "door"),
    [
        ("s3://b/p?endpoint=http://s3:8333&region=local", ("s3", 8333)),
        ("s3://b/p?endpoint=https://s3.example", ("s3.example", 443)),
        ("s3://b/p?region=eu-west-2", ("s3.eu-west-2.amazonaws.com", 443)),
    ],
)
def test_the_server_of_a_bucket_is_where_its_address_says(url: str, door: tuple[str, int]) -> None:
    assert door_of_bucket(url) == door
