"""Builds the web application from the features' routes: one flow for all of them."""

from __future__ import annotations

import asyncio
import signal
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType
from typing import Final, TypeAlias

from litestar import Controller, Litestar, Router
from litestar.handlers import BaseRouteHandler

from wedsync.platform.http.bodies import LARGEST_BYTES, HouseRequest
from wedsync.platform.http.dependencies import DEPENDENCIES, require_session
from wedsync.platform.http.description import openapi_config
from wedsync.platform.http.front import Frame, Front
from wedsync.platform.http.house_routes import ROUTES
from wedsync.platform.http.refusals import answer_error
from wedsync.platform.http.services import Services

HandlerLike: TypeAlias = BaseRouteHandler | Router | type[Controller]


class WebApp(Front):
    """The application as a server runs it; `litestar` and `services` are for tests that look inside."""

    def __init__(self, litestar: Litestar, services: Services, frame: Frame | None = None) -> None:
        """Puts the front door before the rooms."""
        super().__init__(litestar, services, frame)
        self.litestar: Final = litestar
        self.services: Final = services


def build_app(services: Services, routes: Sequence[HandlerLike], frame: Frame | None = None) -> WebApp:
    """The application; `routes` are the features', `frame` is what surrounds a refusal for who is signed in."""
    with warnings.catch_warnings():
        # A handler asks for `tx: Tx` by name. Litestar 3 wants each of them marked; we are pinned to 2.
        warnings.simplefilter("ignore", DeprecationWarning)
        app = Litestar(
            route_handlers=[*ROUTES, *routes],
            dependencies=DEPENDENCIES,
            # Not a guard: Litestar copies the handler for each guard of each request.
            before_request=require_session,
            exception_handlers={Exception: answer_error},
            request_class=HouseRequest,
            request_max_body_size=LARGEST_BYTES,
            openapi_config=openapi_config(),
            lifespan=[_opening(services)],
            logging_config=None,
        )
    return WebApp(app, services, frame)


def _opening(services: Services) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def opening(_app: Litestar) -> AsyncIterator[None]:
        async with services.opened():
            _end_streams_on_sigterm(services)
            yield

    return opening


def _end_streams_on_sigterm(services: Services) -> None:
    """Pages that listen never stop by themselves; a server that is told to stop would wait for them."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGTERM)

    def ending(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(services.live.end_streams)
        if callable(before):
            before(number, frame)

    # Only where a server has put its own handler; by itself nobody else's end is changed.
    if callable(before):
        signal.signal(signal.SIGTERM, ending)
