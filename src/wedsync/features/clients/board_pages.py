"""The same clients by stage and by day: a board on which one moves with a list of choices, and the months."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.clients import actions
from wedsync.features.clients.board_queries import COLUMNS, DAYS, Column, Columns, Day, Days
from wedsync.features.clients.drawing import client_view, ways_of_looking
from wedsync.features.clients.filtering import NO_STAGE, Asked, Filter, Order
from wedsync.features.clients.model import ClientChange, Stage
from wedsync.features.clients.months import Month, days_of, month_of, read_month, weeks_of
from wedsync.features.clients.places import cursor_at
from wedsync.features.clients.views import BoardFragment, BoardPage, CalendarPage, ColumnView, DayView
from wedsync.features.clients.words import STAGES
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.kernel.clock import utc_now
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.problems import Invalid
from wedsync.kernel.zones import today_in
from wedsync.platform.database import Tx
from wedsync.platform.formats import long_date
from wedsync.platform.forms import Form, chosen, read_form, shown
from wedsync.platform.http import declares, drawn, see_other

CARDS: Final = 20
ON_A_DAY: Final = 5
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
Typed = Annotated[str, QueryParameter(max_length=20)]


class StageForm(Form, frozen=True, kw_only=True):
    """Where a client is moved to."""

    stage: str


@get("/s/{supplier_id:uuid}/clients/board", opt=READS)
async def board(supplier_id: UUID, visit: Visit) -> Response[str]:
    """A column for each stage and one for those without, each with its first clients by name."""
    business, base = business_of(visit.me, supplier_id), f"/s/{supplier_id}/clients"
    asked = Columns(supplier_id=SupplierId(supplier_id), stages=[stage.value for stage in Stage], limit=CARDS + 1)
    found = {each.stage: each for each in await visit.reader.all(COLUMNS, asked)}
    inside = BoardFragment(
        columns=tuple(_column(found[stage], label, base) for stage, label in STAGES),
        may_move=allows(Standing(supplier_role=business.role), Permission.CLIENTS_WRITE),
        csrf=visit.exchange.csrf,
    )
    if visit.exchange.is_fragment:
        return shown(inside)
    page = BoardPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        supplier_id=str(supplier_id),
        fragment_url=f"{base}/board",
        views=ways_of_looking(base, "Board"),
        columns=inside.columns,
        may_move=inside.may_move,
        csrf=inside.csrf,
    )
    return shown(page)


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/stage", opt=WRITES)
async def move(supplier_id: UUID, client_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """Into another column."""
    typed = read_form(body, StageForm).stage
    if typed not in dict(STAGES):
        raise Invalid(errors=[{"field": "stage", "detail": "Choose one of the stages."}])
    change = ClientChange(stage=None if typed == NO_STAGE else Stage(typed))
    await actions.change_client(tx, SupplierId(supplier_id), ClientId(client_id), change)
    return see_other(f"/s/{supplier_id}/clients/board?told=moved#c-{client_id}")


@get("/s/{supplier_id:uuid}/clients/calendar", opt=READS)
async def calendar(supplier_id: UUID, visit: Visit, month: Typed = "") -> Response[str]:
    """A month in whole weeks from Monday; on a telephone the days on which somebody marries."""
    business_of(visit.me, supplier_id)
    today, base = today_in(visit.me.zone, utc_now()), f"/s/{supplier_id}/clients"
    which = read_month(month) if month else month_of(today)
    asked = Days(supplier_id=SupplierId(supplier_id), days=days_of(which), limit=ON_A_DAY)
    days = tuple(_day(day, which, base) for day in await visit.reader.all(DAYS, asked))
    page = CalendarPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        views=ways_of_looking(base, "Calendar"),
        title=which.title,
        weeks=weeks_of(days),
        today=today.isoformat(),
        is_empty=not any(day.clients for day in days if not day.is_outside),
        before_url=_address(base, which.moved(-1)),
        after_url=_address(base, which.moved(1)),
        this_url=f"{base}/calendar",
    )
    return drawn(page)


def _day(found: Day, which: Month, base: str) -> DayView:
    return DayView(
        iso=found.day.isoformat(),
        number=str(found.day.day),
        text=long_date(found.day),
        is_outside=found.day.month != which.month,
        clients=tuple(client_view(each, base) for each in found.clients),
        more=found.count - len(found.clients),
        more_url=f"{base}{Asked(filter=Filter(since=found.day, until=found.day)).address()}",
    )


def _address(base: str, month: Month | None) -> str:
    return "" if month is None else f"{base}/calendar?month={month.iso}"


def _column(column: Column, label: str, base: str) -> ColumnView:
    cards, asked = column.clients[:CARDS], Asked(filter=Filter(stage=column.stage))
    is_more = len(column.clients) > CARDS
    return ColumnView(
        element_id=f"stage-{column.stage}",
        title=label,
        count=f"{column.count:,}",
        list_url=f"{base}{asked.address()}",
        clients=tuple(client_view(each, base) for each in cards),
        more_url=f"{base}{asked.address(after=cursor_at(Order.NAME, cards[-1]))}" if is_more else "",
        stages=chosen(STAGES, column.stage),
    )


HANDLERS: Final = (board, move, calendar)
