"""Reminding of what nobody has seen, every five minutes: one letter a person, over all businesses and weddings.

The database takes what is due, each reminder once, with the jobs of its letters. A letter names no value: whoever may
read it looks. By night it waits for the morning, unless a wedding is less than a week away.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.acknowledgements import queries as q
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId, new_id
from wedsync.kernel.letters import LetterKind, quiet_until
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor
from wedsync.platform.formats import plural
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore

AT_ONCE: Final = 500


class ToOne(msgspec.Struct, frozen=True, kw_only=True):
    """One letter: whichever job of a reminder comes first takes it, and says all that is due by then."""

    person_id: PersonId
    reminder_id: UUID
    letter_id: UUID
    is_urgent: bool = False


async def chase(workshop: Workshop) -> None:
    """Take what is due; each transaction takes a part, with its letters. Safe to run at any time, and twice."""
    while await _part(workshop):
        pass


async def _part(workshop: Workshop) -> bool:
    async with workshop.database.transaction(NOBODY) as tx:
        taken = await tx.one(q.CHASE, q.Most(AT_ONCE))
        for each in taken.people:
            at = None if each.is_urgent else quiet_until(each.zone, utc_now(), each.quiet)
            to = ToOne(
                person_id=each.person_id,
                reminder_id=each.reminder_id,
                letter_id=new_id(),
                is_urgent=each.is_urgent,
            )
            await defer(tx, SEND, to, at=at)
    return taken.changes == AT_ONCE


async def _send(workshop: Workshop, _actor: Actor, job: ToOne) -> None:
    """Looked up now: what was seen meanwhile, or is not shared any more, is not asked for."""
    one = q.OneReminder(person_id=job.person_id, reminder_id=job.reminder_id, letter_id=job.letter_id)
    async with workshop.database.transaction(NOBODY) as tx:
        lines = await tx.all(q.TAKE_REMINDER, one)
    if lines:
        await workshop.mailer.send(letter(lines, workshop.base_url, is_urgent=job.is_urgent))


SEND: Final = Job("acknowledgements.send", ToOne, _send, write_class=WriteClass.EXTERNAL)
JOBS: Final = (SEND,)
CHASE: Final = Chore(name="acknowledgements.chase", cron="*/5 * * * *", run=chase, write_class=WriteClass.SYSTEM)


def letter(lines: list[q.Line], base_url: str, *, is_urgent: bool) -> Letter:
    """What their businesses have not seen, then what suppliers of their own wedding have not."""
    own, told = [each for each in lines if each.is_own], [each for each in lines if not each.is_own]
    parts = [
        *(["Something you work from has changed, and nobody of your team has seen it yet:"] if own else []),
        *(_own(each, base_url) for each in own),
        *(["We have reminded them, and they still have not seen it. Please talk to them:"] if told else []),
        *(_told(each, base_url) for each in told),
    ]
    body = "\n\n".join([f"Hello {lines[0].name},", *parts])
    return Letter(
        kind=LetterKind.REMINDERS, to=lines[0].email, subject=_subject(own, told), body=f"{body}\n", is_urgent=is_urgent
    )


def _subject(own: list[q.Line], told: list[q.Line]) -> str:
    changes = plural(sum(each.changes for each in own or told), "change", "changes")
    if own:
        return f"{own[0].title}: {changes} you have not seen" if _is_one(own) else f"{changes} you have not seen"
    return f"{told[0].title}: your suppliers have not seen {changes}" if len(told) > 1 else _alone(told[0], changes)


def _alone(line: q.Line, changes: str) -> str:
    return f"{line.title}: {line.supplier} has not seen {changes}"


def _is_one(lines: list[q.Line]) -> bool:
    return len({each.wedding_id for each in lines}) == 1


def _own(line: q.Line, base_url: str) -> str:
    what = plural(line.changes, "change", "changes")
    return f"“{line.title}”, {what} for {line.supplier}:\n{base_url}/s/{line.supplier_id}/weddings/{line.wedding_id}"


def _told(line: q.Line, base_url: str) -> str:
    what = plural(line.changes, "change", "changes")
    return f"“{line.title}”, {line.supplier} has not seen {what}:\n{base_url}/w/{line.wedding_id}/seen"
