"""The server that is copied, as the role `wedsync_backup` sees it: its clock, its settings, how many rows it holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, LiteralString

import msgspec
import psycopg
from psycopg.rows import TupleRow, class_row

# One backup at a time of a database.
BACKUP_LOCK: Final = 0x57656442
# A count belongs to a place in the log only if nothing was written meanwhile; a busy house has such moments too.
TRIES: Final = 300
BETWEEN_TRIES_S: Final = 0.02

_FACTS: Final = """
select current_database()::text as database, clock_timestamp() as now,
  (select rolname::text from pg_roles where oid = 10) as superuser,
  (select jsonb_object_agg(name, setting) from pg_settings where name = any (%s)) as needs,
  (select rolreplication from pg_roles where rolname = current_user) as may_copy,
  pg_has_role('pg_read_all_stats', 'usage') as may_see,
  (select setting::bigint from pg_settings where name = 'wal_segment_size') as segment_bytes,
  current_setting('summarize_wal') = 'on' as is_summarized, pg_database_size(current_database()) as size_bytes"""
# What a copy must be started with for it to be read while it catches up.
NEEDS: Final = (
    "max_connections",
    "max_locks_per_transaction",
    "max_prepared_transactions",
    "max_wal_senders",
    "max_worker_processes",
)
_STREAM: Final = """
select clock_timestamp() as now, pg_current_wal_flush_lsn()::text as flushed,
  (select s.wal_status from pg_replication_slots s where s.slot_name = %s) as slot,
  (select r.write_lsn::text from pg_stat_replication r where r.application_name = %s) as written"""

_MOMENT: Final = """
select pg_current_wal_insert_lsn()::text as lsn, clock_timestamp() as at,
  pg_snapshot_xmin(pg_current_snapshot()) = pg_snapshot_xmax(pg_current_snapshot()) as is_quiet"""
COUNTED: Final = "select name, rows from app.counted_rows()"


class SourceFails(Exception):  # noqa: N818 - it reads as the sentence it carries
    """The server cannot be asked, or cannot be copied; the sentence says which."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a copy of this server has to know about it."""

    database: str
    now: datetime
    superuser: str
    needs: dict[str, str]
    may_copy: bool
    may_see: bool
    is_summarized: bool
    segment_bytes: int
    size_bytes: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows each table held at a place in the log."""

    lsn: str
    at: datetime
    rows: dict[str, int]


class _Moment(msgspec.Struct, frozen=True, kw_only=True):
    lsn: str
    at: datetime
    is_quiet: bool


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """How far the log is written, and how far whoever receives it says to be; `slot` None while there is none."""

    now: datetime
    flushed: str
    slot: str | None
    written: str | None


class Source:
    """A connection to it."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection: Final = connection

    def facts(self) -> Facts:
        """Raises SourceFails."""
        with _telling():
            found = self._connection.cursor(row_factory=class_row(Facts)).execute(_FACTS, [list(NEEDS)]).fetchone()
        if found is None:
            raise SourceFails("The database says nothing about itself.")
        return found

    def stream(self, slot: str, receiver: str) -> Stream:
        """How far the stream is. Raises SourceFails."""
        with _telling():
            found = self._connection.cursor(row_factory=class_row(Stream)).execute(_STREAM, [slot, receiver]).fetchone()
        if found is None:
            raise SourceFails("The database says nothing about its log.")
        return found

    def drop_slot(self, slot: str) -> None:
        """Let go of a slot that was lost. Raises SourceFails."""
        with _telling():
            self._connection.execute("select pg_drop_replication_slot(%s)", [slot])

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One backup at a time. Raises SourceFails if another one is under way."""
        with _telling():
            if not self._value("select pg_try_advisory_lock(%s)", BACKUP_LOCK):
                raise SourceFails("Another backup of this database is under way. Wait for it to end.")
        try:
            yield
        finally:
            if not self._connection.closed:
                self._connection.execute("select pg_advisory_unlock(%s)", [BACKUP_LOCK])

    def counted(self) -> Counted | None:
        """The rows of each table at an exact place in the log; None if it was never quiet for a moment."""
        with _telling():
            for _ in range(TRIES):
                before = self._value("select pg_current_wal_insert_lsn()::text")
                with self._connection.transaction():
                    self._connection.execute("set transaction isolation level repeatable read, read only")
                    now = self._connection.cursor(row_factory=class_row(_Moment)).execute(_MOMENT).fetchone()
                    if now is not None and now.lsn == before and now.is_quiet:
                        counted = self._connection.execute(COUNTED).fetchall()
                        rows = {str(name): int(rows) for name, rows in counted}
                        return Counted(lsn=now.lsn, at=now.at, rows=rows)
                time.sleep(BETWEEN_TRIES_S)
        return None

    def record(self, statement: LiteralString, row: msgspec.Struct) -> None:
        """Put something on record. Raises SourceFails."""
        with _telling():
            self._connection.execute(statement, [msgspec.json.encode(row).decode()])

    def _value(self, statement: LiteralString, *values: object) -> object:
        row = self._connection.execute(statement, values).fetchone()
        return row[0] if row else None


@contextmanager
def connected(url: str) -> Iterator[Source]:
    """As whoever the URL names. Raises SourceFails."""
    with (
        _telling(),
        psycopg.connect(url, autocommit=True, connect_timeout=5, application_name="wedsync-backup") as opened,
    ):
        yield Source(opened)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise SourceFails(" ".join(str(error).split()) or type(error).__name__) from error
