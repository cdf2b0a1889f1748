"""Legal holds as a page: one operator asks, another one sets it; to let it go, likewise."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.shell import OPERATIONS, Visit, page_routes
from wedsync.kernel.ids import PersonId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Invalid
from wedsync.operations.holds import actions
from wedsync.operations.holds.drawing import LIST, boxes, hold_view
from wedsync.operations.holds.model import NewHold
from wedsync.operations.holds.queries import HOLDS, Page
from wedsync.operations.holds.views import HoldBoxes, HoldsPage
from wedsync.operations.shield.frame import operator_frame
from wedsync.platform.database import CELL, Tx, refuse_hidden
from wedsync.platform.forms import Form, faults, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.http.exchange import is_id
from wedsync.platform.pages import Crumb

SHOWN: Final = 25
KEEPS: Final = declares(Permission.HOLDS_WRITE, on="cell")


class HoldForm(Form, frozen=True, kw_only=True):
    """Who or what, and in which matter."""

    subject_id: str = ""
    wedding_id: str = ""
    reason: str = ""


@get(LIST, opt=KEEPS)
async def holds(visit: Visit, after: UUID | None = None) -> Response[str]:
    """The newest first; `after` leads to what is older."""
    return drawn(await _list(visit, after, HoldBoxes()))


@get([f"{LIST}/{{hold_id:uuid}}/{step}" for step in ("approval", "release", "release/approval")], opt=KEEPS)
async def step(hold_id: UUID) -> Response[str]:
    """The forms stand in the list."""
    _ = hold_id
    return see_other(LIST)


@post(LIST, opt=KEEPS)
async def ask_hold(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """It holds once somebody else sets it."""
    form = read_form(body, HoldForm)
    try:
        await actions.ask_hold(tx, visit.me.id, _wanted(form))
    except Invalid as refusal:
        sent = boxes(form.subject_id, form.wedding_id, form.reason, faults(refusal))
        return drawn(await _list(visit, None, sent, is_refused=True), status=422)
    return see_other(f"{LIST}?told=hold-asked")


@post(f"{LIST}/{{hold_id:uuid}}/approval", opt=KEEPS)
async def approve_hold(hold_id: UUID, tx: Tx) -> Response[str]:
    """Never one that you asked for yourself."""
    await actions.approve_hold(tx, tx.person_id, hold_id)
    return see_other(f"{LIST}?told=hold-set")


@post(f"{LIST}/{{hold_id:uuid}}/release", opt=KEEPS)
async def ask_release(hold_id: UUID, tx: Tx) -> Response[str]:
    """It holds until somebody else lets it go."""
    await actions.ask_release(tx, tx.person_id, hold_id)
    return see_other(f"{LIST}?told=hold-release-asked")


@post(f"{LIST}/{{hold_id:uuid}}/release/approval", opt=KEEPS)
async def release_hold(hold_id: UUID, tx: Tx) -> Response[str]:
    """Never when you asked for the release yourself."""
    await actions.release_hold(tx, tx.person_id, hold_id)
    return see_other(f"{LIST}?told=hold-released")


def _wanted(form: HoldForm) -> NewHold:
    subject, wedding = _read_id(form.subject_id, "subject_id"), _read_id(form.wedding_id, "wedding_id")
    return NewHold(
        reason=form.reason,
        subject_id=None if subject is None else PersonId(subject),
        wedding_id=None if wedding is None else WeddingId(wedding),
    )


def _read_id(sent: str, name: str) -> UUID | None:
    """Raises Invalid for what is none."""
    text = sent.strip().lower()
    if text and not is_id(text):
        raise Invalid(errors=[{"field": name, "detail": "This is no id: 32 digits and letters in five groups."}])
    return UUID(text) if text else None


async def _list(visit: Visit, after: UUID | None, sent: HoldBoxes, *, is_refused: bool = False) -> HoldsPage:
    shell = await operator_frame(visit, "Holds")
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.HOLDS_WRITE)
    found = await visit.reader.all(HOLDS, Page(after=after, limit=SHOWN + 1))
    return HoldsPage(
        shell=shell,
        crumbs=(Crumb(label="Control room", href=OPERATIONS),),
        holds=tuple(hold_view(each, visit.me.id, visit.me.zone) for each in found[:SHOWN]),
        older_url=f"{LIST}?after={found[SHOWN - 1].id}" if len(found) > SHOWN else "",
        ask_url=LIST,
        boxes=sent,
        is_refused=is_refused,
    )


ROUTES: Final = page_routes(holds, step, ask_hold, approve_hold, ask_release, release_hold)
