"""The door: what WedSync is, signing up and signing in.

A link in a letter is used up by a button, never by looking at it: mail scanners look at everything.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

import msgspec
from litestar import Response, get, post

from wedsync.features.people import (
    actions,
    address_pages,
    asking,
    code_pages,
    house_pages,
    links,
    ownership_pages,
    password_pages,
    proving,
    second_step_pages,
    security_pages,
    session_pages,
    team_pages,
)
from wedsync.features.people import queries as q
from wedsync.features.people.api import address_in
from wedsync.features.people.asking import Asked, Next, link_page, look_in_inbox, where_to
from wedsync.features.people.door_views import EMPTY, landing, sign_up_page, start_page
from wedsync.features.people.entering import enter
from wedsync.features.people.model import LinkKind, SignUp, read_sign_up
from wedsync.features.people.shell import NOTICES, Visit, door, home_of, me_if_signed_in, page_routes
from wedsync.features.people.signing_in import Proof, chosen_password, in_words
from wedsync.features.people.views import LinkPage, SignInPage
from wedsync.kernel.permissions import SupplierType
from wedsync.kernel.problems import Conflict, Forbidden, Invalid, LockedOut
from wedsync.platform.database import Reader, Tx
from wedsync.platform.forms import Form, faults, filled, read_form, said
from wedsync.platform.http import OPEN, Exchange, drawn, see_other
from wedsync.platform.http.answers import local_path
from wedsync.platform.pages import Filled
from wedsync.platform.rate_limits import MAGIC_LINK, RateLimits
from wedsync.platform.tokens import token_hash


class SignInForm(Form, frozen=True, kw_only=True):
    """An address, its password or the kind of link that is sent there, and where they were going."""

    email: str
    password: str = ""
    kind: LinkKind = LinkKind.SIGN_IN
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
async def begin(body: bytes, exchange: Exchange) -> Response[str]:
    """The same words for a wrong password and an unknown address."""
    form = read_form(body, SignInForm)
    try:
        person = await Proof(exchange).person(form.email, form.password)
    except (Forbidden, LockedOut) as refusal:
        page = _sign_in_page(exchange, form.next, email=form.email, error=in_words(refusal))
        return drawn(page, status=refusal.status)
    return await enter(exchange, await exchange.transaction(), person, to=form.next)


@post("/sign-in/link", opt=OPEN)
async def ask_for_link(body: bytes, exchange: Exchange, tx: Tx, limits: RateLimits) -> Response[str]:
    """The same answer whether or not the address has an account."""
    form = read_form(body, SignInForm)
    try:
        address = address_in(form.email)
    except Invalid as refusal:
        wrong = filled(form.email, faults(refusal), "email")
        return drawn(link_page(exchange, form.kind, email=wrong, next_url=form.next), status=422)
    await limits.take(MAGIC_LINK, address)
    link = await links.ask_for_link(tx, address, kind=form.kind)
    return look_in_inbox(exchange, Asked(link=link, email=address, kind=form.kind, to=local_path(form.next)))


@get("/sign-in/link/{token:str}", opt=OPEN)
async def link(token: str, exchange: Exchange, reader: Reader) -> Response[str]:
    """A button: looking at the link does not use it up."""
    return drawn(_link_page(exchange, token, await reader.maybe(q.LINK_CHOOSER, q.ByHash(token_hash(token)))))


@post("/sign-in/link/{token:str}", opt=OPEN)
async def redeem_link(token: str, body: bytes, exchange: Exchange, reader: Reader) -> Response[str]:
    """Once. A link that was used or is over leads to asking for another."""
    chosen = read_form(body, LinkForm).password
    holder = await reader.maybe(q.LINK_CHOOSER, q.ByHash(token_hash(token)))
    is_asked = bool(chosen) or (holder is not None and holder.kind is LinkKind.RESET)
    try:
        secret = await chosen_password(chosen, holder) if is_asked and holder is not None else None
    except Invalid as refusal:
        return drawn(_link_page(exchange, token, holder, faults(refusal)["password"]), status=422)
    tx = await exchange.transaction()
    try:
        person = await links.redeem_link(tx, token, secret)
    except Conflict as refusal:
        wrong = Filled(error=said(refusal))
        return drawn(link_page(exchange, LinkKind.SIGN_IN, email=wrong), status=409)
    return await enter(exchange, tx, person, to=where_to(exchange, token), is_by_link=True)


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


def _link_page(exchange: Exchange, token: str, holder: q.LinkChooser | None, wrong: str = "") -> LinkPage:
    is_reset = holder is not None and holder.kind is LinkKind.RESET
    action = f"/sign-in/link/{quote(token)}"
    return LinkPage(shell=door(exchange), action=action, password=Filled(error=wrong), is_reset=is_reset)


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
    *code_pages.HANDLERS,
    *second_step_pages.HANDLERS,
    *proving.HANDLERS,
    *password_pages.HANDLERS,
    *address_pages.HANDLERS,
    *security_pages.HANDLERS,
    *session_pages.HANDLERS,
    *team_pages.HANDLERS,
    *ownership_pages.HANDLERS,
    *house_pages.HANDLERS,
)
