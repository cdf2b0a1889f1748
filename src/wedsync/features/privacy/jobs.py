"""Letters about one's data: what was asked for, and that it was done."""

from __future__ import annotations

from typing import Final

from wedsync.features.people.jobs import ForRow
from wedsync.features.privacy.model import STAYS, Answered, Begun, Kind, Outcome, Receipt
from wedsync.features.privacy.queries import ANSWER, RECEIPT
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.jobs import Job, Workshop
from wedsync.platform.mail import Letter

COMPLAIN: Final = "If you do not agree, you may complain to the Information Commissioner: https://ico.org.uk"


async def _send_receipt(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(RECEIPT, ById(job.id))
    if found is not None:  # done or withdrawn meanwhile: there is nothing to confirm
        await workshop.mailer.send(receipt(found, f"{workshop.base_url}/you/data"))


SEND_RECEIPT: Final = Job("privacy.send_receipt", ForRow, _send_receipt, write_class=WriteClass.SYSTEM)


async def _send_answer(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(ANSWER, ById(job.id))
    if found is not None:
        await workshop.mailer.send(answer(found, f"{workshop.base_url}/you/data"))


SEND_ANSWER: Final = Job("privacy.send_answer", ForRow, _send_answer, write_class=WriteClass.SYSTEM)
JOBS: Final = (SEND_RECEIPT, SEND_ANSWER)


def receipt(found: Receipt, page: str) -> Letter:
    """The letter that confirms a request, at once."""
    return _noted(found, page) if found.kind is Kind.RECTIFICATION else _leaving(found, page)


def answer(found: Answered, page: str) -> Letter:
    """The letter with what was put right, or why not."""
    is_done = found.outcome is Outcome.DONE
    what = "We have put right what you told us:" if is_done else "We have not changed what you told us about:"
    more = "" if is_done else f"\n\n{COMPLAIN}"
    body = f"Hello {found.name},\n\n{what}\n\n{found.told}{more}\n\nWhat you asked for stands here:\n\n{page}\n"
    return Letter(kind=LetterKind.YOUR_DATA, to=found.email, subject="What became of your correction", body=body)


def _noted(found: Receipt, page: str) -> Letter:
    body = (
        f"Hello {found.name},\n\nYou told us that something we keep about you is wrong. A person looks at it, and "
        f"answers you within 7 days. Here you see how it stands, and can take it back:\n\n{page}\n"
    )
    return Letter(kind=LetterKind.YOUR_DATA, to=found.email, subject="You asked us to put something right", body=body)


def _leaving(found: Receipt, page: str) -> Letter:
    what = f"your part in “{found.title}”" if found.title else "everything that we keep about you"
    body = (
        f"Hello {found.name},\n\nYou asked us to erase {what}. We begin in 24 hours and are done within 7 days; "
        "while a wedding of yours is on, within 7 days of its end. From now on suppliers no longer read your email "
        f"address, phone number and postal address.\n\nUntil we begin you can take it back:\n\n{page}\n\n"
        "If you did not ask for this, take it back there and choose another password.\n"
    )
    return Letter(kind=LetterKind.YOUR_DATA, to=found.email, subject="You asked to be forgotten", body=body)


def farewell(done: Begun) -> Letter:
    """The letter that tells that it was done: the last one to this address."""
    what = f"your part in “{done.titles[0]}”" if done.wedding_id is not None and done.titles else "everything about you"
    stays = "\n".join(f"- {each}" for each in STAYS)
    body = f"Hello {done.name},\n\nWe have erased {what}.\n\nWhat stays, and why:\n\n{stays}\n"
    return Letter(kind=LetterKind.YOUR_DATA, to=done.email, subject="You are forgotten", body=body)
