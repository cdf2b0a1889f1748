"""Letters that people wait for. A job knows ids only: the words and the link are made when the letter is written."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.people.event_words import EVENT_WORDS
from wedsync.features.people.model import LinkKind
from wedsync.features.people.queries import (
    INVITATION_LETTER,
    LOGIN_LETTER,
    REFUSAL_LETTER,
    REMOVAL_LETTER,
    InvitationLetter,
    LoginLetter,
    OneMember,
    RefusalLetter,
    RemovalLetter,
)
from wedsync.features.people.security_queries import EVENT_LETTER, EventLetter
from wedsync.kernel.letters import LetterKind
from wedsync.kernel.permissions import SupplierType, WriteClass
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NOBODY, Actor, ById
from wedsync.platform.jobs import Job, Workshop
from wedsync.platform.mail import Letter

LINK: Final = "sign-in link"
CODE: Final = "invitation code"


class ForRow(msgspec.Struct, frozen=True):
    """The row a letter is about."""

    id: UUID


async def _send_link(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(LOGIN_LETTER, ById(job.id))
    # Used or over meanwhile, or an address that nobody has and that signs nothing up: there is nothing to write.
    if found is None or not (found.has_account or found.business):
        return
    link = f"{workshop.base_url}/sign-in/link/{workshop.database.sealer.token(LINK, job.id)}"
    await workshop.mailer.send(link_letter(found, link))


async def _send_invitation(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(INVITATION_LETTER, ById(job.id))
    if found is None:
        return
    link = f"{workshop.base_url}/invitations/{workshop.database.sealer.token(CODE, job.id)}"
    await workshop.mailer.send(invitation_letter(found, link))


async def _send_refusal(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(REFUSAL_LETTER, ById(job.id))
    if found is not None:
        await workshop.mailer.send(refusal_letter(found))


async def _send_removal(workshop: Workshop, _actor: Actor, job: OneMember) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(REMOVAL_LETTER, job)
    if found is not None:
        await workshop.mailer.send(removal_letter(found, workshop.base_url))


async def _send_event(workshop: Workshop, _actor: Actor, job: ForRow) -> None:
    async with workshop.database.transaction(NOBODY) as tx:
        found = await tx.maybe(EVENT_LETTER, ById(job.id))
    if found is not None:
        await workshop.mailer.send(event_letter(found, f"{workshop.base_url}/you/security"))


SEND_LINK: Final = Job("people.send_link", ForRow, _send_link, write_class=WriteClass.EXTERNAL)
SEND_INVITATION: Final = Job("people.send_invitation", ForRow, _send_invitation, write_class=WriteClass.EXTERNAL)
SEND_REFUSAL: Final = Job("people.send_refusal", ForRow, _send_refusal, write_class=WriteClass.EXTERNAL)
SEND_REMOVAL: Final = Job("people.send_removal", OneMember, _send_removal, write_class=WriteClass.EXTERNAL)
SEND_EVENT: Final = Job("people.send_event", ForRow, _send_event, write_class=WriteClass.EXTERNAL)
JOBS: Final = (SEND_LINK, SEND_INVITATION, SEND_REFUSAL, SEND_REMOVAL, SEND_EVENT)


def link_letter(found: LoginLetter, link: str) -> Letter:
    """The letter with a sign-in link: to who has an account, whatever they asked for; else to finish a sign-up."""
    if found.has_account and found.kind is LinkKind.RESET:
        subject, why = "Choose another password", "Here is your link to choose another password for WedSync."
    elif found.has_account:
        subject, why = "Your link to sign in", "Here is your link to sign in to WedSync."
    else:
        subject = f"Finish signing up {found.business}"
        why = f"Here is your link to finish signing up {found.business} with WedSync."
    body = (
        f"Hello {found.name},\n\n{why}\n\n{link}\n\n"
        f"It works once, for {found.kind.lasts_text}. If you did not ask for it, you need not do anything.\n"
    )
    return Letter(kind=LetterKind.SECURITY, to=found.email, subject=subject, body=body)


def invitation_letter(found: InvitationLetter, link: str) -> Letter:
    """The letter with an invitation, in words for whom it greets."""
    match found.kind:
        case "member":
            subject = f"Join {found.sender} on WedSync"
            why = f"{found.sender} invites you to their team on WedSync as {found.role}."
        case "couple":
            subject = f"{found.sender} invites you to WedMe"
            why = (
                f"{found.sender}, your {_said(found.service)}, invites you to WedMe, the couples' side of WedSync: "
                "you enter your wedding there once, for every supplier.\n"
                "It is free for couples, and you decide who sees what."
            )
        case "supplier":
            subject = f"Connect with {found.sender} on WedSync"
            service = _said(found.service)
            why = f"{found.sender} would like you, as their {service}, to see their wedding details on WedSync."
        case _:
            subject = f"{found.sender}: join the wedding on WedMe"
            why = f"You are invited to “{found.sender}” on WedMe as {found.kind}."
    body = (
        f"Hello{' ' + found.name if found.name else ''},\n\n{why}\n\n{link}\n\n"
        f"The link works once, until {show_instant(found.expires_at, 'Europe/London')}.\n"
    )
    return Letter(kind=LetterKind.INVITATION, to=found.email, subject=subject, body=body)


def refusal_letter(found: RefusalLetter) -> Letter:
    """The letter that tells who invited somebody that they said no."""
    body = (
        f"Hello {found.name},\n\n{found.invited} declined the invitation from {found.sender}.\n"
        "The link no longer works. You can send another invitation at any time.\n"
    )
    return Letter(
        kind=LetterKind.ANSWERS, to=found.email, subject=f"{found.invited} declined your invitation", body=body
    )


def removal_letter(found: RemovalLetter, base_url: str) -> Letter:
    """The letter that tells somebody they belong to a team no more."""
    body = (
        f"Hello {found.name},\n\nSomebody who leads {found.business} has taken you off its team on WedSync.\n\n"
        "You were signed out on every device, and any keys that you made for its programs have ended. "
        "What you wrote there stays with the business.\n\n"
        f"Your account is yours as before. For everything else, sign in again: {base_url}/sign-in\n"
        "If you think that this is a mistake, ask them: they can invite you again.\n"
    )
    return Letter(kind=LetterKind.SECURITY, to=found.email, subject=f"You left the team of {found.business}", body=body)


def event_letter(found: EventLetter, link: str) -> Letter:
    """The letter that tells somebody what happened to how they sign in."""
    words = EVENT_WORDS[found.kind]
    at = show_instant(found.created_at, found.zone)
    detail = f" ({found.detail})" if found.detail else ""
    body = (
        f"Hello {found.name},\n\n{words.sentence}{detail}\nThat was on {at}.\n\n"
        f"{words.advice}\nEverything that happened to how you sign in stands here: {link}\n"
    )
    return Letter(kind=LetterKind.SECURITY, to=found.email, subject=words.title, body=body)


def _said(service: str | None) -> str:
    return SupplierType(service).label.lower() if service else "supplier"
