-- Who sees and what may change: one call per table, and again after each new column (it is safe to repeat).

create table app.areas (
  area text primary key, label text not null, is_grantable boolean not null, is_usual boolean not null,
  unique (area, is_grantable));
comment on table app.areas is 'The shareable parts of a wedding.';
comment on column app.areas.area is 'Name of the area.';
comment on column app.areas.label is 'What a couple calls it.';
comment on column app.areas.is_grantable is 'Whether a couple may grant it to a supplier at all.';
comment on column app.areas.is_usual is 'Whether a supplier that connects reads its usual part without being asked for.';
insert into app.areas (area, label, is_grantable, is_usual) values
  ('basics', 'Title and status', false, false), ('amendments', 'Amendments', false, false),
  ('budget', 'Budget', false, false), ('sharing', 'Who sees what', false, false),
  ('team', 'Suppliers', true, true), ('couple', 'You two', true, true), ('event', 'The day', true, true),
  ('headcounts', 'Head counts', true, true), ('people', 'Wedding party', true, true), ('moments', 'Moments', true, true),
  ('wishes', 'Wishes', true, true), ('contacts', 'Contact details', true, false), ('guests', 'Guest list', true, false),
  ('dietary', 'Dietary needs', true, false), ('seating', 'Seating', true, false), ('photo_groups', 'Photo groups', true, false),
  ('timeline', 'Timeline', true, false), ('tasks', 'Tasks', true, false), ('files', 'Files', true, false),
  ('day', 'Day control', true, false);

-- scope          whose rows: self, supplier, wedding, reference
-- area           the part a grant names; 'per_row' reads it from the row's own column "audience"
-- class          core, plan, ledger, day_of, security, external, system
-- immutable      columns no one may update; '{*}' makes the table append-only, as class ledger does
-- hidden         columns nobody but the guard reads: secrets, and what would tell a reader of one row about another
create or replace procedure app.protect_table(
  t regclass, scope text, area text default null, class text default null, immutable name[] default '{}', hidden name[] default '{}')
language plpgsql set search_path = '' as $$
declare
  short name := (select c.relname from pg_catalog.pg_class c where c.oid = t);
  columns name[] := (select array_agg(a.attname order by a.attnum) from pg_catalog.pg_attribute a
                     where a.attrelid = t and a.attnum > 0 and not a.attisdropped);
  -- The three roots carry their scope in "id"; every other table in a column named after it.
  key name := case when scope = 'reference' then columns[1]
                   when scope = 'self' and 'person_id' = any (columns) then 'person_id'
                   when scope || '_id' = any (columns) then scope || '_id' else 'id' end;
  append_only boolean := class = 'ledger' or '*' = any (immutable);
  has_batches boolean := 'delete_batch' = any (columns);
  updatable text := (select string_agg(format('%I', c), ', ') from unnest(columns) c
                     where c not in ('id', 'created_at') and c <> key and c <> all (immutable));
  readable text := (select string_agg(format('%I', c), ', ') from unnest(columns) c where c <> all (hidden));
  may_read text;
  may_write text;
  name text;
