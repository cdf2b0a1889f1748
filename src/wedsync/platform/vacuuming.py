"""Dead versions of rows are swept away within a day: what was erased or purged is then in no table, index or statistic.

The worker owns nothing. For this alone it becomes the role `wedsync_keeper`, which may vacuum and read nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from psycopg import AsyncConnection, sql

from wedsync.kernel.permissions import WriteClass
from wedsync.platform.jobs import Workshop
from wedsync.platform.queue import Chore
from wedsync.platform.telemetry import Log

# The guard's tables are few and never hold what somebody wrote.
_TABLES: Final = (
    "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
    "where c.relkind = 'r' and n.nspname in ('app', 'jobs') order by 1, 2"
)
# Indexes too, however few rows are dead; no lock that anybody waits for. The planner's statistics hold values: they are
# taken anew, and where no row is left to take them from, they go.
_VACUUM: Final = "vacuum (analyze, index_cleanup on, truncate off) {}"
_FORGET: Final = """
select pg_clear_attribute_stats(%s, %s, a.attname, false)
from pg_attribute a join pg_class c on c.oid = a.attrelid
where c.oid = format('%%I.%%I', %s::text, %s::text)::regclass and c.reltuples = 0
  and a.attnum > 0 and not a.attisdropped"""
_log = Log("vacuuming")


def vacuuming(url: str) -> Chore:
    """The chore, for the worker's own URL: vacuum runs outside of every transaction."""
    return Chore(
        name="platform.vacuum",
        cron="43 3 * * *",
        run=partial(vacuum, url),
        write_class=WriteClass.SYSTEM,
        timeout_s=3600,
    )


async def vacuum(url: str, workshop: Workshop) -> None:
    """Sweep every table, one after another. Safe to cut off: the next day begins again."""
    _ = workshop
    async with await AsyncConnection.connect(url, autocommit=True, application_name="wedsync-vacuum") as connection:
        await connection.execute("set role wedsync_keeper")
        tables = await (await connection.execute(_TABLES)).fetchall()
        for schema, table in tables:
            await connection.execute(sql.SQL(_VACUUM).format(sql.Identifier(str(schema), str(table))))
            await connection.execute(_FORGET, [schema, table, schema, table])
    _log.info("vacuumed", tables=len(tables))
