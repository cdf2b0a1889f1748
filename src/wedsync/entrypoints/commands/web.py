"""`wedsync web`: one web process, for whoever supervises it."""

import os
import socket

import click
import uvicorn

from wedsync.platform.settings import Settings, read_settings, require
from wedsync.platform.supervisor import listening
from wedsync.platform.telemetry import configure_logging

HELP = """Serve pages and the API. Needs DATABASE_URL (role wedsync_app), VALKEY_URL and WEDSYNC_SECRET.

One process; start as many as you like behind a proxy that WEDSYNC_TRUSTED_PROXIES names."""

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
    if fd is None:
        with listening(settings) as server:
            _serve(settings, server)
    else:
        _serve(settings, socket.socket(fileno=fd))


def _serve(settings: Settings, server: socket.socket) -> None:
    # Settings first, so that a wrong one is told before anything heavy is loaded.
    from wedsync.entrypoints.web import create_app  # noqa: PLC0415

    uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            loop="uvloop",
            http="httptools",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=LAST_RESPONSES_S,
        )
    ).run(sockets=[server])
