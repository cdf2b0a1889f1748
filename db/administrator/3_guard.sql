-- What may change. Trigger functions, owned by the guard, and the record that opens the database to DDL.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create table if not exists guard.protected_tables (
  table_name regclass primary key, position integer generated always as identity, scope text not null,
  scope_column name not null, area text, class text not null, is_append_only boolean not null, has_batches boolean not null);
comment on table guard.protected_tables is 'One row per protect_table call: the catalogue test, restore and purge read it.';
grant select on guard.protected_tables to wedsync_app, wedsync_worker, wedsync_migrator;
grant select, insert, update on guard.protected_tables to wedsync_owner;

create table if not exists guard.migrations (
  name text primary key, checksum text not null, xid xid8 not null default pg_current_xact_id(),
  applied_by name not null default session_user, applied_at timestamptz not null default clock_timestamp());
comment on table guard.migrations is 'Written by the migration itself: its own row, in its own transaction, is what opens it.';
grant select on guard.migrations to wedsync_app, wedsync_worker, wedsync_migrator;

create or replace function guard.begin_migration(name text, checksum text) returns void
language sql security definer set search_path = '' as $$ insert into guard.migrations (name, checksum) values (name, checksum) $$;
comment on function guard.begin_migration(text, text) is 'Records a migration; the record opens its own transaction to DDL.';
create or replace function guard.is_migrating() returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from guard.migrations m where m.xid = pg_current_xact_id_if_assigned()) $$;
comment on function guard.is_migrating() is 'Whether this transaction recorded a migration.';
grant execute on function guard.begin_migration(text, text) to wedsync_migrator;
grant execute on function guard.is_migrating() to wedsync_owner, wedsync_migrator;

create or replace function guard.refuse_ddl() returns event_trigger language plpgsql security definer set search_path = '' as $$
begin
  -- Index builds run outside a transaction and change no rule.
  if tg_tag not in ('CREATE INDEX', 'DROP INDEX', 'REINDEX') and not guard.is_migrating() then
    raise exception '% outside a recorded migration', tg_tag using errcode = 'WS002';
  end if;
end $$;
comment on function guard.refuse_ddl() is 'Refuses DDL outside a recorded migration.';

create or replace function guard.locks_at(span tstzrange, lead_hours integer) returns timestamptz language sql stable
  return lower(span) - make_interval(hours => lead_hours);
comment on function guard.locks_at(tstzrange, integer) is 'When a wedding becomes read-only: its lead before its window begins.';

-- When a wedding that is read-only at this instant opens again; null when it is not. Derived, so nobody can forget to.
-- Far from the day this is a comparison: the day log (5_window.sql) is asked only while it could matter.
drop function if exists guard.unlocks_at(tstzrange, integer, timestamptz);
create or replace function guard.is_near(span tstzrange, lead_hours integer, at timestamptz) returns boolean language sql stable
  return at >= guard.locks_at(span, lead_hours) and at < upper(span) + interval '12 hours';
comment on function guard.is_near(tstzrange, integer, timestamptz) is 'Whether a wedding may be read-only at an instant: from its lead to the end of the longest overrun.';
create or replace function guard.unlocks_at(wedding uuid, span tstzrange, lead_hours integer, at timestamptz) returns timestamptz
language sql stable as $$
  select case when guard.is_near(span, lead_hours, at) then nullif(greatest(guard.opens_at(wedding, span), at), at) end $$;
comment on function guard.unlocks_at(uuid, tstzrange, integer, timestamptz) is 'When a wedding that is read-only at an instant opens again; null when it is open.';
grant execute on function guard.locks_at(tstzrange, integer), guard.is_near(tstzrange, integer, timestamptz) to wedsync_app, wedsync_worker, wedsync_owner;

-- Locks the wedding's shield so that a confirmation or a moved date cannot pass between check and commit (FOR SHARE:
-- weaker locks let both commit), then refuses what its state forbids.
create or replace function guard.check_shield(wedding uuid, class text) returns void
language plpgsql as $$   -- called only by definers of this schema, whose rights and empty search_path it has
declare
  span tstzrange;
  lead_hours integer;
  date_set_at timestamptz;
  at timestamptz;
  unlocks_at timestamptz;
