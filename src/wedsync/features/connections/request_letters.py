"""Letters about what suppliers ask a couple to share: to both partners when one asks,
to who asked when one of the two answers.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.connections.model import AREAS, THEIR_AREAS, Level
from wedsync.features.connections.request_queries import ANSWER_LETTER, REQUEST_LETTERS, AnswerLetter, RequestLetter
from wedsync.features.people.jobs import ForRow
from wedsync.kernel.ids import PersonId
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import Area, WriteClass
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter


class ToOne(msgspec.Struct, frozen=True):
    """One letter: each is a job of its own, so that one that fails repeats no other."""

    request: UUID
    person_id: PersonId


async def _tell_couple(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        for each in await tx.all(REQUEST_LETTERS, ById(job.id)):
            await defer(tx, SEND_REQUEST, ToOne(job.id, each.person_id))


async def _send_request(workshop: Workshop, _actor: Actor, job: ToOne) -> None:
    """Looked up again: what was answered or withdrawn meanwhile is not asked any more."""
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.all(REQUEST_LETTERS, ById(job.request))
    to = next((each for each in found if each.person_id == job.person_id), None)
    if to is not None:
        await workshop.mailer.send(request_letter(to, workshop.base_url))


async def _send_answer(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(ANSWER_LETTER, ById(job.id))
    if found is not None:
        await workshop.mailer.send(answer_letter(found, workshop.base_url))


SEND_REQUEST: Final = Job("connections.send_request", ToOne, _send_request, write_class=WriteClass.EXTERNAL)
TELL_COUPLE: Final = Job("connections.tell_couple", ForRow, _tell_couple, write_class=WriteClass.SYSTEM)
SEND_ANSWER: Final = Job("connections.send_answer", ForRow, _send_answer, write_class=WriteClass.EXTERNAL)
JOBS: Final = (TELL_COUPLE, SEND_REQUEST, SEND_ANSWER)


def request_letter(to: RequestLetter, base_url: str) -> Letter:
    """What is asked, by whom and why, and where it is answered."""
    label, sentence = AREAS[Area(to.area)]
    much = "all of it" if to.level == Level.EVERYTHING else "what their work usually needs of it"
    wish = f"{much}, and to change it for you" if to.can_write else much
    body = (
        f"Hello {to.name},\n\n{to.asker} of {to.supplier} asks to see more of “{to.title}”:\n\n"
        f"{label}: {sentence[:1].lower()}{sentence[1:]}\nThey ask for {wish}.\n\nWhy: {to.reason}\n\n"
        f"You decide, and can take it back at any time. Until you do, nothing changes.\n"
        f"{base_url}/w/{to.wedding_id}/suppliers/{to.supplier_id}\n"
    )
    return Letter(kind=LetterKind.REQUESTS, to=to.email, subject=f"{to.supplier} asks for: {label.lower()}", body=body)


def answer_letter(found: AnswerLetter, base_url: str) -> Letter:
    """What the couple answered."""
    label = THEIR_AREAS[Area(found.area)][0].lower()
    if found.answer == "given":
        subject, said = f"{found.title} share: {label}", f"“{found.title}” share what you asked for: {label}."
    else:
        subject = f"{found.title} keep to themselves: {label}"
        said = f"“{found.title}” would rather not share what you asked for: {label}.\nNothing else changes."
    where = f"{base_url}/s/{found.supplier_id}/weddings/{found.wedding_id}"
    return Letter(
        kind=LetterKind.REQUESTS, to=found.email, subject=subject, body=f"Hello {found.name},\n\n{said}\n\n{where}\n"
    )
