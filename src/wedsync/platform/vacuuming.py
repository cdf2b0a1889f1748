"""Dead versions of rows are swept away within a day: what was erased or purged is then in no page of a table or index.

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
# Indexes too, however few rows are dead; and no lock that anybody waits for.
_VACUUM: Final = "vacuum (index_cleanup on, truncate off) {}"
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
    _log.info("vacuumed", tables=len(tables))
