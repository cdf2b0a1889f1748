"""Letters about amendments, and reminding who has not answered one. A letter names no value: whoever may read it looks.

Every letter says where to look; what stands there is shown under its reader's own rights.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from wedsync.features.amendments import queries as q
from wedsync.features.amendments.model import Kind, Party
from wedsync.kernel.ids import AmendmentId, PersonId, SupplierId, WeddingId
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import WriteClass
from wedsync.platform.database import NOBODY, Actor
from wedsync.platform.jobs import Job, Workshop, defer
from wedsync.platform.mail import Letter
from wedsync.platform.queue import Chore

AT_ONCE: Final = 500


class Occasion(StrEnum):
    """What a letter tells of."""

    PROPOSED = "proposed"
    EFFECTIVE = "effective"
    ENDED = "ended"
    LAPSED = "lapsed"
    DECLINED = "declined"
    REMINDER = "reminder"
    SILENCE = "silence"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An amendment and what happened to it; for a reminder, the one supplier that it is for."""

    wedding_id: WeddingId
    amendment_id: AmendmentId
    occasion: Occasion
    supplier_id: SupplierId | None = None


class ToOne(msgspec.Struct, frozen=True, kw_only=True):
    """One letter: each is a job of its own, so that one that fails repeats no other."""

    about: Told
    person_id: PersonId
    supplier_id: SupplierId | None = None


async def _tell(workshop: Workshop, _actor: Actor, job: Told) -> None:
    one = q.OneAmendment(wedding_id=job.wedding_id, amendment_id=job.amendment_id)
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.all(q.RECIPIENTS, one)
        for recipient in found:
            if letter_about(job, recipient, workshop.base_url) is not None:
                await defer(
                    tx, SEND, ToOne(about=job, person_id=recipient.person_id, supplier_id=recipient.supplier_id)
                )


async def _send(workshop: Workshop, _actor: Actor, job: ToOne) -> None:
    """Looked up again: who has answered or left meanwhile is not written to."""
    one = q.OneAmendment(wedding_id=job.about.wedding_id, amendment_id=job.about.amendment_id)
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.all(q.RECIPIENTS, one)
    here = (job.person_id, job.supplier_id)
    recipient = next((each for each in found if (each.person_id, each.supplier_id) == here), None)
    letter = None if recipient is None else letter_about(job.about, recipient, workshop.base_url)
    if letter is not None:
        await workshop.mailer.send(letter)


async def _chase(workshop: Workshop) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        for due in await tx.all(q.CHASE, q.Most(AT_ONCE)):
            about = Told(
                wedding_id=due.wedding_id,
                amendment_id=due.amendment_id,
                occasion=Occasion.REMINDER,
                supplier_id=due.supplier_id,
            )
            await defer(tx, TELL, about)
            if due.is_last:
                await defer(tx, TELL, msgspec.structs.replace(about, occasion=Occasion.SILENCE))


TELL: Final = Job("amendments.tell", Told, _tell, write_class=WriteClass.SYSTEM)
SEND: Final = Job("amendments.send", ToOne, _send, write_class=WriteClass.EXTERNAL)
CHASE: Final = Chore(name="amendments.chase", cron="23 * * * *", run=_chase, write_class=WriteClass.SYSTEM)
JOBS: Final = (TELL, SEND)


def letter_about(job: Told, to: q.Recipient, base_url: str) -> Letter | None:
    """The letter to one of those whom it concerns; None when there is nothing to tell them."""
    if not _is_for(job, to):
        return None
    base = f"/s/{to.supplier_id}/weddings/{job.wedding_id}" if to.supplier_id else f"/w/{job.wedding_id}"
    subject, why = _said(job.occasion, to)
    kind = LetterKind.EMERGENCY if to.kind is Kind.EMERGENCY else LetterKind.CHANGES
    link = f"{base_url}{base}/amendments/{job.amendment_id}"
    return Letter(kind=kind, to=to.email, subject=subject, body=f"Hello {to.name},\n\n{why}\n\n{link}\n")


def _said(occasion: Occasion, to: q.Recipient) -> tuple[str, str]:
    """Subject and sentence."""
    lead, soon = ("URGENT: ", "at once") if to.kind is Kind.EMERGENCY else ("", "within 72 hours")
    asks = f"Please look at it, and say {soon} whether you accept it"
    then = asks if to.party == Party.SUPPLIER else "Every supplier whom it concerns is told"
    subject, why = _WORDS[occasion]
    said = {"title": to.title, "what": _WHAT[to.kind], "lead": lead, "then": then}
    return subject.format_map(said), f"{why.format_map(said)}:"


def _is_for(job: Told, to: q.Recipient) -> bool:
    """Whether there is something to tell this one."""
    match job.occasion:
        case Occasion.PROPOSED:
            decides = to.party == Party.PARTNER or (to.kind is Kind.EMERGENCY and to.party == Party.COORDINATOR)
            return decides and not to.is_answered and to.decision is None
        case Occasion.EFFECTIVE:
            return True
        case Occasion.ENDED:
            return to.is_proposer
        case Occasion.LAPSED:
            return to.is_proposer or to.party == Party.PARTNER
        case Occasion.REMINDER:
            return to.supplier_id is not None and to.supplier_id == job.supplier_id and not to.is_answered
        case Occasion.SILENCE | Occasion.DECLINED:
            return to.party == Party.PARTNER


_WHAT: Final = {
    Kind.CHANGE: "something that was fixed has changed",
    Kind.POSTPONEMENT: "the day has moved",
    Kind.CANCELLATION: "the wedding is cancelled",
    Kind.EMERGENCY: "something has changed for today",
}
_WORDS: Final = {
    Occasion.PROPOSED: (
        "{lead}{title}: please look at a proposal",
        "Somebody proposes to change something fixed for “{title}”. Here is all that it would do",
    ),
    Occasion.EFFECTIVE: ("{lead}{title}: {what}", "For “{title}”, {what}. {then}"),
    Occasion.ENDED: (
        "{title}: your proposal is closed",
        "What you proposed for “{title}” was refused or withdrawn. Everything stays as it is",
    ),
    Occasion.LAPSED: (
        "{title}: a proposal has lapsed",
        (
            "What was proposed for “{title}” can no longer take effect: it is too late, or something has changed. "
            "Everything stays as it is; propose it anew if you still want it"
        ),
    ),
    Occasion.DECLINED: (
        "{title}: a supplier declines",
        "For “{title}”, {what}. A supplier declines what that means for it; please talk to them",
    ),
    Occasion.REMINDER: (
        "{title}: we still need your answer",
        "For “{title}”, {what}. Your business has not said yet whether it accepts that",
    ),
    Occasion.SILENCE: (
        "{title}: a supplier has not answered",
        "For “{title}”, {what}. A supplier has not said whether it accepts that; please talk to them",
    ),
}
