"""Letters about a business that changes hands: to both, when it is offered and when it is done."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.ownership_queries import LETTER, OwnershipLetter
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.jobs import Job, Workshop
from wedsync.platform.mail import Letter

OFFER_CODE: Final = "ownership offer"


class ToOneOfTwo(msgspec.Struct, frozen=True):
    """One letter about an offer: each is a job of its own, so that one that fails repeats no other."""

    offer: UUID
    is_to_receiver: bool


async def _send_offer(workshop: Workshop, _actor: Actor, job: ToOneOfTwo) -> None:
    found = await _found(workshop, job)
    if found is None or found.outcome is not None:  # withdrawn, over, or taken up meanwhile
        return
    if job.is_to_receiver:
        code = workshop.database.sealer.token(OFFER_CODE, job.offer)
        await workshop.mailer.send(offered_letter(found, f"{workshop.base_url}/ownership/{code}"))
    else:
        await workshop.mailer.send(offering_letter(found, f"{workshop.base_url}/s/{found.supplier_id}/team"))


async def _send_transfer(workshop: Workshop, _actor: Actor, job: ToOneOfTwo) -> None:
    found = await _found(workshop, job)
    if found is not None and found.outcome is not None:
        await workshop.mailer.send(transfer_letter(found, is_to_receiver=job.is_to_receiver))


async def _found(workshop: Workshop, job: ToOneOfTwo) -> OwnershipLetter | None:
    async with workshop.database.transaction(NOBODY) as tx:
        return await tx.maybe(LETTER, ById(job.offer))


SEND_OFFER: Final = Job("people.send_offer", ToOneOfTwo, _send_offer, write_class=WriteClass.EXTERNAL)
SEND_TRANSFER: Final = Job("people.send_transfer", ToOneOfTwo, _send_transfer, write_class=WriteClass.EXTERNAL)
JOBS: Final = (SEND_OFFER, SEND_TRANSFER)


def offered_letter(found: OwnershipLetter, link: str) -> Letter:
    """To whom a business is offered."""
    body = (
        f"Hello {found.receiver_name},\n\n{found.owner_name} would like you to own {found.business} on WedSync.\n"
        "An owner does all that an admin does, and alone can hand the business on.\n\n"
        f"If you agree, open this link, signed in as yourself:\n{link}\n\n"
        f"It works once, until {show_instant(found.expires_at, 'Europe/London')}. "
        "If you would rather not, you need not do anything.\n"
    )
    return Letter(
        kind=LetterKind.SECURITY, to=found.receiver_email, subject=f"Will you own {found.business}?", body=body
    )


def offering_letter(found: OwnershipLetter, team_url: str) -> Letter:
    """To the owner: it was asked for in their name, and how to take it back."""
    until = show_instant(found.expires_at, "Europe/London")
    body = (
        f"Hello {found.owner_name},\n\nYou offered {found.business} to {found.receiver_name} on WedSync.\n"
        f"Nothing changes until they agree. They can until {until}; then they own it, and you are an admin.\n\n"
        f"If you have changed your mind, or if that was not you, withdraw it here: {team_url}\n"
        "If it was not you, choose another password too: it signs every device out.\n"
    )
    return Letter(
        kind=LetterKind.SECURITY,
        to=found.owner_email,
        subject=f"You offered {found.business} to {found.receiver_name}",
        body=body,
    )


def transfer_letter(found: OwnershipLetter, *, is_to_receiver: bool) -> Letter:
    """To both: who owns it now."""
    if is_to_receiver:
        to, name = found.receiver_email, found.receiver_name
        said = f"You own {found.business} now. {found.owner_name} is an admin."
    else:
        to, name = found.owner_email, found.owner_name
        said = (
            f"{found.receiver_name} owns {found.business} now. You are an admin.\n"
            "Only they can hand it on, to you or to somebody else."
        )
    body = f"Hello {name},\n\n{said}\n"
    return Letter(kind=LetterKind.SECURITY, to=to, subject=f"{found.business} has another owner", body=body)
