"""A supplier's clients as a list, by name or by day, as its address asks for them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get
from litestar.di import Provide
from litestar.params import QueryParameter

from wedsync.features.clients.drawing import client_view, filter_view, reminder_view
from wedsync.features.clients.filtering import Asked, Filter, Order, provide_asked
from wedsync.features.clients.page_queries import (
    BESIDE_LIST,
    ROWS_BY_DATE,
    ROWS_BY_NAME,
    ByDate,
    ByName,
    ClientRow,
    Today,
)
from wedsync.features.clients.places import NO_CLIENT, cursor_at, date_place, name_place
from wedsync.features.clients.views import ClientsPage
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import SupplierId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.zones import today_in
from wedsync.platform.database import Reader
from wedsync.platform.http import declares, drawn

PAGE: Final = 50
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
After = Annotated[str, QueryParameter(max_length=8000)]


@get("/s/{supplier_id:uuid}/clients", opt=READS, dependencies={"asked": Provide(provide_asked)})
async def clients(
    supplier_id: UUID, visit: Visit, asked: Asked, after: After = "", removed: UUID | None = None
) -> Response[str]:
    """Those that the address asks for, a part at a time; `removed` is a removal that can be undone."""
    supplier = SupplierId(supplier_id)
    standing = Standing(supplier_role=business_of(visit.me, supplier_id).role)
    found = await rows(visit.reader, supplier, asked, after, PAGE + 1)
    here = today_in(visit.me.zone, utc_now())
    beside = await visit.reader.one(BESIDE_LIST, Today(supplier_id=supplier, today=here))
    may_write, base = allows(standing, Permission.CLIENTS_WRITE), f"/s/{supplier_id}/clients"
    more = asked.address(after=cursor_at(asked.order, found[PAGE - 1])) if len(found) > PAGE else ""
    page = ClientsPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        clients=tuple(client_view(each, base) for each in found[:PAGE]),
        is_empty=beside.count == 0,
        filter=filter_view(asked, tuple(each.tag for each in beside.tags)),
        due=tuple(reminder_view(each, base, may_write=may_write) for each in beside.due),
        list_url=base,
        clear_url=f"{base}{Asked(order=asked.order).address()}" if asked.filter != Filter() else "",
        more_url=f"{base}{more}" if more else "",
        new_url=f"{base}/new" if may_write else "",
        import_url=f"{base}/imports" if may_write else "",
        undo_url=f"/s/{supplier_id}/trash/{removed}/restoration?to=clients" if removed and may_write else "",
    )
    return drawn(page)


async def rows(reader: Reader, supplier_id: SupplierId, asked: Asked, after: str, limit: int) -> list[ClientRow]:
    """A part of the list, after a place in it. Raises BadRequest for a place that there is not."""
    what = asked.filter
    if asked.order is Order.NAME:
        key, client = name_place(after)
        by_name = ByName(
            supplier_id=supplier_id,
            limit=limit,
            every=what.every,
            some=what.some,
            none=what.none,
            stage=what.stage,
            since=what.since,
            until=what.until,
            asks=what.asks,
            alone=what.alone,
            after_key=key,
            after_id=client,
        )
        return await reader.all(ROWS_BY_NAME, by_name)
    on, client = date_place(after) if after else (date.min, NO_CLIENT)
    by_date = ByDate(
        supplier_id=supplier_id,
        limit=limit,
        every=what.every,
        some=what.some,
        none=what.none,
        stage=what.stage,
        since=what.since,
        until=what.until,
        asks=what.asks,
        alone=what.alone,
        after_on=on,
        after_id=client,
    )
    return await reader.all(ROWS_BY_DATE, by_date)


HANDLERS: Final = (clients,)
