"""What people see at the door: who they are, who invited them, where they are signed in.

The same words stand for known and unknown addresses, so a page never tells a
stranger who has an account.
"""

from typing import ClassVar

import msgspec

from wedsync.platform.pages import Filled, Moment, Option, Page


class LandingPage(Page, frozen=True, kw_only=True):
    """What WedSync is, for someone who is not signed in; `questions` is how many a couple is asked."""

    template: ClassVar[str] = "people/landing.html"
    questions: int


class SignInPage(Page, frozen=True, kw_only=True):
    """Password or link, in one form; `next_url` is where they were going, or ""."""

    template: ClassVar[str] = "people/sign_in.html"
    email: Filled
    next_url: str
    error: str


class SignInLinkPage(Page, frozen=True, kw_only=True):
    """Ask for a link by email; with `is_reset` it is for choosing another password."""

    template: ClassVar[str] = "people/sign_in_link.html"
    email: Filled
    kind: str
    is_reset: bool
    lasts: str
    next_url: str


class LinkSentPage(Page, frozen=True, kw_only=True):
    """The same answer whether or not the address has an account.

    `is_sign_up`: it was asked to finish one, not to sign in. `start_url` is where another address is given.
    """

    template: ClassVar[str] = "people/link_sent.html"
    email: str
    lasts: str
    is_sign_up: bool
    again_url: str
    start_url: str


class DeclinedPage(Page, frozen=True, kw_only=True):
    """Somebody said no to an invitation, and who sent it has been told."""

    template: ClassVar[str] = "people/declined.html"
    sender: str


class LinkPage(Page, frozen=True, kw_only=True):
    """A link opened: it is used up only by the button, not by a mail scanner's visit.

    `is_reset`: it was asked for to choose another password.
    """

    template: ClassVar[str] = "people/link.html"
    action: str
    password: Filled
    is_reset: bool


class PasswordPage(Page, frozen=True, kw_only=True):
    """Choosing a password; `has_password`: another one."""

    template: ClassVar[str] = "people/password.html"
    action: str
    email: str
    has_password: bool
    password: Filled


class ProvePage(Page, frozen=True, kw_only=True):
    """Showing again that it is you; `next_url` is where that leads. Without a password a link does."""

    template: ClassVar[str] = "people/prove.html"
    action: str
    link_action: str
    email: str
    next_url: str
    has_password: bool
    has_second_step: bool
    error: str


class CodePage(Page, frozen=True, kw_only=True):
    """The second step of signing in. `demo_code`: what the app of a demo's operator shows now, "" everywhere else."""

    template: ClassVar[str] = "people/code.html"
    action: str
    start_url: str
    demo_code: str
    error: str


class SecondStepPage(Page, frozen=True, kw_only=True):
    """Whether signing in asks for a code, and what one may change about it; `must`: an operator may not do without."""

    template: ClassVar[str] = "people/second_step.html"
    action: str
    is_on: bool
    must: bool
    codes_left: int


class SetUpPage(Page, frozen=True, kw_only=True):
    """The key for the app: as a picture (`qr` is a data URI) and as text, in groups of four."""

    template: ClassVar[str] = "people/set_up.html"
    action: str
    qr: str
    key: str
    code: Filled


