"""Every statement of the report."""

from __future__ import annotations

from typing import Final

import msgspec

from wedsync.platform.database import NoParams, Query


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """What there is in the database. `guarded`: tables whose policies hold for their owner too."""

    server: str
    tables: int
    migrations: int
    guarded: int
    policies: int
    triggers: int
    functions: int
    bytes: int


CATALOGUE: Final = Query(
    NoParams,
    Catalogue,
    """
    select current_setting('server_version') as server,
      count(*) filter (where c.relkind in ('r', 'p')) as tables, (select count(*) from guard.migrations) as migrations,
      count(*) filter (where c.relkind in ('r', 'p') and c.relrowsecurity and c.relforcerowsecurity) as guarded,
      (select count(*) from pg_policy p join pg_class o on o.oid = p.polrelid where o.relnamespace = 'app'::regnamespace) as policies,
      (select count(*) from pg_trigger t join pg_class o on o.oid = t.tgrelid
        where o.relnamespace = 'app'::regnamespace and t.tgenabled = 'A') as triggers,
      (select count(*) from pg_proc f where f.pronamespace in ('app'::regnamespace, 'guard'::regnamespace)) as functions,
      pg_database_size(current_database()) as bytes
    from pg_class c where c.relnamespace = 'app'::regnamespace
    """,
)
