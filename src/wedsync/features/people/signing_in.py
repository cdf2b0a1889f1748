"""Passwords: signing in with one, proving it again, choosing one.

A wrong password and an unknown address cause the same work and the same words; all of it is done before a transaction.
"""

from __future__ import annotations

from typing import Final

from wedsync.features.people.model import BARRED_PASSWORDS, read_address, read_password
from wedsync.features.people.queries import MY_SECRET, SIGN_IN_SECRET, ByEmail, Chooser
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.ids import PersonId
from wedsync.kernel.problems import Forbidden, Invalid
from wedsync.platform.auth import Session
from wedsync.platform.database import NoParams, Reader
from wedsync.platform.passwords import PasswordHash, hash_password, is_password
from wedsync.platform.rate_limits import SIGN_IN, SIGN_IN_PLACE, RateLimits

REFUSAL: Final = "That address and password do not belong together. Check both, or ask for a link instead."

NOT_AGAIN: Final = "This is not your password. Try again, or have a link sent instead."


class Proof:
    """Checks passwords for one place: guesses are counted by place and by the address as it is meant, however spelt.

    It reads and computes before anybody opens a transaction, so that guessing holds up no write.
    """

    def __init__(self, reader: Reader, limits: RateLimits, place: str) -> None:
        """`place` is the network address the request comes from."""
        self._reader = reader
        self._limits = limits
        self._place = place

    async def person(self, email: str, password: str) -> PersonId:
        """Whose address and password these are. Raises Forbidden, whatever was wrong, and TooManyRequests."""
        try:
            address = read_address(email)
        except FieldError:
            address = ""
        await self._limits.take(SIGN_IN_PLACE, self._place)
        await self._limits.take(SIGN_IN, address)
        found = await self._reader.maybe(SIGN_IN_SECRET, ByEmail(address))
        is_right = await is_password(None if found is None else found.password_hash, password)
        if found is None or not is_right:
            raise Forbidden(REFUSAL)
        return found.person_id

    async def again(self, session: Session, current: str) -> None:
        """Before something dangerous: an unlocked telephone is not enough. Raises Forbidden, and TooManyRequests."""
        await self._limits.take(SIGN_IN, str(session.person_id))
        found = await self._reader.maybe(MY_SECRET, NoParams())
        if not await is_password(None if found is None else found.password_hash, current):
            raise Forbidden(NOT_AGAIN)


async def chosen_password(raw: str, chooser: Chooser) -> PasswordHash:
    """A password as it will be stored, computed before anybody opens a transaction. Raises Invalid."""
    try:
        password = read_password(raw, (chooser.email, chooser.name))
    except FieldError as error:
        raise Invalid(errors=[{"field": "password", "detail": error.detail}]) from None
    for earlier in chooser.hashes:
        if await is_password(earlier, password):
            had = f"You had this one before: it is among your last {BARRED_PASSWORDS}. Take another."
            raise Invalid(errors=[{"field": "password", "detail": had}])
    return await hash_password(password)
