-- Backups and restore drills on record, and what a backup writes down about the rows it holds.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create table if not exists guard.backup_runs (
  id bigint generated always as identity primary key, backup text not null check (length(backup) between 1 and 60),
  kind text not null check (kind in ('full', 'incremental')), began_at timestamptz not null, ended_at timestamptz not null,
  database_bytes bigint not null, stored_bytes bigint not null,
  recorded_at timestamptz not null default clock_timestamp());
comment on table guard.backup_runs is 'Backups that are whole. One that failed leaves no row, and is noticed by its absence.';
create table if not exists guard.restore_drills (
  id bigint generated always as identity primary key, backup text not null check (length(backup) between 1 and 60),
  restored_to timestamptz not null, began_at timestamptz not null, ended_at timestamptz not null,
  recovery_s numeric(10, 3) not null, loss_s numeric(10, 3), is_proven boolean not null,
  findings jsonb not null check (jsonb_typeof(findings) = 'array'),
  recorded_at timestamptz not null default clock_timestamp());
alter table guard.restore_drills add column if not exists uploads integer check (uploads >= 0);
comment on table guard.restore_drills is 'Restores that were tried: to which instant, how long they took, how much would have been lost, how many uploads came back as they were, and what was found.';
create table if not exists guard.continuity_alarms (
  failing text not null, since timestamptz not null,
  told_at timestamptz not null default clock_timestamp(), primary key (failing, since));
alter table guard.continuity_alarms drop constraint if exists continuity_alarms_failing_check,
  add constraint continuity_alarms_failing_check check (failing in ('backup', 'restore', 'stream'));
comment on table guard.continuity_alarms is 'Failures of backups, of drills and of the stream that operators were told of: one each since the last that went well.';
create table if not exists guard.log_copied (
  is_one boolean primary key default true check (is_one), covers timestamptz not null,
  told_at timestamptz not null default clock_timestamp());
alter table guard.log_copied add column if not exists caught_up_at timestamptz;
comment on table guard.log_copied is 'Until when everything would come back from the place of backups, as the worker last saw it there, and when that was last as good as now.';
create or replace trigger append_only before update or delete or truncate on guard.continuity_alarms
  for each statement execute function guard.refuse();
alter table guard.continuity_alarms enable always trigger append_only;
create or replace trigger append_only before update or delete or truncate on guard.backup_runs
  for each statement execute function guard.refuse();
create or replace trigger append_only before update or delete or truncate on guard.restore_drills
  for each statement execute function guard.refuse();
alter table guard.backup_runs enable always trigger append_only;
alter table guard.restore_drills enable always trigger append_only;

create or replace function app.counted_rows() returns table (name text, rows bigint)
language plpgsql stable security definer set search_path = '' as $$
begin
  for name in select p.table_name::text from guard.protected_tables p order by 1 loop
    execute format('select count(*) from %s', name::regclass) into rows;
    return next;
  end loop;
end $$;
comment on function app.counted_rows() is 'How many rows each table holds: written down with a backup, and counted again in a restore drill.';

create or replace function app.record_backup(run jsonb) returns void
language sql security definer set search_path = '' as $$
  insert into guard.backup_runs (backup, kind, began_at, ended_at, database_bytes, stored_bytes)
  select r.backup, r.kind, r.began_at, r.ended_at, r.database_bytes, r.stored_bytes
  from jsonb_populate_record(null::guard.backup_runs, run) r $$;
comment on function app.record_backup(jsonb) is 'Puts a backup that is whole on record.';

create or replace function app.record_drill(drill jsonb) returns void
language sql security definer set search_path = '' as $$
  insert into guard.restore_drills (backup, restored_to, began_at, ended_at, recovery_s, loss_s, uploads, is_proven,
    findings)
  select r.backup, r.restored_to, r.began_at, r.ended_at, r.recovery_s, r.loss_s, r.uploads, r.is_proven, r.findings
  from jsonb_populate_record(null::guard.restore_drills, drill) r $$;
comment on function app.record_drill(jsonb) is 'Puts a restore drill on record, proven or not.';

create or replace function app.continuity() returns table (
  house_since timestamptz, backup text, backed_up_at timestamptz, proven_at timestamptz, proven_to timestamptz,
  recovery_s double precision, loss_s double precision, failed_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select (select min(m.applied_at) from guard.migrations m), b.backup, b.ended_at, d.ended_at, d.restored_to,
    d.recovery_s::double precision, d.loss_s::double precision,
    (select max(f.ended_at) from guard.restore_drills f where not f.is_proven and f.id > coalesce(d.id, 0))
  from (select) one
  left join lateral (select r.backup, r.ended_at from guard.backup_runs r order by r.id desc limit 1) b on true
  left join lateral (select r.* from guard.restore_drills r where r.is_proven order by r.id desc limit 1) d on true
  where session_user <> 'wedsync_app' or app.operator_role() is not null $$;
comment on function app.continuity() is 'The last backup, the last proven restore, and whether a drill failed since; on the web, for operators only.';

create or replace function app.record_log_copied(covers timestamptz) returns void
language sql security definer set search_path = '' as $$
  -- A stream that keeps up is never so far behind; one that is slowly catching up is the same trouble until it has.
  insert into guard.log_copied as l (covers, caught_up_at)
  values (record_log_copied.covers,
    case when record_log_copied.covers > clock_timestamp() - interval '5 minutes' then clock_timestamp() end)
  on conflict (is_one) do update set covers = excluded.covers, told_at = excluded.told_at,
    caught_up_at = coalesce(excluded.caught_up_at, l.caught_up_at) $$;
comment on function app.record_log_copied(timestamptz) is 'Tells until when everything would come back from the place of backups.';

create or replace function app.log_copied_until() returns timestamptz
language sql stable security definer set search_path = '' as $$
  select l.covers from guard.log_copied l where session_user <> 'wedsync_app' or app.operator_role() is not null $$;
comment on function app.log_copied_until() is 'Until when everything would come back from the place of backups; null where nobody saw it there.';

create or replace function app.raise_alarm(failing text) returns table (id uuid)
language sql security definer set search_path = '' as $$
  with on_call as materialized (
    select o.person_id from app.operators o where o.left_at is null and o.role in ('super_admin', 'ops')),
  raised as (
    insert into guard.continuity_alarms as a (failing, since)
    select raise_alarm.failing,
      coalesce(case raise_alarm.failing
        when 'backup' then c.backed_up_at when 'stream' then (select l.caught_up_at from guard.log_copied l)
        else c.proven_at end, c.house_since)
    from app.continuity() c where exists (select from on_call)
    on conflict do nothing
    returning a.failing)
  select o.person_id from on_call o, raised $$;
comment on function app.raise_alarm(text) is 'Whom to tell that backups, drills or the stream fail: everybody on call the first time since the last that went well, nobody after that.';

create or replace function app.alarm_address(person uuid) returns table (email text, name text)
language sql stable security definer set search_path = '' as $$
  select p.email, o.display_name from app.operators o join app.people p on p.id = o.person_id
  where o.person_id = person and o.left_at is null $$;
comment on function app.alarm_address(uuid) is 'Where a letter to an operator goes; nothing once they left.';
grant execute on function app.raise_alarm(text), app.alarm_address(uuid), app.record_log_copied(timestamptz) to wedsync_worker;

grant execute on function app.counted_rows(), app.record_backup(jsonb), app.record_drill(jsonb) to wedsync_backup;
grant execute on function app.continuity(), app.log_copied_until() to wedsync_app, wedsync_worker, wedsync_backup;
reset role;
