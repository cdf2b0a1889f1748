"""People and businesses over REST: the same actions as the pages."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.params import Parameter

from wedsync.features.people import actions, address_actions, links, second_step_actions
from wedsync.features.people import address_queries as aq
from wedsync.features.people import queries as q
from wedsync.features.people.address_model import AddressChange, Outcome
from wedsync.features.people.codes import has_second_step, prove_code
from wedsync.features.people.events import Events, events_of
from wedsync.features.people.model import (
    LONGEST_NAME,
    Invitation,
    LinkKind,
    Me,
    Member,
    SentInvitation,
    Session,
    SignedIn,
    SignUp,
    Supplier,
    read_address,
    read_sign_up,
)
from wedsync.features.people.second_step_actions import Enrolment, RecoveryCodes
from wedsync.features.people.security_queries import USUAL_PAGE, EventsPage
from wedsync.features.people.signing_in import Proof, again, chosen_password
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.fields.cleaning import FieldError
from wedsync.kernel.ids import InvitationId, PersonId, SessionId, SupplierId
from wedsync.kernel.permissions import Permission, SupplierRole, SupplierType
from wedsync.kernel.problems import CodeNeeded, Invalid, NotFound
from wedsync.platform.database import SUPPLIER, ById, NoParams, Reader, Tx, refuse_hidden
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.dependencies import require_proof
from wedsync.platform.http.exchange import Exchange
from wedsync.platform.http.passing import passed, passed_all
from wedsync.platform.http.routes import OPEN, declares
from wedsync.platform.rate_limits import ADDRESS_CHANGES, INVITATION_AGAIN, INVITED, MAGIC_LINK, RateLimits
from wedsync.platform.tokens import token_hash

Limit = Annotated[int, Parameter(ge=1, le=100)]
Before = Annotated[UUID | None, Parameter(description="The `next` of the part before.")]
DANGEROUS: Final = declares(Permission.SELF, is_dangerous=True)
SETTING_UP: Final = declares(Permission.SELF, is_dangerous=True, is_setting_up=True)
IN_BETWEEN: Final = declares(Permission.SELF, is_setting_up=True)


class CodeBody(Body, frozen=True, kw_only=True):
    """What the app shows."""

    code: str


class SignInBody(Body, frozen=True, kw_only=True):
    """An address and its password; `code` where the account asks for a second step."""

    email: str
    password: str
    code: str = ""


class LinkBody(Body, frozen=True, kw_only=True):
    """Where a link is sent, if that address has an account: to sign in, or (`reset`) to choose another password."""

    email: str
    kind: LinkKind = LinkKind.SIGN_IN


class SignUpBody(Body, frozen=True, kw_only=True):
    """A business and its first person."""

    business: str
    supplier_types: list[SupplierType]
    name: str
    email: str
    zone: str = "Europe/London"


class PasswordBody(Body, frozen=True, kw_only=True):
    """12 to 200 characters; none of those that everybody tries, of your last five, or of your own name and address."""

    password: str


class ProofBody(Body, frozen=True, kw_only=True):
    """The password of whoever is signed in, or a code of their second step."""

    password: str = ""
    code: str = ""


class AddressBody(Body, frozen=True, kw_only=True):
    """Another address to sign in with."""

    email: str


class AddressCodeBody(Body, frozen=True, kw_only=True):
    """The six digits in the letter to it."""

    code: str


class SupplierBody(Body, frozen=True, kw_only=True):
    """A further business of one's own."""

    business: str
    supplier_types: list[SupplierType]
    zone: str = "Europe/London"


class InviteBody(Body, frozen=True, kw_only=True):
    """Whom to invite: a member with a role, or a couple with the service you give them."""

    kind: str
    email: str
    name: str = ""
    role: SupplierRole | None = None
    service: SupplierType | None = None


class RoleBody(Body, frozen=True, kw_only=True):
    """A member's next role."""

    role: SupplierRole


@post("/api/v1/sessions", tags=["people"], summary="Sign in with a password", opt=OPEN)
async def begin_session(data: SignInBody, exchange: Exchange) -> SignedIn:
    """The token is the bearer token of later requests; it is shown once."""
    person = await Proof(exchange).person(data.email, data.password)
    tx = await exchange.transaction() if not data.code else await prove_code(exchange, person, data.code)
    await tx.act_as(person)
    if not data.code and await has_second_step(tx):
        raise CodeNeeded(code="code-needed")
    begun = await actions.begin_session(tx, person, "API")
    await actions.note_device(tx, person, begun, device="API", is_known=None)
    return begun


