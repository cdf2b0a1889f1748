"""A couple's pages: home, details and events.

One address serves the page and the part of it that moves; a form sent without JavaScript is answered by a page.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from litestar import Response, get, post

from wedsync.features.people.shell import Visit, page_routes, wedding_shell
from wedsync.features.weddings import actions, event_pages, proposal_pages
from wedsync.features.weddings.details import core_spot, details_fragment, details_page
from wedsync.features.weddings.field_drawing import draw_field
from wedsync.features.weddings.field_saving import Attempt, FieldForm, draw_refused, save
from wedsync.features.weddings.field_views import FieldFragment, FieldView
from wedsync.features.weddings.home import head_of, home_fragment, home_page
from wedsync.features.weddings.page_queries import SEEN_AT_DETAILS, SEEN_AT_HOME, SEEN_WITH_NEWS
from wedsync.features.weddings.sight import Sight, asked_here, shield_line, sight_of
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.fields.definitions import field_named
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import NotFound
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, read_form, shown
from wedsync.platform.http import declares, see_other
from wedsync.platform.pages import Shell

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
WRITES: Final = declares(Permission.FACTS_WRITE, on="wedding")


class WeddingForm(Form, frozen=True, kw_only=True):
    """One's own wedding, as far as it is known."""

    first_name: str
    last_name: str = ""
    other_first_name: str = ""
    wedding_zone: str = "Europe/London"


@post("/weddings")
async def open_wedding(body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """One becomes its first partner."""
    form = read_form(body, WeddingForm)
    new = actions.NewWedding(
        first_name=form.first_name,
        last_name=form.last_name,
        other_first_name=form.other_first_name,
        email=visit.me.email,
        zone=form.wedding_zone,
    )
    wedding = await actions.open_wedding(tx, visit.me.id, new)
    return see_other(f"/w/{wedding}/details")


@get("/w/{wedding_id:uuid}/home", opt=READS)
async def home(wedding_id: UUID, visit: Visit) -> Response[str]:
    """What to tell next, and what has changed."""
    seen = await visit.reader.one(SEEN_AT_HOME, ById(wedding_id))
    sight = sight_of(seen)
    shell = shell_of(visit, sight, "Home")
    if visit.exchange.is_fragment:
        return shown(HeadFragment(shell=shell, head=head_of(sight)), home_fragment(seen, sight, shell.csrf))
    return shown(home_page(seen, shell, me=visit.me.id))


@post("/w/{wedding_id:uuid}/date-confirmation", opt=declares(Permission.DATE_CONFIRM, on="wedding"))
async def confirm_date(wedding_id: UUID, tx: Tx) -> Response[str]:
    """From here on names, date, zone and venues are fixed."""
    await actions.confirm_date(tx, WeddingId(wedding_id))
    return see_other(f"/w/{wedding_id}/home?told=confirmed")


@get("/w/{wedding_id:uuid}/details", opt=READS)
async def details(wedding_id: UUID, visit: Visit) -> Response[str]:
    """Every question, every answer, and who reads it."""
    sight = sight_of(await visit.reader.one(SEEN_AT_DETAILS, ById(wedding_id)))
    shell = shell_of(visit, sight, "Details")
    if visit.exchange.is_fragment:
        return shown(HeadFragment(shell=shell), details_fragment(sight, shell.csrf))
    return shown(details_page(sight, shell))


@get("/w/{wedding_id:uuid}/details/{key:str}", opt=READS)
async def one_field(wedding_id: UUID, key: str, visit: Visit) -> Response[str]:
    """The field alone; without JavaScript the page, at that field."""
    if not visit.exchange.is_fragment:
        return see_other(f"/w/{wedding_id}/details#f-{field_named(key).key}")
    sight = sight_of(await visit.reader.one(SEEN_AT_DETAILS, ById(wedding_id)))
    field = field_named(key)
    if field not in asked_here(sight):
        raise NotFound
    return _alone(draw_field(sight, field, core_spot(sight, field)), visit)


@post("/w/{wedding_id:uuid}/details/{key:str}", opt=WRITES)
async def save_field(wedding_id: UUID, key: str, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Save one field; refused, it comes back as it was typed."""
    field = field_named(key)
    attempt = Attempt(field=field, form=read_form(body, FieldForm))
    problem = await save(tx, WeddingId(wedding_id), attempt)
    if problem is not None:
        found = await visit.reader.one(SEEN_WITH_NEWS, ById(wedding_id))
        now = sight_of(found)
        return _refused(visit, now, draw_refused(problem, attempt, now, core_spot(now, field)), problem.status)
    if not visit.exchange.is_fragment:
        return see_other(f"/w/{wedding_id}/details#f-{key}")
    now = sight_of(await tx.one(SEEN_AT_DETAILS, ById(wedding_id)))
    return _alone(draw_field(now, field, core_spot(now, field)), visit)


def shell_of(visit: Visit, sight: Sight, place: str) -> Shell:
    """Around this wedding's pages, with its shield."""
    wedding_id = sight.seen.wedding.id
    return wedding_shell(
        visit, wedding_id, place, shield_line(sight.shield, f"/w/{wedding_id}/amendments", sight.seen.standing.asks)
    )


def _refused(visit: Visit, sight: Sight, field: FieldView, status: int) -> Response[str]:
    if visit.exchange.is_fragment:
        return _alone(field, visit, status)
    return shown(details_page(sight, shell_of(visit, sight, "Details"), field), status=status)


def _alone(field: FieldView, visit: Visit, status: int = 200) -> Response[str]:
    return shown(FieldFragment(field=field, csrf=visit.exchange.csrf), status=status)


ROUTES: Final = page_routes(
    open_wedding,
    home,
    confirm_date,
    details,
    one_field,
    save_field,
    *event_pages.HANDLERS,
    *proposal_pages.HANDLERS,
)
