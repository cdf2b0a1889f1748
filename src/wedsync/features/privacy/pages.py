"""One's own data as a page: what was asked for, and the ways to have it put right and to be forgotten."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Stream

from wedsync.features.people.api import DANGEROUS
from wedsync.features.people.model import Me
from wedsync.features.people.shell import OWN_WEDDING, Visit, door, page_routes
from wedsync.features.people.words import moment
from wedsync.features.privacy import actions
from wedsync.features.privacy.fetching import file_for
from wedsync.features.privacy.model import PAUSE, STAYS, DataRequest, Kind, Outcome
from wedsync.features.privacy.queries import MINE
from wedsync.features.privacy.views import DataPage, OwnPlace, PartView, RequestView
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import RequestId, WeddingId
from wedsync.kernel.permissions import SupplierRole, SupplierType, WeddingRole
from wedsync.kernel.problems import Invalid
from wedsync.kernel.shield import show_instant
from wedsync.platform.database import NoParams, Tx
from wedsync.platform.formats import number
from wedsync.platform.forms import Form, faults, filled, read_form
from wedsync.platform.http import drawn, see_other
from wedsync.platform.pages import Filled
from wedsync.platform.rate_limits import EXPORTS, RateLimits

WEDDING_HELP: Final = "names, how you are reached, and all you entered; what is fixed, by an amendment."
VENUE_HELP: Final = "its rooms, seats, address and way in."


class AskForm(Form, frozen=True, kw_only=True):
    """Everywhere, or in the wedding that is meant."""

    wedding_id: UUID | None = None

    @property
    def wedding(self) -> WeddingId | None:
        """The wedding."""
        return None if self.wedding_id is None else WeddingId(self.wedding_id)


class WrongForm(Form, frozen=True, kw_only=True):
    """What is wrong."""

    wrong: str


@get("/you/data")
async def data(visit: Visit) -> Response[str]:
    """Everything one may ask for, and how it stands."""
    return drawn(await _page(visit, Filled()))


@get("/you/data/corrections")
async def corrections() -> Response[str]:
    """The form stands on the page."""
    return see_other("/you/data")


@post("/you/data/corrections")
async def ask_to_put_right(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """A person answers it."""
    form = read_form(body, WrongForm)
    try:
        await actions.ask_to_put_right(tx, tx.person_id, form.wrong)
    except Invalid as refusal:
        return drawn(await _page(visit, filled(form.wrong, faults(refusal), "wrong")), status=422)
    return see_other("/you/data?told=correcting")


@post("/you/data/erasure", opt=DANGEROUS)
async def ask_to_be_forgotten(body: bytes, tx: Tx) -> Response[str]:
    """It can be taken back for a day, from the page that follows."""
    await actions.ask_to_be_forgotten(tx, tx.person_id, read_form(body, AskForm).wedding)
    return see_other("/you/data?told=asked")


@post("/you/data/exports", opt=DANGEROUS)
async def ask_for_data(body: bytes, tx: Tx, limits: RateLimits) -> Response[str]:
    """A letter comes when it is ready; five times a day at most."""
    await limits.take(EXPORTS, str(tx.person_id))
    await actions.ask_for_data(tx, tx.person_id, read_form(body, AskForm).wedding)
    return see_other("/you/data?told=exporting")


@get("/you/data/exports/{request_id:uuid}", opt=DANGEROUS)
async def fetch(request_id: UUID, visit: Visit) -> Stream:
    """The file, to whom it is about."""
    return await file_for(visit.reader, visit.exchange, request_id)


@post("/you/data/requests/{request_id:uuid}/withdrawal")
async def withdraw(request_id: UUID, tx: Tx) -> Response[str]:
    """As if it had not been asked for."""
    await actions.withdraw(tx, tx.person_id, RequestId(request_id))
    return see_other("/you/data?told=taken-back")


async def _page(visit: Visit, wrong: Filled) -> DataPage:
    found = await visit.reader.all(MINE, NoParams())
    going = {each.wedding_id for each in found if each.is_open and each.kind is Kind.ERASURE}
    coming = {each.wedding_id for each in found if each.is_open and each.kind.is_export}
    is_correcting = any(each.is_open and each.kind is Kind.RECTIFICATION for each in found)
    owned = [each.name for each in visit.me.suppliers if each.role is SupplierRole.OWNER]
    return DataPage(
        shell=door(visit.exchange, visit.me, visit.notice),
        requests=tuple(_request(each, visit.me.zone) for each in found),
        parts=tuple(
            PartView(
                title=each.title,
                wedding_id=str(each.wedding_id),
                role_label=OWN_WEDDING[each.role],
                action="" if going & {each.wedding_id, None} else "/you/data/erasure",
                export_action="" if each.wedding_id in coming else "/you/data/exports",
            )
            for each in visit.me.weddings
        ),
        forget_url="" if None in going else "/you/data/erasure",
        export_url="" if None in coming else "/you/data/exports",
        own_places=_own_places(visit.me),
        correct_url="" if is_correcting else "/you/data/corrections",
        wrong=wrong,
        stays=STAYS,
        businesses=" and ".join(owned),
    )


def _own_places(me: Me) -> tuple[OwnPlace, ...]:
    """Before anybody is asked to wait for us."""
    couples = tuple(
        OwnPlace(label=each.title, href=f"/w/{each.wedding_id}/details", what=WEDDING_HELP)
        for each in me.weddings
        if each.role is not WeddingRole.COMPANION
    )
    venues = tuple(
        OwnPlace(label=each.name, href=f"/s/{each.supplier_id}/venues", what=VENUE_HELP)
        for each in me.suppliers
        if SupplierType.VENUE in each.supplier_types and each.role is not SupplierRole.VIEWER
    )
    return (*couples, *venues)


def _request(asked: DataRequest, zone: str) -> RequestView:
    status, tone, note = _standing(asked, zone)
    has_file = asked.has_file(utc_now())
    return RequestView(
        title=_title(asked),
        when=moment(asked.created_at, zone),
        status=status,
        tone=tone,
        note=note,
        withdraw_url=f"/you/data/requests/{asked.id}/withdrawal" if asked.may_be_withdrawn else "",
        said=asked.wrong or "",
        answer=asked.told or "",
        file_url=f"/you/data/exports/{asked.id}" if has_file else "",
        file_text=f"Fetch it ({number(max(1, (asked.size_bytes or 0) // 1024))} KB)" if has_file else "",
    )


def _title(asked: DataRequest) -> str:
    match asked.kind:
        case Kind.ACCESS:
            return "Everything about you"
        case Kind.PORTABILITY:
            return f"Everything of {asked.title}"
        case Kind.ERASURE:
            return f"Be forgotten in {asked.title}" if asked.title else "Be forgotten everywhere"
        case Kind.RECTIFICATION:
            return "Put something right"


def _standing(asked: DataRequest, zone: str) -> tuple[str, str, str]:
    """One word, its tone, and what there is to know."""
    if asked.withdrawn_at is not None:
        return "taken back", "", ""
    if asked.waits is not None:
        until = f" until {show_instant(asked.waits_until, zone)}" if asked.waits_until else ""
        return "waits", "day", f"It waits{until}: {asked.waits}. {_due(asked, zone)}"
    match asked.kind:
        case Kind.ERASURE:
            return _erasure(asked, zone)
        case Kind.RECTIFICATION:
            return _correction(asked, zone)
        case Kind.ACCESS | Kind.PORTABILITY:
            return _export(asked, zone)


def _correction(asked: DataRequest, zone: str) -> tuple[str, str, str]:
    match asked.outcome:
        case None:
            return "asked for", "day", f"A person looks at it. {_due(asked, zone)}"
        case Outcome.DONE:
            return "put right", "ok", ""
        case Outcome.REFUSED:
            return "not changed", "", ""


def _erasure(asked: DataRequest, zone: str) -> tuple[str, str, str]:
    if asked.done_at is not None:
        return "done", "ok", ""
    if asked.begun_at is not None:
        return "under way", "day", _due(asked, zone)
    return "asked for", "day", f"It begins after {show_instant(asked.created_at + PAUSE, zone)}. {_due(asked, zone)}"


def _export(asked: DataRequest, zone: str) -> tuple[str, str, str]:
    if asked.file_ends_at is None:
        parts = f"{asked.parts_done} of {asked.parts_total} parts are written." if asked.parts_total else ""
        return "on its way", "day", parts
    if asked.has_file(utc_now()):
        return "ready", "ok", f"There until {show_instant(asked.file_ends_at, zone)}."
    return "over", "", "Ask again for a new one."


def _due(asked: DataRequest, zone: str) -> str:
    return f"Done by {show_instant(asked.due_at, zone)} at the latest."


ROUTES: Final = page_routes(data, corrections, ask_to_put_right, ask_to_be_forgotten, ask_for_data, fetch, withdraw)
