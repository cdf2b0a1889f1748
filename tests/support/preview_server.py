"""A small real server for what the browser does by itself: saving a field and hearing of it.

It draws the product's own pages from the product's own structs and keeps one
field in memory, with the revision check the product promises.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

import msgspec
import uvicorn
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import ServerSentEvent
from tests.support.preview_weddings import CSRF, DETAILS, GUESTS
from tests.support.previews import PREVIEWS

from wedsync.features.weddings.field_views import FieldFragment, FieldState, FieldView, Side
from wedsync.features.weddings.views import DetailsFragment, DetailsPage, SectionView
from wedsync.platform.assets import send_asset
from wedsync.platform.pages import CONTENT_SECURITY_POLICY, View, render

HEADERS = {"content-security-policy": CONTENT_SECURITY_POLICY}


class World:
    """How many adults come, by revision, and who is listening."""

    def __init__(self) -> None:
        self.adults = "101"
        self.revision = 1
        self.is_down = False
        self.streams = 0
        self.reads = 0
        self.listeners: set[asyncio.Queue[str | None]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None

    def tell(self, adults: str) -> None:
        """Another person saves; called from the test's own thread."""
        self.adults, self.revision = adults, self.revision + 1
        assert self.loop
        self.loop.call_soon_threadsafe(self.publish)

    def publish(self) -> None:
        self._send('{"kind":"facts","id":"9"}')

    def hang_up(self) -> None:
        """End every stream, so that the server stops at once; called from the test's own thread."""
        assert self.loop
        self.loop.call_soon_threadsafe(self._send, None)

    def _send(self, news: str | None) -> None:
        """On the server's loop only: listeners come and go there."""
        for listener in self.listeners:
            listener.put_nowait(news)

    def field(self, **changes: object) -> FieldView:
        drawn = msgspec.structs.replace(GUESTS[1], value=self.adults, base_revision=self.revision)
        return msgspec.structs.replace(drawn, **changes)

    def sections(self) -> tuple[SectionView, ...]:
        guests = DETAILS.sections[2]
        fields = (guests.fields[0], self.field(), *guests.fields[2:])
        return (*DETAILS.sections[:2], msgspec.structs.replace(guests, fields=fields))

    def page(self) -> DetailsPage:
        return msgspec.structs.replace(DETAILS, sections=self.sections())


def _html(view: View, status: int = 200) -> Response[str]:
    return Response(render(view), status_code=status, media_type=MediaType.HTML, headers=HEADERS)


def _save(world: World, form: dict[str, str]) -> Response[str]:
    told = form["value"]
    if not told.isdigit():
        wrong = world.field(value=told, state=FieldState.ERROR, error="Give a number from 2 to 500.")
        return _html(FieldFragment(field=wrong, csrf=CSRF), 422)
    if int(form["base_revision"]) != world.revision:
        theirs = Side(title="Dan's", display=world.adults, said_by="Dan", choose="Take Dan's", is_current=True)
        yours = Side(title="Yours", display=told, said_by="", choose="Keep mine", value=told)
        met = world.field(state=FieldState.CONFLICT, error="Dan changed this.", sides=(yours, theirs))
        return _html(FieldFragment(field=met, csrf=CSRF), 412)
    world.adults, world.revision = told, world.revision + 1
    world.publish()
    return _html(FieldFragment(field=world.field(), csrf=CSRF))


def _pages(world: World) -> list[HTTPRouteHandler]:
    @get("/preview/{name:str}", sync_to_thread=False)
    def preview(name: FromPath[str]) -> Response[str]:
        return _html(PREVIEWS[name]())

    @get("/w/9/details", sync_to_thread=False)
    def details() -> Response[str]:
        return _html(world.page())

    @get("/w/9/details/fields", sync_to_thread=False)
    def fields() -> Response[str]:
        world.reads += 1
        told = world.page()
        return _html(DetailsFragment(intro=told.intro, percent=told.percent, sections=told.sections, csrf=CSRF))

    @get("/w/9/details/adults", sync_to_thread=False)
    def one() -> Response[str]:
        return _html(FieldFragment(field=world.field(), csrf=CSRF))

    return [preview, details, fields, one]


def application(world: World) -> Litestar:
    @post("/w/9/details/adults", status_code=200)
    async def save(request: Request[None, None, State]) -> Response[str]:
        if world.is_down:
            return Response("", status_code=503)
        form = await request.form()
        answer = _save(world, {str(key): str(value) for key, value in form.items()})
        if request.headers.get("hx-request") or answer.status_code != 200:
            return answer
        return Response("", status_code=303, headers={"location": "/w/9/details#f-adults"})

    @get("/live")
    async def live() -> ServerSentEvent:
        return ServerSentEvent(_hear(world))

    async def remember() -> None:
        world.loop = asyncio.get_running_loop()

    handlers = [*_pages(world), save, live, send_asset]
    return Litestar(handlers, on_startup=[remember], openapi_config=None, logging_config=None)


async def _hear(world: World) -> AsyncGenerator[str, None]:
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    world.listeners.add(queue)
    world.streams += 1
    try:
        while (news := await queue.get()) is not None:
            yield news
    finally:
        world.listeners.discard(queue)


@contextmanager
def serve(world: World) -> Iterator[str]:
    """Run it on a free port of this machine, and give its address."""
    config = uvicorn.Config(
        application(world),
        host="127.0.0.1",
        port=0,
        log_config=None,  # its own would take the loggers from the tests of logging that run later
        lifespan="on",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    world.hang_up()
    server.should_exit = True
    thread.join(5)
