"""What people asked for of their data, as a page: what is overdue, what waits and why, answers to corrections."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.shell import OPERATIONS, Visit, page_routes
from wedsync.features.people.words import moment
from wedsync.features.privacy.model import Kind, Outcome
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Invalid
from wedsync.operations.data_requests.actions import answer_correction
from wedsync.operations.data_requests.queries import OPEN, Answer, OpenRequest, Page
from wedsync.operations.data_requests.views import DataRequestsPage, OpenRequestView
from wedsync.operations.shield.frame import operator_frame
from wedsync.platform import formats
from wedsync.platform.database import CELL, Tx, refuse_hidden
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb, Filled

LIST: Final = f"{OPERATIONS}/requests"
SHOWN: Final = 25
SUPPORTS: Final = declares(Permission.SUPPORT, on="cell")


class AnswerForm(Form, frozen=True, kw_only=True):
    """Whether it was put right, and what they are told."""

    outcome: Outcome
    answer: str = ""


@get(LIST, opt=SUPPORTS)
async def requests(visit: Visit, after: UUID | None = None) -> Response[str]:
    """Overdue first, then the oldest; `after` leads further."""
    return drawn(await _list(visit, after))


@get(f"{LIST}/{{request_id:uuid}}/answer", opt=SUPPORTS)
async def answering(request_id: UUID) -> Response[str]:
    """The form stands in the list."""
    _ = request_id
    return see_other(LIST)


@post(f"{LIST}/{{request_id:uuid}}/answer", opt=SUPPORTS)
async def answer(request_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """A letter tells them."""
    form = read_form(body, AnswerForm)
    try:
        await answer_correction(tx, visit.me.id, Answer(id=request_id, outcome=form.outcome, answer=form.answer))
    except Invalid as refusal:
        box = filled(form.answer, faults(refusal), "answer")
        return drawn(await _list(visit, None, request_id, box), status=422)
    return see_other(f"{LIST}?told=answered")


async def _list(
    visit: Visit, after: UUID | None, about: UUID | None = None, box: Filled | None = None
) -> DataRequestsPage:
    shell = await operator_frame(visit, "Requests")
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.SUPPORT)
    found = await visit.reader.all(OPEN, Page(after=after, limit=SHOWN + 1))
    return DataRequestsPage(
        shell=shell,
        crumbs=(Crumb(label="Control room", href=OPERATIONS),),
        requests=tuple(
            _view(each, visit.me.zone, box if box and each.id == about else Filled()) for each in found[:SHOWN]
        ),
        more_url=f"{LIST}?after={found[SHOWN - 1].id}" if len(found) > SHOWN else "",
    )


def _view(each: OpenRequest, zone: str, box: Filled) -> OpenRequestView:
    label, tone = _state(each)
    is_correction = each.kind is Kind.RECTIFICATION
    return OpenRequestView(
        reference=str(each.id),
        title=_title(each),
        asked=moment(each.created_at, zone),
        state_label=label,
        tone=tone,
        note=_note(each, zone),
        wrong=each.wrong or "",
        person_id=str(each.person_id or ""),
        answer_url=f"{LIST}/{each.id}/answer" if is_correction else "",
        answer=box,
    )


def _title(each: OpenRequest) -> str:
    match each.kind:
        case Kind.ACCESS:
            return "Take along everything about oneself"
        case Kind.PORTABILITY:
            return "Take along a wedding"
        case Kind.ERASURE:
            return "Be forgotten everywhere" if each.is_everything else "Be forgotten in one wedding"
        case Kind.RECTIFICATION:
            return "Have something put right"


def _state(each: OpenRequest) -> tuple[str, str]:
    if each.is_overdue:
        return "overdue", "bad"
    if each.waits is not None:
        return "waits", "day"
    return ("under way", "day") if each.begun_at is not None else ("asked for", "fixed")


def _note(each: OpenRequest, zone: str) -> str:
    due = f"Due {formats.moment(each.due_at, zone)}."
    if each.waits is None:
        return due
    if each.waits_until is None:
        return f"It waits: {each.waits}."
    return f"It waits until {formats.moment(each.waits_until, zone)}: {each.waits}. {due}"


ROUTES: Final = page_routes(requests, answering, answer)
