"""A supplier asks a couple to share more, and sees what became of what it asked for."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.connections import request_queries as q
from wedsync.features.connections import requests
from wedsync.features.connections.model import THEIR_AREAS, GrantRequest, Level
from wedsync.features.connections.sharing import wish
from wedsync.features.connections.sharing_api import take_request
from wedsync.features.connections.views import AskPage, RequestView
from wedsync.features.connections.wedding_page import shell_of
from wedsync.features.people.shell import Visit
from wedsync.features.people.words import moment
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.sight import sight_of
from wedsync.kernel.cursors import read_place
from wedsync.kernel.ids import GrantRequestId, WeddingId
from wedsync.kernel.permissions import Area, Permission, allows
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, chosen, faults, filled, read_form, said
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb
from wedsync.platform.rate_limits import RateLimits

LATELY: Final = 20
READS: Final = declares(Permission.WEDDING_READ, on="wedding")
ASKS: Final = declares(Permission.GRANTS_ASK, on="wedding")
LEVELS: Final = ((Level.USUAL.value, "What we usually need"), (Level.EVERYTHING.value, "Everything there"))
_STATUS: Final = {
    None: ("waits for an answer", "fixed"),
    "given": ("shared", "ok"),
    "declined": ("not now", ""),
    "withdrawn": ("taken back", ""),
}


class AskForm(Form, frozen=True, kw_only=True):
    """What to ask for, and why."""

    area: str = ""
    level: Literal["usual", "everything"] = "everything"
    can_write: str = ""
    reason: str = ""


@get("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/ask", opt=READS)
async def asking(supplier_id: UUID, wedding_id: UUID, visit: Visit) -> Response[str]:
    """The form, and what was asked for lately."""
    return drawn(await _page(visit, supplier_id, wedding_id, AskForm(), {}))


@post("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/ask", opt=ASKS)
async def ask(
    supplier_id: UUID, wedding_id: UUID, body: bytes, visit: Visit, tx: Tx, limits: RateLimits
) -> Response[str]:
    """Both partners get a letter."""
    form = read_form(body, AskForm)
    try:
        area = _area(form)
        wanted = requests.Ask(area=area, level=Level(form.level), can_write=form.can_write == "yes", reason=form.reason)
        await requests.ask(tx, WeddingId(wedding_id), wanted)
        await take_request(limits, supplier_id, wedding_id)
    except (Invalid, Conflict) as refusal:
        wrong = faults(refusal) or {"": said(refusal)}
        return drawn(await _page(visit, supplier_id, wedding_id, form, wrong), status=refusal.status)
    return see_other(f"/s/{supplier_id}/weddings/{wedding_id}/ask?told=asked-for")


@post("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/ask/{request_id:uuid}/withdraw", opt=ASKS)
async def withdraw(supplier_id: UUID, wedding_id: UUID, request_id: UUID, tx: Tx) -> Response[str]:
    """While nobody has answered it."""
    await requests.withdraw_request(tx, WeddingId(wedding_id), GrantRequestId(request_id))
    return see_other(f"/s/{supplier_id}/weddings/{wedding_id}/ask?told=request-withdrawn")


async def _page(visit: Visit, supplier_id: UUID, wedding_id: UUID, form: AskForm, wrong: dict[str, str]) -> AskPage:
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    at, item = read_place("")
    lately = q.RequestsPage(wedding_id=WeddingId(wedding_id), before_at=at, before_id=item, limit=LATELY)
    found = await visit.reader.all(q.REQUESTS, lately)
    base = f"/s/{supplier_id}/weddings/{wedding_id}"
    may_ask = allows(sight.seen.standing, Permission.GRANTS_ASK)
    return AskPage(
        shell=shell_of(visit, supplier_id, sight),
        crumbs=(Crumb(label=sight.seen.wedding.title, href=base),),
        title=sight.seen.wedding.title,
        requests=tuple(_view(each, base, visit.me.zone, may_ask=may_ask) for each in found),
        action=f"{base}/ask" if may_ask else "",
        areas=chosen(_areas(found), form.area or Area.CONTACTS.value),
        levels=chosen(LEVELS, form.level),
        may_write=form.can_write == "yes",
        reason=filled(form.reason, wrong, "reason"),
        area_error=wrong.get("area", ""),
        error=wrong.get("", ""),
        csrf=visit.exchange.csrf,
    )


def _area(form: AskForm) -> Area:
    found = next((each for each in THEIR_AREAS if each.value == form.area), None)
    if found is None:
        raise Invalid(errors=[{"field": "area", "detail": "Choose what you would like to see."}])
    return found


def _areas(found: list[GrantRequest]) -> tuple[tuple[str, str], ...]:
    waiting = {each.area for each in found if each.answer is None}
    return tuple((area.value, f"{label}: {what}") for area, (label, what) in THEIR_AREAS.items() if area not in waiting)


def _view(request: GrantRequest, base: str, zone: str, *, may_ask: bool) -> RequestView:
    status, tone = _STATUS[request.answer]
    return RequestView(
        label=THEIR_AREAS[request.area][0],
        wish=wish(request),
        reason=request.reason,
        asked=moment(request.created_at, zone),
        status=status,
        tone=tone,
        withdraw_url=f"{base}/ask/{request.id}/withdraw" if may_ask and request.answer is None else "",
    )


HANDLERS: Final = (asking, ask, withdraw)
