"""A supplier's morning in two statements: which weddings are near and how many there are, then those alone."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from wedsync.features.connections.model import Listed
from wedsync.features.connections.queries import LISTED, ListedOf
from wedsync.features.weddings.queries import Change
from wedsync.kernel.ids import SupplierId, WeddingId
from wedsync.platform.database import Query


class Morning(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier and its day; weddings from `since` on may still be on."""

    supplier_id: SupplierId
    today: date
    since: date


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """The fifty weddings that are next, and how many there are: `ahead` with a date, `this_week` within 7 days.

    One that is cancelled is none of them. `unseen` changes are counted up to a hundred.
    """

    weddings: tuple[WeddingId, ...]
    ahead: int
    this_week: int
    undated: int
    invitations: int
    unseen: int


class ChangeThere(Change, frozen=True, kw_only=True):
    """A change, and at which wedding."""

    wedding_id: WeddingId
    title: str


class News(msgspec.Struct, frozen=True, kw_only=True):
    """Some weddings, and what has just changed in them."""

    weddings: tuple[Listed, ...]
    changes: tuple[ChangeThere, ...]


NEAR: Final = Query(
    Morning,
    Near,
    """
    select
      coalesce((
        select json_agg(n.wedding_id) from (
          select k.wedding_id
          from live.connections k
          join live.wedding_shields s on s.wedding_id = k.wedding_id and s.status <> 'cancelled'
          where k.supplier_id = %(supplier_id)s and k.status = 'connected' and k.listed_on >= %(since)s
          order by k.listed_on, k.wedding_id
          limit 50) n), '[]') as weddings,
      count(*) filter (where c.listed_on >= %(today)s and c.listed_on <> 'infinity') as ahead,
      count(*) filter (where c.listed_on between %(today)s::date and %(today)s::date + 6) as this_week,
      count(*) filter (where c.listed_on = 'infinity') as undated,
      (select count(*)
       from live.supplier_invitations i
       where i.supplier_id = %(supplier_id)s and i.kind = 'couple'
         and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()) as invitations,
      (select count(*)
       from (select from live.unseen_changes u where u.supplier_id = %(supplier_id)s limit 100) u) as unseen
    from live.connections c
    join live.wedding_shields s on s.wedding_id = c.wedding_id and s.status <> 'cancelled'
    where c.supplier_id = %(supplier_id)s and c.status = 'connected'
    """,
)
# An index holds the last changes of each wedding, so what this costs depends on how many weddings are near, not on how
# many there are or how much was ever said in them.
NEWS: Final = Query(
    ListedOf,
    News,
    "select coalesce((select json_agg(l) from ("  # noqa: S608 - two constants
    + LISTED.sql
    + """) l), '[]') as weddings,
      coalesce((
        select json_agg(n) from (
          select r.wedding_id, w.title, r.definition_key as key, r.revision, r.state, r.value, r.written_at,
            p.value as previous, coalesce(s.name, m.display_name) as writer, e.title as event_title
          from (
            select latest.wedding_id, latest.subject_id, latest.fact_key, latest.definition_key, latest.revision,
              latest.id, latest.state, latest.value, latest.written_at, latest.actor_id, latest.actor_supplier_id
            from unnest(%(weddings)s::uuid[]) as near (wedding_id)
            cross join lateral (
              select v.wedding_id, v.subject_id, v.fact_key, v.definition_key, v.revision, v.id, v.state, v.value,
                v.written_at, v.actor_id, v.actor_supplier_id
              from live.core_field_revisions v
              where v.wedding_id = near.wedding_id
              order by v.written_at desc, v.id desc
              limit 5) latest
            order by latest.written_at desc, latest.id desc
            limit 20) r
          join live.weddings w on w.id = r.wedding_id
          left join live.wedding_events e on e.wedding_id = r.wedding_id and e.id = r.subject_id and e.position > 1
          left join live.core_field_revisions p
            on p.wedding_id = r.wedding_id and p.subject_id = r.subject_id and p.fact_key = r.fact_key
            and p.revision = r.revision - 1
          left join live.suppliers s on s.id = r.actor_supplier_id
          left join live.wedding_members m on m.wedding_id = r.wedding_id and m.person_id = r.actor_id
          order by r.written_at desc, r.id desc) n), '[]') as changes
    """,
)
