"""Letters about a wedding's window: two days and one day before plans are read-only, and when new zone data moved it.

The database takes each notice once. One that would be more than a day late, or after the fact, is skipped and logged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.kernel.ids import PersonId, SupplierId, WeddingId
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NOBODY, Actor, ById, Query
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

AT_ONCE: Final = 200
_log = Log("weddings")


class About(msgspec.Struct, frozen=True):
    """A notice."""

    notice: UUID


class ToOne(msgspec.Struct, frozen=True):
    """One letter: each is a job of its own, so that one that fails repeats no other."""

    notice: UUID
    person_id: PersonId


class Most(msgspec.Struct, frozen=True):
    """How many to take at once."""

    most: int


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A notice that was due."""

    id: UUID
    wedding_id: WeddingId
    kind: str
    was_skipped: bool


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets a notice, for which business if for one, and what it says."""

    person_id: PersonId
    email: str
    name: str
    title: str
    wedding_id: WeddingId
    kind: str
    zone: str
    locks_at: datetime
    opens_at: datetime
    supplier_id: SupplierId | None = None
    was_locks_at: datetime | None = None
    was_opens_at: datetime | None = None


TAKE: Final = Query(Most, Taken, "select id, wedding_id, kind, was_skipped from app.take_notices(%(most)s)")
RECIPIENTS: Final = Query(
    ById,
    Recipient,
    """
    select person_id, supplier_id, email, name, title, wedding_id, kind, coalesce(zone, 'UTC') as zone,
      locks_at, opens_at, was_locks_at, was_opens_at
    from app.notice_recipients(%(id)s)
    """,
)


async def give_notice(workshop: Workshop) -> None:
    """Take what is due; each transaction takes a part, with its letters. Safe to run at any time, and twice."""
    while True:
        async with workshop.database.transaction(NOBODY) as tx:
            taken = await tx.all(TAKE, Most(AT_ONCE))
            for each in taken:
                if not each.was_skipped:
                    await defer(tx, TELL, About(each.id))
        for each in taken:
            if each.was_skipped:
                _log.warning("notice_skipped", wedding=str(each.wedding_id), kind=each.kind)
        if len(taken) < AT_ONCE:
            return


async def _tell(workshop: Workshop, _actor: Actor, job: About) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        for recipient in await tx.all(RECIPIENTS, ById(job.notice)):
            await defer(tx, SEND, ToOne(job.notice, recipient.person_id))


async def _send(workshop: Workshop, _actor: Actor, job: ToOne) -> None:
    """Looked up again: who has left meanwhile is not written to, and nothing that has moved on is told."""
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.all(RECIPIENTS, ById(job.notice))
    recipient = next((each for each in found if each.person_id == job.person_id), None)
    if recipient is not None:
        await workshop.mailer.send(letter(recipient, workshop.base_url))


TELL: Final = Job("weddings.tell_notice", About, _tell, write_class=WriteClass.SYSTEM)
SEND: Final = Job("weddings.send_notice", ToOne, _send, write_class=WriteClass.EXTERNAL)
JOBS: Final = (TELL, SEND)
GIVE_NOTICE: Final = Chore(
    name="weddings.give_notice", cron="*/5 * * * *", run=give_notice, write_class=WriteClass.SYSTEM
)


def letter(to: Recipient, base_url: str) -> Letter:
    """The letter, in the clock of the wedding."""
    begins, ends = show_instant(to.locks_at, to.zone), show_instant(to.opens_at, to.zone)
    if to.was_locks_at is not None and to.was_opens_at is not None:
        subject = f"{to.title}: the hours in which plans are read-only have moved"
        why = (
            f"The rules of the clock changed where “{to.title}” takes place, so the same times on the wall are other "
            f"moments now.\n\nPlans were to be read-only from {show_instant(to.was_locks_at, to.zone)} to "
            f"{show_instant(to.was_opens_at, to.zone)}.\nThey are now read-only from {begins} to {ends}."
        )
    else:
        soon = "in two days" if to.kind == "two_days" else "tomorrow"
        subject = f"{to.title}: plans are read-only {soon}"
        why = (
            f"From {begins} the plans of “{to.title}” are read-only, until {ends} or until the day is over.\n"
            "Until then you can still put right what is not; after that only what happens on the day is written down."
        )
    place = f"/s/{to.supplier_id}/weddings/{to.wedding_id}" if to.supplier_id else f"/w/{to.wedding_id}/details"
    return Letter(
        kind=LetterKind.WINDOW, to=to.email, subject=subject, body=f"Hello {to.name},\n\n{why}\n\n{base_url}{place}\n"
    )