begin
  select s.active_span, s.lock_lead_hours, s.date_set_at into span, lead_hours, date_set_at
  from app.wedding_shields s where s.wedding_id = wedding for share;
  if not found then
    raise exception 'wedding % has no shield', wedding using errcode = 'WS001', hint = 'Refused because its state is unknown.';
  end if;
  at := app.clock();   -- after the lock: waiting for it may have taken us into the day
  unlocks_at := guard.unlocks_at(wedding, span, lead_hours, at);
  if unlocks_at is not null and class in ('plan', 'core') and not guard.is_replaying() then
    raise exception 'this wedding is read-only until %', unlocks_at
      using errcode = 'WS001',
            detail = jsonb_build_object('wedding_id', wedding, 'class', class, 'unlocks_at', unlocks_at)::text,
            hint = 'Plans stay as they are during the wedding. Propose an emergency amendment, or record it in the day log.';
  end if;
  if class = 'core' and date_set_at is not null then
    raise exception 'fixed since the date was confirmed'
      using errcode = 'WS002',
            detail = jsonb_build_object('wedding_id', wedding, 'class', class, 'date_set_at', date_set_at)::text,
            hint = 'Propose an amendment.';
  end if;
end $$;
comment on function guard.check_shield(uuid, text) is 'Refuses a write of a class that the wedding''s shield forbids now; holds the shield FOR SHARE until commit.';

-- A commitment tells nothing without its salt, and proves the value while the salt is kept (G1).
create or replace function guard.commitment(salt bytea, value jsonb) returns bytea language sql immutable
  return sha256(salt || convert_to(coalesce(value::text, ''), 'UTF8'));
comment on function guard.commitment(bytea, jsonb) is 'Salted SHA-256 over a value: what an immutable row keeps of it.';

-- What no history may keep: whoever reads the audit must not learn how to sign in.
create or replace function guard.image(r jsonb) returns jsonb language sql immutable
  return r - '{password_hash,earlier_hashes,sealed_key,token_hash,code_hash,link_hash,key_hash}'::text[];
comment on function guard.image(jsonb) is 'A row as its history keeps it: without secrets.';

-- After every statement on a protected, changeable table: row history, and for weddings the shield. One trigger fires
-- once per statement. The row before the change is kept, never the row after; its value and salt can be erased, the
-- commitment stays.
create or replace function guard.written() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  class text := tg_argv[0];
  is_wedding boolean := tg_argv[1] = 'wedding';
  scope_column text := tg_argv[2];
  -- A row that belongs to nobody yet (a link to an address without an account) is its own scope.
  scopes uuid[];   -- distinct and sorted, so two bulk writers take their locks in one order
  wedding uuid;
begin
  if tg_op = 'INSERT' then
    with event as (
      insert into app.audit_events (scope_id, table_name, row_id, operation)
      select coalesce((to_jsonb(n) ->> scope_column)::uuid, n.id), tg_table_name, n.id, 'insert' from new_rows n
      returning scope_id)
    select array_agg(distinct scope_id) into scopes from event;
  elsif tg_op = 'UPDATE' then
    with event as (
      insert into app.audit_events (scope_id, table_name, row_id, operation, before, salt, commitment)
      select coalesce((o.row ->> scope_column)::uuid, o.id), tg_table_name, o.id, 'update', o.row, o.salt, guard.commitment(o.salt, o.row)
      from (select r.id, guard.image(to_jsonb(r)) as row, uuid_send(gen_random_uuid()) as salt from old_rows r) o
      returning scope_id)
    select array_agg(distinct scope_id) into scopes from event;
  else
    -- Purge: the row's earlier images must go with it, or the audit would keep what the purge removes.
    update app.audit_events e set before = null, salt = null
    from old_rows o where e.table_name = tg_table_name and e.row_id = o.id and e.salt is not null;
    with event as (
      insert into app.audit_events (scope_id, table_name, row_id, operation)
      select coalesce((to_jsonb(o) ->> scope_column)::uuid, o.id), tg_table_name, o.id, 'purge' from old_rows o
      returning scope_id)
    select array_agg(distinct scope_id) into scopes from event;
  end if;
  if is_wedding and class in ('plan', 'core') and scopes is not null then
    foreach wedding in array scopes loop
      perform guard.check_shield(wedding, class);
    end loop;
  end if;
  return null;
