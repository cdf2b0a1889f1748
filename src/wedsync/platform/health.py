"""Is this web process alive, can it serve, and how are the parts it stands on? For supervisors, proxies and people."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

import wedsync
from wedsync.kernel.problems import Unavailable
from wedsync.platform.cache import Cache, CacheGone
from wedsync.platform.database import NOBODY, Database, NoParams, Query


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One thing we stand on; `version` is empty when it does not answer."""

    name: str
    is_well: bool
    latency_ms: float
    version: str = ""


class Health(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Status: well; lesser (slower, or late news, but everything works); ill (nothing can be read or saved).

    A stranger is told no more than that.
    """

    status: str
    version: str = ""
    parts: tuple[Part, ...] = ()


class _Version(msgspec.Struct, frozen=True):
    version: str


_SERVER_VERSION: Final = Query(NoParams, _Version, "select current_setting('server_version') as version")


async def health(database: Database, cache: Cache, *, is_listening: bool) -> Health:
    """Ask each part once."""
    stored = await _looked("database", lambda: _database_version(database))
    cached = await _looked("valkey", cache.version)
    live = Part(name="live", is_well=is_listening, latency_ms=0.0)
    parts = (stored, cached, live)
    status = "well" if all(part.is_well for part in parts) else "lesser"
    return Health(status=status if stored.is_well else "ill", version=wedsync.__version__, parts=parts)


async def is_ready(database: Database) -> bool:
    """Whether requests can be served: without Valkey they can."""
    return (await _looked("database", lambda: _database_version(database))).is_well


async def _database_version(database: Database) -> str:
    return (await database.reader(NOBODY).one(_SERVER_VERSION, NoParams())).version


async def _looked(name: str, look: Callable[[], Awaitable[str]]) -> Part:
    began = time.perf_counter()
    try:
        version = await look()
    except (Unavailable, CacheGone):
        version = ""
    took_ms = round((time.perf_counter() - began) * 1000, 2)
    return Part(name=name, is_well=bool(version), latency_ms=took_ms, version=version)
