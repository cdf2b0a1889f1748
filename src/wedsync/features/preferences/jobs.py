"""The letter of once a day: what was held for somebody goes together, in its order.

Taking and queueing are one transaction; what is sent is kept no longer. A job that is cut off finds its batch again.
"""

from __future__ import annotations

from typing import Final

from wedsync.features.preferences import letter_queries as q
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.formats import plural
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore

AT_ONCE: Final = 500


async def _take(workshop: Workshop) -> None:
    """Each transaction takes a part, with its letters. Safe to run at any time, and twice."""
    taken = AT_ONCE
    while taken == AT_ONCE:
        async with workshop.database.transaction(NOBODY) as tx:
            batches = await tx.all(q.TAKE_HELD, q.Most(AT_ONCE))
            for each in batches:
                await defer(tx, SEND_DAILY, ById(each.id))
            taken = len(batches)


async def _send(workshop: Workshop, _actor: Actor, job: ById) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.all(q.HELD_IN, job)
    if found:
        await workshop.mailer.send(daily_letter(found))
    async with workshop.database.transaction(NOBODY) as tx:
        await tx.run(q.DROP_HELD, job)


SEND_DAILY: Final = Job("preferences.send_daily", ById, _send, write_class=WriteClass.EXTERNAL)
JOBS: Final = (SEND_DAILY,)
TAKE_DAILY: Final = Chore(name="preferences.take_daily", cron="*/5 * * * *", run=_take, write_class=WriteClass.SYSTEM)


def daily_letter(found: list[q.InBatch]) -> Letter:
    """All of them, each under its subject; one alone is told as it was."""
    to = found[0]
    if len(found) == 1:
        return Letter(to=to.email, kind=LetterKind.DAILY, subject=to.subject, body=to.body)
    parts = [f"== {each.subject}\n\n{each.body.strip()}" for each in found]
    body = "\n\n".join([f"Hello {to.name},\n\nthis is what came since yesterday.", *parts])
    subject = plural(len(found), "letter", "letters") + " in one"
    return Letter(to=to.email, kind=LetterKind.DAILY, subject=subject, body=f"{body}\n")
