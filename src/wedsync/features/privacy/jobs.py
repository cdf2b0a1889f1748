"""Letters about one's data: what was asked for, and that it was done."""

from __future__ import annotations

from typing import Final

from wedsync.features.people.jobs import ForRow
from wedsync.features.privacy.model import STAYS, Begun, Receipt
from wedsync.features.privacy.queries import RECEIPT
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.jobs import Job, Workshop
from wedsync.platform.mail import Letter


async def _send_receipt(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(RECEIPT, ById(job.id))
    if found is not None:  # done or withdrawn meanwhile: there is nothing to confirm
        await workshop.mailer.send(receipt(found, f"{workshop.base_url}/you/data"))


SEND_RECEIPT: Final = Job("privacy.send_receipt", ForRow, _send_receipt, write_class=WriteClass.SYSTEM)
JOBS: Final = (SEND_RECEIPT,)


def receipt(found: Receipt, page: str) -> Letter:
    """The letter that confirms a request, at once."""
    what = f"your part in “{found.title}”" if found.title else "everything that we keep about you"
    body = (
        f"Hello {found.name},\n\nYou asked us to erase {what}. We begin in 24 hours and are done within 7 days; "
        "while a wedding of yours is on, within 7 days of its end. From now on suppliers no longer read your email "
        f"address, phone number and postal address.\n\nUntil we begin you can take it back:\n\n{page}\n\n"
        "If you did not ask for this, take it back there and choose another password.\n"
    )
    return Letter(to=found.email, subject="You asked to be forgotten", body=body)


def farewell(done: Begun) -> Letter:
    """The letter that tells that it was done: the last one to this address."""
    what = f"your part in “{done.titles[0]}”" if done.wedding_id is not None and done.titles else "everything about you"
    stays = "\n".join(f"- {each}" for each in STAYS)
    body = f"Hello {done.name},\n\nWe have erased {what}.\n\nWhat stays, and why:\n\n{stays}\n"
    return Letter(to=done.email, subject="You are forgotten", body=body)
