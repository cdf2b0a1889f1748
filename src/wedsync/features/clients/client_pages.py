"""One client: all that is kept of it in a form, what has to be asked, what happened. The wedding stands beside it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import msgspec
from litestar import Response, get, post

from wedsync.features.clients import actions
from wedsync.features.clients import queries as q
from wedsync.features.clients.beside import beside_view
from wedsync.features.clients.beside_queries import BESIDE
from wedsync.features.clients.boxes import NOTHING, ClientForm, as_it_stands, as_typed
from wedsync.features.clients.drawing import (
    entry_view,
    facts,
    question_view,
    stage_text,
    stage_tone,
)
from wedsync.features.clients.note_drawing import NEW_NOTE, note_view
from wedsync.features.clients.note_drawing import as_it_stands as note_as_it_stands
from wedsync.features.clients.page_queries import TIMELINE, WHOLE_CLIENT, TimelinePage
from wedsync.features.clients.views import ClientBoxes, ClientPage, Fact, NewClientPage, NoteBoxes
from wedsync.features.clients.words import day_text
from wedsync.features.people.shell import Visit, business_of, supplier_shell
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import ClientId, SupplierId
from wedsync.kernel.permissions import Permission, Standing, allows
from wedsync.kernel.problems import Forbidden, Invalid
from wedsync.platform.database import Tx
from wedsync.platform.forms import Form, read_form
from wedsync.platform.http import declares, drawn, see_other
from wedsync.platform.pages import Crumb

ENTRIES: Final = 20
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")


class AnswerForm(Form, frozen=True, kw_only=True):
    """One of what a question offers."""

    offer: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows beside what stands: a form that was refused, a note to change, a removal to undo."""

    boxes: ClientBoxes | None = None
    note: NoteBoxes | None = None
    changes: UUID | None = None
    removed: UUID | None = None


@get("/s/{supplier_id:uuid}/clients/new", opt=WRITES)
async def new(supplier_id: UUID, visit: Visit) -> Response[str]:
    """The name is enough."""
    return drawn(_new_page(visit, supplier_id, as_it_stands(NOTHING)))


