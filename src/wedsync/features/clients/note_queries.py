"""Every statement about notes. Row security leaves out what is private to somebody else."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.features.clients.note_model import NoteKind
from wedsync.kernel.ids import BatchId, ClientId, NoteId, PersonId, SupplierId
from wedsync.platform.database import Query


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note as its reader sees it. `author` is null for who has left."""

    id: NoteId
    kind: NoteKind
    body: str
    author_id: PersonId
    created_at: datetime
    author: str | None = None
    remind_on: date | None = None


class OneNote(msgspec.Struct, frozen=True, kw_only=True):
    """One note of one client."""

    supplier_id: SupplierId
    client_id: ClientId
    id: NoteId


class NotesPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a client's notes: the newest first, before one."""

    supplier_id: SupplierId
    client_id: ClientId
    before: UUID
    limit: int


class NewNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note to write."""

    supplier_id: SupplierId
    client_id: ClientId
    kind: NoteKind
    body: str
    remind_on: date | None


class NoteChange(msgspec.Struct, frozen=True, kw_only=True):
    """All of a note, said anew."""

    supplier_id: SupplierId
    client_id: ClientId
    id: NoteId
    kind: NoteKind
    body: str
    remind_on: date | None


class NoteRemoval(msgspec.Struct, frozen=True, kw_only=True):
    """A note to remove, in a deletion."""

    supplier_id: SupplierId
    client_id: ClientId
    id: NoteId
    batch: BatchId


class Written(msgspec.Struct, frozen=True):
    """The note that was written."""

    id: NoteId


NOTE: Final[LiteralString] = """n.id, n.kind, n.body, n.author_id, n.remind_on, n.created_at, m.display_name as author
         from live.client_notes n
         left join live.supplier_members m on m.supplier_id = n.supplier_id and m.person_id = n.author_id"""
NOTES: Final = Query(
    NotesPage,
    Note,
    f"""
    select {NOTE}
    where n.supplier_id = %(supplier_id)s and n.client_id = %(client_id)s and n.id < %(before)s
    order by n.id desc
    limit %(limit)s
    """,
)
ONE_NOTE: Final = Query(
    OneNote,
    Note,
    f"""
    select {NOTE}
    where n.supplier_id = %(supplier_id)s and n.client_id = %(client_id)s and n.id = %(id)s
    """,
)
WRITE_NOTE: Final = Query(
    NewNote,
    Written,
    """
    insert into app.client_notes (supplier_id, client_id, kind, body, remind_on)
    select c.supplier_id, c.id, %(kind)s, %(body)s, %(remind_on)s
    from live.clients c
    where c.supplier_id = %(supplier_id)s and c.id = %(client_id)s
    returning id
    """,
)
CHANGE_NOTE: Final = Query(
    NoteChange,
    Written,
    """
    update app.client_notes set kind = %(kind)s, body = %(body)s, remind_on = %(remind_on)s
    where supplier_id = %(supplier_id)s and client_id = %(client_id)s and id = %(id)s and delete_batch is null
    returning id
    """,
)
REMOVE_NOTE: Final = Query(
    NoteRemoval,
    Written,
    """
    update app.client_notes set delete_batch = %(batch)s
    where supplier_id = %(supplier_id)s and client_id = %(client_id)s and id = %(id)s and delete_batch is null
    returning id
    """,
)
