"""The web process: the platform's one flow with every feature's routes in it."""

from __future__ import annotations

from typing import Final

from wedsync.features.connections import api as connections
from wedsync.features.people import api as people
from wedsync.features.weddings import api as weddings
from wedsync.platform.http import HandlerLike, Services, build_app
from wedsync.platform.http.app import WebApp
from wedsync.platform.settings import Settings

ROUTES: Final[tuple[HandlerLike, ...]] = (*people.ROUTES, *weddings.ROUTES, *connections.ROUTES)


def create_app(settings: Settings) -> WebApp:
    """The application, closed until its server starts it."""
    return build_app(Services(settings), ROUTES)