@post("/s/{supplier_id:uuid}/clients/new", opt=WRITES)
async def write(supplier_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Refused, it comes back as it was typed."""
    form = read_form(body, ClientForm)
    try:
        written = await actions.write_client(tx, SupplierId(supplier_id), form.said)
    except Invalid as refusal:
        return drawn(_new_page(visit, supplier_id, as_typed(form, refusal)), status=422)
    return see_other(f"/s/{supplier_id}/clients/{written.id}?told=client")


@get("/s/{supplier_id:uuid}/clients/{client_id:uuid}", opt=READS)
async def one_client(
    supplier_id: UUID,
    client_id: UUID,
    visit: Visit,
    before: UUID | None = None,
    change: UUID | None = None,
    removed: UUID | None = None,
) -> Response[str]:
    """All that the business keeps of it; `before` leads to what happened earlier, `change` is a note to change."""
    shown = Shown(changes=change, removed=removed)
    return drawn(await page_of(visit, _place(supplier_id, client_id), before or LAST_ID, shown))


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}", opt=WRITES)
async def change_all(supplier_id: UUID, client_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """What is said anew; questions about it are answered by it."""
    form, place = read_form(body, ClientForm), _place(supplier_id, client_id)
    stands = await visit.reader.one(q.CLIENT, place)
    try:
        await actions.change_client(tx, place.supplier_id, place.id, form.change(stands))
    except Invalid as refusal:
        return drawn(await page_of(visit, place, LAST_ID, Shown(boxes=as_typed(form, refusal))), status=422)
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=saved")


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/end", opt=WRITES)
async def remove(supplier_id: UUID, client_id: UUID, tx: Tx) -> Response[str]:
    """It can be undone for 30 days; at once from the page that follows."""
    batch = await actions.remove_clients(tx, SupplierId(supplier_id), [ClientId(client_id)])
    return see_other(f"/s/{supplier_id}/clients?told=client-removed&removed={batch}")


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/questions/{question_id:uuid}/answer", opt=WRITES)
async def answer(supplier_id: UUID, client_id: UUID, question_id: UUID, body: bytes, tx: Tx) -> Response[str]:
    """One press takes what the question offers."""
    question = _question(supplier_id, client_id, question_id)
    await actions.answer_question(tx, question.supplier_id, question, read_form(body, AnswerForm).offer)
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=question")


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/questions/{question_id:uuid}/leave", opt=WRITES)
async def leave(supplier_id: UUID, client_id: UUID, question_id: UUID, tx: Tx) -> Response[str]:
    """What stands is right as it is."""
    question = _question(supplier_id, client_id, question_id)
    await actions.leave_question(tx, question.supplier_id, question)
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=question")


async def page_of(visit: Visit, place: q.OneClient, before: UUID, shown: Shown) -> ClientPage:
    """The whole page; what happened begins `before` an entry."""
    supplier, here = place.supplier_id, f"/s/{place.supplier_id}/clients/{place.id}"
    may_write = allows(Standing(supplier_role=business_of(visit.me, supplier).role), Permission.CLIENTS_WRITE)
    base = here if may_write else ""
    client = await visit.reader.one(WHOLE_CLIENT, place)
    part = TimelinePage(supplier_id=supplier, client_id=place.id, before=before, limit=ENTRIES + 1)
    entries = await visit.reader.all(TIMELINE, part)
    is_more = len(entries) > ENTRIES
    changed = next((each for each in client.notes if each.id == shown.changes), None)
    return ClientPage(
        shell=supplier_shell(visit, supplier, "Clients"),
        crumbs=_crumbs(supplier),
        name=client.name,
        line=" · ".join(filter(None, (day_text(client.event_date), client.venue.replace("\n", ", ")))),
        stage=stage_text(client.stage),
        tone=stage_tone(client.stage),
        boxes=shown.boxes or as_it_stands(client),
        is_refused=shown.boxes is not None,
        facts=facts(client),
        others=tuple(Fact(label=title, value=text) for title, text in client.others),
        questions=tuple(question_view(each, here) for each in client.questions),
        notes=tuple(note_view(each, visit.me.zone, base) for each in client.notes),
        note=shown.note or (NEW_NOTE if changed is None else note_as_it_stands(changed)),
        note_url=here + ("/notes" if changed is None else f"/notes/{changed.id}"),
        note_cancel_url="" if changed is None else f"{here}#notes",
        undo_url=f"/s/{supplier}/trash/{shown.removed}/restoration?to=clients&at={place.id}"
        if shown.removed and may_write
        else "",
        beside=beside_view(client, await visit.reader.one(BESIDE, place), here, may_write=may_write),
        entries=tuple(entry_view(each, visit.me.zone) for each in entries[:ENTRIES]),
        older_url=f"{here}?before={entries[ENTRIES - 1].id}#timeline" if is_more else "",
        action=base,
        remove_url=base and f"{base}/end",
    )


def _new_page(visit: Visit, supplier_id: UUID, boxes: ClientBoxes) -> NewClientPage:
    if not allows(Standing(supplier_role=business_of(visit.me, supplier_id).role), Permission.CLIENTS_WRITE):
        raise Forbidden
    return NewClientPage(
        shell=supplier_shell(visit, supplier_id, "Clients"),
        crumbs=_crumbs(supplier_id),
        boxes=boxes,
        action=f"/s/{supplier_id}/clients/new",
    )


def _crumbs(supplier_id: UUID) -> tuple[Crumb, ...]:
    return (Crumb(label="Clients", href=f"/s/{supplier_id}/clients"),)


def _place(supplier_id: UUID, client_id: UUID) -> q.OneClient:
    return q.OneClient(supplier_id=SupplierId(supplier_id), id=ClientId(client_id))


def _question(supplier_id: UUID, client_id: UUID, question_id: UUID) -> q.OneQuestion:
    return q.OneQuestion(supplier_id=SupplierId(supplier_id), client_id=ClientId(client_id), id=question_id)


HANDLERS: Final = (new, write, one_client, change_all, remove, answer, leave)
