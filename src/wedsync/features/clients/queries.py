"""Every statement about a supplier's clients."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.features.clients.model import Client, ClientSaid, Happened
from wedsync.features.clients.note_model import NoteKind
from wedsync.kernel.ids import BatchId, ClientId, ImportId, SupplierId
from wedsync.platform.database import Query


class OneClient(msgspec.Struct, frozen=True, kw_only=True):
    """One client of one business."""

    supplier_id: SupplierId
    id: ClientId


class NewClient(ClientSaid, frozen=True, kw_only=True):
    """A client to write down."""

    id: ClientId
    import_id: ImportId | None = None


class NewRows(msgspec.Struct, frozen=True, kw_only=True):
    """Rows to write down, from `packed`."""

    supplier_id: SupplierId
    rows: str


class Kept(msgspec.Struct, frozen=True):
    """The client that was kept."""

    id: ClientId


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """Clients to remove, in one deletion."""

    supplier_id: SupplierId
    ids: Sequence[ClientId]
    batch: BatchId


class NewEvents(msgspec.Struct, frozen=True, kw_only=True):
    """What happened with these clients."""

    supplier_id: SupplierId
    ids: Sequence[ClientId]
    kind: Happened
    fields: Sequence[str] = ()


class NewQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question to keep beside a client."""

    client_id: ClientId
    target: str
    verbatim: str
    detail: str
    offers: tuple[str, ...] = ()


class NewNote(msgspec.Struct, frozen=True, kw_only=True):
    """A note to keep beside a client; `remind_on` is the day of a reminder."""

    client_id: ClientId
    body: str
    kind: NoteKind = NoteKind.GENERAL
    remind_on: date | None = None


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """A client from a list, with what has to be asked about it and the notes that came along."""

    client: NewClient
    questions: tuple[NewQuestion, ...] = ()
    notes: tuple[NewNote, ...] = ()


class ByIds(msgspec.Struct, frozen=True, kw_only=True):
    """Clients by id."""

    supplier_id: SupplierId
    ids: Sequence[ClientId]


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """Questions of a client that its fields answer now."""

    supplier_id: SupplierId
    id: ClientId
    targets: Sequence[str]


class OneQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One question of one client."""

    supplier_id: SupplierId
    client_id: ClientId
    id: UUID


class Fitting(msgspec.Struct, frozen=True, kw_only=True):
    """Whose clients, how many of them, and the members of a Filter that they fit."""

    supplier_id: SupplierId
    limit: int
    every: Sequence[str]
    some: Sequence[str]
    none: Sequence[str]
    stage: str
    since: date | None
    until: date | None
    asks: bool
    alone: bool


class ByName(Fitting, frozen=True, kw_only=True):
    """A part of the list by name, after a place in it."""

    after_key: str
    after_id: ClientId


class ByDate(Fitting, frozen=True, kw_only=True):
    """The same by day; `after_on` None is past the last day, among those that have none."""

    after_on: date | None
    after_id: ClientId


def packed(rows: Sequence[NewClient] | Sequence[NewQuestion] | Sequence[NewNote]) -> str:
    """Rows as one parameter."""
    return msgspec.json.encode(rows).decode()


# A client with its open questions.
WHOLE: Final[
    LiteralString
] = """c.id, c.sort_key as key, c.name, c.first_name, c.last_name, c.partner_first_name, c.partner_last_name, c.email,
      c.partner_email, c.phone, c.partner_phone, c.company, c.event_date, c.venue, c.guests, c.package, c.total_pence,
      c.total_currency, c.paid_pence, c.paid_currency, c.stage, c.tags, c.others, c.wedding_id, c.created_at,
      (select coalesce(json_agg(json_build_object('id', q.id, 'target', q.target, 'verbatim', q.verbatim, 'detail', q.detail,
         'offers', q.offers) order by q.id), '[]')
       from live.client_questions q
       where q.supplier_id = c.supplier_id and q.client_id = c.id and q.answered_at is null) as questions"""
TAGS: Final[LiteralString] = "string_to_array(lower(array_to_string(c.tags, ',')), ',')"
FITS: Final[LiteralString] = f"""(%(stage)s = '' or coalesce(c.stage, 'none') = %(stage)s)
      and (%(since)s::date is null or c.event_date >= %(since)s::date)
      and (%(until)s::date is null or c.event_date <= %(until)s::date)
      and (cardinality(%(every)s::text[]) = 0 or {TAGS} @> %(every)s::text[])
      and (cardinality(%(some)s::text[]) = 0 or {TAGS} && %(some)s::text[])
      and (cardinality(%(none)s::text[]) = 0 or not {TAGS} && %(none)s::text[])
      and (not %(asks)s::boolean or exists (
        select from live.client_questions q
        where q.supplier_id = c.supplier_id and q.client_id = c.id and q.answered_at is null))
      and (not %(alone)s::boolean or c.wedding_id is null)"""
CLIENT: Final = Query(
    OneClient,
    Client,
    f"""
    select {WHOLE}
    from live.clients c
    where c.supplier_id = %(supplier_id)s and c.id = %(id)s
    """,  # noqa: S608 - our own words
)
CLIENTS: Final = Query(
    ByName,
    Client,
    f"""
    select {WHOLE}
    from live.clients c
    where c.supplier_id = %(supplier_id)s and (c.sort_key, c.id) > (%(after_key)s::text collate "C", %(after_id)s::uuid)
      and {FITS}
    order by c.sort_key, c.id
    limit %(limit)s
    """,  # noqa: S608 - our own words
)
# Those without a day come last; each half walks the index, and the second half only as far as the first leaves room.
CLIENTS_BY_DATE: Final = Query(
    ByDate,
    Client,
    f"""
    select r.id, r.key, r.name, r.first_name, r.last_name, r.partner_first_name, r.partner_last_name, r.email,
      r.partner_email, r.phone, r.partner_phone, r.company, r.event_date, r.venue, r.guests, r.package, r.total_pence,
      r.total_currency, r.paid_pence, r.paid_currency, r.stage, r.tags, r.others, r.wedding_id, r.created_at, r.questions
    from (
      (select {WHOLE}
       from live.clients c
       where c.supplier_id = %(supplier_id)s and (c.event_date, c.id) > (%(after_on)s::date, %(after_id)s::uuid) and {FITS}
       order by c.event_date, c.id
       limit %(limit)s)
      union all
      (select {WHOLE}
       from live.clients c
       where c.supplier_id = %(supplier_id)s and c.event_date is null
         and (%(after_on)s::date is not null or c.id > %(after_id)s::uuid) and {FITS}
       order by c.id
       limit %(limit)s)) r
    order by r.event_date, r.id
    limit %(limit)s
    """,  # noqa: S608 - our own words
)
# Whoever reads clients to write them anew holds them first: two who do so at once lose nothing of each other.
HOLD: Final = Query(
    ByIds,
    Kept,
    """
    select c.id from app.clients c
    where c.supplier_id = %(supplier_id)s and c.id = any (%(ids)s::uuid[]) and c.delete_batch is null
    order by c.id
    for no key update
    """,
)
CLIENTS_BY_ID: Final = Query(
    ByIds,
    Client,
    f"""
    select {WHOLE}
    from live.clients c
    where c.supplier_id = %(supplier_id)s and c.id = any (%(ids)s::uuid[])
    """,  # noqa: S608 - our own words
)
WRITE: Final = Query(
    NewRows,
    Kept,
    """
    insert into app.clients (supplier_id, id, name, first_name, last_name, partner_first_name, partner_last_name, email,
      partner_email, phone, partner_phone, company, event_date, venue, guests, package, total_pence, total_currency,
      paid_pence, paid_currency, stage, tags, others, import_id)
    select %(supplier_id)s, r.id, r.name, r.first_name, r.last_name, r.partner_first_name, r.partner_last_name, r.email,
      r.partner_email, r.phone, r.partner_phone, r.company, r.event_date, r.venue, r.guests, r.package, r.total_pence,
      r.total_currency, r.paid_pence, r.paid_currency, r.stage, r.tags, r.others, r.import_id
    from jsonb_to_recordset(%(rows)s::jsonb) as r (id uuid, name text, first_name text, last_name text,
      partner_first_name text, partner_last_name text, email text, partner_email text, phone text, partner_phone text,
      company text, event_date date, venue text, guests smallint, package text, total_pence bigint, total_currency text,
      paid_pence bigint, paid_currency text, stage text, tags text[], others jsonb, import_id uuid)
    on conflict (supplier_id, id) do nothing
    returning id
    """,
)
CHANGE: Final = Query(
    NewRows,
    Kept,
    """
    update app.clients c
    set name = r.name, first_name = r.first_name, last_name = r.last_name, partner_first_name =
      r.partner_first_name, partner_last_name = r.partner_last_name, email = r.email, partner_email =
      r.partner_email, phone = r.phone, partner_phone = r.partner_phone, company = r.company, event_date =
      r.event_date, venue = r.venue, guests = r.guests, package = r.package, total_pence = r.total_pence,
      total_currency = r.total_currency, paid_pence = r.paid_pence, paid_currency = r.paid_currency, stage =
      r.stage, tags = r.tags, others = r.others
    from jsonb_to_recordset(%(rows)s::jsonb) as r (id uuid, name text, first_name text, last_name text, partner_first_name text,
      partner_last_name text, email text, partner_email text, phone text, partner_phone text, company text, event_date date,
      venue text, guests smallint, package text, total_pence bigint, total_currency text, paid_pence bigint,
      paid_currency text, stage text, tags text[], others jsonb)
    where c.supplier_id = %(supplier_id)s and c.id = r.id and c.delete_batch is null
    returning c.id
    """,
)
REMOVE: Final = Query(
    Removal,
    Kept,
    """
    update app.clients set delete_batch = %(batch)s
    where supplier_id = %(supplier_id)s and id = any (%(ids)s::uuid[]) and delete_batch is null
    returning id
    """,
)
HAPPENED: Final = Query(
    NewEvents,
    Kept,
    """
    insert into app.client_events (supplier_id, client_id, kind, fields)
    select %(supplier_id)s, c, %(kind)s, %(fields)s from unnest(%(ids)s::uuid[]) c
    returning client_id as id
    """,
)
ASK: Final = Query(
    NewRows,
    Kept,
    """
    insert into app.client_questions (supplier_id, client_id, target, verbatim, detail, offers)
    select %(supplier_id)s, r.client_id, r.target, r.verbatim, r.detail, r.offers
    from jsonb_to_recordset(%(rows)s::jsonb) as r (client_id uuid, target text, verbatim text, detail text, offers text[])
    returning client_id as id
    """,
)
NOTE: Final = Query(
    NewRows,
    Kept,
    """
    insert into app.client_notes (supplier_id, client_id, kind, body, remind_on)
    select %(supplier_id)s, r.client_id, r.kind, r.body, r.remind_on
    from jsonb_to_recordset(%(rows)s::jsonb) as r (client_id uuid, body text, kind text, remind_on date)
    returning client_id as id
    """,
)
ANSWER: Final = Query(
    Answering,
    Kept,
    """
    update app.client_questions set answered_at = app.clock()
    where supplier_id = %(supplier_id)s and client_id = %(id)s and target = any (%(targets)s::text[])
      and answered_at is null and delete_batch is null
    returning client_id as id
    """,
)
LEAVE: Final = Query(
    OneQuestion,
    Kept,
    """
    update app.client_questions set answered_at = app.clock()
    where supplier_id = %(supplier_id)s and client_id = %(client_id)s and id = %(id)s and answered_at is null
      and delete_batch is null
    returning client_id as id
    """,
)
