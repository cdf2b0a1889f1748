"""Passwords: argon2id, off the event loop, a bounded number at once, and the same time for unknown addresses."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Final, NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# Only `hash_password` makes one. Actions ask for it and not for a password: no transaction waits while one is computed.
PasswordHash = NewType("PasswordHash", str)
SHORTEST: Final = 12
LONGEST: Final = 200
# Each takes 19 MiB for some 20 ms (OWASP's second profile); two at once keep a sign-in rush from taking the machine.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE: Final = asyncio.Semaphore(2)


async def hash_password(password: str) -> PasswordHash:
    """The argon2id hash to store."""
    async with _AT_ONCE:
        return PasswordHash(await asyncio.to_thread(_HASHER.hash, password))


async def is_password(stored: str | None, password: str) -> bool:
    """Whether it is the password. `stored` None costs the same time and is never right."""
    async with _AT_ONCE:
        return await asyncio.to_thread(_verify, stored or _nobodys(), password) and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("a password that nobody has")
