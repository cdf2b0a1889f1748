"""A supplier's clients as a list, by name or by day, as its address asks; and the addresses that the team keeps."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import Provide
from litestar.params import QueryParameter

from wedsync.features.clients import filter_actions
from wedsync.features.clients.bulk_drawing import bulk_boxes
from wedsync.features.clients.bulk_model import Act
from wedsync.features.clients.drawing import client_view, filter_view, reminder_view, saving_view, ways_of_looking
from wedsync.features.clients.filtering import NO_STAGE, Asked, Filter, Order, provide_asked
from wedsync.features.clients.listing import by_date, by_name
from wedsync.features.clients.page_queries import (
    BESIDE_LIST,
    ROWS_BY_DATE,
    ROWS_BY_NAME,
    ClientRow,
    Today,
)
from wedsync.features.clients.places import cursor_at
from wedsync.features.clients.search_drawing import search_box
from wedsync.features.clients.views import ClientsPage
from wedsync.features.people.inviting import wrong_in
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.problems import Conflict, Invalid
from wedsync.kernel.zones import today_in
from wedsync.platform.database import Tx
from wedsync.platform.forms import Form, filled, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Filled

PAGE: Final = 50
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
After = Annotated[str, QueryParameter(max_length=8000)]


class FilterForm(Form, frozen=True, kw_only=True):
    """A name for what the address asks for."""

    name: str
    query: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the list, and what stands around it: a removal to undo, a name that was refused."""

    asked: Asked
    after: str = ""
    removed: UUID | None = None
    name: Filled = Filled()


@get("/s/{supplier_id:uuid}/clients", opt=READS, dependencies={"asked": Provide(provide_asked)})
async def clients(
    supplier_id: UUID, visit: Visit, asked: Asked, after: After = "", removed: UUID | None = None
) -> Response[str]:
    """Those that the address asks for, a part at a time; `removed` is a removal that can be undone."""
    return drawn(await _page(visit, SupplierId(supplier_id), Part(asked=asked, after=after, removed=removed)))


@post("/s/{supplier_id:uuid}/clients/filters", opt=WRITES)
async def save_filter(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """For the whole team; the list stays as it is."""
    form, supplier = read_form(body, FilterForm), SupplierId(supplier_id)
    asked = filter_actions.asked_in(form.query)
    try:
        await filter_actions.save_filter(tx, supplier, form.name, form.query)
    except (Invalid, Conflict) as refusal:
        part = Part(asked=asked, name=filled(form.name, wrong_in(refusal), "name"))
        return drawn(await _page(visit, supplier, part), status=refusal.status)
    return see_other(f"/s/{supplier_id}/clients{asked.address(told='filter')}")


@get("/s/{supplier_id:uuid}/clients/filters", opt=READS)
async def filters(supplier_id: UUID) -> Response[str]:
    """A refused form is answered at its own address; who opens that again comes to the page it stands on."""
    return see_other(f"/s/{supplier_id}/clients")


@post("/s/{supplier_id:uuid}/clients/filters/{filter_id:uuid}/end", opt=WRITES)
async def remove_filter(supplier_id: UUID, filter_id: UUID, tx: Tx) -> Response[str]:
    """It can be undone from the page that follows."""
    batch = await filter_actions.remove_filter(tx, SupplierId(supplier_id), filter_id)
    return see_other(f"/s/{supplier_id}/clients?told=filter-removed&removed={batch}")


async def _page(visit: Visit, supplier: SupplierId, part: Part) -> ClientsPage:
    asked, base = part.asked, f"/s/{supplier}/clients"
    may_write = allows(Standing(supplier_role=business_of(visit.me, supplier).role), Permission.CLIENTS_WRITE)
    found = await _rows(visit, supplier, part)
    here = today_in(visit.me.zone, utc_now())
    beside = await visit.reader.one(BESIDE_LIST, Today(supplier_id=supplier, today=here))
    more = asked.address(after=cursor_at(asked.order, found[PAGE - 1])) if len(found) > PAGE else ""
    return ClientsPage(
        shell=supplier_shell(visit, supplier, "Clients"),
        clients=tuple(client_view(each, base) for each in found[:PAGE]),
        is_empty=not beside.has_clients,
        box=search_box(asked, base),
        filter=filter_view(asked, tuple(each.tag for each in beside.tags)),
        saving=saving_view(asked, beside.filters, base, part.name, may_write=may_write),
        bulk=bulk_boxes(asked, Act.STAGE, NO_STAGE, Filled(), everybody=False) if may_write else None,
        bulk_url=f"{base}/bulk",
        views=ways_of_looking(base, "List"),
        due=tuple(reminder_view(each, base, may_write=may_write) for each in beside.due),
        due_count=beside.due_count,
        list_url=base,
        clear_url=f"{base}{Asked(order=asked.order).address()}" if asked.filter != Filter() else "",
        more_url=f"{base}{more}" if more else "",
        new_url=f"{base}/new" if may_write else "",
        import_url=f"{base}/imports" if may_write else "",
        undo_url=f"/s/{supplier}/trash/{part.removed}/restoration?to=clients" if part.removed and may_write else "",
    )


async def _rows(visit: Visit, supplier: SupplierId, part: Part) -> list[ClientRow]:
    if part.asked.order is Order.NAME:
        return await visit.reader.all(ROWS_BY_NAME, by_name(supplier, part.asked, part.after, PAGE + 1))
    return await visit.reader.all(ROWS_BY_DATE, by_date(supplier, part.asked, part.after, PAGE + 1))


HANDLERS: Final = (clients, save_filter, filters, remove_filter)
