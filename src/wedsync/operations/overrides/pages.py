"""Overrides as pages: asking, approving, taking the token, reviewing. A pipeline uses the token up, no page does."""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.shell import Visit, operator_shell, page_routes
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import PersonId
from wedsync.kernel.permissions import OperatorRole, Permission
from wedsync.kernel.problems import Invalid, NotFound
from wedsync.operations.operators.queries import OPERATORS
from wedsync.operations.overrides import actions
from wedsync.operations.overrides import queries as q
from wedsync.operations.overrides.drawing import CRUMBS, LIST, ReadBy, boxes, override_page, row
from wedsync.operations.overrides.model import Kind, NewOverride, Review
from wedsync.operations.overrides.tokens import issue_token
from wedsync.operations.overrides.views import OverridePage, OverridesPage, TokenPage
from wedsync.operations.shield.line import release_line
from wedsync.operations.shield.now import verdict_now
from wedsync.platform import formats
from wedsync.platform.database import CELL, ById, NoParams, Tx, refuse_hidden
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.http.exchange import is_id
from wedsync.platform.pages import Filled, Shell
from wedsync.platform.rate_limits import OVERRIDES, RateLimits

SHOWN: Final = 50
READS: Final = declares(Permission.OPERATE, on="cell")
REQUESTS: Final = declares(Permission.OVERRIDES_REQUEST, on="cell")


class RequestForm(Form, frozen=True, kw_only=True):
    """What cannot wait, and why."""

    kind: Kind
    reason: str
    rollback_plan: str
    incident: str
    image_digest: str
    window_hours: int
    commander_id: str = ""


class ReviewForm(Form, frozen=True, kw_only=True):
    """What was learnt."""

    is_justified: Literal["yes", "no"]
    findings: str


@get(LIST, opt=READS)
async def overrides(visit: Visit) -> Response[str]:
    """The newest, and the form to ask for one."""
    return drawn(await _list(visit, {}, {}))


@post(LIST, opt=REQUESTS)
async def request_override(body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """Its page says who has to approve it."""
    form = read_form(body, RequestForm)
    await limits.take(OVERRIDES, str(tx.person_id))
    try:
        asked = await actions.request_override(tx, tx.person_id, _wanted(form))
    except Invalid as refusal:
        return drawn(await _list(visit, _sent(form), faults(refusal)), status=422)
    return see_other(f"{LIST}/{asked.id}")


@get(f"{LIST}/{{override_id:uuid}}", opt=READS)
async def one_override(override_id: UUID, visit: Visit) -> Response[str]:
    """How far it has come, and what you may do."""
    return drawn(await _page(visit, override_id, Filled()))


@get([f"{LIST}/{{override_id:uuid}}/{step}" for step in ("approve", "token", "review")], opt=READS)
async def step(override_id: UUID) -> Response[str]:
    """A form is answered at its own address; who opens that again comes to the page it stands on."""
    return see_other(f"{LIST}/{override_id}")


@post(f"{LIST}/{{override_id:uuid}}/approve", opt=declares(Permission.OVERRIDES_APPROVE, on="cell"))
async def approve(override_id: UUID, tx: Tx, limits: RateLimits) -> Response[str]:
    """As one of two who did not ask for it."""
    await limits.take(OVERRIDES, str(tx.person_id))
    await actions.approve_override(tx, tx.person_id, override_id)
    return see_other(f"{LIST}/{override_id}")


@post(f"{LIST}/{{override_id:uuid}}/token", opt=REQUESTS)
async def token(override_id: UUID, visit: Visit, limits: RateLimits) -> Response[str]:
    """Shown on this page and kept nowhere."""
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.OVERRIDES_REQUEST)
    await limits.take(OVERRIDES, str(visit.me.id))
    found = await visit.reader.one(q.OVERRIDE, ById(override_id))
    issued = issue_token(found, visit.exchange.services.settings, utc_now())
    page = TokenPage(
        shell=await _shell(visit),
        crumbs=CRUMBS,
        signed=issued.token,
        until_text=formats.moment(issued.expires_at, visit.me.zone),
        image_digest=found.image_digest,
    )
    return drawn(page)


@post(f"{LIST}/{{override_id:uuid}}/review", opt=declares(Permission.OVERRIDES_REVIEW, on="cell"))
async def review(override_id: UUID, body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """By somebody else than who asked for it."""
    form = read_form(body, ReviewForm)
    await limits.take(OVERRIDES, str(tx.person_id))
    learnt = Review(is_justified=form.is_justified == "yes", findings=form.findings)
    try:
        await actions.review_override(tx, tx.person_id, override_id, learnt)
    except Invalid as refusal:
        wrong = filled(form.findings, faults(refusal), "findings")
        return drawn(await _page(visit, override_id, wrong), status=422)
    return see_other(f"{LIST}/{override_id}")


def _wanted(form: RequestForm) -> NewOverride:
    leads = PersonId(UUID(form.commander_id)) if is_id(form.commander_id) else None
    return NewOverride(
        kind=form.kind,
        reason=form.reason,
        rollback_plan=form.rollback_plan,
        incident=form.incident,
        image_digest=form.image_digest.strip(),
        window_hours=form.window_hours,
        commander_id=leads,
    )


def _sent(form: RequestForm) -> dict[str, str]:
    return {
        "kind": form.kind.value,
        "reason": form.reason,
        "rollback_plan": form.rollback_plan,
        "incident": form.incident,
        "image_digest": form.image_digest,
        "window_hours": str(form.window_hours),
        "commander_id": form.commander_id,
    }


async def _list(visit: Visit, sent: dict[str, str], wrong: dict[str, str]) -> OverridesPage:
    shell, me = await _shell(visit), _reader(visit)
    found = await visit.reader.all(q.OVERRIDES, q.Page(after=None, limit=SHOWN))
    operators = await visit.reader.all(OPERATORS, NoParams())
    return OverridesPage(
        shell=shell,
        overrides=tuple(row(each, me.zone) for each in found),
        request_url=LIST,
        boxes=boxes(operators, me.person_id, sent, wrong) if me.may(Permission.OVERRIDES_REQUEST) else None,
        is_refused=bool(wrong),
    )


async def _page(visit: Visit, override_id: UUID, refused: Filled) -> OverridePage:
    shell = await _shell(visit)
    found = await visit.reader.one(q.OVERRIDE, ById(override_id))
    return override_page(found, shell, _reader(visit), refused)


async def _shell(visit: Visit) -> Shell:
    found = await verdict_now(visit.exchange.services)
    return operator_shell(visit, "Overrides", release_line(found, visit.me.zone))


def _reader(visit: Visit) -> ReadBy:
    role: OperatorRole | None = visit.me.operator_role
    if role is None:
        raise NotFound
    return ReadBy(person_id=visit.me.id, role=role, zone=visit.me.zone)


ROUTES: Final = page_routes(overrides, request_override, one_override, step, approve, token, review)
