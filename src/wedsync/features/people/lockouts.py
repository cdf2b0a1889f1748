"""Wrong passwords: after so many an account waits. Links are never blocked; nobody learns whether an address is known.

Each try is counted before it is looked at, in a transaction of its own, whatever becomes of the request.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from wedsync.features.people.jobs import SEND_EVENT, ForRow
from wedsync.features.people.security_queries import BEGIN_TRY, END_TRIES, NOTE_LOCKOUT, Account, Lockout, Try
from wedsync.kernel.ids import PersonId, new_id
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import LockedOut
from wedsync.platform.database import NOBODY, Database, Tx, open_action
from wedsync.platform.jobs import defer
from wedsync.platform.tokens import Sealer, token_hash

# For how long each stage lasts; the guard's functions (5_lockouts.sql) say when one is reached.
WAITS: Final = ("", "for 30 minutes", "for 24 hours", "until our support ends it, or, for passwords, another is chosen")
NOBODYS: Final = PersonId(UUID(int=0))


def account_of(sealer: Sealer, address: str) -> Account:
    """What failures are counted by: nobody reads an address from it."""
    return Account(account=token_hash(sealer.sign("password tries", address.encode())))


def codes_of(sealer: Sealer, address: str) -> Account:
    """The same for codes of the second step, which are counted apart."""
    return account_of(sealer, f"code of {address}")


@open_action(write_class=WriteClass.SECURITY)
async def begin_try(tx: Tx, account: Account) -> Try:
    """Count a try as a failure."""
    return await tx.one(BEGIN_TRY, account)


@open_action(write_class=WriteClass.SECURITY)
async def end_tries(tx: Tx, account: Account) -> None:
    """It was right: what was counted is forgotten."""
    await tx.run(END_TRIES, account)


@open_action(write_class=WriteClass.SECURITY)
async def note_lockout(tx: Tx, person: PersonId, stage: int) -> None:
    """Write it down, and have a letter sent; for `NOBODYS` the same is done, and neither."""
    new = Lockout(person=person, event=new_id(), detail=WAITS[stage])
    await tx.run(NOTE_LOCKOUT, new)
    await defer(tx, SEND_EVENT, ForRow(new.event))


class Tries:
    """The tries at one account. Each of the three is a transaction of its own."""

    def __init__(self, database: Database, account: Account) -> None:
        """Nothing is counted yet."""
        self._database = database
        self._account = account
        self._stage = 0

    async def begin(self) -> None:
        """Before it is looked at. Raises LockedOut."""
        async with self._database.transaction(NOBODY) as tx:
            begun = await begin_try(tx, self._account)
        if not begun.is_taken:
            raise LockedOut
        self._stage = begun.stage

    async def was_wrong(self, person: PersonId | None) -> None:
        """It was, and may have been one too many."""
        if self._stage > 0:
            async with self._database.transaction(NOBODY) as tx:
                await note_lockout(tx, person or NOBODYS, self._stage)

    async def was_right(self) -> None:
        """It was."""
        async with self._database.transaction(NOBODY) as tx:
            await end_tries(tx, self._account)