begin
  if scope is null or scope not in ('self', 'supplier', 'wedding', 'reference') then
    raise exception '% states no scope', t;
  elsif class is null or class not in ('core', 'plan', 'ledger', 'day_of', 'security', 'external', 'system') then
    raise exception '% states no class', t;
  elsif scope = 'wedding' and area is distinct from 'per_row'
        and not exists (select from app.areas a where a.area = protect_table.area) then
    raise exception '% states no known area', t;
  elsif scope = 'supplier' and (area is null or area not in ('clients', 'team', 'settings', 'public')) then
    raise exception '% states no known area', t;
  end if;

  -- WHO: set-based policies; each right is asked for once per statement, not once per row.
  may_read := case
    when scope = 'self' then format('%I = (select app.actor_id())', key)
    when scope = 'reference' or area = 'public' then '(select app.actor_id()) is not null'
    when area = 'per_row' then format(
      '%I = any ((select app.wedding_ids(''basics'', ''read''))::uuid[]) and (%1$I, audience) in (select a.wedding_id, a.audience from app.wedding_audiences(''read'') a)', key)
    else format('%I = any ((select app.%s_ids(%L, ''read''))::uuid[])', key, scope, area) end;
  may_write := case
    when scope = 'self' then may_read
    when scope = 'reference' then 'false'
    when area = 'per_row' then format('(%I, audience) in (select a.wedding_id, a.audience from app.wedding_audiences(''write'') a)', key)
    else format('%I = any ((select app.%s_ids(%L, ''write''))::uuid[])', key, scope, area) end;
  execute format('alter table %s enable row level security, force row level security', t);
  for name in select unnest(array['reads', 'adds', 'changes', 'guards', 'migrates']) loop
    execute format('drop policy if exists %I on %s', name, t);
  end loop;
  execute format('create policy reads on %s for select to wedsync_app, wedsync_worker using (%s)', t, may_read);
  execute format('create policy adds on %s for insert to wedsync_app, wedsync_worker with check (%s)', t, may_write);
  if not append_only then
    execute format('create policy changes on %s for update to wedsync_app, wedsync_worker using (%s) with check (%2$s)', t, may_write);
  end if;
  execute format('create policy guards on %s to wedsync_guard using (true)', t);
  -- Forced RLS binds the owner too: without this a backfill would silently update 0 rows.
  execute format('create policy migrates on %s to wedsync_owner using ((select guard.is_migrating()))', t);

  -- WHAT, by privilege: what is not granted needs no trigger. Immutable columns cost nothing at run time this way.
  execute format('revoke all on %s from wedsync_app, wedsync_worker, wedsync_guard', t);
  execute format('grant select (%s)%s on %s to wedsync_app, wedsync_worker', readable, case when scope <> 'reference' then ', insert' else '' end, t);
  execute format('grant select on %s to wedsync_guard', t);
  if not append_only and scope <> 'reference' and updatable is not null then
    execute format('grant update (%s) on %s to wedsync_app, wedsync_worker', updatable, t);
  end if;
  if has_batches then
    execute format('create index if not exists %I on %s (delete_batch) where delete_batch is not null', short || '_delete_batch', t);   -- restore, purge
  end if;

  -- WHAT, by trigger: enable always, so that session_replication_role does not switch them off.
  execute format('create or replace trigger no_truncate before truncate on %s for each statement execute function guard.refuse()', t);
  execute format('alter table %s enable always trigger no_truncate', t);
  if append_only then
    execute format('create or replace trigger append_only before update or delete on %s for each statement when (current_user <> ''wedsync_guard'') execute function guard.refuse()', t);
    execute format('alter table %s enable always trigger append_only', t);
  elsif scope <> 'reference' then
    execute format('create or replace trigger added after insert on %s referencing new table as new_rows for each statement execute function guard.written(%L, %L, %L)', t, class, scope, key);
    execute format('create or replace trigger changed after update on %s referencing old table as old_rows for each statement execute function guard.written(%L, %L, %L)', t, class, scope, key);
    execute format('create or replace trigger removed after delete on %s referencing old table as old_rows for each statement execute function guard.written(%L, %L, %L)', t, class, scope, key);
    execute format('alter table %s enable always trigger added, enable always trigger changed, enable always trigger removed', t);
    if has_batches then
      execute format('create or replace trigger deleted before update on %s for each row when (old.delete_batch is not null or new.delete_batch is not null) execute function guard.only_restore(%L)', t, key);
      execute format('alter table %s enable always trigger deleted', t);
    end if;
  end if;

  execute format('create or replace view live.%I with (security_invoker) as select %s from %s%s', short,
    (select string_agg(format('%I', c), ', ') from unnest(columns) c where c <> 'delete_batch' and c <> all (hidden)), t,
    case when has_batches then ' where delete_batch is null' else '' end);
  execute format('grant select on live.%I to wedsync_app, wedsync_worker', short);
  execute format('comment on view live.%I is %L', short, coalesce(obj_description(t, 'pg_class'), ''));

  insert into guard.protected_tables (table_name, scope, scope_column, area, class, is_append_only, has_batches)
  values (t, scope, key, area, class, append_only, has_batches)
  on conflict (table_name) do update
    set scope = excluded.scope, scope_column = excluded.scope_column, area = excluded.area, class = excluded.class,
        is_append_only = excluded.is_append_only, has_batches = excluded.has_batches;
