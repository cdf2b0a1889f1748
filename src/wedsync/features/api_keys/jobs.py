"""The letter before a key ends: a week ahead, or a day where another has taken its place. Once."""

from __future__ import annotations

from typing import Final

from wedsync.features.api_keys.queries import ENDING_LETTER, TELL_OF_ENDING, EndingLetter
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.shield import show_instant
from wedsync.platform.api_keys import PREFIX
from wedsync.platform.database import NOBODY, Actor, ById, NoParams
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore


async def _look(workshop: Workshop) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        for each in await tx.all(TELL_OF_ENDING, NoParams()):
            await defer(tx, SEND_ENDING, each)


async def _send(workshop: Workshop, _actor: Actor, job: ById) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(ENDING_LETTER, job)
    if found is not None:  # ended meanwhile: there is nothing to warn of
        await workshop.mailer.send(ending_letter(found, workshop.base_url))


SEND_ENDING: Final = Job("api_keys.send_ending", ById, _send, write_class=WriteClass.EXTERNAL)
JOBS: Final = (SEND_ENDING,)
TELL_ENDING: Final = Chore(name="api_keys.tell_ending", cron="37 * * * *", run=_look, write_class=WriteClass.SECURITY)


def ending_letter(found: EndingLetter, base_url: str) -> Letter:
    """To whoever made it: which key, until when, and what to do."""
    what = f"The key “{found.key_name}” ({PREFIX}{found.public_id}…) of {found.business}"
    then = (
        "Another key has taken its place. Whatever still comes under this one is refused from then on."
        if found.is_followed
        else "Make the key that follows it, and both work until you have changed your program over."
    )
    body = (
        f"Hello {found.name},\n\n{what} ends on {show_instant(found.ends_at, 'Europe/London')}. {then}\n\n"
        f"{base_url}/s/{found.supplier_id}/keys\n"
    )
    return Letter(
        kind=LetterKind.SECURITY, to=found.email, subject=f"A key of {found.business} is about to end", body=body
    )