end $$;
comment on function guard.written() is 'Row history of every protected table, and the shield of weddings.';

create or replace function guard.refuse() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception '% is append-only: % refused', tg_relid::regclass, lower(tg_op)
    using errcode = 'WS003', hint = 'Add a row that corrects or reverses the earlier one.';
end $$;
comment on function guard.refuse() is 'Refuses what an append-only table does not do.';

-- A row goes with a deletion that is still open, and changes afterwards in one way only: back, by the batch's restore.
-- A batch that was restored takes nothing more: what went with it could never come back.
create or replace function guard.only_restore() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  scope uuid := (to_jsonb(old) ->> tg_argv[0])::uuid;
  batch app.delete_batches;
begin
  if new.delete_batch is not distinct from old.delete_batch and guard.is_erasing() then
    return new;   -- what was removed is forgotten too, where it lies
  elsif old.delete_batch is null then
    -- Held until commit: a restore that came in between would leave this row behind.
    select * into batch from app.delete_batches b where b.scope_id = scope and b.id = new.delete_batch for share;
    if coalesce(batch.restored_at, batch.purged_at) is not null then
      raise exception 'this deletion is over: it was undone or purged' using errcode = 'WS002';
    end if;
  elsif new.delete_batch is not null
     or not exists (select from app.delete_batches b
                    where b.scope_id = scope and b.id = old.delete_batch and b.restored_at is not null) then
    raise exception 'deleted rows change only by restoring their batch' using errcode = 'WS002';
  end if;
  return new;
end $$;
comment on function guard.only_restore() is 'A row goes with an open deletion and changes afterwards only by its restore.';

create or replace function guard.batch_holds(scope uuid, batch uuid) returns boolean
language plpgsql stable set search_path = '' as $$   -- called only by definers of this schema
declare
  t guard.protected_tables;
  holds boolean := false;
begin
  for t in select * from guard.protected_tables p where p.has_batches loop
    execute format('select exists (select from %s where %I = $1 and delete_batch = $2)', t.table_name, t.scope_column)
      into holds using scope, batch;
    exit when holds;
  end loop;
  return holds;
end $$;
comment on function guard.batch_holds(uuid, uuid) is 'Whether a row is still in a deletion.';

create or replace function guard.restore_once() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if old.restored_at is not null then
    raise exception 'this was restored already' using errcode = 'WS002';
  end if;
  if not guard.batch_holds(old.scope_id, old.id) then
    raise exception 'this deletion took nothing' using errcode = 'WS002';
  end if;
  new.restored_at := app.clock();
  if new.restored_at > old.created_at + interval '720 hours' then
    raise exception 'this can be restored for 30 days only' using errcode = 'WS002';
  end if;
  return new;
end $$;
comment on function guard.restore_once() is 'A batch is restored once, within 30 x 24 hours (D1).';

-- At commit. Who may say that a deletion is undone need not be able to write what it took: half undone could never be
-- undone again.
create or replace function guard.restored_whole() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if guard.batch_holds(new.scope_id, new.id) then
    raise exception 'you may not bring back all of what this deletion took' using errcode = 'WS002',
      hint = 'Ask one of the couple.';
  end if;
  return null;
end $$;
comment on function guard.restored_whole() is 'A deletion that is marked as restored has left no row behind (D1).';

grant execute on function guard.written(), guard.refuse(), guard.only_restore(), guard.restore_once(), guard.restored_whole()
  to wedsync_owner;
reset role;
