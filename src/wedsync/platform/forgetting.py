"""What is kept for a while only: answers for repeated requests, sign-in links, sign-ups that nobody
finished, security events, failures at passwords, the rows of lists that can no longer be undone,
receipts of reading, addresses that were asked for, and which reminders went to whom.
"""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, NoParams, Query
from wedsync.platform.jobs import Workshop
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

_log = Log("forgetting")


class Forgotten(msgspec.Struct, frozen=True):
    """How many rows went."""

    answers: int
    links: int
    list_rows: int
    events: int
    tries: int
    receipts: int
    impersonations: int
    uses: int
    addresses: int
    reminders: int


FORGET_ALL: Final = Query(
    NoParams,
    Forgotten,
    "select app.forget_answers() as answers, app.forget_links() as links, app.forget_lists() as list_rows,"
    " app.forget_events() as events, app.forget_tries() as tries, app.forget_receipts() as receipts,"
    " app.forget_impersonations() as impersonations,"
    " app.forget_uses() as uses, app.forget_addresses() as addresses, app.forget_reminders() as reminders",
)


async def forget(workshop: Workshop) -> None:
    """Remove what has had its time. Safe to run at any time, and twice."""
    async with workshop.database.transaction(NOBODY) as tx:
        gone = await tx.one(FORGET_ALL, NoParams())
    _log.info(
        "forgotten",
        answers=gone.answers,
        links=gone.links,
        list_rows=gone.list_rows,
        events=gone.events,
        tries=gone.tries,
        receipts=gone.receipts,
        impersonations=gone.impersonations,
        uses=gone.uses,
        addresses=gone.addresses,
        reminders=gone.reminders,
    )


FORGET: Final = Chore(name="platform.forget", cron="17 * * * *", run=forget, write_class=WriteClass.SYSTEM)