@get("/api/v1/sessions", tags=["people"], summary="Where you are signed in", opt=declares(Permission.SELF))
async def list_sessions(reader: Reader) -> Response[list[Session]]:
    """Newest first; three at most."""
    return passed_all(await reader.json(q.MY_SESSIONS, NoParams()), Session)


@delete("/api/v1/sessions", tags=["people"], summary="Sign out everywhere", opt=IN_BETWEEN)
async def end_sessions(tx: Tx) -> None:
    """This device included."""
    await actions.end_all_sessions(tx, tx.person_id)


@delete(
    "/api/v1/sessions/{session_id:uuid}", tags=["people"], summary="Sign one device out", opt=declares(Permission.SELF)
)
async def end_session(session_id: UUID, tx: Tx) -> None:
    """Signing out twice is no error."""
    await actions.end_session(tx, tx.person_id, SessionId(session_id))


@get(
    "/api/v1/me/security-events",
    tags=["people"],
    summary="What happened to how you sign in",
    opt=declares(Permission.SELF),
)
async def list_security_events(reader: Reader, limit: Limit = USUAL_PAGE, before: Before = None) -> Events:
    """Newest first, kept for two years; a letter told you of each."""
    return await events_of(reader, EventsPage(before=before or LAST_ID, limit=limit))


@post("/api/v1/sign-in-links", tags=["people"], summary="Ask for a link to sign in", status_code=202, opt=OPEN)
async def ask_for_link(data: LinkBody, tx: Tx, limits: RateLimits) -> None:
    """The answer is the same whether or not the address has an account."""
    address = address_in(data.email)
    await limits.take(MAGIC_LINK, address)
    await links.ask_for_link(tx, address, kind=data.kind)


@post("/api/v1/sign-ups", tags=["people"], summary="Sign a business up", status_code=202, opt=OPEN)
async def sign_up(data: SignUpBody, tx: Tx, limits: RateLimits) -> None:
    """A link to finish is sent to the address; the answer is the same for an address that has an account."""
    new = read_sign_up(
        SignUp(
            business=data.business,
            supplier_types=tuple(data.supplier_types),
            zone=data.zone,
            name=data.name,
            email=data.email,
        )
    )
    await limits.take(MAGIC_LINK, new.email)
    await links.ask_for_link(tx, new.email, new)


@get("/api/v1/me", tags=["people"], summary="Who you are, and everything you can act as", opt=declares(Permission.SELF))
async def me(reader: Reader) -> Response[Me]:
    """Suppliers you belong to and weddings you belong to."""
    return passed(await reader.json_one(q.ME, NoParams()), Me)


@post("/api/v1/me/proof", tags=["people"], summary="Show again that it is you", opt=IN_BETWEEN)
async def prove(data: ProofBody, exchange: Exchange) -> SignedIn:
    """For 15 minutes you may do what asks for it. The session goes on under another token, which is in the answer."""
    session = exchange.signed_in()
    await again(exchange, password=data.password, code=data.code)
    return await actions.renew_session(await exchange.transaction(), session.person_id, session.session_id)


@post("/api/v1/me/second-step", tags=["people"], summary="Set up a second step", opt=SETTING_UP)
async def set_up_second_step(tx: Tx) -> Enrolment:
    """The key for an app for one-time codes, shown once. Nothing asks for it before it is confirmed."""
    return await second_step_actions.set_up_second_step(tx, tx.person_id)


@put("/api/v1/me/second-step/confirmation", tags=["people"], summary="Confirm the second step", opt=SETTING_UP)
async def confirm_second_step(data: CodeBody, tx: Tx) -> RecoveryCodes:
    """By a first code of the app. The recovery codes in the answer are shown once."""
    return await second_step_actions.confirm_second_step(tx, tx.person_id, data.code)


@delete("/api/v1/me/second-step", tags=["people"], summary="Turn the second step off", opt=DANGEROUS)
async def turn_off_second_step(tx: Tx) -> None:
    """An operator is then asked to set another one up."""
    await second_step_actions.turn_off_second_step(tx, tx.person_id)


@post("/api/v1/me/recovery-codes", tags=["people"], summary="Make other recovery codes", opt=DANGEROUS)
async def renew_recovery_codes(tx: Tx) -> RecoveryCodes:
    """Ten, shown once. The old ones work no longer."""
    return await second_step_actions.renew_recovery_codes(tx, tx.person_id)


