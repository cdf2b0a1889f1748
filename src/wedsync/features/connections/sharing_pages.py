"""What a couple answers to who asks for more, who looked at what, and who can see one fact."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.connections import requests
from wedsync.features.connections.receipt_queries import SUPPORT_LOOKS, SupportLook
from wedsync.features.connections.sharing import may_share, receipt_row
from wedsync.features.connections.sharing_api import readers_of, receipts_of
from wedsync.features.connections.views import ReaderRow, ReadersPage, ReceiptsPage, SupportRow
from wedsync.features.connections.who_reads import FactReader
from wedsync.features.people.shell import Visit
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.pages import shell_of
from wedsync.features.weddings.sight import sight_of
from wedsync.kernel.cursors import place_of
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.ids import GrantRequestId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Forbidden
from wedsync.platform.database import ById, Tx
from wedsync.platform.formats import initials, iso, moment, plural
from wedsync.platform.forms import Form, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb, Option

RECEIPTS_PAGE: Final = 50
Before = Annotated[str, QueryParameter(max_length=80)]
SHARES: Final = declares(Permission.SHARING_WRITE, on="wedding")


class AnswerForm(Form, frozen=True, kw_only=True):
    """A couple's answer to what a supplier asked for."""

    answer: Literal["give", "decline"]


@post("/w/{wedding_id:uuid}/suppliers/{supplier_id:uuid}/requests/{request_id:uuid}", opt=SHARES)
async def answer_request(wedding_id: UUID, supplier_id: UUID, request_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """Give what was asked for, or not; who asked gets a letter."""
    form = read_form(body, AnswerForm)
    await requests.answer_request(tx, WeddingId(wedding_id), GrantRequestId(request_id), give=form.answer == "give")
    told = "shared" if form.answer == "give" else "declined"
    return see_other(f"/w/{wedding_id}/suppliers/{supplier_id}?told={told}")


@get("/w/{wedding_id:uuid}/receipts", opt=SHARES)
async def receipts(wedding_id: UUID, visit: Visit, before: Before = "", supplier: UUID | None = None) -> Response[str]:
    """Who read what only the couple's grants open."""
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    if not may_share(sight.seen):
        raise Forbidden
    found = await receipts_of(visit.reader, wedding_id, before, RECEIPTS_PAGE + 1, supplier)
    base = f"/w/{wedding_id}/receipts"
    last = found[RECEIPTS_PAGE - 1] if len(found) > RECEIPTS_PAGE else None
    narrowed = "" if supplier is None else f"&supplier={supplier}"
    support = [] if before or supplier else await visit.reader.all(SUPPORT_LOOKS, ById(wedding_id))
    page = ReceiptsPage(
        shell=shell_of(visit, sight, "Suppliers"),
        crumbs=(Crumb(label="Your suppliers", href=f"/w/{wedding_id}/suppliers"),),
        receipts=tuple(receipt_row(each, visit.me.zone) for each in found[:RECEIPTS_PAGE]),
        support=tuple(_support(each, visit.me.zone) for each in support),
        filters=(
            Option(value=base, label="All", is_chosen=supplier is None),
            *(
                Option(
                    value=f"{base}?supplier={each.supplier_id}",
                    label=each.name,
                    is_chosen=each.supplier_id == supplier,
                )
                for each in sight.seen.wedding.suppliers
            ),
        ),
        older_url="" if last is None else f"{base}?before={quote(place_of(last.first_read_at, last.id))}{narrowed}",
    )
    return drawn(page)


@get("/w/{wedding_id:uuid}/details/{key:str}/readers", opt=SHARES)
async def readers(wedding_id: UUID, key: str, visit: Visit) -> Response[str]:
    """Who can see one fact, and why."""
    field = field_named(key)
    sight = sight_of(await visit.reader.one(SEEN, ById(wedding_id)))
    rows = tuple(_row(each, wedding_id) for each in await readers_of(visit.reader, sight, field))
    page = ReadersPage(
        shell=shell_of(visit, sight, "Details"),
        crumbs=(Crumb(label="Details", href=f"/w/{wedding_id}/details#f-{key}"),),
        label=field.name,
        readers=tuple(each for each in rows if each.reads),
        others=tuple(each for each in rows if not each.reads),
    )
    return drawn(page)


def _support(each: SupportLook, zone: str) -> SupportRow:
    at = f" of {each.supplier}" if each.supplier else ""
    return SupportRow(
        operator=each.operator,
        text=f"as {each.person}{at}, {plural(each.pages, 'page', 'pages')}",
        reason=each.reason,
        when_text=moment(each.last_at, zone),
        iso=iso(each.last_at),
    )


def _row(found: FactReader, wedding_id: UUID) -> ReaderRow:
    return ReaderRow(
        name=found.name,
        initials=initials(found.name),
        role=found.role,
        reads=found.reads,
        why=found.why,
        href="" if found.supplier_id is None else f"/w/{wedding_id}/suppliers/{found.supplier_id}",
    )


HANDLERS: Final = (answer_request, receipts, readers)
