"""Inviting many clients: ticked, looked at first, sent as fast as letters may go."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.clients import round_queries as q
from wedsync.features.clients import rounds
from wedsync.features.clients.candidates import service_of
from wedsync.features.clients.places import name_place
from wedsync.features.clients.round_drawing import AN_HOUR, candidate_view, chosen_sentence, round_fragment, services
from wedsync.features.clients.round_views import ChoosePage, LookPage, RoundPage
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.kernel.cursors import cursor_of
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission, Standing, SupplierType, allows
from wedsync.kernel.problems import BadRequest, Forbidden
from wedsync.platform.database import Tx
from wedsync.platform.formats import plural
from wedsync.platform.forms import Form, read_form, shown
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb

PAGE: Final = 50
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
INVITES: Final = declares(Permission.INVITATIONS_WRITE, on="supplier")
After = Annotated[str, QueryParameter(max_length=8000)]
Word = Annotated[str, QueryParameter(max_length=10)]
Ids = Annotated[list[UUID] | None, QueryParameter(max_items=100)]


class RoundForm(Form, frozen=True, kw_only=True):
    """Who was looked at, by id."""

    ids: str
    service: SupplierType

    @property
    def chosen(self) -> list[ClientId]:
        """To whom letters go."""
        try:
            return [ClientId(UUID(each)) for each in self.ids.split()]
        except ValueError:
            raise BadRequest("Tick them in the list, and look at whom the letters go to.") from None


@get("/s/{supplier_id:uuid}/clients/invitations", opt=INVITES)
async def choose(supplier_id: UUID, visit: Visit, after: After = "") -> Response[str]:
    """Those who are not connected, by name, a part at a time."""
    kinds = _inviting(visit, supplier_id)
    key, client = name_place(after)
    part = q.PartByName(supplier_id=SupplierId(supplier_id), after_key=key, after_id=client, limit=PAGE + 1)
    found = await visit.reader.all(q.CANDIDATES, part)
    base = f"/s/{supplier_id}/clients"
    more = f"{base}/invitations?after={cursor_of(found[PAGE - 1].key, found[PAGE - 1].id)}" if len(found) > PAGE else ""
    page = ChoosePage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        crumbs=_crumbs(supplier_id),
        candidates=tuple(candidate_view(each, base) for each in found[:PAGE]),
        services=services(kinds),
        look_url=f"{base}/invitations/preview",
        more_url=more,
    )
    return drawn(page)


@get("/s/{supplier_id:uuid}/clients/invitations/preview", opt=INVITES)
async def look(
    supplier_id: UUID,
    visit: Visit,
    chosen: Ids = None,
    everybody: Word = "",
    service: SupplierType | None = None,
) -> Response[str]:
    """Whom the letters would go to, and who gets none and why; nothing goes yet."""
    supplier, what = SupplierId(supplier_id), service_of(_inviting(visit, supplier_id), service)
    if everybody == "yes":
        start, nobody = name_place("")
        part = q.PartByName(supplier_id=supplier, after_key=start, after_id=nobody, limit=rounds.MOST_IN_ROUND)
        found = await visit.reader.all(q.CANDIDATES, part)
    else:
        these = q.TheseClients(supplier_id=supplier, ids=[ClientId(each) for each in chosen or ()])
        found = await visit.reader.all(q.THESE, these)
    views = [candidate_view(each, f"/s/{supplier_id}/clients") for each in found]
    invited = tuple(each for each in views if not each.why_not)
    others = tuple(each for each in views if each.why_not)
    cut = f" These are the first {rounds.MOST_IN_ROUND} by name." if len(found) == rounds.MOST_IN_ROUND else ""
    page = LookPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        crumbs=_crumbs(supplier_id),
        sentence=chosen_sentence(len(invited), len(others)) + cut,
        invited=invited,
        others=others,
        note=AN_HOUR,
        press=f"Send {plural(len(invited), 'letter', 'letters')}" if invited else "",
        ids=" ".join(UUID(each.id).hex for each in invited),
        service=what.value,
        action=f"/s/{supplier_id}/clients/invitations",
    )
    return drawn(page)


@post("/s/{supplier_id:uuid}/clients/invitations", opt=INVITES)
async def begin(supplier_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """To those alone who were looked at, as far as a letter may still go."""
    form = read_form(body, RoundForm)
    begun = await rounds.begin_round(tx, SupplierId(supplier_id), form.chosen, form.service)
    return see_other(f"/s/{supplier_id}/clients/invitations/{begun.id}")


@get("/s/{supplier_id:uuid}/clients/invitations/{round_id:uuid}", opt=READS)
async def one_round(supplier_id: UUID, round_id: UUID, visit: Visit) -> Response[str]:
    """How far it is; a page with JavaScript hears of it by itself."""
    business_of(visit.me, supplier_id)
    found = await visit.reader.one(q.ROUND, q.OneRound(supplier_id=SupplierId(supplier_id), id=round_id))
    inside = round_fragment(found, f"/s/{supplier_id}/clients", visit.me.zone)
    if visit.exchange.is_fragment:
        return shown(inside)
    page = RoundPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        crumbs=_crumbs(supplier_id),
        supplier_id=str(supplier_id),
        sentence=inside.sentence,
        pause=inside.pause,
        sent=inside.sent,
        total=inside.total,
        is_going=inside.is_going,
        left=inside.left,
        left_more=inside.left_more,
        passed=inside.passed,
        fragment_url=inside.fragment_url,
        list_url=inside.list_url,
    )
    return shown(page)


def _inviting(visit: Visit, supplier_id: UUID) -> tuple[SupplierType, ...]:
    """What the business does, for who may invite. Raises Forbidden."""
    business = business_of(visit.me, supplier_id)
    if not allows(Standing(supplier_role=business.role), Permission.INVITATIONS_WRITE):
        raise Forbidden
    return business.supplier_types


def _crumbs(supplier_id: UUID) -> tuple[Crumb, ...]:
    return (Crumb(label="Clients", href=f"/s/{supplier_id}/clients"),)


HANDLERS: Final = (choose, look, begin, one_round)
