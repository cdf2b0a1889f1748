"""Ending what only time or a leaving could decide, every five minutes: no yes is lost, and nothing waits for nobody.

What both agreed to while the wedding was read-only takes effect once it is open; what waited for a partner who has left
is decided by the rule as it stands now; what nothing can come of any more lapses. Each whole, or not at all.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from uuid import UUID

from wedsync.features.amendments import actions
from wedsync.features.amendments import queries as q
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import Problem
from wedsync.platform.database import NOBODY, Actor
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.queue import Chore

AT_ONCE: Final = 500


async def _look(workshop: Workshop) -> None:
    """All of it, a part at a time: what is refused turn after turn holds up nothing behind it."""
    page = q.EndPage(after_wedding=UUID(int=0), after_amendment=UUID(int=0), most=AT_ONCE)
    while found := await _part(workshop, page):
        last = found[-1]
        page = q.EndPage(after_wedding=last.wedding_id, after_amendment=last.amendment_id, most=AT_ONCE)


async def _part(workshop: Workshop, page: q.EndPage) -> list[q.Ended]:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.all(q.TO_END, page)
        for each in found:
            await defer(tx, SETTLE, each)
    return found


async def _settle(workshop: Workshop, _actor: Actor, job: q.Ended) -> None:
    """In a partner's name, with their rights as they are now. What is refused is looked at again at the next turn."""
    with suppress(Problem):
        async with workshop.database.transaction(Actor(person_id=job.person_id)) as tx:
            await actions.settle(tx, job.wedding_id, job.amendment_id)


SETTLE: Final = Job("amendments.settle", q.Ended, _settle, write_class=WriteClass.LEDGER)
SETTLE_DUE: Final = Chore(name="amendments.settle_due", cron="*/5 * * * *", run=_look, write_class=WriteClass.SYSTEM)
JOBS: Final = (SETTLE,)
