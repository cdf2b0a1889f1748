"""Writing, changing and removing notes of a client."""

from __future__ import annotations

from wedsync.features.clients import note_queries as q
from wedsync.features.clients.actions import tell
from wedsync.features.clients.note_model import NoteKind, NoteSaid, read_note
from wedsync.kernel.ids import BatchId, ClientId, SupplierId
from wedsync.kernel.permissions import Permission, WriteClass
from wedsync.kernel.problems import Forbidden
from wedsync.platform.database import SUPPLIER, Tx, action, open_batch


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def write_note(tx: Tx, supplier_id: SupplierId, client_id: ClientId, said: NoteSaid) -> q.Note:
    """Note something of a client, as oneself."""
    note = read_note(said)
    new = q.NewNote(
        supplier_id=supplier_id, client_id=client_id, kind=note.kind, body=note.body, remind_on=note.remind_on
    )
    written = await tx.one(q.WRITE_NOTE, new)
    tell(tx, supplier_id)
    return await tx.one(q.ONE_NOTE, q.OneNote(supplier_id=supplier_id, client_id=client_id, id=written.id))


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def change_note(tx: Tx, supplier_id: SupplierId, place: q.OneNote, said: NoteSaid) -> q.Note:
    """Say all of a note anew. Raises Forbidden for making somebody else's private: nobody would read it any more."""
    note, stands = read_note(said), await tx.one(q.ONE_NOTE, place)
    if note.kind is NoteKind.PRIVATE and stands.author_id != tx.actor.person_id:
        raise Forbidden("Only who wrote a note makes it private.")
    change = q.NoteChange(
        supplier_id=supplier_id,
        client_id=place.client_id,
        id=place.id,
        kind=note.kind,
        body=note.body,
        remind_on=note.remind_on,
    )
    await tx.one(q.CHANGE_NOTE, change)
    tell(tx, supplier_id)
    return await tx.one(q.ONE_NOTE, place)


@action(requires=Permission.CLIENTS_WRITE, on=SUPPLIER, write_class=WriteClass.PLAN)
async def remove_note(tx: Tx, supplier_id: SupplierId, place: q.OneNote) -> BatchId:
    """Remove a note; it can be undone for 30 days."""
    batch = await open_batch(tx, supplier_id, "clients.remove_note")
    await tx.one(
        q.REMOVE_NOTE, q.NoteRemoval(supplier_id=supplier_id, client_id=place.client_id, id=place.id, batch=batch)
    )
    tell(tx, supplier_id)
    return batch
