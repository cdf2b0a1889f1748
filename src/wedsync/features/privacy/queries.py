"""Every statement about requests for one's own data."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from wedsync.features.privacy.model import Answered, Begun, DataRequest, Receipt
from wedsync.kernel.ids import PersonId, RequestId, WeddingId
from wedsync.platform.database import ById, NoParams, Nothing, Query


class NewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Something to ask for."""

    person_id: PersonId
    kind: str
    wedding_id: WeddingId | None = None
    wrong: str | None = None


class OneRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request of one person."""

    person_id: PersonId
    id: RequestId


class Kept(msgspec.Struct, frozen=True):
    """The request that was kept."""

    id: RequestId


class DuePage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what is due, by id."""

    after: UUID
    most: int


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure to carry out, under its pseudonym."""

    id: UUID
    pseudonym: str


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """An erasure to repeat in a restored copy."""

    person_id: PersonId
    wedding_id: UUID | None
    pseudonym: str


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows changed or went; None when there was nothing to do."""

    rows: int | None


class Pseudonyms(msgspec.Struct, frozen=True):
    """Who may be erased already."""

    pseudonyms: tuple[str, ...]


class ErasedFrom(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is erased in this database, everywhere or from one wedding."""

    pseudonym: str
    wedding_id: UUID | None = None


class Line(msgspec.Struct, frozen=True):
    """A line of the erasure ledger."""

    hash: str


class Noted(msgspec.Struct, frozen=True):
    """How many lines of the erasure ledger a database was told of."""

    lines: int


class BegunExport(msgspec.Struct, frozen=True, kw_only=True):
    """An export under way: whose, and of which wedding."""

    person_id: PersonId
    email: str
    name: str
    wedding_id: WeddingId | None = None


class OfWedding(msgspec.Struct, frozen=True):
    """Whether an export is of a wedding, or of a person."""

    of_wedding: bool


class TableName(msgspec.Struct, frozen=True):
    """A table that goes along."""

    name: str


class RowsPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a table's rows about a person or wedding, by id."""

    of_wedding: bool
    name: str
    about: UUID
    after: str
    most: int


class OneRow(msgspec.Struct, frozen=True):
    """A row as its reader may see it."""

    row: dict[str, msgspec.Raw]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far an export is."""

    id: UUID
    done: int
    total: int
    size_bytes: int


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """Until when an export waits; None when it does not."""

    waits_until: datetime | None


class Finishing(msgspec.Struct, frozen=True, kw_only=True):
    """An export that is written."""

    id: UUID
    size_bytes: int


class Finished(msgspec.Struct, frozen=True, kw_only=True):
    """Until when its file is there; None when it was taken back meanwhile."""

    ends_at: datetime | None


class Files(msgspec.Struct, frozen=True):
    """Exports by their files."""

    ids: tuple[UUID, ...]


ASK: Final = Query(
    NewRequest,
    Kept,
    """
    insert into app.data_requests (person_id, kind, wedding_id, wrong)
    values (%(person_id)s, %(kind)s, %(wedding_id)s, %(wrong)s)
    returning id
    """,
)
WITHDRAW: Final = Query(
    OneRequest,
    Kept,
    """
    update app.data_requests set withdrawn_at = app.clock()
    where person_id = %(person_id)s and id = %(id)s and withdrawn_at is null
    returning id
    """,
)
MINE: Final = Query(
    NoParams,
    DataRequest,
    """
    select id, kind, wedding_id, title, created_at, due_at, begun_at, done_at, withdrawn_at, waits, waits_until,
      parts_done, parts_total, size_bytes, file_ends_at, wrong, outcome, told
    from app.my_data_requests()
    """,
)
RECEIPT: Final = Query(ById, Receipt, "select email, name, kind, title from app.request_letter(%(id)s)")
ANSWER: Final = Query(ById, Answered, "select email, name, outcome, told from app.answer_letter(%(id)s)")
DUE: Final = Query(DuePage, Kept, "select id from app.erasures_due(%(after)s, %(most)s)")
BEGIN: Final = Query(
    ById, Begun, "select person_id, wedding_id, email, name, titles, weddings from app.begin_erasure(%(id)s)"
)
CARRY_OUT: Final = Query(Sealed, Erased, "select app.carry_out_erasure(%(id)s, %(pseudonym)s) as rows")
EVERYBODY: Final = Query(DuePage, ById, "select id from app.everybody(%(after)s, %(most)s)")
ERASED_ALREADY: Final = Query(
    Pseudonyms, ErasedFrom, "select pseudonym, wedding_id from app.erased_until(%(pseudonyms)s)"
)
ERASE_AGAIN: Final = Query(
    Again, Erased, "select app.erase_again(%(person_id)s, %(wedding_id)s, %(pseudonym)s) as rows"
)
NOTE_LINE: Final = Query(Line, Nothing, "select app.note_line(%(hash)s)")
LINES_NOTED: Final = Query(NoParams, Noted, "select app.lines_noted() as lines")
BEGIN_EXPORT: Final = Query(
    ById, BegunExport, "select person_id, wedding_id, email, name from app.begin_export(%(id)s)"
)
EXPORT_TABLES: Final = Query(OfWedding, TableName, "select name from app.export_tables(%(of_wedding)s)")
EXPORT_ROWS: Final = Query(
    RowsPage,
    OneRow,
    "select x as row from app.export_rows(%(of_wedding)s, %(name)s, %(about)s, %(after)s, %(most)s) x",
)
EXPORT_PROGRESS: Final = Query(
    Progress, Waits, "select app.export_progress(%(id)s, %(done)s, %(total)s, %(size_bytes)s) as waits_until"
)
FINISH_EXPORT: Final = Query(Finishing, Finished, "select app.finish_export(%(id)s, %(size_bytes)s) as ends_at")
FILES_KEPT: Final = Query(Files, Kept, "select id from app.files_kept(%(ids)s)")
EXPORTS_BESIDE: Final = Query(ById, Kept, "select id from app.exports_beside(%(id)s)")