end $$;
comment on procedure app.protect_table(regclass, text, text, text, name[], name[]) is 'Installs who may see and what may change. Every table in app calls it once; the catalogue test fails one that does not.';

call app.protect_table('app.areas', scope => 'reference', class => 'system');

-- Who did what, and each row as it was before. One mechanism: audit, row history, undo. Written by the guard alone; its
-- values and salts can be erased, its commitments stay.
create table app.audit_events (
  id bigint generated always as identity primary key, scope_id uuid not null, table_name text not null, row_id uuid not null,
  operation text not null check (operation in ('insert', 'update', 'purge')),
  actor_id uuid default app.actor_id(), actor_supplier_id uuid default app.chosen_supplier(),
  request_id text default nullif(current_setting('app.request_id', true), ''),
  at timestamptz not null default clock_timestamp(), before jsonb, salt bytea, commitment bytea,
  check ((operation = 'update') = (commitment is not null)));
comment on table app.audit_events is 'Who did what, and each row as it was before.';
comment on column app.audit_events.id is 'Order of events.';
comment on column app.audit_events.scope_id is 'The person, supplier or wedding whose row it is.';
comment on column app.audit_events.table_name is 'Table in schema app.';
comment on column app.audit_events.row_id is 'The row.';
comment on column app.audit_events.operation is 'insert, update or purge; a soft delete is an update.';
comment on column app.audit_events.actor_id is 'Who did it; null for the platform itself.';
comment on column app.audit_events.actor_supplier_id is 'The business they acted for, if any.';
comment on column app.audit_events.request_id is 'The request or job it happened in.';
comment on column app.audit_events.at is 'When, by the real clock.';
comment on column app.audit_events.before is 'The row before the change, without secrets; null once erased.';
comment on column app.audit_events.salt is 'Salt of the commitment; erased with the value.';
comment on column app.audit_events.commitment is 'Salted SHA-256 of the row before; outlives its erasure.';
create index audit_events_row on app.audit_events (row_id) where salt is not null;   -- erasure, purge
create index audit_events_scope on app.audit_events (scope_id, id desc);             -- recent changes of a supplier or wedding
alter table app.audit_events enable row level security, force row level security;
create policy guards on app.audit_events to wedsync_guard using (true);
create policy reads on app.audit_events for select to wedsync_app, wedsync_worker
  using (scope_id = any ((select app.wedding_ids('sharing', 'read') || app.supplier_ids('settings', 'read') || app.actor_id())::uuid[]));
grant select on app.audit_events to wedsync_app, wedsync_worker;
grant select, insert, update (before, salt) on app.audit_events to wedsync_guard;
create trigger append_only before update or delete or truncate on app.audit_events for each statement
  when (current_user <> 'wedsync_guard') execute function guard.refuse();
alter table app.audit_events enable always trigger append_only;
create view live.audit_events with (security_invoker) as
  select id, scope_id, table_name, row_id, operation, actor_id, actor_supplier_id, request_id, at, before from app.audit_events;
comment on view live.audit_events is 'Who did what, and each row as it was before.';
grant select on live.audit_events to wedsync_app, wedsync_worker;
insert into guard.protected_tables (table_name, scope, scope_column, area, class, is_append_only, has_batches)
values ('app.audit_events', 'wedding', 'scope_id', 'sharing', 'ledger', true, false);

