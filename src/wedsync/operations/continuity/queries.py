"""Every statement of the continuity room."""

from __future__ import annotations

from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

import msgspec

from wedsync.platform.database import ById, NoParams, Nothing, Query


class Continuity(msgspec.Struct, frozen=True, kw_only=True):
    """The last backup and the last proven restore; None where there was none. `failed_at`: a drill that failed since.

    `copied_until`: until when everything would come back from the place of backups, as the worker saw it within a minute.
    """

    house_since: datetime
    backup: str | None
    backed_up_at: datetime | None
    proven_at: datetime | None
    proven_to: datetime | None
    recovery_s: float | None
    loss_s: float | None
    failed_at: datetime | None
    copied_until: datetime | None


class BackupRun(msgspec.Struct, frozen=True, kw_only=True):
    """A backup that is whole."""

    backup: str
    kind: str
    began_at: datetime
    ended_at: datetime
    database_bytes: int
    stored_bytes: int


class RestoreDrill(msgspec.Struct, frozen=True, kw_only=True):
    """A restore that was tried. `loss_s`: how old the newest copied word was when it began; None without a stream.

    `uploads`: how many came back as they were uploaded.
    """

    backup: str
    restored_to: datetime
    began_at: datetime
    ended_at: datetime
    recovery_s: float
    loss_s: float | None
    uploads: int
    is_proven: bool
    findings: tuple[str, ...]


class Failing(msgspec.Struct, frozen=True, kw_only=True):
    """What goes wrong: `backup`, `restore` or `stream`."""

    failing: str


class LogCopied(msgspec.Struct, frozen=True):
    """Until when everything would come back from the place of backups."""

    covers: datetime


class OnCall(msgspec.Struct, frozen=True):
    """An operator who is to be told."""

    id: UUID


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a letter goes."""

    email: str
    name: str


CONTINUITY: Final = Query(
    NoParams,
    Continuity,
    """
    select house_since, backup, backed_up_at, proven_at, proven_to, recovery_s, loss_s, failed_at,
      app.log_copied_until() as copied_until
    from app.continuity()
    """,
)
RECORD_LOG_COPIED: Final = Query(LogCopied, Nothing, "select app.record_log_copied(%(covers)s)")
RECORD_BACKUP: Final[LiteralString] = "select app.record_backup(%s::jsonb)"
RECORD_DRILL: Final[LiteralString] = "select app.record_drill(%s::jsonb)"
RAISE_ALARM: Final = Query(Failing, OnCall, "select id from app.raise_alarm(%(failing)s)")
ALARM_ADDRESS: Final = Query(ById, Address, "select email, name from app.alarm_address(%(id)s)")
