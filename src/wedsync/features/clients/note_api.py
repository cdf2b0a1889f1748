"""Notes of a client over REST: for the business's own team, and a private one for its author alone."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import delete, get, post, put
from litestar.params import Parameter

from wedsync.features.clients import note_actions
from wedsync.features.clients import note_queries as q
from wedsync.features.clients.note_model import NoteSaid
from wedsync.features.clients.queries import CLIENT, OneClient
from wedsync.kernel.cursors import LAST_ID
from wedsync.kernel.ids import BatchId, ClientId, NoteId, SupplierId
from wedsync.kernel.permissions import Permission
from wedsync.platform.database import Reader, Tx
from wedsync.platform.http.bodies import Body
from wedsync.platform.http.routes import declares

USUAL_PAGE: Final = 50
READS: Final = declares(Permission.CLIENTS_READ, on="supplier")
WRITES: Final = declares(Permission.CLIENTS_WRITE, on="supplier")
NOTES: Final = "/api/v1/suppliers/{supplier_id:uuid}/clients/{client_id:uuid}/notes"
Limit = Annotated[int, Parameter(ge=1, le=100)]
Before = Annotated[UUID | None, Parameter(description="The `next` of the part before.")]


class NoteBody(NoteSaid, Body, frozen=True, kw_only=True):
    """A note: what it says, and of which kind; `remind_on` for a reminder, and for nothing else."""


class NotesList(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a client's notes, newest first; `next` leads on, and is empty at the end."""

    items: list[q.Note]
    next: str = ""


class NoteRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """A deletion, by which it can be undone for 30 days."""

    batch: BatchId


@get(NOTES, tags=["clients"], summary="A client's notes", opt=READS)
async def notes(
    supplier_id: UUID, client_id: UUID, reader: Reader, limit: Limit = USUAL_PAGE, before: Before = None
) -> NotesList:
    """As far as you may see them."""
    supplier, client = SupplierId(supplier_id), ClientId(client_id)
    await reader.one(CLIENT, OneClient(supplier_id=supplier, id=client))
    page = q.NotesPage(supplier_id=supplier, client_id=client, before=before or LAST_ID, limit=limit)
    found = await reader.all(q.NOTES, page)
    return NotesList(items=found, next=str(found[-1].id) if len(found) == limit else "")


@post(NOTES, tags=["clients"], summary="Note something of a client", opt=WRITES)
async def write(supplier_id: UUID, client_id: UUID, data: NoteBody, tx: Tx) -> q.Note:
    """A private one is yours alone."""
    return await note_actions.write_note(tx, SupplierId(supplier_id), ClientId(client_id), data)


@put(f"{NOTES}/{{note_id:uuid}}", tags=["clients"], summary="Change a note", opt=WRITES)
async def change(supplier_id: UUID, client_id: UUID, note_id: UUID, data: NoteBody, tx: Tx) -> q.Note:
    """All of it, said anew."""
    place = q.OneNote(supplier_id=SupplierId(supplier_id), client_id=ClientId(client_id), id=NoteId(note_id))
    return await note_actions.change_note(tx, place.supplier_id, place, data)


@delete(f"{NOTES}/{{note_id:uuid}}", tags=["clients"], summary="Remove a note", status_code=200, opt=WRITES)
async def remove(supplier_id: UUID, client_id: UUID, note_id: UUID, tx: Tx) -> NoteRemoved:
    """It can be undone for 30 days, at `…/deletions/{batch}/restoration`."""
    place = q.OneNote(supplier_id=SupplierId(supplier_id), client_id=ClientId(client_id), id=NoteId(note_id))
    return NoteRemoved(batch=await note_actions.remove_note(tx, place.supplier_id, place))


ROUTES: Final = (notes, write, change, remove)
