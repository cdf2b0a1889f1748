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
from wedsync.operations.overrides.drawing import (
    BETWEEN,
    BREAKS_GLASS,
    CHANGES,
    CRUMBS,
    LIST,
    ReadBy,
    between_boxes,
    boxes,
    override_page,
    row,
)
from wedsync.operations.overrides.model import Kind, NewOverride, Review
from wedsync.operations.overrides.tokens import issue_token
from wedsync.operations.overrides.views import BetweenPage, OverridePage, OverridesPage, TokenPage
from wedsync.operations.shield.frame import operator_frame
from wedsync.operations.shield.line import release_line
from wedsync.operations.shield.now import verdict_now
from wedsync.operations.shield.verdict import Change
from wedsync.platform import formats
from wedsync.platform.database import CELL, ById, NoParams, Tx, refuse_hidden
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.http.exchange import is_id
from wedsync.platform.pages import Filled
from wedsync.platform.rate_limits import OVERRIDES, RateLimits

SHOWN: Final = 25
READS: Final = declares(Permission.OPERATE, on="cell")
REQUESTS: Final = declares(Permission.OVERRIDES_REQUEST, on="cell")


class RequestForm(Form, frozen=True, kw_only=True):
    """What cannot wait, and why."""

    kind: str = ""
    reason: str
    rollback_plan: str
    incident: str
    image_digest: str
    window_hours: int
    commander_id: str = ""


class BetweenForm(Form, frozen=True, kw_only=True):
    """What goes between events, and why."""

    change: str = ""
    reason: str
    rollback_plan: str
    incident: str
    image_digest: str
    window_hours: int


class ReviewForm(Form, frozen=True, kw_only=True):
    """What was learnt."""

    is_justified: Literal["yes", "no"]
    findings: str


@get(LIST, opt=READS)
async def overrides(visit: Visit, after: UUID | None = None) -> Response[str]:
    """The newest, and the form to ask for one; `after` leads to what is older."""
    return drawn(await _list(visit, {}, {}, after))


@post(LIST, opt=REQUESTS)
async def request_override(body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """Its page says who has to approve it."""
    form = read_form(body, RequestForm)
    await limits.take(OVERRIDES, str(tx.person_id))
    if form.kind not in {each.value for each in BREAKS_GLASS}:
        return drawn(await _list(visit, _sent(form), {"kind": "Choose why it cannot wait."}), status=422)
    try:
        asked = await actions.request_override(tx, tx.person_id, _wanted(form))
    except Invalid as refusal:
        return drawn(await _list(visit, _sent(form), faults(refusal)), status=422)
    return see_other(f"{LIST}/{asked.id}")


@get(BETWEEN, opt=REQUESTS)
async def between(visit: Visit) -> Response[str]:
    """The form for a change that waits until nobody marries, and how that stands."""
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.OVERRIDES_REQUEST)
    return drawn(await _between(visit, {}, {}))


@post(BETWEEN, opt=REQUESTS)
async def request_between(body: bytes, visit: Visit, tx: Tx, limits: RateLimits) -> Response[str]:
    """Its page says that two others approve it."""
    form = read_form(body, BetweenForm)
    await limits.take(OVERRIDES, str(tx.person_id))
    if form.change not in {each.value for each in CHANGES}:
        return drawn(await _between(visit, _sent(form), {"change": "Choose what it is."}), status=422)
    change = Change(form.change)
    found = await verdict_now(visit.exchange.services, change)
    try:
        asked = await actions.request_override(tx, tx.person_id, _planned(form, change), found)
    except Invalid as refusal:
        return drawn(await _between(visit, _sent(form), faults(refusal)), status=422)
    return see_other(f"{LIST}/{asked.id}")


@get(f"{LIST}/{{override_id:uuid}}", opt=READS)
async def one_override(override_id: UUID, visit: Visit) -> Response[str]:
    """How far it has come, and what you may do."""
    return drawn(await _page(visit, override_id, Filled()))


@get([f"{LIST}/{{override_id:uuid}}/{step}" for step in ("approve", "refuse", "token", "review")], opt=READS)
async def step(override_id: UUID) -> Response[str]:
    """A form is answered at its own address; who opens that again comes to the page it stands on."""
    return see_other(f"{LIST}/{override_id}")


@post(f"{LIST}/{{override_id:uuid}}/approve", opt=declares(Permission.OVERRIDES_APPROVE, on="cell"))
async def approve(override_id: UUID, tx: Tx, limits: RateLimits) -> Response[str]:
    """As one of two who did not ask for it."""
    await limits.take(OVERRIDES, str(tx.person_id))
    await actions.approve_override(tx, tx.person_id, override_id)
    return see_other(f"{LIST}/{override_id}")