@put("/api/v1/me/password", tags=["people"], summary="Choose a password", status_code=204, opt=DANGEROUS)
async def set_password(data: PasswordBody, exchange: Exchange, reader: Reader) -> None:
    """Every device is signed out, and links that were sent before are worth nothing."""
    secret = await chosen_password(data.password, await reader.one(q.MY_CHOOSER, NoParams()))
    await actions.set_password(await exchange.transaction(), exchange.signed_in().person_id, secret)


@post("/api/v1/me/address-change", tags=["people"], summary="Ask for another address", status_code=202, opt=DANGEROUS)
async def ask_address(data: AddressBody, tx: Tx, limits: RateLimits) -> None:
    """A code goes to the new address, a link to the old one. It changes when both have confirmed, within 24 hours.

    The answer is the same whether or not the address has an account.
    """
    wanted = address_in(data.email)
    await take_address(limits, tx.person_id, wanted)
    await address_actions.ask_address(tx, tx.person_id, wanted)


@get(
    "/api/v1/me/address-change",
    tags=["people"],
    summary="The address you asked for",
    opt=declares(Permission.SELF),
)
async def address_change(reader: Reader) -> AddressChange:
    """Which of both mailboxes has confirmed; 404 where nothing waits."""
    mine = await reader.maybe(aq.MINE, NoParams())
    if mine is None:
        raise NotFound("You have not asked for another address, or it is over.")
    return AddressChange(
        email=mine.email,
        is_code_right=mine.is_code_right,
        is_link_confirmed=mine.is_link_confirmed,
        created_at=mine.created_at,
        expires_at=mine.expires_at,
    )


@delete("/api/v1/me/address-change", tags=["people"], summary="Take it back", opt=declares(Permission.SELF))
async def withdraw_address(tx: Tx) -> None:
    """Doing so twice is no error."""
    await address_actions.withdraw_address(tx, tx.person_id)


@post(
    "/api/v1/me/address-change/code",
    tags=["people"],
    summary="Confirm the new address",
    status_code=200,
    opt=declares(Permission.SELF),
)
async def confirm_address(data: AddressCodeBody, exchange: Exchange) -> Outcome:
    """By the code in the letter to it; the fifth wrong one ends it. The change signs every other device out."""
    return await address_actions.bring_code(exchange, data.code)


@post("/api/v1/suppliers", tags=["suppliers"], summary="Open a further business", opt=declares(Permission.SELF))
async def open_supplier(data: SupplierBody, tx: Tx) -> Supplier:
    """You become its owner."""
    person = tx.person_id
    me_now = await tx.one(q.ME, NoParams())
    new = read_sign_up(
        SignUp(
            business=data.business,
            supplier_types=tuple(data.supplier_types),
            zone=data.zone,
            name=me_now.name,
            email=me_now.email,
        )
    )
    supplier = await actions.open_supplier(tx, person, new)
    return Supplier(id=supplier, name=new.business, supplier_types=new.supplier_types, zone=new.zone)


@get(
    "/api/v1/suppliers/{supplier_id:uuid}",
    tags=["suppliers"],
    summary="A supplier's card",
    opt=declares(Permission.SELF),
)
async def supplier_card(supplier_id: UUID, reader: Reader) -> Response[Supplier]:
    """Public to everybody who is signed in."""
    return passed(await reader.json_one(q.SUPPLIER_CARD, ById(supplier_id)), Supplier)


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/members",
    tags=["suppliers"],
    summary="The team",
    opt=declares(Permission.TEAM_READ, on="supplier"),
)
async def team(supplier_id: UUID, reader: Reader) -> Response[list[Member]]:
    """In the order in which they joined."""
    raw = await reader.json(q.TEAM, ById(supplier_id))
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id))
    return passed_all(raw, Member)


@patch(
    "/api/v1/suppliers/{supplier_id:uuid}/members/{person_id:uuid}",
    tags=["suppliers"],
    summary="Change a role",
    opt=declares(Permission.TEAM_WRITE, on="supplier", is_dangerous=True),
)
async def change_role(supplier_id: UUID, person_id: UUID, data: RoleBody, tx: Tx) -> Member:
    """The owner's role is transferred, never edited."""
    return await actions.change_role(tx, SupplierId(supplier_id), PersonId(person_id), data.role)


@delete(
    "/api/v1/suppliers/{supplier_id:uuid}/members/{person_id:uuid}",
    tags=["suppliers"],
    summary="Remove a member",
    opt=declares(Permission.TEAM_WRITE, on="supplier"),
)
async def remove_member(supplier_id: UUID, person_id: UUID, tx: Tx) -> None:
    """What they did stays on record."""
    await actions.remove_member(tx, SupplierId(supplier_id), PersonId(person_id))