-- Deletions. Keyed by whichever scope they happened in, so that wedding and supplier rows reference one table.
create table app.delete_batches (
  scope_id uuid not null, id uuid not null default uuidv7(), action text not null check (length(action) <= 64),
  person_id uuid not null default app.actor_id(), created_at timestamptz not null default clock_timestamp(),
  restored_at timestamptz, purged_at timestamptz, primary key (scope_id, id));
comment on table app.delete_batches is 'One row per deletion, whatever it took along; restorable for 30 days.';
comment on column app.delete_batches.scope_id is 'The supplier or wedding it happened in.';
comment on column app.delete_batches.id is 'Named by every row it deleted.';
comment on column app.delete_batches.action is 'The action that deleted.';
comment on column app.delete_batches.person_id is 'Who deleted.';
comment on column app.delete_batches.created_at is 'When; the 30 days run from here.';
comment on column app.delete_batches.restored_at is 'When it was restored, once.';
comment on column app.delete_batches.purged_at is 'When its rows left for good.';
create index delete_batches_due on app.delete_batches (created_at) where restored_at is null and purged_at is null;   -- purge
alter table app.delete_batches enable row level security, force row level security;
create policy guards on app.delete_batches to wedsync_guard using (true);
-- One undoes one's own deletion; either partner, and whoever leads the business, undoes anybody's.
create policy members on app.delete_batches to wedsync_app, wedsync_worker
  using (scope_id = any ((select app.wedding_ids('basics', 'read') || app.supplier_ids('clients', 'write'))::uuid[]))
  with check (
    person_id = (select app.actor_id())
    and scope_id = any ((select app.wedding_ids('basics', 'read') || app.supplier_ids('clients', 'write'))::uuid[])
    or scope_id = any ((select app.wedding_ids('sharing', 'write') || app.supplier_ids('settings', 'write'))::uuid[]));
grant select, insert (scope_id, id, action), update (restored_at) on app.delete_batches to wedsync_app, wedsync_worker;
grant select, update (purged_at) on app.delete_batches to wedsync_guard;
create trigger restore_once before update of restored_at on app.delete_batches for each row execute function guard.restore_once();
create trigger append_only before delete or truncate on app.delete_batches for each statement execute function guard.refuse();
alter table app.delete_batches enable always trigger restore_once, enable always trigger append_only;
create view live.delete_batches with (security_invoker) as
  select scope_id, id, action, person_id, created_at, restored_at, purged_at from app.delete_batches;
comment on view live.delete_batches is 'One row per deletion, whatever it took along; restorable for 30 days.';
grant select on live.delete_batches to wedsync_app, wedsync_worker;
insert into guard.protected_tables (table_name, scope, scope_column, area, class, is_append_only, has_batches)
values ('app.delete_batches', 'wedding', 'scope_id', 'basics', 'security', false, false);

-- Exactly the rows of one batch, all or none: a live row that took the place of one raises 23505 and nothing is restored.
-- Runs with the caller's rights, so policies, guards and audit hold for each row.
create function app.restore_batch(scope uuid, batch uuid) returns bigint language plpgsql set search_path = '' as $$
declare
  t guard.protected_tables;
  restored bigint := 0;
  n bigint;
begin
  update app.delete_batches b set restored_at = app.clock() where b.scope_id = scope and b.id = batch;
  if not found then
    return null;
  end if;
  for t in select * from guard.protected_tables p where p.has_batches order by p.position loop
    execute format('update %s set delete_batch = null where %I = $1 and delete_batch = $2', t.table_name, t.scope_column) using scope, batch;
    get diagnostics n = row_count;
    restored := restored + n;
  end loop;
  return restored;
end $$;
comment on function app.restore_batch(uuid, uuid) is 'Restores exactly one deletion; returns its rows, or null when the actor cannot see it.';
grant execute on function app.restore_batch(uuid, uuid) to wedsync_app, wedsync_worker;
