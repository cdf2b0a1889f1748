"""Passwords: signing in with one, proving it again, choosing one.

A wrong password and an unknown address cause the same work and the same words; all of it is done before a transaction.
"""

from __future__ import annotations

from typing import Final

from wedsync.features.people.codes import prove_code
from wedsync.features.people.lockouts import Tries, account_of
from wedsync.features.people.model import BARRED_PASSWORDS, read_address, read_password
from wedsync.features.people.queries import MY_SECRET, SIGN_IN_SECRET, ByEmail, Chooser, Secret
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.ids import PersonId
from wedsync.kernel.problems import Forbidden, Invalid, LockedOut
from wedsync.platform.auth import Session
from wedsync.platform.database import NOBODY, Actor, NoParams
from wedsync.platform.forms import said
from wedsync.platform.http import Exchange
from wedsync.platform.passwords import PasswordHash, hash_password, is_password
from wedsync.platform.rate_limits import SIGN_IN, SIGN_IN_PLACE

REFUSAL: Final = "That address and password do not belong together. Check both, or ask for a link instead."

NOT_AGAIN: Final = "This is not your password. Try again, or have a link sent instead."


class Proof:
    """Checks passwords for one request: guesses are counted by place and by account, however the address is spelt.

    It reads and computes before the request's transaction, so that guessing holds up no write; what it counts stays
    counted whatever becomes of the request.
    """

    def __init__(self, exchange: Exchange) -> None:
        """The place is the network address that the request comes from."""
        self._place = exchange.address
        self._services = exchange.services

    async def person(self, email: str, password: str) -> PersonId:
        """Whose address and password these are.

        Raises Forbidden, whatever was wrong; LockedOut, TooManyRequests.
        """
        await self._services.limits.take(SIGN_IN_PLACE, self._place)
        try:
            address = read_address(email)
        except FieldError:
            raise Forbidden(REFUSAL) from None
        await self._services.limits.take(SIGN_IN, address)
        found = await self._services.database.reader(NOBODY).maybe(SIGN_IN_SECRET, ByEmail(address))
        if not await self._is_right(address, found, password) or found is None:
            raise Forbidden(REFUSAL)
        return found.person_id

    async def again(self, session: Session, password: str) -> None:
        """Before something dangerous: an unlocked telephone is not enough. Raises as `person`."""
        await self._services.limits.take(SIGN_IN, str(session.person_id))
        reader = self._services.database.reader(Actor(person_id=session.person_id))
        mine = await reader.one(MY_SECRET, NoParams())
        if not await self._is_right(mine.email, mine, password):
            raise Forbidden(NOT_AGAIN)

    async def _is_right(self, address: str, secret: Secret | None, password: str) -> bool:
        tries = Tries(self._services.database, account_of(self._services.sealer, address))
        await tries.begin()
        is_right = await is_password(None if secret is None else secret.password_hash, password)
        if is_right:
            await tries.was_right()
        else:
            await tries.was_wrong(None if secret is None else secret.person_id)
        return is_right


async def again(exchange: Exchange, *, password: str = "", code: str = "") -> None:
    """They show once more who they are, by either. Raises Forbidden, LockedOut, TooManyRequests."""
    session = exchange.signed_in()
    if code:
        await prove_code(exchange, session.person_id, code)
    else:
        await Proof(exchange).again(session, password)


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


def in_words(refusal: Forbidden | LockedOut) -> str:
    """A refusal on the page where it was tried: wrong in a sentence, locked with the way on."""
    return said(refusal) if isinstance(refusal, LockedOut) else refusal.detail
