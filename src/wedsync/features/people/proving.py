"""Showing again that it is you, before something dangerous, and coming back to it.

Whoever shows it gets another token: what was copied from this browser before is worth nothing after.
"""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post

from wedsync.features.people import actions
from wedsync.features.people import queries as q
from wedsync.features.people.api import IN_BETWEEN
from wedsync.features.people.asking import Next
from wedsync.features.people.second_step_queries import MY_FACTOR
from wedsync.features.people.shell import Visit, door
from wedsync.features.people.signing_in import again, in_words
from wedsync.features.people.views import ProvePage
from wedsync.kernel.problems import Forbidden, LockedOut
from wedsync.platform.database import NoParams
from wedsync.platform.forms import Form, read_form
from wedsync.platform.http import drawn, keep_signed_in, see_other
from wedsync.platform.http.answers import local_path
from wedsync.platform.http.dependencies import PROVE


class ProveForm(Form, frozen=True, kw_only=True):
    """The password or a code, and where they were going."""

    password: str = ""
    code: str = ""
    next: str = ""


@get(PROVE, opt=IN_BETWEEN)
async def prove_page(visit: Visit, next_url: Next = "") -> Response[str]:
    """By the password, or by a link."""
    return drawn(await _page(visit, next_url))


@post(PROVE, opt=IN_BETWEEN)
async def prove(body: bytes, visit: Visit) -> Response[str]:
    """Back to where they were going, under another token."""
    form, exchange = read_form(body, ProveForm), visit.exchange
    session = exchange.signed_in()
    try:
        await again(exchange, password=form.password, code=form.code)
    except (Forbidden, LockedOut) as refusal:
        return drawn(await _page(visit, form.next, in_words(refusal)), status=refusal.status)
    renewed = await actions.renew_session(await exchange.transaction(), session.person_id, session.session_id)
    is_secure = exchange.services.settings.is_behind_tls
    return keep_signed_in(
        see_other(local_path(form.next)), renewed.token, expires_at=renewed.expires_at, is_secure=is_secure
    )


async def _page(visit: Visit, next_url: str, error: str = "") -> ProvePage:
    mine = await visit.reader.one(q.MY_SECRET, NoParams())
    factor = await visit.reader.one(MY_FACTOR, NoParams())
    return ProvePage(
        shell=door(visit.exchange, visit.me),
        action=PROVE,
        link_action="/sign-in/link",
        email=mine.email,
        next_url=local_path(next_url),
        has_password=mine.password_hash is not None,
        has_second_step=factor.is_on,
        error=error,
    )


HANDLERS: Final = (prove_page, prove)
