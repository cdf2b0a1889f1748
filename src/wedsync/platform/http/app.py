"""Builds the web application from the features' routes: one flow for all of them."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, TypeAlias

from litestar import Controller, Litestar, Router
from litestar.exceptions import LitestarDeprecationWarning
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

import wedsync
from wedsync.platform.http.bodies import LARGEST_BYTES, HouseRequest
from wedsync.platform.http.dependencies import DEPENDENCIES, require_session
from wedsync.platform.http.front import Front
from wedsync.platform.http.house_routes import ROUTES
from wedsync.platform.http.refusals import answer_error
from wedsync.platform.http.services import Services

HandlerLike: TypeAlias = BaseRouteHandler | Router | type[Controller]
OPENAPI_PATH: Final = "/api/v1/openapi.json"


class WebApp(Front):
    """The application as a server runs it; `litestar` and `services` are for tests that look inside."""

    def __init__(self, litestar: Litestar, services: Services) -> None:
        """Puts the front door before the rooms."""
        super().__init__(litestar, services)
        self.litestar: Final = litestar
        self.services: Final = services


def build_app(services: Services, routes: Sequence[HandlerLike]) -> WebApp:
    """The application; `routes` are the features'."""
    with warnings.catch_warnings():
        # A handler asks for `tx: Tx` by name. Litestar 3 wants each of them marked; we are pinned to 2.
        warnings.simplefilter("ignore", LitestarDeprecationWarning)
        app = Litestar(
            route_handlers=[*ROUTES, *routes],
            dependencies=DEPENDENCIES,
            guards=[require_session],
            exception_handlers={Exception: answer_error},
            request_class=HouseRequest,
            request_max_body_size=LARGEST_BYTES,
            openapi_config=_openapi(),
            lifespan=[_opening(services)],
            logging_config=None,
        )
    return WebApp(app, services)


def _opening(services: Services) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def opening(_app: Litestar) -> AsyncIterator[None]:
        async with services.opened():
            yield

    return opening


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="WedSync",
        version=wedsync.__version__,
        description="A couple enters a fact once; every supplier who may read it sees it at once.",
        path="/api/v1",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(
            security_schemes={"session": SecurityScheme(type="http", scheme="bearer", description="A session's token.")}
        ),
        security=[{"session": []}],
    )
