"""Every statement about the directory of venues."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.features.venues.model import Venue, VenueSaid
from wedsync.kernel.ids import BatchId, SupplierId, VenueId
from wedsync.platform.database import ById, Query


class DirectoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the directory: venues whose name, or whose business's, begins like `search`, after a place in the list."""

    search: str
    after_key: str
    after_id: VenueId
    limit: int


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """A venue as it is offered by name."""

    name: str
    business: str
    address: str


class BySearch(msgspec.Struct, frozen=True):
    """The beginning of a venue's name, or of its business's."""

    search: str


class OneVenue(msgspec.Struct, frozen=True, kw_only=True):
    """One venue of one business."""

    supplier_id: SupplierId
    id: VenueId


class NewVenue(VenueSaid, frozen=True, kw_only=True):
    """A venue to keep, new or changed."""

    supplier_id: SupplierId
    id: VenueId


class Kept(msgspec.Struct, frozen=True):
    """The venue that was kept."""

    id: VenueId


class Removal(OneVenue, frozen=True, kw_only=True):
    """A venue to take out of the directory."""

    batch: BatchId


# Names that begin alike lie together in the index; U+10FFFF sorts after every letter.
DIRECTORY: Final = Query(
    DirectoryPage,
    Venue,
    """
    select v.id, v.supplier_id, s.name as business, v.name, v.key, v.address, v.capacity, v.load_in, v.latitude, v.longitude
    from live.venues v join live.suppliers s on s.id = v.supplier_id
    where (v.key >= app.venue_key(%(search)s) collate "C"
        and v.key < (app.venue_key(%(search)s) || chr(1114111)) collate "C"
        or v.supplier_id in (
          select b.id
          from live.suppliers b
          where 'venue' = any (b.supplier_types) and b.key >= app.venue_key(%(search)s) collate "C"
            and b.key < (app.venue_key(%(search)s) || chr(1114111)) collate "C"))
      and (v.key, v.id) > (%(after_key)s::text collate "C", %(after_id)s::uuid)
    order by v.key, v.id
    limit %(limit)s
    """,
)
NAMES: Final = Query(
    BySearch,
    Named,
    """
    select v.name, s.name as business, v.address
    from (
      (select v.id
       from live.venues v
       where v.key >= app.venue_key(%(search)s) collate "C"
         and v.key < (app.venue_key(%(search)s) || chr(1114111)) collate "C"
       order by v.key, v.id
       limit 8)
      union
      (select v.id
       from (
         select b.id, b.key
         from live.suppliers b
         where 'venue' = any (b.supplier_types) and b.key >= app.venue_key(%(search)s) collate "C"
           and b.key < (app.venue_key(%(search)s) || chr(1114111)) collate "C"
         order by b.key, b.id
         limit 8) b
       join live.venues v on v.supplier_id = b.id
       order by b.key, v.key, v.id
       limit 8)) found
    join live.venues v on v.id = found.id
    join live.suppliers s on s.id = v.supplier_id
    order by v.key, v.id
    limit 8
    """,
)
VENUE: Final = Query(
    ById,
    Venue,
    """
    select v.id, v.supplier_id, s.name as business, v.name, v.key, v.address, v.capacity, v.load_in, v.latitude, v.longitude
    from live.venues v join live.suppliers s on s.id = v.supplier_id
    where v.id = %(id)s
    """,
)
OWN_VENUES: Final = Query(
    ById,
    Venue,
    """
    select v.id, v.supplier_id, s.name as business, v.name, v.key, v.address, v.capacity, v.load_in, v.latitude, v.longitude
    from live.venues v join live.suppliers s on s.id = v.supplier_id
    where v.supplier_id = %(id)s
    order by v.key, v.id
    limit 200
    """,
)
PUBLISH: Final = Query(
    NewVenue,
    Kept,
    """
    insert into app.venues (supplier_id, id, name, address, capacity, load_in, latitude, longitude)
    values (%(supplier_id)s, %(id)s, %(name)s, %(address)s, %(capacity)s, %(load_in)s, %(latitude)s, %(longitude)s)
    returning id
    """,
)
CHANGE: Final = Query(
    NewVenue,
    Kept,
    """
    update app.venues
    set name = %(name)s, address = %(address)s, capacity = %(capacity)s, load_in = %(load_in)s,
      latitude = %(latitude)s, longitude = %(longitude)s
    where supplier_id = %(supplier_id)s and id = %(id)s and delete_batch is null
    returning id
    """,
)
REMOVE: Final = Query(
    Removal,
    Kept,
    """
    update app.venues set delete_batch = %(batch)s
    where supplier_id = %(supplier_id)s and id = %(id)s and delete_batch is null
    returning id
    """,
)
