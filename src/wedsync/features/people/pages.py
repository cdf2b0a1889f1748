"""The door: what WedSync is, signing up and signing in.

A link in a letter is used up by a button, never by looking at it: mail scanners look at everything.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import msgspec
from litestar import Response, get, post

from wedsync.features.people import actions, asking, house_pages, links, proving, session_pages, team_pages
from wedsync.features.people import queries as q
from wedsync.features.people.api import address_in
from wedsync.features.people.asking import Asked, Next, look_in_inbox, where_to
from wedsync.features.people.door_views import EMPTY, landing, sign_up_page, start_page
from wedsync.features.people.model import SignedIn, SignUp, read_sign_up
from wedsync.features.people.shell import NOTICES, Visit, door, home_of, me_if_signed_in, page_routes
from wedsync.features.people.signing_in import Proof, chosen_password
from wedsync.features.people.views import LinkPage, SignInLinkPage, SignInPage
from wedsync.features.people.words import device_name
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Conflict, Forbidden, Invalid
from wedsync.platform.database import NoParams, Reader, Tx
from wedsync.platform.forms import Form, faults, filled, read_form, said
from wedsync.platform.http import OPEN, Exchange, drawn, keep_signed_in, see_other
from wedsync.platform.http.answers import local_path
from wedsync.platform.pages import Filled
from wedsync.platform.rate_limits import MAGIC_LINK, RateLimits


class SignInForm(Form, frozen=True, kw_only=True):
    """An address, its password, and where they were going."""

    email: str
    password: str = ""
    next: str = ""


class LinkForm(Form, frozen=True, kw_only=True):
    """Pressing the button; a password may be chosen with it."""

    password: str = ""


class SignUpForm(Form, frozen=True, kw_only=True):
    """A business and its first person."""

    business: str
    supplier_type: str
    time_zone: str
    name: str = ""
    email: str = ""

    @property
    def wanted(self) -> SignUp:
        """The same, with its kind read; an unknown kind is left to the reader to refuse."""
        kinds = tuple(kind for kind in SupplierType if kind.value == self.supplier_type)
        return SignUp(
            business=self.business,
            supplier_types=kinds,
            zone=self.time_zone,
            name=self.name,
            email=self.email,
        )


@get("/", opt=OPEN)
async def index(exchange: Exchange) -> Response[str]:
    """Strangers learn what this is; everybody else goes where they work."""
    me = await me_if_signed_in(exchange)
    if me is None:
        return drawn(landing(exchange))
    home = home_of(me, exchange)
    return see_other(home) if home != "/" else drawn(start_page(exchange, me))


@get("/sign-in", opt=OPEN)
async def sign_in_page(exchange: Exchange, next_url: Next = "", told: str = "") -> Response[str]:
    """Password or link; `told` is what has just been done."""
    return drawn(_sign_in_page(exchange, next_url, told=told))


@post("/sign-in", opt=OPEN)
async def begin(body: bytes, exchange: Exchange, reader: Reader, limits: RateLimits) -> Response[str]:
    """The same words for a wrong password and an unknown address."""
    form = read_form(body, SignInForm)
    try:
        person = await Proof(reader, limits, exchange.address).person(form.email, form.password)
    except Forbidden as refusal:
        return drawn(_sign_in_page(exchange, form.next, email=form.email, error=refusal.detail), status=403)
    return await _enter(exchange, await exchange.transaction(), person, to=form.next)


@post("/sign-in/link", opt=OPEN)
async def ask_for_link(body: bytes, exchange: Exchange, tx: Tx, limits: RateLimits) -> Response[str]:
    """The same answer whether or not the address has an account."""
    form = read_form(body, SignInForm)
    try:
        address = address_in(form.email)
    except Invalid as refusal:
        wrong = filled(form.email, faults(refusal), "email")
        return drawn(SignInLinkPage(shell=door(exchange), email=wrong, next_url=local_path(form.next)), status=422)
    await limits.take(MAGIC_LINK, address)
    link = await links.ask_for_link(tx, address)
    return look_in_inbox(exchange, Asked(link=link, email=address, is_sign_up=False, to=local_path(form.next)))


@get("/sign-in/link/{token:str}", opt=OPEN)
async def link(token: str, exchange: Exchange) -> Response[str]:
    """A button: looking at the link does not use it up."""
    return drawn(LinkPage(shell=door(exchange), action=f"/sign-in/link/{quote(token)}", password=Filled()))


@post("/sign-in/link/{token:str}", opt=OPEN)
async def redeem_link(token: str, body: bytes, exchange: Exchange) -> Response[str]:
    """Once. A link that was used or is over leads to asking for another."""
    chosen = read_form(body, LinkForm).password
    try:
        secret = await chosen_password(chosen) if chosen else None
    except Invalid as refusal:
        action, password = f"/sign-in/link/{quote(token)}", Filled(error=faults(refusal)["password"])
        return drawn(LinkPage(shell=door(exchange), action=action, password=password), status=422)
    tx = await exchange.transaction()
    try:
        person = await links.redeem_link(tx, token, secret)
    except Conflict as refusal:
        wrong = Filled(error=said(refusal))
        return drawn(SignInLinkPage(shell=door(exchange), email=wrong, next_url=""), status=409)
    return await _enter(exchange, tx, person, to=where_to(exchange, token), is_by_link=True)


@get("/sign-up", opt=OPEN)
async def sign_up_form(exchange: Exchange) -> Response[str]:
    """A business joins."""
    return drawn(sign_up_page(exchange, EMPTY))


@post("/sign-up", opt=OPEN)
async def sign_up(body: bytes, exchange: Exchange, tx: Tx, limits: RateLimits) -> Response[str]:
    """A link to finish goes to the address; the answer is the same for one that has an account."""
    form = read_form(body, SignUpForm)
    try:
        new = read_sign_up(form.wanted)
    except Invalid as refusal:
        return drawn(sign_up_page(exchange, form.wanted, faults(refusal)), status=422)
    await limits.take(MAGIC_LINK, new.email)
    link = await links.ask_for_link(tx, new.email, new)
    return look_in_inbox(exchange, Asked(link=link, email=new.email, is_sign_up=True))


@post("/businesses")
async def open_business(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """A business of one's own, for who has an account already."""
    wanted = read_form(body, SignUpForm).wanted
    me = visit.me
    new = msgspec.structs.replace(wanted, name=me.name, email=me.email)
    try:
        supplier = await actions.open_supplier(tx, me.id, read_sign_up(new))
    except Invalid as refusal:
        return drawn(start_page(visit.exchange, me, new, faults(refusal)), status=422)
    return see_other(f"/s/{supplier}/today")


