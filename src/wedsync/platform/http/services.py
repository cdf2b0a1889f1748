"""What every request may lean on, opened with the web process and closed with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from wedsync.kernel.freeze import FreezeCalendar
from wedsync.platform.api_keys import ApiKeys
from wedsync.platform.auth import Sessions
from wedsync.platform.cache import Cache
from wedsync.platform.caught_up import only_caught_up
from wedsync.platform.database import Database
from wedsync.platform.health import Parts
from wedsync.platform.http.minutes import keep_minutes
from wedsync.platform.metrics_door import door_of, shown_at
from wedsync.platform.rate_limits import RateLimits
from wedsync.platform.realtime import Live
from wedsync.platform.settings import Settings
from wedsync.platform.tokens import Sealer
from wedsync.platform.tracer import tracer_for, tracing


class Services:
    """The doors to the database, Valkey and open pages, for one web process."""

    def __init__(self, settings: Settings, limits: RateLimits | None = None) -> None:
        """Nothing is opened yet. `limits` are other limits than the house's, for tests that ask without end."""
        self.settings: Final = settings
        self.hosts: Final = _hosts(settings.base_url)
        self.sealer: Final = Sealer(settings.secret.encode())
        self.database: Final = Database(
            settings.database_url, self.sealer, welcome=only_caught_up(settings.erasure_ledger_path)
        )
        self.cache: Final = Cache(settings.valkey_url)
        self.limits: Final = limits or RateLimits(settings.valkey_url)
        self.sessions: Final = Sessions(self.database, self.cache)
        self.keys: Final = ApiKeys(self.database)
        self.freezes: Final = FreezeCalendar(settings.cell)
        self.tracer: Final = tracer_for(settings, "web")
        self.live: Final = Live(settings.database_url, self.database, self.sessions)
        self.parts: Final = Parts(settings, self.database, self.cache, lambda: self.live.is_listening)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Open for as long as the block lasts."""
        # Not by itself: this process has /metrics, and the worker beside it the address that nobody set.
        door = door_of(self.settings) if self.settings.metrics else None
        async with tracing(self.tracer), self.database, shown_at(door, self.settings.commit):
            self.live.start()
            minutes = asyncio.create_task(keep_minutes(self.database))
            try:
                yield
            finally:
                minutes.cancel()
                await asyncio.gather(minutes, return_exceptions=True)
                await self.live.stop()
                await self.limits.close()
                await self.cache.close()


def _hosts(base_url: str) -> frozenset[bytes]:
    """What `Host` says of whoever reaches us there; empty where it is not said."""
    where = urlsplit(base_url.lower())
    if not where.netloc:
        return frozenset()
    named = where.netloc if where.port is None else where.netloc.rpartition(":")[0]
    port = where.port or (443 if where.scheme == "https" else 80)
    is_usual = port == (443 if where.scheme == "https" else 80)
    return frozenset(each.encode() for each in (f"{named}:{port}", *((named,) if is_usual else ())))
