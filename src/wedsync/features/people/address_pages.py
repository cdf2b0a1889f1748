"""Another address to sign in with: asking for it, the code from the new mailbox, and the button from the old one.

Looking at the link in the letter changes nothing: mail scanners look at everything.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from litestar import Response, get, post

from wedsync.features.people import address_actions as actions
from wedsync.features.people import address_queries as q
from wedsync.features.people.address_model import AddressState
from wedsync.features.people.api import DANGEROUS, address_in, take_address
from wedsync.features.people.queries import ByHash
from wedsync.features.people.shell import Visit, door, me_if_signed_in
from wedsync.features.people.views import AddressCodePage, AddressLinkPage, AddressPage
from wedsync.kernel.problems import Conflict, Invalid, NotFound
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NoParams, Reader, Tx
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import OPEN, Exchange, drawn, see_other
from wedsync.platform.pages import Filled
from wedsync.platform.rate_limits import RateLimits
from wedsync.platform.tokens import token_hash

ADDRESS: Final = "/you/address"
ASKING: Final = f"{ADDRESS}/new"
TOLD: Final = {AddressState.CHANGED: "address", AddressState.TAKEN: "address-taken", AddressState.OPEN: "address-half"}


class AddressForm(Form, frozen=True, kw_only=True):
    """The address that is wanted."""

    email: str = ""


class AddressCodeForm(Form, frozen=True, kw_only=True):
    """The code in the letter to it."""

    code: str = ""


@get(ADDRESS)
async def address(visit: Visit) -> Response[str]:
    """The code that is waited for; without one, asking."""
    page = await _code_page(visit)
    return see_other(ASKING) if page is None else drawn(page)


@post(ADDRESS)
async def bring_code(body: bytes, visit: Visit) -> Response[str]:
    """The new mailbox confirms."""
    form = read_form(body, AddressCodeForm)
    try:
        outcome = await actions.bring_code(visit.exchange, form.code)
    except Invalid as refusal:
        page = await _code_page(visit, faults(refusal)["code"])
        return see_other("/you/security?told=address-worn-out") if page is None else drawn(page, status=422)
    except Conflict:
        return see_other(ADDRESS)
    back = ADDRESS if outcome.state is AddressState.OPEN else "/you/security"
    return see_other(f"{back}?told={TOLD[outcome.state]}")


@get(ASKING, opt=DANGEROUS)
async def asking(visit: Visit) -> Response[str]:
    """Which one it is to be."""
    return drawn(_asking_page(visit, Filled()))


@post(ASKING, opt=DANGEROUS)
async def ask(body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """The same answer whether or not the address has an account."""
    form = read_form(body, AddressForm)
    try:
        wanted = address_in(form.email)
        await take_address(limits, tx.person_id, wanted)
        await actions.ask_address(tx, tx.person_id, wanted)
    except Invalid as refusal:
        return drawn(_asking_page(visit, filled(form.email, faults(refusal), "email")), status=422)
    return see_other(ADDRESS)


@post(f"{ADDRESS}/withdraw")
async def withdraw(tx: Tx) -> Response[str]:
    """Nothing changes."""
    await actions.withdraw_address(tx, tx.person_id)
    return see_other("/you/security?told=address-withdrawn")


@get("/address/{token:str}", opt=OPEN)
async def link(token: str, exchange: Exchange, reader: Reader) -> Response[str]:
    """A button for who reads the old mailbox, signed in or not; later, what came of it."""
    return drawn(await _link_page(token, exchange, reader))


@post("/address/{token:str}", opt=OPEN)
async def confirm(token: str, tx: Tx) -> Response[str]:
    """Once."""
    await actions.confirm_link(tx, token)
    return see_other(_path(token))


@get("/address/{token:str}/refusal", opt=OPEN)
async def refusal_link(token: str, exchange: Exchange, reader: Reader) -> Response[str]:
    """The other button."""
    return drawn(await _link_page(token, exchange, reader, is_refusal=True))


@post("/address/{token:str}/refusal", opt=OPEN)
async def refuse(token: str, tx: Tx) -> Response[str]:
    """Nothing changes, and nothing more comes of it."""
    await actions.refuse_address(tx, token)
    return see_other(_path(token))


def _path(token: str) -> str:
    return f"/address/{quote(token)}"


def _asking_page(visit: Visit, email: Filled) -> AddressPage:
    shell = door(visit.exchange, visit.me, visit.notice)
    return AddressPage(shell=shell, action=ASKING, email=visit.me.email, new_email=email)


async def _code_page(visit: Visit, wrong: str = "") -> AddressCodePage | None:
    mine = await visit.reader.maybe(q.MINE, NoParams())
    if mine is None:
        return None
    return AddressCodePage(
        shell=door(visit.exchange, visit.me, visit.notice),
        action=ADDRESS,
        withdraw_url=f"{ADDRESS}/withdraw",
        email=visit.me.email,
        new_email=mine.email,
        is_code_right=mine.is_code_right,
        is_link_confirmed=mine.is_link_confirmed,
        until_text=show_instant(mine.expires_at, visit.me.zone),
        code=Filled(error=wrong),
    )


async def _link_page(token: str, exchange: Exchange, reader: Reader, *, is_refusal: bool = False) -> AddressLinkPage:
    holder = await reader.maybe(q.READ_LINK, ByHash(token_hash(token)))
    if holder is None:
        raise NotFound("This link is over: it worked for 24 hours. Where you are signed in you can ask again.")
    is_asked = holder.state is AddressState.OPEN and (is_refusal or not holder.is_confirmed)
    return AddressLinkPage(
        shell=door(exchange, await me_if_signed_in(exchange)),
        action=f"{_path(token)}/refusal" if is_refusal else _path(token),
        new_email=holder.email,
        state=holder.state.value,
        is_asked=is_asked,
        is_refusal=is_refusal,
    )


HANDLERS: Final = (address, bring_code, asking, ask, withdraw, link, confirm, refusal_link, refuse)
