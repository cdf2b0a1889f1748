"""`wedsync web`: one web process, for whoever supervises it."""

from __future__ import annotations

import gc
import os
import socket
from typing import TYPE_CHECKING, Final

import click
import uvicorn

from wedsync.platform.error_reports import reporting
from wedsync.platform.settings import Settings, read_settings, require
from wedsync.platform.supervisor import listening
from wedsync.platform.telemetry import configure_logging

if TYPE_CHECKING:
    from wedsync.platform.http.app import WebApp

HELP = """Serve pages and the API. Needs DATABASE_URL (role wedsync_app), VALKEY_URL and WEDSYNC_SECRET.

One process; start as many as you like behind a proxy that WEDSYNC_TRUSTED_PROXIES names."""

# Objects made before a look at the youngest, and looks before the next older: a page makes a few thousand.
COLLECT_AFTER: Final = (20_000, 20, 20)
# Longer than any page takes; live streams are told to reconnect elsewhere.
LAST_RESPONSES_S = 4


def command() -> click.Command:
    """`web`, with --fd for a socket that a supervisor holds."""
    descriptor = click.Option(["--fd"], type=int, default=None, help="Accept on this inherited socket.")
    return click.Command("web", callback=web, params=[descriptor], help=HELP)


def web(*, fd: int | None) -> None:
    """Serve until SIGTERM."""
    settings = read_settings(os.environ)
    require(settings, "DATABASE_URL", "VALKEY_URL", "WEDSYNC_SECRET")
    configure_logging(settings.log)
    with reporting(settings, "web"):
        if fd is None:
            with listening(settings) as server:
                _serve(settings, server)
        else:
            _serve(settings, socket.socket(fileno=fd))


def _serve(settings: Settings, server: socket.socket) -> None:
    # Settings first, so that a wrong one is told before anything heavy is loaded.
    from wedsync.entrypoints.web import create_app  # noqa: PLC0415

    app = create_app(settings)
    # What is loaded now stays; the collector need not walk over it again, nor interrupt each request.
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    uvicorn.Server(config_for(app, settings)).run(sockets=[server])


def config_for(app: WebApp, settings: Settings) -> uvicorn.Config:
    """How it is served. Whom a proxy asks for is believed of those that are named, and of nobody where none is."""
    from wedsync.platform.http.patience import PATIENT  # noqa: PLC0415

    return uvicorn.Config(
        app,
        loop="uvloop",
        http=PATIENT,
        lifespan="on",
        log_config=None,
        log_level="warning",  # that it starts is said by who starts it
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=LAST_RESPONSES_S,
    )
