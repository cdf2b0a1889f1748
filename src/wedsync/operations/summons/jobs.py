"""Letters to whoever can approve what waits: at once, every ten minutes, six times, until it is decided or too late.

A letter is taken once, whoever looks first: the request of an override, or the look of every minute. Before it leaves
it is asked for anew, so that nobody is called to what is decided.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.shield import show_instant
from wedsync.operations.summons import queries as q
from wedsync.platform.database import NOBODY, OPERATIONS_CHANGED, Actor, ById, NoParams, Tx
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore

EVERY: Final = timedelta(minutes=10)
MOST: Final = 6
EVERY_MINUTE: Final = "* * * * *"


async def summon_now(tx: Tx) -> None:
    """Something waits since this transaction: tell them when it has landed, not with the next minute."""
    await defer(tx, SUMMON, NoParams())


async def _look(workshop: Workshop) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        taken = await tx.all(q.SUMMON, q.HowOften(every=EVERY, most=MOST))
        for each in taken:
            await defer(tx, SEND, ById(each.id))
        if taken:
            tx.emit(OPERATIONS_CHANGED)


async def _summon(workshop: Workshop, _actor: Actor, _job: NoParams) -> None:
    await _look(workshop)


async def _send(workshop: Workshop, _actor: Actor, job: ById) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(q.SUMMONS, job)
    if found is not None:
        await workshop.mailer.send(letter(found, workshop.base_url))


SUMMON: Final = Job("operations.summon", NoParams, _summon, write_class=WriteClass.SYSTEM)
SEND: Final = Job("operations.send_summons", ById, _send, write_class=WriteClass.EXTERNAL)
JOBS: Final = (SUMMON, SEND)
SUMMON_DUE: Final = Chore(
    name="operations.summon_due", cron=EVERY_MINUTE, run=_look, write_class=WriteClass.SYSTEM, timeout_s=50
)


def letter(to: q.Summons, base_url: str) -> Letter:
    """What waits, why it waits for this person, and where."""
    if to.until is None:
        subject = "WedSync: an emergency waits for a call-back"
        why = (
            "a wedding is on, and something about it has to change. One yes is missing, which duty support may give "
            "after a call-back. Somebody will telephone, or has:"
        )
        place = "/operations/emergencies"
    else:
        subject = f"WedSync: {to.incident} waits for your approval"
        lead = " You lead the incident, so it does not go without you." if to.is_lead else ""
        why = (
            f"{to.author} asks for a release, for {to.incident}.{lead} It may be used until "
            f"{show_instant(to.until, to.zone)}. Read the reason, the plan and the image, then decide:"
        )
        place = f"/operations/overrides/{to.about}"
    return Letter(
        kind=LetterKind.EMERGENCY,
        to=to.email,
        subject=subject,
        body=f"Hello {to.name},\n\n{why}\n\n{base_url}{place}\n",
    )
