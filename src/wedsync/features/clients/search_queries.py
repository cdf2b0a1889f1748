"""Finding clients: the guard answers which, and they are read again under the reader's own rights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

import msgspec

from wedsync.features.clients.model import Client
from wedsync.features.clients.page_queries import ROW, ClientRow
from wedsync.features.clients.queries import FITS, WHOLE, Fitting
from wedsync.platform.database import Query


class Search(Fitting, frozen=True, kw_only=True):
    """What is looked for, among how many that have it, and the filter that they fit as well."""

    words: str
    marks: Sequence[str]
    most: int


class FoundClient(Client, frozen=True, kw_only=True):
    """A client that was found; `is_perhaps` where it is only alike."""

    is_perhaps: bool


class FoundRow(ClientRow, frozen=True, kw_only=True):
    """The same in a list."""

    is_perhaps: bool


class FoundClients(msgspec.Struct, frozen=True, kw_only=True):
    """The best of those that were found, and how many were, whatever the filter says."""

    count: int
    clients: tuple[FoundClient, ...]


class FoundRows(msgspec.Struct, frozen=True, kw_only=True):
    """The same as rows of a list."""

    count: int
    clients: tuple[FoundRow, ...]


_FOUND: Final[LiteralString] = """
    with found as materialized (
      select f.id, f.nearness
      from app.find_clients(%(supplier_id)s, %(words)s, %(marks)s::text[], %(most)s) f)
    select (select count(*) from found) as count,
      (select coalesce(json_agg(r order by r.nearness desc, r.key, r.id), '[]') from (
         select f.nearness, f.nearness < 1 as is_perhaps, """
_FITTING: Final[LiteralString] = f"""
         from found f join live.clients c on c.supplier_id = %(supplier_id)s and c.id = f.id
         where {FITS}
         order by f.nearness desc, c.sort_key, c.id
         limit %(limit)s) r) as clients
    """
SEARCH: Final = Query(Search, FoundClients, f"{_FOUND}{WHOLE}{_FITTING}")
SEARCH_ROWS: Final = Query(Search, FoundRows, f"{_FOUND}{ROW}{_FITTING}")
