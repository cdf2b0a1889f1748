"""The one statement of the room: everything that is watched, once a minute."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from wedsync.operations.shield.now import Seen
from wedsync.platform.database import NoParams, Query


class Watched(Seen, frozen=True, kw_only=True):
    """What the database knows of the house. None where there was none yet."""

    house_since: datetime
    backed_up_at: datetime | None
    proven_at: datetime | None
    failed_at: datetime | None
    attested_at: datetime | None
    differences: int | None
    overrides_waiting: int
    database_bytes: int
    slot_bytes: int
    jobs_due: int
    oldest_job_s: float
    jobs_deferred: int
    jobs_given_up: int


WATCHED: Final = Query(
    NoParams,
    Watched,
    """
    select app.clock() as at, o.active, o.until, app.events_until() as events_until,
      c.house_since, c.backed_up_at, c.proven_at, c.failed_at,
      a.last_at as attested_at, jsonb_array_length(a.findings) as differences,
      app.overrides_waiting() as overrides_waiting,
      pg_database_size(current_database()) as database_bytes,
      (select coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)), 0)::bigint from pg_replication_slots s) as slot_bytes,
      d.jobs_due, d.oldest_job_s,
      (select count(*) from jobs.procrastinate_jobs j join jobs.deferrals f on f.job_id = j.id where j.status = 'todo') as jobs_deferred,
      (select count(*) from jobs.procrastinate_jobs j where j.status = 'failed' and exists (
        select from jobs.procrastinate_events e
        where e.job_id = j.id and e.type = 'failed' and e.at > app.clock() - interval '1 hour')) as jobs_given_up
    from app.weddings_on() o
    cross join app.continuity() c
    left join app.attestation() a on true
    cross join lateral (
      select count(*) as jobs_due, coalesce(max(extract(epoch from app.clock() - w.since)), 0)::float8 as oldest_job_s
      from (
        select coalesce(j.scheduled_at, (select min(e.at) from jobs.procrastinate_events e where e.job_id = j.id)) as since
        from jobs.procrastinate_jobs j
        where j.status = 'todo' and coalesce(j.scheduled_at, '-infinity') <= app.clock()) w) d
    """,
)
