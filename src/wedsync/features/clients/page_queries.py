"""What the pages of a supplier's clients ask: rows of a list, one client with all that is kept of it, what happened.

Each page is one statement, or two: whatever stands beside a row comes with it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.features.clients.filter_queries import SavedFilter
from wedsync.features.clients.model import Client, Stage
from wedsync.features.clients.note_queries import NOTE, Note
from wedsync.features.clients.queries import FITS, WHOLE, ByDate, ByName, OneClient
from wedsync.kernel.ids import ClientId, NoteId, SupplierId
from wedsync.platform.database import Query


class ClientRow(msgspec.Struct, frozen=True, kw_only=True):
    """A client in a list; `asks` counts its open questions."""

    id: ClientId
    key: str
    name: str
    venue: str
    tags: tuple[str, ...]
    asks: int
    is_connected: bool
    event_date: date | None = None
    stage: Stage | None = None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder whose day has come."""

    id: NoteId
    client_id: ClientId
    name: str
    body: str
    remind_on: date


class TagUse(msgspec.Struct, frozen=True, kw_only=True):
    """A tag and how many clients have it."""

    tag: str
    count: int


class BesideList(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around a list: whether there is anybody at all, the first of what is due and how much there is of it,
    the tags in use, the saved filters.
    """

    has_clients: bool
    due: tuple[Due, ...]
    due_count: int
    tags: tuple[TagUse, ...]
    filters: tuple[SavedFilter, ...]


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """A business on a day, where its reader is."""

    supplier_id: SupplierId
    today: date


class WholeClient(Client, frozen=True, kw_only=True):
    """A client with its notes, newest first."""

    notes: tuple[Note, ...]


class TimelinePage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of what happened with a client: the newest first, before an entry."""

    supplier_id: SupplierId
    client_id: ClientId
    before: UUID
    limit: int


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `what` is an event, "note" or "invitation"; `text` is a note's, or whom one went to."""

    id: UUID
    what: str
    detail: str
    text: str
    fields: tuple[str, ...]
    happened_at: datetime
    by: str | None = None


# What the list shows of a client. Its questions are counted once it is known which clients are on the page.
ROW: Final[LiteralString] = """c.id, c.sort_key as key, c.name, c.event_date, c.venue, c.stage, c.tags,
      c.wedding_id is not null as is_connected,
      (select count(*) from live.client_questions q
       where q.supplier_id = c.supplier_id and q.client_id = c.id and q.answered_at is null) as asks"""
ROWS_BY_NAME: Final = Query(
    ByName,
    ClientRow,
    f"""
    select {ROW}
    from live.clients c
    where c.supplier_id = %(supplier_id)s and (c.sort_key, c.id) > (%(after_key)s::text collate "C", %(after_id)s::uuid)
      and {FITS}
    order by c.sort_key, c.id
    limit %(limit)s
    """,  # noqa: S608 - our own words
)
# Those without a day come last; each half walks the index, and the second half only as far as the first leaves room.
ROWS_BY_DATE: Final = Query(
    ByDate,
    ClientRow,
    f"""
    select r.id, r.key, r.name, r.event_date, r.venue, r.stage, r.tags, r.is_connected, r.asks
    from (
      (select {ROW}
       from live.clients c
       where c.supplier_id = %(supplier_id)s and (c.event_date, c.id) > (%(after_on)s::date, %(after_id)s::uuid)
         and {FITS}
       order by c.event_date, c.id
       limit %(limit)s)
      union all
      (select {ROW}
       from live.clients c
       where c.supplier_id = %(supplier_id)s and c.event_date is null
         and (%(after_on)s::date is not null or c.id > %(after_id)s::uuid) and {FITS}
       order by c.id
       limit %(limit)s)) r
    order by r.event_date, r.id
    limit %(limit)s
    """,  # noqa: S608 - our own words
)
BESIDE_LIST: Final = Query(
    Today,
    BesideList,
    """
    select
      exists (select from live.clients c where c.supplier_id = %(supplier_id)s) as has_clients,
      (select coalesce(json_agg(d order by d.remind_on, d.id), '[]') from (
         select n.id, n.client_id, c.name, n.body, n.remind_on
         from live.client_notes n join live.clients c on c.supplier_id = n.supplier_id and c.id = n.client_id
         where n.supplier_id = %(supplier_id)s and n.kind = 'reminder' and n.remind_on <= %(today)s
         order by n.remind_on, n.id
         limit 20) d) as due,
      (select count(*)
       from live.client_notes n join live.clients c on c.supplier_id = n.supplier_id and c.id = n.client_id
       where n.supplier_id = %(supplier_id)s and n.kind = 'reminder' and n.remind_on <= %(today)s) as due_count,
      (select coalesce(json_agg(t order by t.tag), '[]') from (
         select min(t.tag) as tag, count(*) as count
         from live.clients c, unnest(c.tags) t (tag)
         where c.supplier_id = %(supplier_id)s
         group by lower(t.tag)
         order by count(*) desc, lower(min(t.tag))
         limit 100) t) as tags,
      (select coalesce(json_agg(f order by lower(f.name)), '[]') from (
         select s.id, s.name, s.query from live.client_filters s
         where s.supplier_id = %(supplier_id)s
         order by lower(s.name)
         limit 50) f) as filters
    """,
)
WHOLE_CLIENT: Final = Query(
    OneClient,
    WholeClient,
    f"""
    select {WHOLE},
      (select coalesce(json_agg(n order by n.id desc), '[]') from (
         select {NOTE}
         where n.supplier_id = c.supplier_id and n.client_id = c.id
         order by n.id desc
         limit 100) n) as notes
    from live.clients c
    where c.supplier_id = %(supplier_id)s and c.id = %(id)s
    """,  # noqa: S608 - our own words
)
# Ids are in the order of their making, so that one key orders all three.
TIMELINE: Final = Query(
    TimelinePage,
    Entry,
    """
    select e.id, e.what, e.detail, e.text, e.fields, e.happened_at, m.display_name as by
    from (
      (select e.id, 'event' as what, e.kind as detail, '' as text, e.fields, e.actor_id as by,
         e.created_at as happened_at
       from live.client_events e
       where e.supplier_id = %(supplier_id)s and e.client_id = %(client_id)s and e.kind <> 'invited'
         and e.id < %(before)s
       order by e.id desc
       limit %(limit)s)
      union all
      (select n.id, 'note', n.kind, n.body, '{}', n.author_id, n.created_at
       from live.client_notes n
       where n.supplier_id = %(supplier_id)s and n.client_id = %(client_id)s and n.id < %(before)s
       order by n.id desc
       limit %(limit)s)
      union all
      (select i.id, 'invitation',
         case when i.accepted_at is not null then 'accepted' when i.declined_at is not null then 'declined'
              when i.revoked_at is not null then 'withdrawn' when i.expires_at < app.clock() then 'expired'
              else 'waiting' end, i.email, '{}', i.person_id, i.created_at
       from live.clients c join live.supplier_invitations i on i.supplier_id = c.supplier_id
         and (i.id = c.invitation_id or lower(i.email) in (lower(c.email), lower(c.partner_email)))
       where c.supplier_id = %(supplier_id)s and c.id = %(client_id)s and i.kind = 'couple' and i.id < %(before)s
       order by i.id desc
       limit %(limit)s)) e
    left join live.supplier_members m on m.supplier_id = %(supplier_id)s and m.person_id = e.by
    order by e.id desc
    limit %(limit)s
    """,
)
