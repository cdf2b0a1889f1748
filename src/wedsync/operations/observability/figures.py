"""What the worker finds out about the house, as Prometheus is told it.

An instant is told as such, in seconds since 1970, so that it grows old by itself. Where nothing is expected (backups
that are off) it is NaN, which no alert compares; where nobody looked, the figure is absent.
"""

from __future__ import annotations

from typing import Final

from wedsync.platform.metrics import Levels

WATCHED_AT: Final = Levels("wedsync_watched_timestamp_seconds", "When the worker last found all of this out.", ())
BACKED_UP_AT: Final = Levels(
    "wedsync_backup_timestamp_seconds", "When the last backup ended; before the first, when the house began.", ()
)
PROVEN_AT: Final = Levels(
    "wedsync_restore_proven_timestamp_seconds", "When a restore was last proven; before, when the house began.", ()
)
RESTORE_FAILED: Final = Levels("wedsync_restore_failed", "1 where the last drill was not proven.", ())
STREAMED_AT: Final = Levels(
    "wedsync_log_streamed_timestamp_seconds", "Until when the log is whole in the place of backups.", ()
)
SLOT_BYTES: Final = Levels("wedsync_slot_kept_bytes", "Log that the server keeps for who has not fetched it.", ())
ATTESTED_AT: Final = Levels("wedsync_attested_timestamp_seconds", "When the protection was last looked at.", ())
DIFFERENCES: Final = Levels("wedsync_protection_differences", "What protects and is not what was signed.", ())
WEDDINGS_ACTIVE: Final = Levels("wedsync_weddings_active", "Weddings that are on.", ())
FREEZE: Final = Levels("wedsync_freeze", "1 for the state in which releases are.", ("state",))
OVERRIDES_WAITING: Final = Levels("wedsync_overrides_waiting", "Overrides that wait for an operator's yes.", ())
DATABASE_BYTES: Final = Levels("wedsync_database_bytes", "What the database takes.", ())
DISK_FREE_BYTES: Final = Levels("wedsync_disk_free_bytes", "What is free where the home folder lies.", ())
DISK_BYTES: Final = Levels("wedsync_disk_bytes", "How large the disk is on which the home folder lies.", ())
JOBS_DUE: Final = Levels("wedsync_jobs_due", "Jobs that could be done now.", ())
OLDEST_JOB_S: Final = Levels("wedsync_jobs_oldest_seconds", "How long the oldest of them has been due.", ())
JOBS_DEFERRED: Final = Levels("wedsync_jobs_deferred", "Jobs that wait for a wedding to end.", ())
JOBS_GIVEN_UP: Final = Levels("wedsync_jobs_given_up", "Jobs that failed for good in the last hour.", ())
