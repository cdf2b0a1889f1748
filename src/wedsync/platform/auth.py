"""Who is signed in. A session lives in PostgreSQL; Valkey and this process remember it for a moment.

Signing out holds at once, everywhere: each web process hears of it and forgets, and one that cannot hear remembers
nothing. Losing Valkey signs nobody out.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import msgspec

from wedsync.kernel.clock import Clock, utc_now
from wedsync.kernel.ids import PersonId, SessionId
from wedsync.kernel.problems import Unavailable
from wedsync.platform.cache import Cache, CacheGone
from wedsync.platform.database import NOBODY, Database, Nothing, Query
from wedsync.platform.tokens import token_hash

REMEMBERED_S: Final = 5.0
MOST_REMEMBERED: Final = 20_000
CACHED_S: Final = 300
# Longer than any read that began before the sign-out may still take to come back with the old answer.
DISTRUSTED_S: Final = 10
# How exactly the last use is kept. An operator's session expires 30 minutes after it (app.session_person) and is looked
# up anew then: a later use has moved that on.
USE_KEPT: Final = timedelta(minutes=15)
OPERATORS_USE_KEPT: Final = timedelta(minutes=1)
# How long a password or a link counts for what an unlocked telephone is not enough for.
PROOF_LASTS: Final = timedelta(minutes=15)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A device that is signed in. `proved_at`: when its person last showed who they are; its token changed then.

    `used_at`: when it was last used, as far as that is kept. `needs_second_step`: an operator who has none yet, and
    comes to nothing but setting it up.
    """

    session_id: SessionId
    person_id: PersonId
    expires_at: datetime
    used_at: datetime
    proved_at: datetime | None = None
    needs_second_step: bool = False
    is_operators: bool = False

    def is_proved(self, now: datetime) -> bool:
        """Whether they showed it lately enough for what is dangerous."""
        return self.proved_at is not None and now - self.proved_at < PROOF_LASTS


class _BySession(msgspec.Struct, frozen=True):
    id: SessionId


class _ByHash(msgspec.Struct, frozen=True):
    hash: bytes


_SESSION_PERSON: Final = Query(
    _ByHash,
    Session,
    "select session_id, person_id, expires_at, used_at, proved_at, needs_second_step, is_operators"
    " from app.session_person(%(hash)s)",
)

_USE: Final = Query(_BySession, Nothing, "select app.use_session(%(id)s)")


class Sessions:
    """Finds the session that a token opens."""

    def __init__(self, database: Database, cache: Cache, clock: Clock = utc_now) -> None:
        """Remembers nothing until `can_hear` is set: it must be told of sign-outs first."""
        self._database = database
        self._cache = cache
        self._clock = clock
        self._remembered: OrderedDict[bytes, tuple[float, Session]] = OrderedDict()
        self._distrusted: dict[PersonId, float] = {}
        self._can_hear = False

    def can_hear(self, *, now: bool) -> None:
        """Whether this process is told of sign-outs elsewhere; while it is not, it remembers nothing."""
        self._can_hear = now
        self._remembered.clear()

    async def find(self, token: str, *, is_use: bool = True) -> Session | None:
        """The live session, or None. Raises Unavailable when nothing that knows can be asked.

        `is_use`: somebody is there; what an open page fetches by itself keeps no session from being over.
        """
        hashed = token_hash(token)
        found = await self._find(hashed) if hashed else None
        if found is not None and is_use and self._clock() - found.used_at > _kept_every(found):
            return await self._use(hashed, found)
        return found

    async def _use(self, hashed: bytes, session: Session) -> Session:
        """Keep that it is used: once in a while, not at each request."""
        with suppress(Unavailable):  # then the next one does
            async with self._database.transaction(NOBODY) as tx:
                await tx.run(_USE, _BySession(session.session_id))
        used = msgspec.structs.replace(session, used_at=self._clock())
        if not self._is_distrusted(session.person_id):
            await self._cache_it(hashed, used)
            if self._can_hear:
                self._remember(hashed, used)
        return used

    async def _find(self, hashed: bytes) -> Session | None:
        remembered = self._recall(hashed)
        if remembered is not None:
            return remembered
        found = await self._cached(hashed)
        if found is None:
            found = await self._database.reader(NOBODY).maybe(_SESSION_PERSON, _ByHash(hashed))
            if found is None or self._is_distrusted(found.person_id):
                return found
            await self._cache_it(hashed, found)
        if self._can_hear and not self._is_distrusted(found.person_id):
            self._remember(hashed, found)
        return found

    async def forget(self, person: PersonId) -> None:
        """Somebody signed out somewhere: nothing kept about them counts any more, here or in Valkey."""
        self._distrust(person)
        for hashed in [hashed for hashed, (_, kept) in self._remembered.items() if kept.person_id == person]:
            del self._remembered[hashed]
        try:
            await self._cache.drop_owner(str(person), for_s=DISTRUSTED_S)
        except CacheGone:
            return

    def _recall(self, hashed: bytes) -> Session | None:
        kept = self._remembered.get(hashed)
        if kept is None:
            return None
        since, session = kept
        if time.monotonic() - since > REMEMBERED_S or session.expires_at <= self._clock():
            del self._remembered[hashed]
            return None
        return session

    def _remember(self, hashed: bytes, session: Session) -> None:
        self._remembered[hashed] = (time.monotonic(), session)
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    async def _cached(self, hashed: bytes) -> Session | None:
        try:
            packed = await self._cache.get(_key(hashed))
            found = None if packed is None else msgspec.msgpack.decode(packed, type=Session)
        except (CacheGone, msgspec.DecodeError):  # what another release wrote is as good as nothing
            return None
        if found is None or found.expires_at <= self._clock() or self._is_distrusted(found.person_id):
            return None
        return found

    async def _cache_it(self, hashed: bytes, session: Session) -> None:
        lasts_s = min(CACHED_S, int((session.expires_at - self._clock()).total_seconds()))
        if lasts_s <= 0:
            return
        try:
            packed = msgspec.msgpack.encode(session)
            await self._cache.keep_for_owner(str(session.person_id), _key(hashed), packed, lasts_s=lasts_s)
        except CacheGone:
            return

    def _distrust(self, person: PersonId) -> None:
        now = time.monotonic()
        if len(self._distrusted) > MOST_REMEMBERED:
            self._distrusted = {each: until for each, until in self._distrusted.items() if until > now}
        self._distrusted[person] = now + DISTRUSTED_S

    def _is_distrusted(self, person: PersonId) -> bool:
        until = self._distrusted.get(person)
        if until is None:
            return False
        if until > time.monotonic():
            return True
        del self._distrusted[person]
        return False


def _kept_every(session: Session) -> timedelta:
    return OPERATORS_USE_KEPT if session.is_operators else USE_KEPT


def _key(hashed: bytes) -> str:
    return f"session:{hashed.hex()}"
