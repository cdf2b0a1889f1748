"""A client's wedding as its couple shares it, or what leads to one: one statement, under the policies of its reader."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from wedsync.features.clients.candidates import Candidate
from wedsync.features.clients.invitation_queries import CANDIDATE_COLUMNS, CANDIDATE_SOURCES
from wedsync.features.clients.queries import OneClient
from wedsync.kernel.ids import WeddingId
from wedsync.kernel.permissions import SupplierType
from wedsync.platform.database import Query


class SharedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A text of the wedding that the business may read."""

    key: str
    value: str


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """The wedding as its couple shares it."""

    id: WeddingId
    title: str
    facts: tuple[SharedFact, ...]
    held_on: date | None = None
    guests: int | None = None


class Free(msgspec.Struct, frozen=True, kw_only=True):
    """A wedding of the business that no client is linked to."""

    id: WeddingId
    title: str
    held_on: date | None = None


class Beside(Candidate, frozen=True, kw_only=True):
    """What stands beside a client: its wedding, or what leads to one. `wedding` is None once the connection ended."""

    kinds: tuple[SupplierType, ...]
    free: tuple[Free, ...]
    wedding_id: WeddingId | None = None
    wedding: Shared | None = None


BESIDE: Final = Query(
    OneClient,
    Beside,
    f"""
    select {CANDIDATE_COLUMNS}, c.wedding_id, s.supplier_types as kinds,
      (select json_build_object('id', w.id, 'title', w.title, 'held_on', h.held_on,
         'guests', (select t.guests from app.guest_totals(array[w.id]) t),
         'facts', coalesce((
           select json_agg(
             json_build_object('key', f.definition_key, 'value', f.value) order by e.position desc nulls first)
           from live.core_facts f left join live.wedding_events e on e.wedding_id = f.wedding_id and e.id = f.event_id
           where f.wedding_id = w.id and f.value is not null and f.definition_key in ('partner1_first_name',
             'partner1_last_name', 'partner2_first_name', 'partner2_last_name', 'ceremony_venue_name',
             'reception_venue_name')), '[]'))
       from live.weddings w left join live.wedding_shields h on h.wedding_id = w.id
       where w.id = c.wedding_id) as wedding,
      coalesce((
        select json_agg(f order by f.listed_on, f.id) from (
          select w.id, w.title, h.held_on, k.listed_on
          from live.connections k
          join live.weddings w on w.id = k.wedding_id
          left join live.wedding_shields h on h.wedding_id = k.wedding_id
          where c.wedding_id is null and k.supplier_id = c.supplier_id and k.status = 'connected'
            and not exists (
              select from live.clients l where l.supplier_id = k.supplier_id and l.wedding_id = k.wedding_id)
          order by k.listed_on, k.wedding_id
          limit 100) f), '[]') as free
    from {CANDIDATE_SOURCES}
    join live.suppliers s on s.id = c.supplier_id
    where c.supplier_id = %(supplier_id)s and c.id = %(id)s
    """,  # noqa: S608 - our own words
)
