"""The letters about another address: two that ask, and those that say what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from wedsync.features.people.address_model import LASTS_TEXT, LINK, AddressState, code_of
from wedsync.features.people.address_queries import LETTER, AddressLetter
from wedsync.features.people.jobs import ForRow
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.jobs import Job, Workshop
from wedsync.platform.mail import Letter

Written = Callable[[Workshop, ForRow, AddressLetter], Letter]


def _sends(state: AddressState, written: Written) -> Callable[[Workshop, Actor, ForRow], Awaitable[None]]:
    """Sends a letter while a change stands so: what it says would be untrue otherwise."""

    async def send(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
        async with workshop.database.transaction(NOBODY) as tx:
            found = await tx.maybe(LETTER, ById(job.id))
        if found is not None and found.state is state:
            await workshop.mailer.send(written(workshop, job, found))

    return send


def _code_letter(workshop: Workshop, job: ForRow, found: AddressLetter) -> Letter:
    body = (
        f"Hello {found.name},\n\nYou asked to sign in to WedSync with this address. Your code is\n\n"
        f"{code_of(workshop.database.sealer, job.id)}\n\n"
        f"Type it where you asked: {workshop.base_url}/you/address\nIt works for {LASTS_TEXT}.\n\n"
        "If you did not ask, you need not do anything: without the code nothing happens.\n"
    )
    return Letter(kind=LetterKind.SECURITY, to=found.email, subject="Your code to confirm this address", body=body)


def _link_letter(workshop: Workshop, job: ForRow, found: AddressLetter) -> Letter:
    link = f"{workshop.base_url}/address/{workshop.database.sealer.token(LINK, job.id)}"
    body = (
        f"Hello {found.name},\n\nSomebody who is signed in as you asked to sign in with another address from now on: "
        f"{found.email}\n\nIf that was you, confirm it here:\n{link}\n\n"
        f"If it was not you, refuse it here, and then choose another password:\n{link}/refusal\n\n"
        f"Both work for {LASTS_TEXT}, once. Until then nothing changes.\n"
    )
    return Letter(kind=LetterKind.SECURITY, to=found.old_email, subject="Another address to sign in with?", body=body)


def _changed_letter(_workshop: Workshop, _job: ForRow, found: AddressLetter) -> Letter:
    body = (
        f"Hello {found.name},\n\n"
        f"You sign in to WedSync with {found.email} from now on, and no longer with this address.\n"
        "Your other devices were signed out, and links that were sent to you work no longer.\n\n"
        "If that was not you, answer this letter at once: we look into it.\n"
    )
    return Letter(kind=LetterKind.SECURITY, to=found.old_email, subject="Your address was changed", body=body)


def _taken_letter(_workshop: Workshop, _job: ForRow, found: AddressLetter) -> Letter:
    body = (
        f"Hello {found.name},\n\nYou asked to sign in to WedSync with {found.email}. Somebody has an account with that "
        "address already, so nothing has changed: you sign in with this one as before.\n\n"
        "If the other account is yours too, sign in there, or ask for another address for it first.\n"
    )
    return Letter(kind=LetterKind.SECURITY, to=found.old_email, subject="Your address could not be changed", body=body)


SEND_CODE: Final = Job(
    "people.send_address_code", ForRow, _sends(AddressState.OPEN, _code_letter), write_class=WriteClass.EXTERNAL
)
SEND_LINK: Final = Job(
    "people.send_address_link", ForRow, _sends(AddressState.OPEN, _link_letter), write_class=WriteClass.EXTERNAL
)
SEND_CHANGED: Final = Job(
    "people.send_address_changed",
    ForRow,
    _sends(AddressState.CHANGED, _changed_letter),
    write_class=WriteClass.EXTERNAL,
)
SEND_TAKEN: Final = Job(
    "people.send_address_taken", ForRow, _sends(AddressState.TAKEN, _taken_letter), write_class=WriteClass.EXTERNAL
)
JOBS: Final = (SEND_CODE, SEND_LINK, SEND_CHANGED, SEND_TAKEN)
