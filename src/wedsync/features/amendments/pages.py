"""Amendments as pages, for who belongs to the wedding and for its suppliers: the same handlers at two addresses.

Proposing shows every effect first; only the second step writes. What is refused comes back as it was typed.
"""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from wedsync.features.amendments import actions
from wedsync.features.amendments import queries as q
from wedsync.features.amendments.drafting import draft_of
from wedsync.features.amendments.drawing import Reader, amendment_fragment, amendment_page
from wedsync.features.amendments.effects import effects_of
from wedsync.features.amendments.listing import amendments_fragment, amendments_page
from wedsync.features.amendments.looking import booked_on
from wedsync.features.amendments.model import Answer, Kind, Reply
from wedsync.features.amendments.proposing_page import (
    ProposalForm,
    Shown,
    asked_of,
    first_look,
    proposal_of,
    propose_page,
    refuse_unasked,
)
from wedsync.features.connections.wedding_page import shell_of as supplier_shell_of
from wedsync.features.people.shell import Visit, page_routes
from wedsync.features.weddings.page_queries import SEEN
from wedsync.features.weddings.pages import shell_of as couple_shell_of
from wedsync.features.weddings.sight import Sight, sight_of
from wedsync.features.weddings.views import HeadFragment
from wedsync.kernel.ids import AmendmentId, SupplierId, WeddingId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Conflict, Invalid, NotFound, Problem
from wedsync.platform.database import ById, Tx
from wedsync.platform.forms import Form, read_form, shown
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Shell

READS: Final = declares(Permission.WEDDING_READ, on="wedding")
PROPOSES: Final = declares(Permission.AMENDMENTS_PROPOSE, on="wedding")
APPROVES: Final = declares(Permission.AMENDMENTS_APPROVE, on="wedding")
ANSWERS: Final = declares(Permission.TERMS_ANSWER, on="wedding")
COUPLE: Final = "/w/{wedding_id:uuid}/amendments"
SUPPLIER: Final = "/s/{supplier_id:uuid}/weddings/{wedding_id:uuid}/amendments"
Key = Annotated[str, QueryParameter(max_length=64)]
About = Annotated[str, QueryParameter(name="event", max_length=36)]


class NoteForm(Form, frozen=True, kw_only=True):
    """A word to it."""

    note: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where one looks at a wedding from."""

    wedding_id: WeddingId
    supplier_id: SupplierId | None = None

    @property
    def base(self) -> str:
        """Its address."""
        if self.supplier_id is None:
            return f"/w/{self.wedding_id}"
        return f"/s/{self.supplier_id}/weddings/{self.wedding_id}"

    def shell(self, visit: Visit, sight: Sight) -> Shell:
        """Around it."""
        if self.supplier_id is None:
            return couple_shell_of(visit, sight, "")
        return supplier_shell_of(visit, self.supplier_id, sight)

    def one(self, amendment_id: UUID) -> q.Looked:
        """The wedding with one of its amendments."""
        return q.Looked(id=self.wedding_id, amendment_id=AmendmentId(amendment_id))


def _place(wedding_id: UUID, supplier_id: UUID | None = None) -> Place:
    business = None if supplier_id is None else SupplierId(supplier_id)
    return Place(wedding_id=WeddingId(wedding_id), supplier_id=business)


@get([COUPLE, SUPPLIER], opt=READS)
async def amendments(wedding_id: UUID, visit: Visit, supplier_id: UUID | None = None) -> Response[str]:
    """What is shut and why, what waits for whom, and the ways to ask for something else."""
    place = _place(wedding_id, supplier_id)
    seen = await visit.reader.one(q.SEEN_WITH_AMENDMENTS, q.Looked(id=place.wedding_id))
    sight, found = sight_of(seen), seen.amendments
    shell = place.shell(visit, sight)
    if visit.exchange.is_fragment:
        return shown(HeadFragment(shell=shell), amendments_fragment(sight, found, base=place.base))
    return shown(amendments_page(sight, found, shell, base=place.base))


@get([f"{COUPLE}/new", f"{SUPPLIER}/new"], opt=PROPOSES)
async def new(
    wedding_id: UUID,
    visit: Visit,
    supplier_id: UUID | None = None,
    kind: Kind = Kind.CHANGE,
    key: Key = "",
    about: About = "",
) -> Response[str]:
    """The empty form."""
    place = _place(wedding_id, supplier_id)
    sight = await _look(visit, place)
    asked = asked_of(sight, kind, key, about)
    refuse_unasked(sight, kind, asked)
    return drawn(propose_page(sight, place.shell(visit, sight), first_look(kind, key, about, asked), base=place.base))


@post([f"{COUPLE}/new", f"{SUPPLIER}/new"], opt=PROPOSES)
async def propose(
    wedding_id: UUID, body: bytes, visit: Visit, tx: Tx, supplier_id: UUID | None = None
) -> Response[str]:
    """First every effect; with the second step it is proposed."""
    place, form = _place(wedding_id, supplier_id), read_form(body, ProposalForm)
    sight = await _look(visit, place)
    look = Shown(form=form, asked=asked_of(sight, form.kind, form.key, form.event))
    refuse_unasked(sight, form.kind, look.asked)
    try:
        proposal = proposal_of(form, look.asked)
        if form.step == "propose":
            made = await actions.propose(tx, place.wedding_id, proposal)
            return see_other(f"{place.base}/amendments/{made.id}?told=proposed")
        draft = draft_of(sight, proposal)
    except (Invalid, Conflict) as problem:
        return _asked_again(visit, place, sight, msgspec.structs.replace(look, problem=problem))
    if form.step == "edit":
        return _asked_again(visit, place, sight, look)
    effects = effects_of(sight, draft, await booked_on(visit.reader, wedding_id, draft))
    return _asked_again(visit, place, sight, msgspec.structs.replace(look, draft=draft, effects=effects))


@get([f"{COUPLE}/{{amendment_id:uuid}}", f"{SUPPLIER}/{{amendment_id:uuid}}"], opt=READS)
async def amendment(
    wedding_id: UUID, amendment_id: UUID, visit: Visit, supplier_id: UUID | None = None
) -> Response[str]:
    """What it does, who said what, and what one may do about it."""
    place = _place(wedding_id, supplier_id)
    seen = await visit.reader.one(q.SEEN_WITH_AMENDMENTS, place.one(amendment_id))
    if not seen.amendments:
        raise NotFound
    sight, found = sight_of(seen), seen.amendments[0]
    reader, shell = Reader(visit.me.id, place.base, place.supplier_id), place.shell(visit, sight)
    if visit.exchange.is_fragment:
        return shown(HeadFragment(shell=shell), amendment_fragment(sight, found, shell.csrf, reader))
    return shown(amendment_page(sight, found, shell, reader, support=visit.exchange.services.settings.support_phone))


@post(f"{COUPLE}/{{amendment_id:uuid}}/approval", opt=APPROVES)
async def approve(wedding_id: UUID, amendment_id: UUID, tx: Tx) -> Response[str]:
    """With the last approval that was missing, all of it takes effect."""
    made = await actions.approve(tx, WeddingId(wedding_id), AmendmentId(amendment_id))
    told = made.state.value if made.takes_effect_at is None else "waiting"
    return see_other(f"/w/{wedding_id}/amendments/{amendment_id}?told=amendment-{told}")


@post(f"{COUPLE}/{{amendment_id:uuid}}/refusal", opt=APPROVES)
async def refuse(wedding_id: UUID, amendment_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """One partner's no ends it."""
    form = read_form(body, NoteForm)
    await actions.refuse(tx, WeddingId(wedding_id), AmendmentId(amendment_id), form.note)
    return see_other(f"/w/{wedding_id}/amendments/{amendment_id}?told=amendment-refused")


