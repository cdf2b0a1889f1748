"""How an invitation reads, to who sends it and to who is invited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote
from uuid import UUID

import msgspec

from wedsync.features.connections.today import invite_url
from wedsync.features.connections.views import InvitationRow, InvitationsPage
from wedsync.features.people.model import Invitation, Me, SentInvitation
from wedsync.features.people.shell import Visit, business_of, door, supplier_shell
from wedsync.features.people.views import InvitationPage
from wedsync.features.people.words import SUPPLIER_TYPES, answer_so_far, days_left, is_waiting, moment
from wedsync.kernel.permissions import SupplierType, WeddingRole
from wedsync.platform.formats import initials
from wedsync.platform.forms import chosen, filled
from wedsync.platform.http import Exchange
from wedsync.platform.pages import Option

NEW_WEDDING: Final = "new"
_WEDME: Final = "you tell your wedding there once, and all your suppliers read the same details."
_COUPLE: Final = (
    "You enter each detail once; nobody asks again.",
    "You decide what each supplier may see, and can change your mind.",
    "It is free for couples, for ever.",
)
_PROMISES: Final = {
    "couple": _COUPLE,
    "partner": (
        "Both of you enter and see everything, each from your own account.",
        "Nothing is overwritten: when you both change the same thing, you see both answers.",
    ),
    "companion": ("You see what the couple plans, except the budget.", "You change nothing, so nothing can go wrong."),
    "coordinator": ("You see and write the plan for the couple.", "You run the day with everything on one screen."),
    "supplier": (
        "You see what your work needs the moment the couple saves it.",
        "The couple decides what you see; you can leave at any time.",
    ),
    "member": ("You see the business's weddings, as far as your role goes.",),
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A form as it was sent, with what was wrong with it."""

    code: str = ""
    name: str = ""
    email: str = ""
    service: str = ""
    partner_name: str = ""
    wrong: dict[str, str] = {}


def invitation_page(exchange: Exchange, found: Invitation, me: Me | None, answer: Answer) -> InvitationPage:
    """For whoever holds the code."""
    weddings = _weddings(found, me)
    title, sentence, label = _words(found, has_wedding=bool(weddings))
    is_new = me is None and not found.has_account and found.kind != "supplier"
    # A couple's letter greets them both; the box asks for one.
    greeted = "" if found.kind == "couple" else found.name
    return InvitationPage(
        shell=door(exchange, me),
        from_name=found.sender,
        from_initials=initials(found.sender),
        title=title,
        sentence=sentence,
        letter="",
        promises=_PROMISES.get(found.kind, ()),
        action=f"/invitations/{quote(answer.code)}",
        decline_url=f"/invitations/{quote(answer.code)}/decline",
        email=found.email if is_new else "",
        name=filled(answer.name or greeted, answer.wrong, "name"),
        partner_name=filled(answer.partner_name, answer.wrong, "partner_name"),
        password=filled("", answer.wrong, "password"),
        asks_name=is_new,
        asks_partner=found.kind == "couple" and not weddings and (is_new or me is not None),
        asks_password=is_new,
        supplier_choices=_businesses(found, me),
        wedding_choices=weddings,
        as_whom=_as_whom(found, me),
        expires_text=f"This invitation works once; {days_left(found.expires_at)}.",
        accept_label=label if is_new or me is not None else _first_step(found),
        error="Look again at what is marked." if answer.wrong else "",
    )


def invitations_page(
    visit: Visit, supplier_id: UUID, sent: Sequence[SentInvitation], answer: Answer
) -> InvitationsPage:
    """For the business that sends them."""
    may_invite = bool(invite_url(visit, supplier_id))
    kinds = business_of(visit.me, supplier_id).supplier_types
    services = tuple(pair for pair in SUPPLIER_TYPES if pair[0] in {kind.value for kind in kinds})
    return InvitationsPage(
        shell=supplier_shell(visit, supplier_id, "Invitations"),
        invitations=tuple(
            _row(each, visit, f"/s/{supplier_id}/invitations/{each.id}" if may_invite else "")
            for each in sent
            if each.kind == "couple"
        ),
        may_invite=may_invite,
        invite_url=f"/s/{supplier_id}/invitations",
        email=filled(answer.email, answer.wrong, "email"),
        name=filled(answer.name, answer.wrong, "name"),
        services=chosen(services, answer.service or kinds[0].value),
    )


def _row(sent: SentInvitation, visit: Visit, base: str) -> InvitationRow:
    """An invitation and what became of it; `base` is where it is changed, for who may."""
    is_open = bool(base) and sent.accepted_at is None and is_waiting(sent)
    return InvitationRow(
        email=sent.email,
        title=sent.name or sent.email,
        status="accepted" if sent.accepted_at else answer_so_far(sent),
        tone="ok" if sent.accepted_at else "bad" if sent.declined_at else "",
        sent=moment(sent.created_at, visit.me.zone),
        again_url=f"{base}/again" if is_open else "",
        withdraw_url=f"{base}/withdraw" if is_open else "",
    )


def _words(found: Invitation, *, has_wedding: bool) -> tuple[str, str, str]:
    """Title, sentence, and what the button says; `has_wedding`: the couple has told one already."""
    sender = found.sender
    match found.kind:
        case "member":
            return f"Join {sender}", f"{sender} invites you to its team as {found.role}.", "Join the team"
        case "couple":
            sentence = f"{sender}, your {_work(found)}, invites you to WedMe, the couples' side of WedSync: {_WEDME}"
            if has_wedding:
                return f"Connect with {sender}", sentence, "Accept"
            return "Tell your wedding once", sentence, "Start our wedding"
        case "supplier":
            sentence = f"{sender} would like you, as their {_work(found)}, to see their wedding's details."
            return f"Work with {sender}", sentence, "Connect"
        case "partner":
            return f"Join {sender}", "It is your wedding too: plan it together, each from your own account.", "Join"
        case _:
            return f"Join {sender}", f"You are invited to this wedding as {found.kind}.", "Join"


def _work(found: Invitation) -> str:
    if not found.service:
        return "supplier"
    label = SupplierType(found.service).label
    return label if label.isupper() else label.lower()


def _businesses(found: Invitation, me: Me | None) -> tuple[Option, ...]:
    if found.kind != "supplier" or me is None:
        return ()
    return tuple(Option(value=str(each.supplier_id), label=each.name) for each in me.suppliers)


def _weddings(found: Invitation, me: Me | None) -> tuple[Option, ...]:
    if found.kind != "couple" or me is None:
        return ()
    own = [each for each in me.weddings if each.role is WeddingRole.PARTNER]
    if not own:
        return ()
    return (
        *(Option(value=str(each.wedding_id), label=each.title) for each in own),
        Option(value=NEW_WEDDING, label="A new wedding"),
    )


def _as_whom(found: Invitation, me: Me | None) -> str:
    if me is not None:
        if me.email == found.email:
            return ""
        return f"This invitation was sent to {found.email}. You are signed in as {me.name}, and take it up as yourself."
    if found.has_account:
        return "This address has an account. Sign in first; you come back here."
    if found.kind == "supplier":
        return "Sign your business up first, with this address. Then open the link in your letter again."
    return ""


def _first_step(found: Invitation) -> str:
    return "Sign in to accept" if found.has_account else "Sign my business up"
