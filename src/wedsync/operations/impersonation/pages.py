"""Looking as somebody, as a page: why, as whom, and what was looked at before."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.people.api import address_in
from wedsync.features.people.queries import ME
from wedsync.features.people.shell import OPERATIONS, Visit, page_routes
from wedsync.features.people.words import moment
from wedsync.kernel.clock import utc_now
from wedsync.kernel.cursors import place_of, read_place
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.operations.impersonation import actions
from wedsync.operations.impersonation.queries import LISTED, Before, Listed
from wedsync.operations.impersonation.views import ImpersonationsPage, ImpersonationView
from wedsync.operations.shield.frame import operator_frame
from wedsync.platform.database import CELL, Actor, NoParams, Tx, refuse_hidden
from wedsync.platform.formats import plural
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.http.answers import kept_cookie
from wedsync.platform.impersonation import AS_COOKIE
from wedsync.platform.rate_limits import IMPERSONATIONS, RateLimits

LIST: Final = f"{OPERATIONS}/impersonations"
SHOWN: Final = 25
BEGINS: Final = declares(Permission.IMPERSONATE, on="cell", is_dangerous=True)
READS: Final = declares(Permission.IMPERSONATE, on="cell")
Place = Annotated[str, QueryParameter(name="before", max_length=80)]


class AsForm(Form, frozen=True, kw_only=True):
    """As whom, and why."""

    email: str = ""
    reason: str = ""


@get(LIST, opt=BEGINS)
async def impersonations(visit: Visit, place: Place = "") -> Response[str]:
    """The form, and what was looked at before, newest first."""
    return drawn(await _page(visit, AsForm(), {}, place))


@post(LIST, opt=BEGINS)
async def begin(body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """Their first page, as they see it."""
    form, exchange = read_form(body, AsForm), visit.exchange
    await limits.take(IMPERSONATIONS, str(visit.me.id))
    try:
        session = exchange.signed_in().session_id
        wanted = actions.Wanted(session=session, address=address_in(form.email), reason=form.reason)
        begun = await actions.begin_impersonation(tx, visit.me.id, wanted)
        home = await _home(visit, begun)
    except (Invalid, Conflict) as refusal:
        return drawn(await _page(visit, form, faults(refusal), ""), status=refusal.status)
    answer = see_other(home)
    is_secure = exchange.services.settings.is_behind_tls
    lasts_s = int(actions.LASTS.total_seconds())
    answer.cookies.append(kept_cookie(AS_COOKIE, begun.token, lasts_s, is_secure=is_secure))
    return answer


@post(f"{LIST}/end", opt=READS)
async def end(visit: Visit, tx: Tx) -> Response[str]:
    """Oneself again."""
    await actions.end_impersonation(tx, visit.me.id)
    answer = see_other(f"{LIST}?told=looked")
    is_secure = visit.exchange.services.settings.is_behind_tls
    answer.cookies.append(kept_cookie(AS_COOKIE, "", 0, is_secure=is_secure))
    return answer


@get(f"{LIST}/end")
async def ended() -> Response[str]:
    """A refused form is answered at its own address; who opens that again comes to the list."""
    return see_other(LIST)


async def _home(visit: Visit, begun: actions.Begun) -> str:
    them = await visit.exchange.services.database.reader(Actor(person_id=begun.person_id)).one(ME, NoParams())
    for business in them.suppliers:
        return f"/s/{business.supplier_id}/today"
    for wedding in them.weddings:
        return f"/w/{wedding.wedding_id}/home"
    raise Invalid(errors=[{"field": "email", "detail": "They belong to no wedding and no business: there is no page."}])


async def _page(visit: Visit, form: AsForm, wrong: dict[str, str], place: str) -> ImpersonationsPage:
    shell = await operator_frame(visit, "Look as")
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.IMPERSONATE)
    at, item = read_place(place)
    found = await visit.reader.all(LISTED, Before(before_at=at, before_id=item, limit=SHOWN + 1))
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    return ImpersonationsPage(
        shell=shell,
        action=LIST,
        end_url=f"{LIST}/end" if visit.exchange.cookie(AS_COOKIE) else "",
        email=filled(form.email, wrong, "email"),
        reason=filled(form.reason, wrong, "reason"),
        impersonations=tuple(_view(each, visit.me.zone) for each in found[:SHOWN]),
        older_url="" if last is None else f"{LIST}?before={quote(place_of(last.created_at, last.id))}",
    )


def _view(each: Listed, zone: str) -> ImpersonationView:
    state = "ended" if each.ended_at is not None else "over" if each.ends_at <= utc_now() else "now"
    return ImpersonationView(
        operator=each.operator,
        person=each.person,
        reason=each.reason,
        begun=moment(each.created_at, zone),
        state=state,
        pages=plural(each.pages, "page", "pages"),
    )


ROUTES: Final = page_routes(impersonations, begin, end, ended)
