"""Letting somebody in, as a page."""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post

from wedsync.features.people.api import address_in
from wedsync.features.people.shell import Visit, page_routes
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Invalid, NotFound
from wedsync.operations.lockouts.actions import NOT_WAITING, let_in
from wedsync.operations.lockouts.views import LockoutsPage
from wedsync.operations.shield.frame import operator_frame
from wedsync.platform.database import CELL, Tx, refuse_hidden
from wedsync.platform.forms import Form, faults, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Filled

LOCKOUTS: Final = "/operations/lockouts"
ANSWERS: Final = declares(Permission.SUPPORT, on="cell")


class WaitingForm(Form, frozen=True, kw_only=True):
    """Who waits."""

    email: str = ""


@get(LOCKOUTS, opt=ANSWERS)
async def lockouts(visit: Visit) -> Response[str]:
    """One form: addresses are not listed, for failures are counted without them."""
    return drawn(await _page(visit, Filled()))


@post(LOCKOUTS, opt=ANSWERS)
async def end_wait(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """They are told by letter."""
    form = read_form(body, WaitingForm)
    page = await _page(visit, Filled(value=form.email))
    try:
        await let_in(tx, visit.me.id, address_in(form.email))
    except (Invalid, NotFound) as refusal:
        wrong = faults(refusal).get("email", NOT_WAITING)
        refused = LockoutsPage(shell=page.shell, action=LOCKOUTS, email=Filled(value=form.email, error=wrong))
        return drawn(refused, status=refusal.status)
    return see_other(f"{LOCKOUTS}?told=let-in")


async def _page(visit: Visit, email: Filled) -> LockoutsPage:
    shell = await operator_frame(visit, "Lockouts")
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.SUPPORT)
    return LockoutsPage(shell=shell, action=LOCKOUTS, email=email)


ROUTES: Final = page_routes(lockouts, end_wait)
