"""Open pages hear of a change at once, of nothing they may not see, and of nothing after signing out."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.support.database import TestDatabase
from tests.support.rooms import ROOMS
from tests.support.servers import SECRET, eventually, free_port
from tests.support.streams import REFRESH, SOON_S, Page, opened, tell
from tests.support.web import client_of, served, settings_for
from tests.support.world import World, build_world, connect, person

from wedsync.features.connections import actions as connections
from wedsync.features.connections.model import Ending
from wedsync.features.people import actions as people
from wedsync.features.people.queries import ME
from wedsync.features.weddings import actions as weddings
from wedsync.features.weddings.facts import FactWrite
from wedsync.kernel.ids import new_id
from wedsync.kernel.permissions import Area, SupplierRole
from wedsync.platform.database import Database, Event, NoParams
from wedsync.platform.http import Services, build_app
from wedsync.platform.http.app import WebApp
from wedsync.platform.live_stream import MOST_UNTOLD
from wedsync.platform.realtime import MOST_OF_ONE_PERSON

Admin = psycopg.AsyncConnection[psycopg.rows.TupleRow]


@pytest.fixture(scope="module")
async def rooms(own_database: TestDatabase, valkey_url: str) -> AsyncIterator[tuple[WebApp, str]]:
    app = build_app(Services(settings_for(own_database, valkey_url, base_url="")), ROOMS)
    async with served(app) as url:
        while not app.services.live.is_listening:  # noqa: ASYNC110 - only tests wait for it
            await asyncio.sleep(0.01)  # only tests wait for it
        yield app, url


LAST_BYTE_S = 1.0


async def test_who_is_shown_out_hears_nothing_a_second_later(
    rooms: tuple[WebApp, str], database: Database, admin: Admin
) -> None:
    _, url = rooms
    world = await build_world(database)
    loop, heard, over = asyncio.get_running_loop(), list[float](), asyncio.Event()

    async def listen(page: Page) -> None:
        with suppress(TimeoutError):
            while found := await page.hears():
                if found["kind"] == "facts":
                    heard.append(loop.time())

    async def keep_telling() -> None:
        number = 0
        while not over.is_set():
            number += 1
            await tell(admin, world.wedding_id, number=number)

    async with opened(url, world.ben) as page, asyncio.TaskGroup() as group:
        listening, telling = group.create_task(listen(page)), group.create_task(keep_telling())
        while len(heard) < 20:  # noqa: ASYNC110 - the stream flows
            await asyncio.sleep(0.01)
        async with database.transaction(world.clara.actor) as tx:
            await connections.end_connection(tx, world.wedding_id, world.supplier_id, Ending.DISCONNECTED)
        ended = loop.time()
        await asyncio.sleep(LAST_BYTE_S + 0.2)  # telling goes on beyond the limit
        over.set()
        await telling
        listening.cancel()
    assert heard[-1] - ended <= LAST_BYTE_S
    assert heard[-1] < loop.time() - 0.1


@pytest.mark.parametrize("who", ["removed", "stays"])
async def test_who_is_removed_is_signed_out_a_second_later_and_who_stays_goes_on(
    rooms: tuple[WebApp, str], database: Database, who: str
) -> None:
    """The last byte of their stream, and the last answer to what asks without end. Who stays is the control."""
    _, url = rooms
    world, is_removed = await build_world(database), who == "removed"
    loop, answered, over = asyncio.get_running_loop(), list[float](), asyncio.Event()
    cookie = {"cookie": f"wedsync_session={world.ben.token}"}

    async def keep_asking() -> None:
        async with httpx.AsyncClient(headers=cookie) as browser:
            while not over.is_set():
                if (await browser.get(f"{url}/closed")).status_code == 200:
                    answered.append(loop.time())

    async with opened(url, world.ben) as page, asyncio.TaskGroup() as group:
        asking = group.create_task(keep_asking())
        while len(answered) < 20:  # noqa: ASYNC110 - answers flow
            await asyncio.sleep(0.01)
        async with database.transaction(world.anna.actor) as tx:
            if is_removed:
                await people.remove_member(tx, world.supplier_id, world.ben.person_id)
            else:
                await people.change_role(tx, world.supplier_id, world.ben.person_id, SupplierRole.VIEWER)
        ended = loop.time()
        heard = [await page.hears()]
        while heard[-1] not in (None, REFRESH):
            heard.append(await page.hears())
        assert (heard[-1] is None) == is_removed
        assert loop.time() - ended <= LAST_BYTE_S
        await asyncio.sleep(LAST_BYTE_S + 0.2)  # asking goes on beyond the limit
        over.set()
        await asking
    assert (answered[-1] - ended <= LAST_BYTE_S) == is_removed


async def test_who_stays_hears_on(rooms: tuple[WebApp, str], database: Database, admin: Admin) -> None:
    """The control: without an end, what is told beyond the limit is heard."""
    _, url = rooms
    world = await build_world(database)
    async with opened(url, world.ben) as page:
        await tell(admin, world.wedding_id)
        assert await page.hears() is not None
        async with database.transaction(world.clara.actor) as tx:
            await connections.stop_sharing(tx, world.wedding_id, world.supplier_id, Area.WISHES)
        while await page.hears() != REFRESH:
            pass
        await tell(admin, world.wedding_id)
        assert (await page.hears() or {})["kind"] == "facts"


async def test_everybody_who_may_see_the_wedding_hears_of_it_and_eve_does_not(
    rooms: tuple[WebApp, str], world: World, admin: Admin
) -> None:
    _, url = rooms
    async with opened(url, world.clara) as clara, opened(url, world.vera) as vera, opened(url, world.eve) as eve:
        await tell(admin, world.wedding_id)
        heard = {"kind": "facts", "id": str(world.wedding_id)}
        assert await clara.hears() == heard
        assert await vera.hears() == heard
        assert await eve.hears_nothing()


async def test_that_the_budget_changed_is_heard_by_the_couple_alone(
    rooms: tuple[WebApp, str], database: Database, world: World
) -> None:
    _, url = rooms
    budget = FactWrite(key="total_budget", value=2_500_000, base_revision=0)
    invited = connections.NewInvitation(kind="companion", email=f"{new_id().hex}@example.org")
    heard = [{"kind": kind, "id": str(world.wedding_id)} for kind in ("facts", "sharing")]
    async with (
        opened(url, world.dan) as dan,
        opened(url, world.anna) as anna,
        opened(url, world.colin) as colin,
        opened(url, world.cora) as cora,
    ):
        async with database.transaction(world.clara.actor) as tx:
            await weddings.record_fact(tx, world.wedding_id, budget)
        assert await dan.hears() == heard[0]
        async with database.transaction(world.clara.actor) as tx:
            await connections.invite(tx, world.wedding_id, invited)
        assert await dan.hears() == heard[1]
        for page in (anna, colin, cora):
            assert await page.hears_nothing()
        async with database.transaction(world.clara.actor) as tx:
            await weddings.record_fact(tx, world.wedding_id, FactWrite(key="infants", value=3, base_revision=0))
        for page in (anna, colin, cora):
            assert await page.hears() == heard[0]


async def test_a_fact_saved_is_heard_when_it_is_committed(
    rooms: tuple[WebApp, str], database: Database, world: World
) -> None:
    _, url = rooms
    async with opened(url, world.anna) as page:
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 - what it undoes is the test
            async with database.transaction(world.clara.actor) as tx:
                await tx.one(ME, NoParams())
                tx.emit(Event(kind="facts", id="never", scope=str(world.wedding_id)))
                raise ZeroDivisionError
        async with database.transaction(world.clara.actor) as tx:
            await tx.one(ME, NoParams())
            tx.emit(Event(kind="facts", id="now", scope=str(world.wedding_id)))
            assert await page.hears_nothing()
        assert await page.hears() == {"kind": "facts", "id": "now"}


async def test_a_stranger_has_no_stream(rooms: tuple[WebApp, str], database: Database) -> None:
    _, url = rooms
    anna = await person(database, "Anna")
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{url}/live", headers={"accept": "application/json"})).status_code == 401
    async with opened(url, anna) as page:
        assert page.status == 200


async def test_signing_out_ends_the_stream_of_that_device_only(rooms: tuple[WebApp, str], database: Database) -> None:
    app, url = rooms
    anna, ben = await person(database, "Anna"), await person(database, "Ben")
    async with opened(url, anna) as hers, opened(url, ben) as his:
        async with client_of(app, **anna.bearer) as client:
            assert (await client.delete(f"/api/v1/sessions/{anna.session_id}")).status_code == 204
        assert await hers.hears() is None
        assert await his.hears_nothing()
    async with opened(url, anna) as again:
        assert again.status == 303


async def test_whoever_joins_a_wedding_hears_of_it_without_opening_the_page_again(
    rooms: tuple[WebApp, str], database: Database, admin: Admin
) -> None:
    _, url = rooms
    world = await build_world(database)
    async with opened(url, world.eve) as eve:
        await tell(admin, world.wedding_id)
        assert await eve.hears_nothing()
        await connect(database, world.clara, world.wedding_id, world.eve)
        heard = [await eve.hears(), await eve.hears()]
        while heard[-1] != REFRESH:
            heard.append(await eve.hears())
        await tell(admin, world.wedding_id, number=2)
        while (event := await eve.hears()) is not None and event["id"] != f"{world.wedding_id}2":
            pass
        assert event is not None


async def test_when_the_database_connection_breaks_every_page_looks_again(
    rooms: tuple[WebApp, str], admin: Admin, database: Database
) -> None:
    app, url = rooms
    anna = await person(database, "Anna")
    async with opened(url, anna) as page:
        await admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where application_name = 'wedsync-live' and datname = current_database()"
        )
        assert await page.hears() == REFRESH
        assert app.services.live.is_listening
        await tell(admin, anna.person_id)
        assert await page.hears() == {"kind": "facts", "id": str(anna.person_id)}


async def test_a_page_that_reads_slowly_is_told_once_to_look_at_everything(
    rooms: tuple[WebApp, str], database: Database
) -> None:
    app, url = rooms
    anna = await person(database, "Anna")
    async with opened(url, anna) as page:
        for number in range(MOST_UNTOLD + 20):
            app.services.live.deliver(Event(kind="facts", id=str(number), scope=str(anna.person_id)))
        assert await page.hears() == REFRESH
        assert await page.hears_nothing()


async def test_the_same_event_twice_is_told_once(rooms: tuple[WebApp, str], database: Database) -> None:
    app, url = rooms
    anna = await person(database, "Anna")
    async with opened(url, anna) as page:
        for _ in range(3):
            app.services.live.deliver(Event(kind="facts", id="1", scope=str(anna.person_id)))
        assert await page.hears() == {"kind": "facts", "id": "1"}
        assert await page.hears_nothing()


async def test_one_person_has_so_many_streams_and_a_closed_one_makes_room(
    rooms: tuple[WebApp, str], database: Database
) -> None:
    app, url = rooms
    anna = await person(database, "Anna")
    session = await app.services.sessions.find(anna.token)
    assert session is not None
    streams = [await app.services.live.join(session) for _ in range(MOST_OF_ONE_PERSON)]
    async with httpx.AsyncClient(headers={"cookie": f"wedsync_session={anna.token}"}) as client:
        assert (await client.get(f"{url}/live")).status_code == 429
    app.services.live.leave(streams.pop())
    async with opened(url, anna) as page:
        assert page.status == 200
    for stream in streams:
        app.services.live.leave(stream)


async def test_a_page_that_goes_is_forgotten(rooms: tuple[WebApp, str], database: Database) -> None:
    app, url = rooms
    anna = await person(database, "Anna")
    before = app.services.live.open_streams
    async with opened(url, anna):
        assert app.services.live.open_streams == before + 1
    async with asyncio.timeout(SOON_S):
        while app.services.live.open_streams != before:  # noqa: ASYNC110 - only tests wait for it
            await asyncio.sleep(0.01)


async def test_an_unreadable_event_harms_nobody(rooms: tuple[WebApp, str], admin: Admin, database: Database) -> None:
    _, url = rooms
    anna = await person(database, "Anna")
    async with opened(url, anna) as page:
        await admin.execute("select pg_notify('live', 'nonsense')")
        await tell(admin, UUID(str(new_id())))
        await tell(admin, anna.person_id)
        assert await page.hears() == {"kind": "facts", "id": str(anna.person_id)}


async def test_a_server_that_is_told_to_stop_does_not_wait_for_listening_pages(
    own_database: TestDatabase, database: Database, valkey_url: str, tmp_path: Path
) -> None:
    anna, port = await person(database, "Anna"), free_port()
    environment = {
        "DATABASE_URL": own_database.app_url,
        "VALKEY_URL": valkey_url,
        "WEDSYNC_SECRET": SECRET,
        "WEDSYNC_HOME": str(tmp_path),
        "WEDSYNC_PORT": str(port),
        "PATH": "/usr/bin:/bin",
    }
    command = [sys.executable, "-P", "-m", "wedsync", "web"]
    server = await asyncio.create_subprocess_exec(
        *command, env=environment, cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    await asyncio.to_thread(eventually, lambda: answers(port))
    async with opened(f"http://127.0.0.1:{port}", anna) as page:
        server.terminate()
        heard = await page.hears()
        if heard == REFRESH:  # it had only just begun to listen itself
            heard = await page.hears()
        assert heard is None
        async with asyncio.timeout(SOON_S):
            _, said = await server.communicate()
    assert server.returncode in {0, -signal.SIGTERM}, said.decode()
    assert b"timeout" not in said


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
