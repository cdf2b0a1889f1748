"""Notes on a client's page. One that was refused comes back as it was typed, beside what was wrong."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal
from uuid import UUID

from litestar import Response, post

from wedsync.features.clients import note_actions
from wedsync.features.clients import note_queries as q
from wedsync.features.clients.client_pages import Shown, page_of
from wedsync.features.clients.note_drawing import as_typed
from wedsync.features.clients.note_model import NoteKind, NoteSaid
from wedsync.features.clients.queries import OneClient
from wedsync.features.people.shell import Visit
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import ClientId, NoteId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.kernel.problems import Invalid
from wedsync.platform.database import Tx
from wedsync.platform.forms import Form, faults, read_form
from wedsync.platform.http import declares, drawn, see_other

WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
ONE: Final = "/s/{supplier_id:uuid}/clients/{client_id:uuid}/notes/{note_id:uuid}"


class NoteForm(Form, frozen=True, kw_only=True):
    """A note as it was typed."""

    body: str
    kind: NoteKind = NoteKind.GENERAL
    remind_on: str = ""

    @property
    def said(self) -> NoteSaid:
        """What the boxes say; a day that cannot be read is one that is refused."""
        try:
            day = date.fromisoformat(self.remind_on.strip()) if self.remind_on.strip() else None
        except ValueError:
            day = date.min
        return NoteSaid(body=self.body, kind=self.kind, remind_on=day)


@post("/s/{supplier_id:uuid}/clients/{client_id:uuid}/notes", opt=WRITES)
async def write(supplier_id: UUID, client_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """Another note, as oneself."""
    form, client = read_form(body, NoteForm), OneClient(supplier_id=SupplierId(supplier_id), id=ClientId(client_id))
    try:
        await note_actions.write_note(tx, client.supplier_id, client.id, form.said)
    except Invalid as refusal:
        boxes = as_typed(form.body, form.kind, form.remind_on, faults(refusal))
        return drawn(await page_of(visit, client, LAST_ID, Shown(note=boxes)), status=422)
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=note#notes")


@post(ONE, opt=WRITES)
async def change(supplier_id: UUID, client_id: UUID, note_id: UUID, body: bytes, visit: Visit, tx: Tx) -> Response[str]:
    """All of it, as the form has it."""
    form, place = read_form(body, NoteForm), _place(supplier_id, client_id, note_id)
    try:
        await note_actions.change_note(tx, place.supplier_id, place, form.said)
    except Invalid as refusal:
        boxes = as_typed(form.body, form.kind, form.remind_on, faults(refusal))
        client = OneClient(supplier_id=place.supplier_id, id=place.client_id)
        return drawn(await page_of(visit, client, LAST_ID, Shown(note=boxes, changes=place.id)), status=422)
    return see_other(f"/s/{supplier_id}/clients/{client_id}?told=saved#notes")


@post(f"{ONE}/end", opt=WRITES)
async def remove(
    supplier_id: UUID, client_id: UUID, note_id: UUID, tx: Tx, to: Literal["client", "clients"] = "client"
) -> Response[str]:
    """It can be undone from the page that follows: the client's, or the list where a reminder was done with."""
    place = _place(supplier_id, client_id, note_id)
    batch = await note_actions.remove_note(tx, place.supplier_id, place)
    back = f"/s/{supplier_id}/clients" + (f"/{client_id}" if to == "client" else "")
    return see_other(f"{back}?told=note-removed&removed={batch}")


def _place(supplier_id: UUID, client_id: UUID, note_id: UUID) -> q.OneNote:
    return q.OneNote(supplier_id=SupplierId(supplier_id), client_id=ClientId(client_id), id=NoteId(note_id))


HANDLERS: Final = (write, change, remove)
