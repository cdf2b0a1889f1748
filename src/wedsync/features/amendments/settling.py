"""Ending what only time or a leaving could decide, every five minutes: no yes is lost, and nothing waits for nobody.

What both agreed to while the wedding was read-only takes effect once it is open; what waited for a partner who has left
is decided by the rule as it stands now; what nothing can come of any more lapses. Each whole, or not at all.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from wedsync.features.amendments import actions
from wedsync.features.amendments import queries as q
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.problems import Problem
from wedsync.platform.database import NOBODY, Actor
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.queue import Chore

AT_ONCE: Final = 500


async def _look(workshop: Workshop) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        for each in await tx.all(q.TO_END, q.Most(AT_ONCE)):
            await defer(tx, SETTLE, each)


async def _settle(workshop: Workshop, _actor: Actor, job: q.Ended) -> None:
    """In a partner's name, with their rights as they are now. What is refused is looked at again at the next turn."""
    with suppress(Problem):
        async with workshop.database.transaction(Actor(person_id=job.person_id)) as tx:
            await actions.settle(tx, job.wedding_id, job.amendment_id)


SETTLE: Final = Job("amendments.settle", q.Ended, _settle, write_class=WriteClass.LEDGER)
SETTLE_DUE: Final = Chore(name="amendments.settle_due", cron="*/5 * * * *", run=_look, write_class=WriteClass.SYSTEM)
JOBS: Final = (SETTLE,)
