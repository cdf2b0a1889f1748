"""How much of what, in which time: every limit of the house in one table.

Counted in Valkey, so all web processes count together. Without Valkey everything is allowed and said in the log, except
signing in: guesses at passwords are counted in this process then, more strictly.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from functools import partial
from hashlib import sha256
from math import ceil
from typing import Final

import msgspec
from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.valkey import ValkeyBridge
from limits.aio.strategies import MovingWindowRateLimiter
from valkey.asyncio import Valkey

from wedsync.kernel.json_values import JsonValue
from wedsync.kernel.problems import TooManyRequests
from wedsync.kernel.tiers import SupplierTier
from wedsync.platform.cache import ANSWER_WITHIN_S, Breaker, CacheGone
from wedsync.platform.metrics import count_limited
from wedsync.platform.telemetry import Log

HOUR_S: Final = 3600
DAY_S: Final = 24 * HOUR_S
MOST_BUCKETS: Final = 50_000
_log = Log("rate_limits")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """So many in so many seconds, `of` what. `strict` holds per process when Valkey is gone; 0 means allowed then.

    A process takes `lease` at once and spends them within the window without asking again, so up to that many less one
    may go unused in each process.
    """

    name: str
    most: int
    per_s: int
    of: str
    strict: int = 0
    lease: int = 1


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """How a limit stands for whoever was just counted: `left` of `most` in `per_s`, more of it in `resets_s`."""

    name: str
    most: int
    per_s: int
    left: int
    resets_s: int


API_KEYS: Final = Rule(
    name="api-keys", most=1000, per_s=HOUR_S, of="the programs of a business together, as often as its tier says"
)
WRITES: Final = Rule(name="writes", most=1000, per_s=HOUR_S, lease=10, of="what somebody changes")
ANONYMOUS: Final = Rule(name="anonymous", most=100, per_s=HOUR_S, of="what programs ask signed out, by address")
# All of them doors. A whole venue comes from one address.
DOORS: Final = Rule(name="doors", most=300, per_s=HOUR_S, of="forms of strangers, by address")
SIGN_IN: Final = Rule(name="sign-in", most=20, per_s=900, strict=5, of="tries to sign in to one account")
SIGN_IN_PLACE: Final = Rule(name="sign-in-place", most=100, per_s=900, strict=20, of="tries to sign in, by address")
MAGIC_LINK: Final = Rule(name="magic-link", most=3, per_s=HOUR_S, strict=3, of="links to sign in to one mailbox")
INVITATIONS: Final = Rule(name="invitations", most=30, per_s=HOUR_S, of="invitations that somebody sends")
# Nobody's mailbox is filled by way of us.
INVITED: Final = Rule(
    name="invited", most=10, per_s=DAY_S, of="invitations, and codes for another address, to one mailbox"
)
# Each is two letters and five tries at a code.
ADDRESS_CHANGES: Final = Rule(
    name="address-changes", most=5, per_s=DAY_S, strict=2, of="other addresses that somebody asks for"
)
# A forgotten letter is found by then, and nobody is pestered.
INVITATION_AGAIN: Final = Rule(name="invitation-again", most=3, per_s=DAY_S, of="the same invitation once more")
# Without Valkey it still holds in each process: nobody tries tokens out.
OVERRIDES: Final = Rule(name="overrides", most=3, per_s=60, strict=3, of="each step of a release in a freeze")
# Billing takes it; without Valkey it holds in each process, as for releases.
PAYMENTS: Final = Rule(name="payments", most=5, per_s=60, strict=5, of="beginning or changing a payment")
# Each is two letters.
GRANT_REQUESTS: Final = Rule(name="grant-requests", most=30, per_s=DAY_S, of="what a business asks couples to share")
IMPERSONATIONS: Final = Rule(name="impersonations", most=20, per_s=DAY_S, strict=3, of="beginnings to look as somebody")
GRANT_REQUESTS_THERE: Final = Rule(name="grant-requests-there", most=6, per_s=DAY_S, of="the same, of one couple")
# Each is written anew and lies there for a week.
EXPORTS: Final = Rule(name="exports", most=5, per_s=DAY_S, of="files that somebody takes along")
UPLOADS: Final = Rule(name="uploads", most=20, per_s=HOUR_S, of="files that somebody brings, such as lists of clients")
READINGS: Final = Rule(name="readings", most=300, per_s=HOUR_S, of="readings anew of a list, each row put right")
# It costs more than opening a page, and is typed letter by letter.
SEARCHES: Final = Rule(name="searches", most=1000, per_s=HOUR_S, lease=10, of="searches among clients")
RULES: Final = (
    API_KEYS,
    WRITES,
    ANONYMOUS,
    DOORS,
    SIGN_IN,
    SIGN_IN_PLACE,
    MAGIC_LINK,
    INVITATIONS,
    INVITED,
    ADDRESS_CHANGES,
    INVITATION_AGAIN,
    OVERRIDES,
    PAYMENTS,
    GRANT_REQUESTS,
    GRANT_REQUESTS_THERE,
    IMPERSONATIONS,
    EXPORTS,
    UPLOADS,
    READINGS,
    SEARCHES,
)
READ_BURST: Final = 200
READS_PER_S: Final = 50.0
# Nobody is counted by it over an hour: a bucket in each process, which whoever only reads never meets.
READS: Final = Rule(
    name="reads",
    most=READ_BURST,
    per_s=int(READ_BURST / READS_PER_S),
    of="what somebody signed in reads, in each process",
)


_HEAD: Final = """# Limits