@get("/businesses")
async def businesses() -> Response[str]:
    """Where one is opened: a refused form is answered at its own address, which browsers come back to."""
    return see_other("/")


def device_of(exchange: Exchange) -> str:
    """What the person's browser is called."""
    return device_name(exchange.headers.get(b"user-agent", b"").decode("latin-1"))


async def _enter(
    exchange: Exchange, tx: Tx, person: PersonId, *, to: str = "", is_by_link: bool = False
) -> Response[str]:
    """Sign this browser in. Where the same person was signed in here already, that session makes way."""
    await tx.act_as(person)
    if exchange.session is not None and exchange.session.person_id == person:
        await actions.end_session(tx, person, exchange.session.session_id)
    begun = await actions.begin_session(tx, person, device_of(exchange), is_by_link=is_by_link)
    return await _welcome(exchange, tx, begun, to=to)


async def _welcome(exchange: Exchange, tx: Tx, begun: SignedIn, *, to: str) -> Response[str]:
    """Into the house: where they were going, or to their first capacity's home."""
    path = local_path(to)
    if path == "/":
        path = home_of(await tx.one(q.ME, NoParams()), exchange)
    if begun.ended_oldest and "?" not in path and "#" not in path:
        path = f"{path}?told=one-less"
    answer = see_other(path)
    is_secure = exchange.services.settings.is_behind_tls
    return keep_signed_in(answer, begun.token, expires_at=begun.expires_at, is_secure=is_secure)


def _sign_in_page(exchange: Exchange, next_url: str, *, email: str = "", error: str = "", told: str = "") -> SignInPage:
    path, shell = local_path(next_url), door(exchange, notice=NOTICES.get(told, ""))
    return SignInPage(shell=shell, email=Filled(value=email), next_url=path if path != "/" else "", error=error)


ROUTES: Final = page_routes(
    index,
    sign_in_page,
    begin,
    ask_for_link,
    link,
    redeem_link,
    sign_up_form,
    sign_up,
    open_business,
    businesses,
    *asking.HANDLERS,
    *proving.HANDLERS,
    *session_pages.HANDLERS,
    *team_pages.HANDLERS,
    *house_pages.HANDLERS,
)
