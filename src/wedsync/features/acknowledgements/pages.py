"""Who has seen what, for the couple; what it has not seen, for a supplier; and the word that it has.

Only a page that somebody looked at says so by itself (static/js/seen.js), or its button: no address is read for it.
"""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.acknowledgements import actions
from wedsync.features.acknowledgements import queries as q
from wedsync.features.acknowledgements.changes_page import changes_fragment, changes_page
from wedsync.features.acknowledgements.model import place_in, read_tokens
from wedsync.features.acknowledgements.seen_page import ALL, BY_FACT, Way, seen_fragment, seen_page
from wedsync.features.people.shell import Visit, business_of, page_routes
from wedsync.features.weddings.pages import shell_of
from wedsync.features.weddings.sight import sight_of
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.cursors import cursor_of
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, read_form, shown
from wedsync.platform.http import declares, see_other

PAGE: Final = 25
READS: Final = declares(Permission.WEDDING_READ, on="wedding")
ACKNOWLEDGES: Final = declares(Permission.FACTS_ACKNOWLEDGE, on="wedding")
CLIENTS: Final = declares(Permission.CLIENTS_READ, on="supplier")
By = Annotated[str, QueryParameter(max_length=10)]
Show = Annotated[str, QueryParameter(max_length=10)]
After = Annotated[str, QueryParameter(max_length=120)]


class SeenForm(Form, frozen=True, kw_only=True):
    """What a page showed, by name, and which page it was: the list of changes, or else the wedding's."""

    seen: str
    page: str = ""


@get("/w/{wedding_id:uuid}/seen", opt=READS)
async def seen(wedding_id: UUID, visit: Visit, by: By = "", show: Show = "") -> Response[str]:
    """Which supplier has seen what is true now, and which works from an older value."""
    found = await visit.reader.one(q.SEEN_WITH_SIGHTINGS, ById(wedding_id))
    sight, way = sight_of(found), Way(is_by_fact=by == BY_FACT, is_whole=show == ALL)
    shell = shell_of(visit, sight, "Suppliers")
    if visit.exchange.is_fragment:
        return shown(HeadFragment(shell=shell), seen_fragment(found, sight, way))
    return shown(seen_page(found, sight, shell, way))


@get("/s/{supplier_id:uuid}/changes", opt=CLIENTS)
async def changes(supplier_id: UUID, visit: Visit, after: After = "") -> Response[str]:
    """What no member has seen yet, over all weddings, newest first."""
    business_of(visit.me, supplier_id)
    before, before_id = place_in(after)
    page = q.ChangesPage(supplier_id=SupplierId(supplier_id), before=before, before_id=before_id, limit=PAGE + 1)
    places = await visit.reader.all(q.CHANGES, page)
    here, last = places[:PAGE], places[PAGE - 1] if len(places) > PAGE else None
    wanted = q.SomeChanges(supplier_id=SupplierId(supplier_id), ids=tuple(each.id for each in here))
    weddings = tuple({each.wedding_id for each in here})
    found = await visit.reader.among(weddings).all(q.CHANGES_OF, wanted) if here else []
    if visit.exchange.is_fragment:
        return shown(changes_fragment(visit, supplier_id, found))
    more = "" if last is None else cursor_of(last.changed_at.isoformat(), last.id)
    return shown(changes_page(visit, supplier_id, found, after=after, more=more))


@post("/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/seen", opt=ACKNOWLEDGES)
async def acknowledge(supplier_id: UUID, wedding_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """What was looked at is on record."""
    form = read_form(body, SeenForm)
    await actions.acknowledge(tx, WeddingId(wedding_id), read_tokens(form.seen))
    if visit.exchange.is_fragment:
        return Response("", status_code=204)
    back = "changes" if form.page == "changes" else f"weddings/{wedding_id}"
    return see_other(f"/s/{supplier_id}/{back}?told=seen")


ROUTES: Final = page_routes(seen, changes, acknowledge)
