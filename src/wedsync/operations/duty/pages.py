"""The page on which duty support seconds an emergency."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.amendments.words import reference_of
from wedsync.features.people.shell import OPERATIONS, Visit, page_routes
from wedsync.features.people.words import moment
from wedsync.kernel.ids import AmendmentId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Invalid
from wedsync.operations.duty.actions import approve_emergency
from wedsync.operations.duty.queries import EMERGENCIES, Emergency, SupportApproval
from wedsync.operations.duty.views import EmergenciesPage, EmergencyView
from wedsync.operations.shield.frame import operator_frame
from wedsync.platform.database import CELL, NoParams, Tx, refuse_hidden
from wedsync.platform.formats import clock, plural
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb, Filled

SUPPORTS: Final = declares(Permission.SUPPORT, on="cell")
LIST: Final = f"{OPERATIONS}/emergencies"


class CallForm(Form, frozen=True, kw_only=True):
    """Whom they called back."""

    called_back: str = ""


@get(LIST, opt=SUPPORTS)
async def emergencies(visit: Visit) -> Response[str]:
    """Longest waiting first."""
    return drawn(await _list(visit))


@get(f"{LIST}/{{wedding_id:uuid}}/{{amendment_id:uuid}}/approval", opt=SUPPORTS)
async def approval(wedding_id: UUID, amendment_id: UUID) -> Response[str]:
    """The form stands in the list."""
    _ = wedding_id, amendment_id
    return see_other(LIST)


@post(f"{LIST}/{{wedding_id:uuid}}/{{amendment_id:uuid}}/approval", opt=SUPPORTS)
async def approve(wedding_id: UUID, amendment_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """It takes effect at once where one of the couple or their coordinator has agreed."""
    form = read_form(body, CallForm)
    approval = SupportApproval(
        wedding_id=WeddingId(wedding_id), amendment_id=AmendmentId(amendment_id), called_back=form.called_back
    )
    try:
        is_enough = await approve_emergency(tx, visit.me.id, approval)
    except Invalid as refusal:
        box = filled(form.called_back, faults(refusal), "called_back")
        return drawn(await _list(visit, amendment_id, box), status=422)
    return see_other(f"{LIST}?told={'seconded' if is_enough else 'seconded-first'}")


async def _list(visit: Visit, about: UUID | None = None, box: Filled | None = None) -> EmergenciesPage:
    shell = await operator_frame(visit, "Emergencies")
    await refuse_hidden(visit.reader, CELL, visit.me.id, requires=Permission.SUPPORT)
    found = await visit.reader.all(EMERGENCIES, NoParams())
    return EmergenciesPage(
        shell=shell,
        crumbs=(Crumb(label="Control room", href=OPERATIONS),),
        emergencies=tuple(
            _view(each, visit.me.zone, box if box and each.amendment_id == about else Filled()) for each in found
        ),
        csrf=shell.csrf,
    )


def _view(each: Emergency, zone: str, box: Filled) -> EmergencyView:
    return EmergencyView(
        reference=reference_of(each.amendment_id),
        about=", ".join(each.facts),
        said_by=each.party.value,
        when=moment(each.proposed_at, zone),
        approvals=plural(each.approvals, "yes so far", "yeses so far"),
        told="not told yet" if each.told_at is None else f"told at {clock(each.told_at, zone)}",
        action=f"{LIST}/{each.wedding_id}/{each.amendment_id}/approval",
        called_back=box,
    )


ROUTES: Final = page_routes(emergencies, approval, approve)