class RecoveryCodesPage(Page, frozen=True, kw_only=True):
    """Codes on paper, shown once."""

    template: ClassVar[str] = "people/recovery_codes.html"
    codes: tuple[str, ...]
    on_url: str


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to how one signs in."""

    title: str
    detail: str
    when: Moment


class SecurityPage(Page, frozen=True, kw_only=True):
    """How one signs in, and what happened to it; `more_url` is "" at the end."""

    template: ClassVar[str] = "people/security.html"
    email: str
    has_password: bool
    has_second_step: bool
    address_url: str
    password_url: str
    second_step_url: str
    devices_url: str
    events: tuple[EventView, ...]
    more_url: str


class AddressPage(Page, frozen=True, kw_only=True):
    """Asking for another address than `email` to sign in with."""

    template: ClassVar[str] = "people/address.html"
    action: str
    email: str
    new_email: Filled


class AddressCodePage(Page, frozen=True, kw_only=True):
    """One that was asked for, and what it waits for: the code from the new mailbox, the link in the old one."""

    template: ClassVar[str] = "people/address_code.html"
    action: str
    withdraw_url: str
    email: str
    new_email: str
    is_code_right: bool
    is_link_confirmed: bool
    until_text: str
    code: Filled


class AddressLinkPage(Page, frozen=True, kw_only=True):
    """Behind the links in the letter to the old address: a button while it `is_asked`, else what came of it."""

    template: ClassVar[str] = "people/address_link.html"
    action: str
    new_email: str
    state: str
    is_asked: bool
    is_refusal: bool


class SignUpPage(Page, frozen=True, kw_only=True):
    """A supplier joins: the business, its type and zone, and the first person in it."""

    template: ClassVar[str] = "people/sign_up.html"
    business: Filled
    supplier_types: tuple[Option, ...]
    type_error: str
    zones: tuple[Option, ...]
    zone_error: str
    name: Filled
    email: Filled
    error: str


class StartPage(Page, frozen=True, kw_only=True):
    """For who has an account and neither a wedding nor a business yet: open one of them."""

    template: ClassVar[str] = "people/start.html"
    first_name: Filled
    last_name: Filled
    other_first_name: Filled
    wedding_zones: tuple[Option, ...]
    business: Filled
    supplier_types: tuple[Option, ...]
    type_error: str
    zones: tuple[Option, ...]
    zone_error: str


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One device that is signed in; `end_url` is "" for the one in use."""

    device: str
    opened: str
    last_seen: Moment
    expires_text: str
    end_url: str = ""
    is_this: bool = False


class SessionsPage(Page, frozen=True, kw_only=True):
    """Where this person is signed in, and the ways to end it.

    `most` devices stay signed in at a time; `end_others_url` is "" where there is no other.
    """

    template: ClassVar[str] = "people/sessions.html"
    sessions: tuple[SessionView, ...]
    most: int
    end_others_url: str
    end_all_url: str


class TeamMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member of the business. `roles` is empty where the reader may not change it."""

    name: str
    email: str
    initials: str
    role_label: str
    last_seen: str
    roles: tuple[Option, ...] = ()
    role_url: str = ""
    remove_url: str = ""
    is_you: bool = False


class TeamInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation to the team; `expires_text` is "6 days left", "declined" or "expired"."""

    email: str
    role_label: str
    expires_text: str
    again_url: str = ""
    withdraw_url: str = ""


class RoleHelp(msgspec.Struct, frozen=True, kw_only=True):
    """What a role may do, in one sentence."""

    label: str
    sentence: str


class Ownership(msgspec.Struct, frozen=True, kw_only=True):
    """What an owner may do about owning the business: offer it to one of `members`, or withdraw what waits.

    `prove_url` is set for who has first to show that it is they.
    """

    offer_url: str
    members: tuple[Option, ...]
    prove_url: str = ""
    offered_to: str = ""
    expires_text: str = ""
    withdraw_url: str = ""


class OwnershipPage(Page, frozen=True, kw_only=True):
    """The business that its owner offers to the reader."""

    template: ClassVar[str] = "people/ownership.html"
    business: str
    sender: str
    action: str
    expires_text: str


class TeamPage(Page, frozen=True, kw_only=True):
    """The people of one supplier; `invite_roles` is empty where the reader may not invite.

    `ownership` is there for the owner alone, once there is somebody else.
    """

    template: ClassVar[str] = "people/team.html"
    supplier_name: str
    members: tuple[TeamMember, ...]
    invitations: tuple[TeamInvitation, ...]
    invite_url: str
    invite_roles: tuple[Option, ...]
    role_help: tuple[RoleHelp, ...]
    email: Filled
    settings_url: str
    keys_url: str = ""
    ownership: Ownership | None = None


class InvitationPage(Page, frozen=True, kw_only=True):
    """Any invitation, read and accepted.

    `promises` say what accepting means. Someone signed out gives a name and,
    where `asks_password`, a password; the address is the invited one and cannot
    be changed. `supplier_choices` asks a supplier as which business, and
    `wedding_choices` a couple for which wedding; `as_whom`
    is set when the signed-in person is not the one invited.
    """

    template: ClassVar[str] = "people/invitation.html"
    from_name: str
    from_initials: str
    title: str
    sentence: str
    letter: str
    promises: tuple[str, ...]
    action: str
    decline_url: str
    email: str
    name: Filled
    partner_name: Filled
    password: Filled
    asks_name: bool
    asks_partner: bool
    asks_password: bool
    supplier_choices: tuple[Option, ...]
    wedding_choices: tuple[Option, ...]
    as_whom: str
    expires_text: str
    accept_label: str
    error: str
