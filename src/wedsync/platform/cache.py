"""Valkey, as the house uses it: quick when it is there, missed by nobody when it is not.

Whatever is kept here can be had elsewhere. A server that does not answer costs one short wait, then is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

import valkey.asyncio
from prometheus_client import Counter
from valkey.exceptions import ValkeyError

from wedsync.platform.metrics import REGISTRY
from wedsync.platform.telemetry import Log

# A page waits for Valkey no longer than this, once; then not at all until the pause is over.
ANSWER_WITHIN_S: Final = 0.2
PAUSE_S: Final = 2.0
FAILURES: Final = Counter("wedsync_cache_failures", "Times Valkey was needed and did not answer.", registry=REGISTRY)
Answer = TypeVar("Answer")
_log = Log("cache")


class CacheGone(Exception):  # noqa: N818 - it is a state to handle, not a fault to report
    """Valkey does not answer now; go on without it."""


class Breaker:
    """Asks Valkey unless it has just failed to answer."""

    def __init__(self, pause_s: float = PAUSE_S) -> None:
        """Closed: the first question is asked."""
        self._pause_s = pause_s
        self._closed_again_at = 0.0
        self._is_out = False

    @property
    def is_open(self) -> bool:
        """Whether Valkey is being left alone."""
        return time.monotonic() < self._closed_again_at

    async def ask(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer. Raises CacheGone, at once when Valkey has just failed."""
        if self.is_open:
            raise CacheGone
        try:
            answer = await question()
        except (ValkeyError, OSError, TimeoutError) as error:
            self._closed_again_at = time.monotonic() + self._pause_s
            FAILURES.inc()
            if not self._is_out:
                _log.warning("valkey_gone", reason=type(error).__name__)
            self._is_out = True
            raise CacheGone from error
        if self._is_out:
            _log.info("valkey_back")
            self._is_out = False
        return answer


class Cache:
    """Bytes by key, each with an expiry."""

    def __init__(self, url: str, *, most_connections: int = 16) -> None:
        """Nothing is connected yet."""
        self.breaker: Final = Breaker()
        # A rush waits its turn: too many at once is no reason to go on without Valkey.
        pool = valkey.asyncio.BlockingConnectionPool.from_url(
            url,
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
            max_connections=most_connections,
            timeout=1,
        )
        self._client: valkey.asyncio.Valkey = valkey.asyncio.Valkey.from_pool(pool)

    async def get(self, key: str) -> bytes | None:
        """What is kept there. Raises CacheGone."""
        found: bytes | None = await self.breaker.ask(lambda: self._client.get(key))
        return found

    async def keep_for_owner(self, owner: str, key: str, value: bytes, *, lasts_s: int) -> None:
        """Keep a value until its owner's things are dropped; not at all if they have just been. Raises CacheGone."""
        dropped, index = _dropped(owner), _index(owner)
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.set(key, value, ex=lasts_s)
            pipe.sadd(index, key)
            pipe.expire(index, lasts_s)
            pipe.exists(dropped)
            *_, was_dropped = await self.breaker.ask(pipe.execute)
        if was_dropped:
            await self.breaker.ask(lambda: self._client.delete(key))

    async def drop_owner(self, owner: str, *, for_s: int) -> None:
        """Forget an owner's things, and take none for a while: a reader may still carry one. Raises CacheGone."""
        index = _index(owner)
        await self.breaker.ask(lambda: self._client.set(_dropped(owner), b"1", ex=for_s))
        keys = await self.breaker.ask(partial(self._members, index))
        await self.breaker.ask(lambda: self._client.delete(index, *keys))

    async def _members(self, index: str) -> set[bytes]:
        found: set[bytes] = await self._client.smembers(index)  # type: ignore[misc]  # typed for both of its clients
        return found

    async def version(self) -> str:
        """What the server calls itself. Raises CacheGone."""
        facts: dict[str, str] = await self.breaker.ask(lambda: self._client.info("server"))
        return f"{facts.get('server_name', 'redis')} {facts.get('valkey_version') or facts.get('redis_version', '?')}"

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()


def _index(owner: str) -> str:
    return f"of:{owner}"


def _dropped(owner: str) -> str:
    return f"dropped:{owner}"