@post(f"{LIST}/{{override_id:uuid}}/refuse", opt=declares(Permission.OVERRIDES_APPROVE, on="cell"))
async def refuse(override_id: UUID, tx: Tx, limits: RateLimits) -> Response[str]:
    """Or take back what one asked for oneself."""
    await limits.take(OVERRIDES, str(tx.person_id))
    await actions.refuse_override(tx, tx.person_id, override_id)
    return see_other(f"{LIST}/{override_id}")


@post(f"{LIST}/{{override_id:uuid}}/token", opt=REQUESTS)
async def token(override_id: UUID, visit: Visit, limits: RateLimits) -> Response[str]:
    """Shown on this page and kept nowhere."""
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.OVERRIDES_REQUEST)
    await limits.take(OVERRIDES, str(visit.me.id))
    found = await visit.reader.one(q.OVERRIDE, ById(override_id))
    issued = issue_token(found, visit.exchange.services.settings, utc_now())
    page = TokenPage(
        shell=await operator_frame(visit, "Overrides"),
        crumbs=CRUMBS,
        signed=issued.token,
        until_text=formats.moment(issued.expires_at, visit.me.zone),
        image_digest=found.image_digest,
        change=Change.DEPLOY.value if found.change is None else found.change.value,
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
        kind=Kind(form.kind),
        reason=form.reason,
        rollback_plan=form.rollback_plan,
        incident=form.incident,
        image_digest=form.image_digest.strip(),
        window_hours=form.window_hours,
        commander_id=leads,
    )


def _planned(form: BetweenForm, change: Change) -> NewOverride:
    return NewOverride(
        kind=Kind.GAP,
        change=change,
        reason=form.reason,
        rollback_plan=form.rollback_plan,
        incident=form.incident,
        image_digest=form.image_digest.strip(),
        window_hours=form.window_hours,
    )


def _sent(form: RequestForm | BetweenForm) -> dict[str, str]:
    """As it was typed, to be shown again."""
    own = (
        {"change": form.change}
        if isinstance(form, BetweenForm)
        else {"kind": form.kind, "commander_id": form.commander_id}
    )
    return own | {
        "reason": form.reason,
        "rollback_plan": form.rollback_plan,
        "incident": form.incident,
        "image_digest": form.image_digest,
        "window_hours": str(form.window_hours),
    }


async def _list(visit: Visit, sent: dict[str, str], wrong: dict[str, str], after: UUID | None = None) -> OverridesPage:
    shell, me = await operator_frame(visit, "Overrides"), _reader(visit)
    found = await visit.reader.all(q.OVERRIDES, q.Page(after=after, limit=SHOWN + 1))
    operators = await visit.reader.all(OPERATORS, NoParams())
    return OverridesPage(
        shell=shell,
        overrides=tuple(row(each, me.zone) for each in found[:SHOWN]),
        older_url=f"{LIST}?after={found[SHOWN - 1].id}" if len(found) > SHOWN else "",
        request_url=LIST,
        between_url=BETWEEN if me.may(Permission.OVERRIDES_REQUEST) else "",
        boxes=boxes(operators, me.person_id, sent, wrong) if me.may(Permission.OVERRIDES_REQUEST) else None,
        is_refused=bool(wrong),
    )


async def _between(visit: Visit, sent: dict[str, str], wrong: dict[str, str]) -> BetweenPage:
    found = await verdict_now(visit.exchange.services, Change.CONFIGURATION)
    return BetweenPage(
        shell=operator_shell(visit, "Overrides", release_line(found, visit.me.zone)),
        crumbs=CRUMBS,
        how_it_stands=found.reason,
        request_url=BETWEEN,
        boxes=between_boxes(sent, wrong),
        is_refused=bool(wrong),
    )


async def _page(visit: Visit, override_id: UUID, refused: Filled) -> OverridePage:
    shell = await operator_frame(visit, "Overrides")
    found = await visit.reader.one(q.OVERRIDE, ById(override_id))
    return override_page(found, shell, _reader(visit), refused)


def _reader(visit: Visit) -> ReadBy:
    role: OperatorRole | None = visit.me.operator_role
    if role is None:
        raise NotFound
    return ReadBy(person_id=visit.me.id, role=role, zone=visit.me.zone)


ROUTES: Final = page_routes(
    overrides, request_override, between, request_between, one_override, step, approve, refuse, token, review
)
