-- Jobs that wait for a wedding to end. They are not lost and not failed: they run, in their order, once it opens again.

create table jobs.deferrals (
  job_id bigint primary key references jobs.procrastinate_jobs on delete cascade, wedding_id uuid,
  unlocks_at timestamptz not null, deferred_at timestamptz not null default clock_timestamp(),
  times integer not null default 1 check (times > 0));
comment on table jobs.deferrals is 'Jobs that a locked wedding refused, and when it opens again.';
comment on column jobs.deferrals.job_id is 'The job; once it is done its row goes.';
comment on column jobs.deferrals.wedding_id is 'Whose wedding is on.';
comment on column jobs.deferrals.unlocks_at is 'When the job is tried next: when the wedding opens again.';
comment on column jobs.deferrals.deferred_at is 'When it was refused last.';
comment on column jobs.deferrals.times is 'How often it was refused: a wedding may go on longer. These are no failed attempts.';
grant select on jobs.deferrals to wedsync_app;
grant select, insert, update, delete on jobs.deferrals to wedsync_worker;
