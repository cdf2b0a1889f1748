"""The application for tests: in this process for requests, on a real port for streams and browsers."""

import asyncio
import itertools
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx
import uvicorn
from tests.support.database import TestDatabase
from tests.support.servers import SECRET, free_port

from wedsync.platform.http.app import WebApp
from wedsync.platform.http.patience import PATIENT
from wedsync.platform.settings import Settings

HOST: Final = "wedsync.test"
BASE_URL: Final = f"http://{HOST}"
# Test processes share the Valkey that counts by address, so each has a million of them.
_addresses: Final = itertools.count((int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) << 20) + 1)


def settings_for(database: TestDatabase, valkey_url: str, **other: object) -> Settings:
    """Settings of a web process on these servers."""
    fixed = {"database_url": database.app_url, "valkey_url": valkey_url, "secret": SECRET, "base_url": BASE_URL}
    return Settings(**(fixed | other))  # type: ignore[arg-type]  # whichever settings a test names


@asynccontextmanager
async def standing(app: WebApp) -> AsyncIterator[WebApp]:
    """Opened as a server opens it."""
    async with app.services.opened():
        while not app.services.live.is_listening:  # noqa: ASYNC110 - only tests wait for it
            await asyncio.sleep(0.005)
        yield app


def client_of(app: WebApp, **headers: str) -> httpx.AsyncClient:
    """A browser or program of its own, at an address of its own, so that limits of other tests do not touch it."""
    number = next(_addresses)
    address = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 40_000)
    transport = httpx.ASGITransport(app=app, client=address)  # type: ignore[arg-type]  # two words for one protocol
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers, follow_redirects=False)


@asynccontextmanager
async def served(app: WebApp) -> AsyncIterator[str]:
    """The application behind a real server; yields its URL. The app must not be standing already."""
    port = free_port()
    config = uvicorn.Config(app, port=port, http=PATIENT, lifespan="on", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    # asyncio turns Nagle's delay off only for a socket that says it is TCP; with it each answer takes 40 ms.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        serving = asyncio.create_task(server._serve(sockets=[listener]))  # noqa: SLF001 - `serve` takes our signals
        while not server.started:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            app.services.live.end_streams()
            server.should_exit = True
            await serving