Counted in Valkey, by all web processes together; over it, 429 with `Retry-After`. What happens on the day is bounded as
reading is, never by the hour; styles, health and live streams are not counted. `make docs` writes this page from
`platform/rate_limits.py`.

| rule | most | in | of | without Valkey |
|---|---|---|---|---|"""


class _Lease(msgspec.Struct, frozen=True):
    """What a process has taken and not spent, `beyond` which so much was left for all when it was taken."""

    left: int
    resets_at: float
    beyond: int
    until: float = 0.0


class Buckets:
    """Token buckets in this process; the least used are forgotten first."""

    def __init__(self, *, most: float, refill_per_s: float) -> None:
        """Every bucket starts full."""
        self._most = most
        self._refill_per_s = refill_per_s
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one; 0.0 if there was one, else the seconds until there will be."""
        now = time.monotonic()
        level, since = self._levels.get(key, (self._most, now))
        level = min(self._most, level + (now - since) * self._refill_per_s)
        is_there = level >= 1
        self._levels[key] = (level - 1 if is_there else level, now)
        self._levels.move_to_end(key)
        if len(self._levels) > MOST_BUCKETS:
            self._levels.popitem(last=False)
        return 0.0 if is_there else (1 - level) / self._refill_per_s


class RateLimits:
    """The table at work."""

    def __init__(self, valkey_url: str) -> None:
        """Nothing is connected yet."""
        self._storage = RedisStorage(
            f"async+{valkey_url}",
            implementation="valkey",
            wrap_exceptions=False,
            socket_timeout=ANSWER_WITHIN_S,
            socket_connect_timeout=ANSWER_WITHIN_S,
        )
        self._windows = MovingWindowRateLimiter(self._storage)
        self._breaker = Breaker()
        self._leases: OrderedDict[tuple[str, str], _Lease] = OrderedDict()
        self._reads = Buckets(most=READ_BURST, refill_per_s=READS_PER_S)
        self._strict = {
            rule.name: Buckets(most=rule.strict, refill_per_s=rule.strict / rule.per_s) for rule in RULES if rule.strict
        }

    async def take(self, rule: Rule, who: str, *, times: int = 1) -> Measure | None:
        """Count one; how the limit stands then, or None where nobody counts. `times` as much as the rule says.

        Raises TooManyRequests with the seconds until the next is allowed.
        """
        who = sha256(who.encode()).hexdigest()[:32]  # an address is nobody's to read where things are counted
        most = rule.most * times
        spent = self._spend(rule, who)
        if spent is not None:
            return _measure(rule, most, spent.left + spent.beyond, spent.resets_at - time.time())
        item = RateLimitItemPerSecond(most, rule.per_s, namespace=rule.name)
        try:
            for cost in dict.fromkeys((rule.lease, 1)):  # near the end of the measure what is left is less than a lease
                if await self._breaker.ask(partial(self._windows.hit, item, who, cost=cost)):
                    window = await self._breaker.ask(lambda: self._windows.get_window_stats(item, who))
                    kept = self._keep(rule, who, _Lease(cost - 1, window.reset_time, window.remaining))
                    return _measure(rule, most, kept + window.remaining, window.reset_time - time.time())
            window = await self._breaker.ask(lambda: self._windows.get_window_stats(item, who))
            wait_s = window.reset_time - time.time()
        except CacheGone:
            strict = self._strict.get(rule.name)
            wait_s = 0.0 if strict is None else strict.take(who)
            if wait_s == 0:
                return None
        raise _refused(_measure(rule, most, 0, wait_s))

    def _spend(self, rule: Rule, who: str) -> _Lease | None:
        lease = self._leases.get((rule.name, who))
        if lease is None or lease.left == 0 or lease.until < time.monotonic():
            return None
        spent = self._leases[rule.name, who] = msgspec.structs.replace(lease, left=lease.left - 1)
        return spent

    def _keep(self, rule: Rule, who: str, taken: _Lease) -> int:
        if taken.left == 0:
            return 0
        now = time.monotonic()
        kept = self._leases.get((rule.name, who))  # a sibling may have taken a lease meanwhile
        left = taken.left + kept.left if kept is not None and kept.until > now else taken.left
        self._leases[rule.name, who] = msgspec.structs.replace(taken, left=left, until=now + rule.per_s)
        self._leases.move_to_end((rule.name, who))
        if len(self._leases) > MOST_BUCKETS:
            self._leases.popitem(last=False)
        return left

    async def take_invitation(self, sender: str, address: str) -> None:
        """Count a letter for who sends it and for who gets it. Raises TooManyRequests."""
        await self.take(INVITATIONS, sender)
        await self.take(INVITED, address.strip().casefold())

    def take_read(self, who: str) -> None:
        """Count a read, in this process only. Raises TooManyRequests."""
        wait_s = self._reads.take(who)
        if wait_s > 0:
            raise _refused(_measure(READS, READS.most, 0, wait_s))

    async def close(self) -> None:
        """Close every connection."""
        bridge = self._storage.bridge
        if isinstance(bridge, ValkeyBridge):
            client: Valkey = bridge.storage
            await client.aclose()


