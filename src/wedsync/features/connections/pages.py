"""A supplier's pages: today, its weddings, one wedding as it may read it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.connections import actions, asking_pages, couple_pages, invitation_pages, sharing_pages, ways_back
from wedsync.features.connections import queries as q
from wedsync.features.connections.api import NO_ID, cursor, read_cursor
from wedsync.features.connections.lists import weddings_of
from wedsync.features.connections.model import Listed
from wedsync.features.connections.page_queries import NEAR, NEWS, Morning, Near, News
from wedsync.features.connections.today import invite_url, today_fragment, today_page, today_shell, wedding_row
from wedsync.features.connections.views import WeddingsPage
from wedsync.features.connections.wedding_page import (
    fact_spot,
    head_of,
    readable_by,
    shell_of,
    wedding_fragment,
    wedding_page,
)
from wedsync.features.people.shell import Visit, business_of, page_routes, supplier_shell
from wedsync.features.weddings.field_drawing import draw_field
from wedsync.features.weddings.field_saving import Attempt, FieldForm, draw_refused, save
from wedsync.features.weddings.field_views import FieldFragment, FieldView
from wedsync.features.weddings.page_queries import SEEN, SEEN_AT_WORK, SEEN_WITH_NEWS
from wedsync.features.weddings.receipts import keep_receipts, keys_told
from wedsync.features.weddings.sight import sight_of
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.clock import utc_now
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import NotFound
from wedsync.kernel.zones import today_in
from wedsync.platform.database import ById, Reader, Tx
from wedsync.platform.forms import read_form, shown
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Option

PAGE: Final = 25
# A wedding of several days, or one that runs past midnight, is still on after the day it is listed by.
STILL_ON: Final = timedelta(days=7)
CLIENTS: Final = declares(Permission.CLIENTS_READ, on="supplier")
READS: Final = declares(Permission.WEDDING_READ, on="wedding")
WRITES: Final = declares(Permission.FACTS_WRITE, on="wedding")
After = Annotated[str, QueryParameter(max_length=120)]
Shown = Annotated[str, QueryParameter(name="show", max_length=10)]


@get("/s/{supplier_id:uuid}/today", opt=CLIENTS)
async def today(supplier_id: UUID, visit: Visit) -> Response[str]:
    """Figures, next weddings, what has just changed."""
    business_of(visit.me, supplier_id)
    here = today_in(visit.me.zone, utc_now())
    near = await visit.reader.one(NEAR, Morning(supplier_id=SupplierId(supplier_id), today=here, since=here - STILL_ON))
    news = await _news(visit.reader, supplier_id, near)
    for wedding in {change.wedding_id for change in news.changes}:
        told = (change for change in news.changes if change.wedding_id == wedding)
        await keep_receipts(visit.exchange, wedding, keys_told(told))
    if visit.exchange.is_fragment:
        shell = today_shell(visit, supplier_id, news)
        return shown(HeadFragment(shell=shell), today_fragment(visit, supplier_id, near, news))
    return shown(today_page(visit, supplier_id, near, news))


@get("/s/{supplier_id:uuid}/weddings", opt=CLIENTS)
async def weddings(supplier_id: UUID, visit: Visit, after: After = "", which: Shown = "") -> Response[str]:
    """Soonest first, a page at a time; those without a date come last."""
    business_of(visit.me, supplier_id)
    here = today_in(visit.me.zone, utc_now())
    on, wedding = read_cursor(after) if after else (date.min if which == "all" else here, NO_ID)
    part = q.WeddingsPage(supplier_id=SupplierId(supplier_id), after_on=on, after_id=wedding, limit=PAGE + 1)
    found = await weddings_of(visit.reader, part)
    return drawn(_list(visit, supplier_id, found, which))


@get("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}", opt=READS)
async def one_wedding(supplier_id: UUID, wedding_id: UUID, visit: Visit) -> Response[str]:
    """As this supplier may read it."""
    seen = await visit.reader.one(SEEN_AT_WORK, ById(wedding_id))
    await keep_receipts(visit.exchange, seen.wedding.id, keys_told((*seen.wedding.facts, *seen.changes)))
    if visit.exchange.is_fragment:
        sight = sight_of(seen)
        head = HeadFragment(shell=shell_of(visit, supplier_id, sight), head=head_of(sight, supplier_id))
        return shown(head, wedding_fragment(supplier_id, seen, sight, visit.exchange.csrf))
    return shown(wedding_page(visit, supplier_id, seen))


@post("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/end", opt=declares(Permission.CONNECTIONS_WRITE, on="supplier"))
async def leave(supplier_id: UUID, wedding_id: UUID, tx: Tx) -> Response[str]:
    """Only a new invitation leads back."""
    await actions.leave_wedding(tx, SupplierId(supplier_id), WeddingId(wedding_id))
    return see_other(f"/s/{supplier_id}/weddings?told=left")


@get("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/facts/{key:str}", opt=READS)
async def one_field(supplier_id: UUID, wedding_id: UUID, key: str, visit: Visit) -> Response[str]:
    """The field alone; without JavaScript the page, at that field."""
    if not visit.exchange.is_fragment:
        return see_other(f"/s/{supplier_id}/weddings/{wedding_id}#f-{field_named(key).key}")
    sight, field = sight_of(await visit.reader.one(SEEN, ById(wedding_id))), field_named(key)
    if field not in readable_by(sight, supplier_id):
        raise NotFound
    await keep_receipts(visit.exchange, WeddingId(wedding_id), (field.key,))
    return _alone(draw_field(sight, field, fact_spot(sight, supplier_id, field)), visit)


@post("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/facts/{key:str}", opt=WRITES)
async def save_field(supplier_id: UUID, wedding_id: UUID, key: str, body: bytes, visit: Visit) -> Response[str]:
    """Save one field where the couple lets this supplier; refused, it comes back as it was typed."""
    field = field_named(key)
    attempt = Attempt(field=field, form=read_form(body, FieldForm))
    await keep_receipts(visit.exchange, WeddingId(wedding_id), (key,))  # a conflict tells what stands
    tx = await visit.exchange.transaction()
    problem = await save(tx, WeddingId(wedding_id), attempt)
    if problem is not None:
        if not visit.exchange.is_fragment:
            raise problem  # a field alone would be a page without a way on
        found = await visit.reader.one(SEEN_WITH_NEWS, ById(wedding_id))
        now = sight_of(found)
        spot = fact_spot(now, supplier_id, field)
        return _alone(draw_refused(problem, attempt, now, spot), visit, problem.status)
    if not visit.exchange.is_fragment:
        return see_other(f"/s/{supplier_id}/weddings/{wedding_id}#f-{key}")
    now = sight_of(await tx.one(SEEN, ById(wedding_id)))
    return _alone(draw_field(now, field, fact_spot(now, supplier_id, field)), visit)


async def _news(reader: Reader, supplier_id: UUID, near: Near) -> News:
    if not near.weddings:
        return News(weddings=(), changes=())
    wanted = q.ListedOf(supplier_id=SupplierId(supplier_id), weddings=near.weddings)
    return await reader.among(near.weddings).one(NEWS, wanted)


def _list(visit: Visit, supplier_id: UUID, found: list[Listed], which: str) -> WeddingsPage:
    now, base = utc_now(), f"/s/{supplier_id}/weddings"
    here, last = today_in(visit.me.zone, now), found[PAGE - 1] if len(found) > PAGE else None
    more = "" if last is None else f"{base}?show={which or 'ahead'}&after={cursor(last.held_on, last.wedding_id)}"
    return WeddingsPage(
        shell=supplier_shell(visit, supplier_id, "Weddings"),
        weddings=tuple(wedding_row(each, supplier_id, now, here) for each in found[:PAGE]),
        filters=(
            Option(value=base, label="Ahead", is_chosen=which != "all"),
            Option(value=f"{base}?show=all", label="All", is_chosen=which == "all"),
        ),
        more_url=more,
        invite_url=invite_url(visit, supplier_id),
    )


def _alone(field: FieldView, visit: Visit, status: int = 200) -> Response[str]:
    return shown(FieldFragment(field=field, csrf=visit.exchange.csrf), status=status)


ROUTES: Final = page_routes(
    today,
    weddings,
    one_wedding,
    leave,
    one_field,
    save_field,
    *couple_pages.HANDLERS,
    *invitation_pages.HANDLERS,
    *asking_pages.HANDLERS,
    *sharing_pages.HANDLERS,
    *ways_back.HANDLERS,
)
