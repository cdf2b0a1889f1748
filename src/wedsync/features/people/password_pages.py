"""Choosing a password where one is signed in. Every other device is signed out; this one comes in anew."""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post

from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.api import DANGEROUS
from wedsync.features.people.codes import HalfWay
from wedsync.features.people.entering import come_in
from wedsync.features.people.shell import Visit, door
from wedsync.features.people.signing_in import chosen_password
from wedsync.features.people.views import PasswordPage
from wedsync.kernel.clock import utc_now
from wedsync.kernel.problems import Invalid
from wedsync.platform.database import NoParams
from wedsync.platform.forms import Form, faults, read_form
from wedsync.platform.http import drawn
from wedsync.platform.pages import Filled

PASSWORD: Final = "/you/password"  # noqa: S105 - an address


class PasswordForm(Form, frozen=True, kw_only=True):
    """The one that is chosen."""

    password: str = ""


@get(PASSWORD, opt=DANGEROUS)
async def password_page(visit: Visit) -> Response[str]:
    """The first one, or another."""
    return drawn(_page(visit, await visit.reader.one(q.MY_CHOOSER, NoParams())))


@post(PASSWORD, opt=DANGEROUS)
async def choose(body: bytes, visit: Visit) -> Response[str]:
    """Back to one's security; only this device is left."""
    form, exchange = read_form(body, PasswordForm), visit.exchange
    chooser = await visit.reader.one(q.MY_CHOOSER, NoParams())
    try:
        secret = await chosen_password(form.password, chooser)
    except Invalid as refusal:
        return drawn(_page(visit, chooser, faults(refusal)["password"]), status=422)
    tx = await exchange.transaction()
    await actions.set_password(tx, tx.person_id, secret)
    here = HalfWay(person_id=tx.person_id, expires_at=utc_now(), to="/you/security?told=password")
    return await come_in(exchange, tx, here)


def _page(visit: Visit, chooser: q.Chooser, wrong: str = "") -> PasswordPage:
    return PasswordPage(
        shell=door(visit.exchange, visit.me),
        action=PASSWORD,
        email=chooser.email,
        has_password=bool(chooser.hashes),
        password=Filled(error=wrong),
    )


HANDLERS: Final = (password_page, choose)