@get(
    "/api/v1/suppliers/{supplier_id:uuid}/invitations",
    tags=["suppliers"],
    summary="Invitations sent lately",
    opt=declares(Permission.CLIENTS_READ, on="supplier"),
)
async def list_invitations(supplier_id: UUID, reader: Reader) -> Response[list[SentInvitation]]:
    """Newest first, with what became of them. Their codes are in the letters only."""
    raw = await reader.json(q.SENT_INVITATIONS, ById(supplier_id))
    await refuse_hidden(reader, SUPPLIER, SupplierId(supplier_id))
    return passed_all(raw, SentInvitation)


@post(
    "/api/v1/suppliers/{supplier_id:uuid}/invitations",
    tags=["suppliers"],
    summary="Invite a member or a couple",
    opt=declares(Permission.INVITATIONS_WRITE, on="supplier"),
)
async def invite(supplier_id: UUID, data: InviteBody, exchange: Exchange, limits: RateLimits) -> SentInvitation:
    """A single-use link is sent to the address, for 7 days. To the team only from who has shown lately who they are."""
    if data.kind == "member":
        require_proof(exchange)
    tx = await exchange.transaction()
    await limits.take_invitation(str(tx.person_id), data.email)
    new = actions.NewInvitation(
        kind=data.kind,
        email=address_in(data.email),
        name=data.name[:LONGEST_NAME],
        role=data.role,
        service=data.service,
    )
    match data.kind:
        case "member":
            return await actions.invite_member(tx, SupplierId(supplier_id), msgspec.structs.replace(new, service=None))
        case "couple":
            return await actions.invite_couple(tx, SupplierId(supplier_id), msgspec.structs.replace(new, role=None))
        case _:
            raise Invalid(errors=[{"field": "kind", "detail": "Say member or couple."}])


@delete(
    "/api/v1/suppliers/{supplier_id:uuid}/invitations/{invitation_id:uuid}",
    tags=["suppliers"],
    summary="Withdraw an invitation",
    opt=declares(Permission.INVITATIONS_WRITE, on="supplier"),
)
async def revoke_invitation(supplier_id: UUID, invitation_id: UUID, tx: Tx) -> None:
    """Its link is worth nothing from now on."""
    await actions.revoke_invitation(tx, SupplierId(supplier_id), InvitationId(invitation_id))


@post(
    "/api/v1/suppliers/{supplier_id:uuid}/invitations/{invitation_id:uuid}/letters",
    tags=["suppliers"],
    summary="Send an invitation again",
    status_code=202,
    opt=declares(Permission.INVITATIONS_WRITE, on="supplier"),
)
async def send_again(supplier_id: UUID, invitation_id: UUID, tx: Tx, limits: RateLimits) -> SentInvitation:
    """The same link, for what is left of its 7 days; three times a day at most."""
    sent = await actions.send_again(tx, SupplierId(supplier_id), InvitationId(invitation_id))
    await limits.take(INVITATION_AGAIN, str(invitation_id))  # after it: what a stranger tries is not counted here
    return sent


@get("/api/v1/invitations/{code:str}", tags=["invitations"], summary="Read an invitation by its code", opt=OPEN)
async def read_invitation(code: str, reader: Reader) -> Invitation:
    """Whoever holds the code may read it."""
    return (await reader.one(q.READ_INVITATION, q.ByHash(token_hash(code)))).here


def address_in(raw: str) -> str:
    """An address from a body. Raises Invalid."""
    try:
        return read_address(raw)
    except FieldError as error:
        raise Invalid(errors=[{"field": "email", "detail": error.detail}]) from None


async def take_address(limits: RateLimits, person: PersonId, email: str) -> None:
    """Count a letter for who asks and for who gets it. Raises TooManyRequests."""
    await limits.take(ADDRESS_CHANGES, str(person))
    await limits.take(INVITED, email)


ROUTES: Final = (
    begin_session,
    list_sessions,
    end_sessions,
    end_session,
    list_security_events,
    ask_for_link,
    sign_up,
    me,
    prove,
    set_up_second_step,
    confirm_second_step,
    turn_off_second_step,
    renew_recovery_codes,
    set_password,
    ask_address,
    address_change,
    withdraw_address,
    confirm_address,
    open_supplier,
    supplier_card,
    team,
    change_role,
    remove_member,
    list_invitations,
    invite,
    revoke_invitation,
    send_again,
    read_invitation,
)
