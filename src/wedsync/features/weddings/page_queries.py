"""One wedding with everything that a page about it needs, in one statement: it is drawn in one round trip."""

from __future__ import annotations

from datetime import datetime
from typing import Final, LiteralString

import msgspec

from wedsync.features.people.queries import WORTH_SHOWING
from wedsync.features.venues.model import VenueThere
from wedsync.features.weddings.model import FactValue, Wedding
from wedsync.features.weddings.proposal_queries import OPEN, Proposal
from wedsync.features.weddings.queries import WEDDING, Change
from wedsync.kernel.ids import BatchId, EventId, InvitationId, SupplierId
from wedsync.kernel.permissions import Area
from wedsync.platform.database import ById, Query
from wedsync.platform.database.action import StandingRow


class AreaGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What one supplier may do in one area now; suppliers see their own only."""

    supplier_id: SupplierId
    area: Area
    level: str
    can_write: bool


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody the couple has invited to belong to the wedding: not come yet, or `declined_at`."""

    id: InvitationId
    kind: str
    email: str
    name: str
    expires_at: datetime
    declined_at: datetime | None = None


class NotSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that changed, and how many suppliers have not seen it since."""

    fact_key: str
    suppliers: int
    event_id: EventId | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding, what its reader is to it, what the directory knows of its venues, and what suppliers propose.

    `not_seen` stays empty where it is not asked for.
    """

    wedding: Wedding
    standing: StandingRow
    grants: tuple[AreaGrant, ...]
    venues: tuple[VenueThere, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    not_seen: tuple[NotSeen, ...] = ()


class Removed(msgspec.Struct, frozen=True, kw_only=True):
    """An event that was removed within the last 30 days, and by which deletion it comes back."""

    batch: BatchId
    event_id: EventId
    title: str
    removed_at: datetime


class SeenWithRemoved(Seen, frozen=True, kw_only=True):
    """The same with the events that can still be brought back, the last one first."""

    removed: tuple[Removed, ...]


class SeenWithNews(Seen, frozen=True, kw_only=True):
    """The same with what changed lately, newest first."""

    changes: tuple[Change, ...]


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """A fact whose current revision no member of the reader's business has seen, and what they saw last.

    `is_change`: it was written since the business came; else it stood already.
    """

    key: str
    fact_key: str
    revision: int
    is_change: bool
    event_id: EventId | None = None
    seen_revision: int | None = None
    seen_value: FactValue = None


class SeenAtWork(SeenWithNews, frozen=True, kw_only=True):
    """The same with what a supplier has not seen of it yet."""

    unseen: tuple[Unseen, ...]


class SeenAtHome(SeenWithNews, frozen=True, kw_only=True):
    """The same with who is invited to belong to it; a couple's alone."""

    invited: tuple[Invited, ...]


# A locked wedding shows what was there when it was locked: the present row where nothing changed since, else its copy.
# The names are spelt out first ("offset 0"): beside a column of the directory, a function that may leak would keep its
# index from answering before row security.
_THERE: Final = """
    select row_to_json(w) as wedding, t.standing,
      coalesce((
        select json_agg(g) from (
          select supplier_id, area, level, can_write
          from live.connection_grants
          where wedding_id = w.id and revoked_at is null
          order by supplier_id, area) g), '[]') as grants,
      coalesce((
        select json_agg(v) from (
          select n.event_id, coalesce(b.image ->> 'name', s.name) as business, v.address, v.capacity, v.load_in
          from (
            select (f ->> 'event_id')::uuid as event_id, app.venue_key(f ->> 'value') collate "C" as key
            from json_array_elements(w.facts) f
            where f ->> 'fact_key' = 'venue_name'
            offset 0) n
          cross join lateral (
            select v.id, v.supplier_id, v.address, v.capacity, v.load_in
            from live.venues v
            where v.key = n.key
              and not exists (select from live.copies_in_force k where k.wedding_id = w.id and k.row_id = v.id)
            union all
            select v.id, v.supplier_id, v.address, v.capacity, v.load_in
            from live.copies_in_force k
            cross join lateral jsonb_populate_record(null::app.venues, k.image) v
            where k.wedding_id = w.id and k.table_name = 'venues' and v.key = n.key and v.delete_batch is null) v
          join live.suppliers s on s.id = v.supplier_id
          left join live.copies_in_force b on b.wedding_id = w.id and b.row_id = v.supplier_id
          order by v.id
          limit 40) v), '[]') as venues"""
_PROPOSED: Final = (
    """,
      coalesce((
        select json_agg(p) from (
          select """  # noqa: S608 - our own words
    + OPEN
    + """ and p.wedding_id = w.id
          order by p.id
          limit 100) p), '[]') as proposals"""
)
SEEN_COLUMNS: Final = _THERE + _PROPOSED
_CHANGES: Final = """,
      coalesce((
        select json_agg(c) from (
          select r.definition_key as key, r.revision, r.state, r.value, r.written_at, p.value as previous,
            coalesce(s.name, m.display_name) as writer, e.title as event_title
          from (
            select wedding_id, subject_id, fact_key, definition_key, revision, id, state, value, written_at, actor_id,
              actor_supplier_id
            from live.core_field_revisions
            where wedding_id = w.id
            order by written_at desc, id desc
            limit 8) r
          left join live.wedding_events e on e.wedding_id = r.wedding_id and e.id = r.subject_id and e.position > 1
          left join live.core_field_revisions p
            on p.wedding_id = r.wedding_id and p.subject_id = r.subject_id and p.fact_key = r.fact_key
            and p.revision = r.revision - 1
          left join live.suppliers s on s.id = r.actor_supplier_id
          left join live.wedding_members m on m.wedding_id = r.wedding_id and m.person_id = r.actor_id
          order by r.written_at desc, r.id desc) c), '[]') as changes"""
# Every fact that is kept track of, as each supplier that reads it saw it last: revisions from the ledger, values under
# the reader's own rights.
SIGHTED: Final[LiteralString] = """
          from app.sightings(w.id) g
          join live.core_field_revisions f
            on f.wedding_id = w.id and f.subject_id = g.subject_id and f.fact_key = g.fact_key
            and f.revision = g.revision
          left join live.core_field_revisions o
            on o.wedding_id = w.id and o.subject_id = g.subject_id and o.fact_key = g.fact_key
            and o.revision = g.seen_revision"""
_UNSEEN: Final = (
    """,
      coalesce((
        select json_agg(u) from (
          select f.definition_key as key, g.fact_key, f.event_id, g.revision, g.is_change, g.seen_revision,
            o.value as seen_value"""  # noqa: S608 - our own words
    + SIGHTED
    + """
          where g.seen_revision is distinct from g.revision
          order by f.written_at desc, f.id desc
          limit 500) u), '[]') as unseen"""
)
# What is still to be seen is a row until it is; the policy shows the whole of it to whoever belongs to the wedding.
_NOT_SEEN: Final = """,
      coalesce((
        select json_agg(n) from (
          select nullif(subject_id, w.id) as event_id, fact_key, count(*) as suppliers
          from live.unseen_changes
          where wedding_id = w.id
          group by subject_id, fact_key) n), '[]') as not_seen"""
_INVITED: Final = (
    """,
      coalesce((
        select json_agg(i) from (
          select id, kind, email, name, expires_at, declined_at
          from live.wedding_invitations
          where wedding_id = w.id and kind <> 'supplier' and """  # noqa: S608 - a constant
    + WORTH_SHOWING
    + """
          order by created_at, id
          limit 20) i), '[]') as invited"""
)
_REMOVED: Final = """,
      coalesce((
        select json_agg(x) from (
          select b.id as batch, e.id as event_id, e.title, b.created_at as removed_at
          from app.wedding_events e
          join live.delete_batches b on b.scope_id = e.wedding_id and b.id = e.delete_batch
          where e.wedding_id = w.id and b.restored_at is null and b.purged_at is null
            and b.created_at > app.clock() - interval '720 hours'
          order by b.created_at desc, e.position
          limit 20) x), '[]') as removed"""
# In another capacity one may see it and yet be nobody to it: then there is no page.
SEEN_FROM: Final = (
    "\n    from (" + WEDDING.sql + ") w\n    cross join lateral (select app.wedding_standing(w.id) as standing) t"
    "\n    where t.standing is not null\n"
)

SEEN: Final = Query(ById, Seen, SEEN_COLUMNS + SEEN_FROM)
SEEN_AT_DETAILS: Final = Query(ById, Seen, SEEN_COLUMNS + _NOT_SEEN + SEEN_FROM)
SEEN_WITH_REMOVED: Final = Query(ById, SeenWithRemoved, SEEN_COLUMNS + _REMOVED + SEEN_FROM)
SEEN_WITH_NEWS: Final = Query(ById, SeenWithNews, SEEN_COLUMNS + _CHANGES + SEEN_FROM)
SEEN_AT_WORK: Final = Query(ById, SeenAtWork, SEEN_COLUMNS + _CHANGES + _UNSEEN + SEEN_FROM)
SEEN_AT_HOME: Final = Query(ById, SeenAtHome, SEEN_COLUMNS + _CHANGES + _INVITED + SEEN_FROM)
