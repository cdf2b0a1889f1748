"""Is this web process alive, can it serve, and how are the parts it stands on? For supervisors, proxies and people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

import wedsync
from wedsync.kernel.problems import Unavailable
from wedsync.platform.backups.places import door_of_bucket
from wedsync.platform.cache import Cache, CacheGone
from wedsync.platform.database import NOBODY, Database, NoParams, Query
from wedsync.platform.mail import greeting, outbox_takes
from wedsync.platform.settings import Settings

# Whoever asks waits no longer, whatever hangs.
ANSWERS_WITHIN_S: Final = 2.0
# Strangers may ask, as often as they like: the mail server and the others are asked once for all of them.
KEPT_S: Final = 1.0
# It gives a sign every ten seconds.
SILENT_AFTER_S: Final = 45.0


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing we stand on; `version` is what it says of itself, empty when it does not answer."""

    name: str
    is_well: bool
    latency_ms: float
    version: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Status: well; lesser (pages work; news, letters, jobs or backups are late); ill (nothing can be read or saved).

    A stranger is told no more than that.
    """

    status: str
    version: str = ""
    parts: tuple[Part, ...] = ()


class _Version(msgspec.Struct, frozen=True):
    version: str


class _Heard(msgspec.Struct, frozen=True):
    heard_at: datetime | None
    now: datetime


_SERVER_VERSION: Final = Query(NoParams, _Version, "select current_setting('server_version') as version")
_WORKER_HEARD: Final = Query(
    NoParams,
    _Heard,
    "select max(w.last_heartbeat) as heard_at, clock_timestamp() as now from jobs.procrastinate_workers w",
)


class Parts:
    """What this process stands on, asked all at once and at most once a second."""

    def __init__(self, settings: Settings, database: Database, cache: Cache, is_listening: Callable[[], bool]) -> None:
        """Nothing is asked yet."""
        self._settings: Final = settings
        self._database: Final = database
        self._cache: Final = cache
        self._is_listening: Final = is_listening
        self._one_asks: Final = asyncio.Lock()
        self._found: Health | None = None
        self._found_at = 0.0
        self._looking: asyncio.Task[bool] | None = None

    async def health(self) -> Health:
        """A second old at most."""
        async with self._one_asks:
            if self._found is None or time.monotonic() - self._found_at >= KEPT_S:
                self._found = await self._ask()
                self._found_at = time.monotonic()
            return self._found

    async def _ask(self) -> Health:
        stored, *others = await asyncio.gather(
            _looked("database", lambda: _database_version(self._database)),
            _looked("valkey", self._cache.version),
            _looked("worker", lambda: _worker_heard(self._database)),
            _looked("mail", self._mail),
            _looked("backups", self._backups),
        )
        live = Part(name="live", is_well=self._is_listening(), latency_ms=0.0)
        parts = (stored, *others, live)
        status = "well" if all(part.is_well for part in parts) else "lesser"
        return Health(status=status if stored.is_well else "ill", version=wedsync.__version__, parts=parts)

    async def _mail(self) -> str:
        if self._settings.smtp_url:
            return await greeting(self._settings.smtp_url)
        return "outbox" if outbox_takes(self._settings.home / "outbox") else ""

    async def _backups(self) -> str:
        place = self._settings.backups_place
        if not place:
            return "off"
        if place.startswith("/"):
            return "folder" if await self._is_there(Path(place)) else ""
        _, writer = await asyncio.open_connection(*door_of_bucket(place))
        writer.close()
        return "bucket"

    async def _is_there(self, folder: Path) -> bool:
        # Another machine's disk that hangs holds a thread: one, not one for each time that somebody asks.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(asyncio.to_thread(folder.is_dir))
        return await asyncio.shield(self._looking)


async def is_ready(database: Database) -> bool:
    """Whether requests can be served: without Valkey they can."""
    return (await _looked("database", lambda: _database_version(database))).is_well


async def _database_version(database: Database) -> str:
    return (await database.reader(NOBODY).one(_SERVER_VERSION, NoParams())).version


async def _worker_heard(database: Database) -> str:
    found = await database.reader(NOBODY).one(_WORKER_HEARD, NoParams())
    if found.heard_at is None:
        return ""
    age_s = (found.now - found.heard_at).total_seconds()
    return f"heard {age_s:.0f} s ago" if age_s <= SILENT_AFTER_S else ""


async def _looked(name: str, look: Callable[[], Awaitable[str]]) -> Part:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            version = await look()
    except (Unavailable, CacheGone, OSError):  # a TimeoutError is one
        version = ""
    took_ms = round((time.perf_counter() - began) * 1000, 2)
    return Part(name=name, is_well=bool(version), latency_ms=took_ms, version=version)