@post([f"{COUPLE}/{{amendment_id:uuid}}/withdrawal", f"{SUPPLIER}/{{amendment_id:uuid}}/withdrawal"], opt=PROPOSES)
async def withdraw(wedding_id: UUID, amendment_id: UUID, tx: Tx, supplier_id: UUID | None = None) -> Response[str]:
    """What one proposed is taken back."""
    await actions.withdraw(tx, WeddingId(wedding_id), AmendmentId(amendment_id))
    return see_other(f"{_place(wedding_id, supplier_id).base}/amendments/{amendment_id}?told=amendment-withdrawn")


@post(f"{SUPPLIER}/{{amendment_id:uuid}}/acceptance", opt=ANSWERS)
async def accept(supplier_id: UUID, wedding_id: UUID, amendment_id: UUID, tx: Tx) -> Response[str]:
    """What it means for the business is accepted."""
    return await _terms(
        tx, _place(wedding_id, supplier_id), Reply(amendment_id=AmendmentId(amendment_id), answer=Answer.ACCEPT)
    )


@post(f"{SUPPLIER}/{{amendment_id:uuid}}/declination", opt=ANSWERS)
async def decline(supplier_id: UUID, wedding_id: UUID, amendment_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """It stays in effect; the couple sees that the terms differ."""
    note = read_form(body, NoteForm).note
    reply = Reply(amendment_id=AmendmentId(amendment_id), answer=Answer.DECLINE, note=note)
    return await _terms(tx, _place(wedding_id, supplier_id), reply)


async def _look(visit: Visit, place: Place) -> Sight:
    return sight_of(await visit.reader.one(SEEN, ById(place.wedding_id)))


def _asked_again(visit: Visit, place: Place, sight: Sight, look: Shown) -> Response[str]:
    page = propose_page(sight, place.shell(visit, sight), look, base=place.base)
    problem: Problem | None = look.problem
    return drawn(page, status=200 if problem is None else problem.status)


async def _terms(tx: Tx, place: Place, reply: Reply) -> Response[str]:
    await actions.answer_terms(tx, place.wedding_id, reply)
    return see_other(f"{place.base}/amendments/{reply.amendment_id}?told=terms")


ROUTES: Final = page_routes(amendments, new, propose, amendment, approve, refuse, withdraw, accept, decline)
