-- Who exists. Run by the database's administrator, before the migrations and again whenever a file of this folder changes.
-- No role has BYPASSRLS: the guard passes policies by a policy of its own, which managed services also allow.
do $$
begin
  -- Owns tables and views; sees rows only inside a recorded migration.
  if to_regrole('wedsync_owner') is null then create role wedsync_owner nologin noinherit; end if;
  -- Owns every security definer function. Nobody is a member, so nobody can become it.
  if to_regrole('wedsync_guard') is null then create role wedsync_guard nologin noinherit; end if;
  -- The web: select, insert, update.
  if to_regrole('wedsync_app') is null then create role wedsync_app login noinherit; end if;
  -- Jobs: the same, for the actor in the envelope.
  if to_regrole('wedsync_worker') is null then create role wedsync_worker login noinherit; end if;
  -- Vacuums. The worker becomes it for that alone.
  if to_regrole('wedsync_keeper') is null then create role wedsync_keeper nologin noinherit; end if;
  -- Copies the whole cluster, past every policy, and counts rows; in SQL it reads nothing. Where it may not, no backup is taken.
  if to_regrole('wedsync_backup') is null then
    begin
      create role wedsync_backup login noinherit replication;
    exception when insufficient_privilege then
      create role wedsync_backup login noinherit;
    end;
  end if;
  -- May become the owner, never the guard.
  if to_regrole('wedsync_migrator') is null then create role wedsync_migrator login noinherit; end if;
  if not pg_has_role('wedsync_migrator', 'wedsync_owner', 'member') then grant wedsync_owner to wedsync_migrator; end if;
  if not pg_has_role('wedsync_worker', 'wedsync_keeper', 'member') then grant wedsync_keeper to wedsync_worker; end if;
  -- How far its stream has got stands in pg_stat_replication, for who reads all statistics; without that no instant after a
  -- backup is known to be there. It may copy everything already.
  if not pg_has_role('wedsync_backup', 'pg_read_all_stats', 'usage') then
    begin
      grant pg_read_all_stats to wedsync_backup with inherit true;
    exception when insufficient_privilege then
      raise warning 'wedsync_backup may not read statistics: only the ends of backups can be restored';
    end;
  end if;

  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to wedsync_app, wedsync_worker, wedsync_migrator, wedsync_backup', current_database());
end $$;

create schema if not exists app authorization wedsync_owner;     -- tables, and the functions policies call
create schema if not exists live authorization wedsync_owner;    -- what features read: views without deleted rows
create schema if not exists guard authorization wedsync_guard;   -- what protects; not changed by what it protects against
create schema if not exists jobs authorization wedsync_owner;    -- the queue's own tables
comment on schema app is 'Tables, and the functions that policies call.';
comment on schema live is 'What features read: each table without its deleted rows.';
comment on schema guard is 'What protects. No migration changes it; the administrator''s step does.';
comment on schema jobs is 'The job queue.';

grant usage on schema app, live, jobs to wedsync_app, wedsync_worker;
grant usage on schema guard to wedsync_owner, wedsync_migrator, wedsync_app, wedsync_worker;
grant usage, create on schema app to wedsync_guard;
grant usage on schema app, jobs to wedsync_migrator;
grant usage on schema app to wedsync_backup;
revoke all on schema public from public;

-- Functions are executable by everyone unless this is said globally: "in schema ... revoke" would have no effect.
alter default privileges for role wedsync_owner revoke execute on functions from public;
alter default privileges for role wedsync_guard revoke execute on functions from public;

grant usage on schema app, jobs to wedsync_keeper;
alter default privileges for role wedsync_owner in schema app, jobs grant maintain on tables to wedsync_keeper;

alter role wedsync_app set search_path = pg_catalog;
alter role wedsync_worker set search_path = pg_catalog;
alter role wedsync_backup set search_path = pg_catalog;
alter role wedsync_backup set timezone = 'UTC';
alter role wedsync_app set timezone = 'UTC';
alter role wedsync_worker set timezone = 'UTC';
-- A wedding may start while a transaction runs: this bounds how late a write that was checked in time can land.
alter role wedsync_app set transaction_timeout = '15s';
alter role wedsync_app set idle_in_transaction_session_timeout = '15s';
alter role wedsync_app set lock_timeout = '3s';
alter role wedsync_worker set lock_timeout = '3s';
