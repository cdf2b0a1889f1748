"""One's own data as a page: what was asked for, and the ways to be forgotten, everywhere or in one wedding."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.shell import OWN_WEDDING, Visit, door, page_routes
from wedsync.features.people.words import moment
from wedsync.features.privacy import actions
from wedsync.features.privacy.model import PAUSE, STAYS, DataRequest
from wedsync.features.privacy.queries import MINE
from wedsync.features.privacy.views import DataPage, PartView, RequestView
from wedsync.kernel.ids import RequestId, WeddingId
from wedsync.kernel.permissions import SupplierRole
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NoParams, Tx
from wedsync.platform.forms import Form, read_form
from wedsync.platform.http import drawn, see_other


class ErasureForm(Form, frozen=True, kw_only=True):
    """Everywhere, or the wedding whose part is to go."""

    wedding_id: UUID | None = None


@get("/you/data")
async def data(visit: Visit) -> Response[str]:
    """Everything one may ask for, and how it stands."""
    found = await visit.reader.all(MINE, NoParams())
    asked = {each.wedding_id for each in found if each.is_open}
    owned = [each.name for each in visit.me.suppliers if each.role is SupplierRole.OWNER]
    page = DataPage(
        shell=door(visit.exchange, visit.me, visit.notice),
        requests=tuple(_request(each, visit.me.zone) for each in found),
        parts=tuple(
            PartView(
                title=each.title,
                wedding_id=str(each.wedding_id),
                role_label=OWN_WEDDING[each.role],
                action="" if asked & {each.wedding_id, None} else "/you/data/erasure",
            )
            for each in visit.me.weddings
        ),
        forget_url="" if None in asked else "/you/data/erasure",
        stays=STAYS,
        businesses=" and ".join(owned),
    )
    return drawn(page)


@post("/you/data/erasure")
async def ask_to_be_forgotten(body: bytes, tx: Tx) -> Response[str]:
    """It can be taken back for a day, from the page that follows."""
    form = read_form(body, ErasureForm)
    wedding = None if form.wedding_id is None else WeddingId(form.wedding_id)
    await actions.ask_to_be_forgotten(tx, tx.person_id, wedding)
    return see_other("/you/data?told=asked")


@post("/you/data/requests/{request_id:uuid}/withdrawal")
async def withdraw(request_id: UUID, tx: Tx) -> Response[str]:
    """As if it had not been asked for."""
    await actions.withdraw(tx, tx.person_id, RequestId(request_id))
    return see_other("/you/data?told=taken-back")


def _request(asked: DataRequest, zone: str) -> RequestView:
    status, tone, note = _standing(asked, zone)
    return RequestView(
        title=f"Be forgotten in {asked.title}" if asked.title else "Be forgotten everywhere",
        when=moment(asked.created_at, zone),
        status=status,
        tone=tone,
        note=note,
        withdraw_url=f"/you/data/requests/{asked.id}/withdrawal" if asked.may_be_withdrawn else "",
    )


def _standing(asked: DataRequest, zone: str) -> tuple[str, str, str]:
    if asked.withdrawn_at is not None:
        return "taken back", "", ""
    if asked.done_at is not None:
        return "done", "ok", ""
    due = f"Done by {show_instant(asked.due_at, zone)} at the latest."
    if asked.waits is not None:
        until = f" until {show_instant(asked.waits_until, zone)}" if asked.waits_until else ""
        return "waits", "day", f"It waits{until}: {asked.waits}. {due}"
    if asked.begun_at is not None:
        return "under way", "day", due
    return "asked for", "day", f"It begins after {show_instant(asked.created_at + PAUSE, zone)}. {due}"


ROUTES: Final = page_routes(data, ask_to_be_forgotten, withdraw)
