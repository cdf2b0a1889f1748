"""Ending the wait of somebody who was locked out. They are told; links let them in all the while."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.jobs import SEND_EVENT, ForRow
from wedsync.features.people.lockouts import account_of, codes_of
from wedsync.kernel.ids import PersonId, new_id
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import CELL, Query, Tx, action
from wedsync.platform.jobs import defer

NOT_WAITING: Final = "Nobody waits under this address: passwords and codes are taken, or it is spelt otherwise."


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Who is let in, by address and by what failures are counted by, of passwords and of codes."""

    accounts: tuple[bytes, ...]
    address: str
    event: UUID


class LetIn(msgspec.Struct, frozen=True):
    """Whether anybody was waiting."""

    was_waiting: bool


LET_IN: Final = Query(Waiting, LetIn, "select app.let_in(%(accounts)s, %(address)s, %(event)s) as was_waiting")


@action(requires=Permission.SUPPORT, on=CELL, write_class=WriteClass.SECURITY)
async def let_in(tx: Tx, operator: PersonId, address: str) -> None:
    """Take passwords and codes for this address again. Raises NotFound when they are taken."""
    _ = operator
    accounts = (account_of(tx.sealer, address).account, codes_of(tx.sealer, address).account)
    waiting = Waiting(accounts=accounts, address=address, event=new_id())
    if not (await tx.one(LET_IN, waiting)).was_waiting:
        raise NotFound(NOT_WAITING)
    await defer(tx, SEND_EVENT, ForRow(waiting.event))