def _measure(rule: Rule, most: int, left: int, wait_s: float) -> Measure:
    return Measure(name=rule.name, most=most, per_s=rule.per_s, left=left, resets_s=max(1, ceil(wait_s)))


def _refused(measure: Measure) -> TooManyRequests:
    count_limited(measure.name)
    _log.info("limited", rule=measure.name)
    limit: JsonValue = {"name": measure.name, "most": measure.most, "per_s": measure.per_s}
    return TooManyRequests(retry_after_s=measure.resets_s, limit=limit)


def as_markdown() -> str:
    """The page docs/limits.md."""
    rows = [
        f"| `{rule.name}` | {rule.most:,} | {_span(rule.per_s)} | {rule.of} | {_without(rule)} |"
        for rule in (*RULES, READS)
    ]
    tiers = [f"{tier.label} {tier.times} ×" for tier in SupplierTier]
    return "\n".join((_HEAD, *rows, "", f"Tiers: {', '.join(tiers)}.", ""))


def _span(seconds: int) -> str:
    for size, word in ((DAY_S, "day"), (HOUR_S, "hour"), (60, "minute")):
        if seconds % size == 0:
            return word if seconds == size else f"{seconds // size} {word}s"
    return f"{seconds} seconds"


def _without(rule: Rule) -> str:
    if rule is READS:
        return "the same"
    return f"{rule.strict} in each process" if rule.strict else "not counted"
