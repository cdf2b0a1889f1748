-- Keys under which a business's own programs come, and the contract that says how much they may ask.

-- Only the operator's command writes it. A column of app.suppliers would be read by everybody: that is the public card.
create table app.supplier_tiers (
  supplier_id uuid primary key references app.suppliers, id uuid not null default uuidv7(),
  tier text not null check (tier in ('free', 'starter', 'professional', 'scale', 'enterprise')),
  created_at timestamptz not null default clock_timestamp());
comment on table app.supplier_tiers is 'What each business has a contract for; one without a row has the free tier.';
comment on column app.supplier_tiers.supplier_id is 'The business.';
comment on column app.supplier_tiers.id is 'The row.';
comment on column app.supplier_tiers.tier is 'free, starter, professional, scale or enterprise.';
comment on column app.supplier_tiers.created_at is 'When it first had another tier than the free one.';
call app.protect_table('app.supplier_tiers', scope => 'supplier', area => 'team', class => 'external');
call app.declare_values('app.supplier_tiers', '{tier}', 'plain');
revoke insert, update on app.supplier_tiers from wedsync_app, wedsync_worker;
grant insert, update on app.supplier_tiers to wedsync_guard;

create table app.api_keys (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(),
  name text not null check (length(name) between 1 and 60), scopes text[] not null check (cardinality(scopes) between 1 and 5
    and scopes <@ array['clients:read', 'clients:write', 'weddings:read', 'weddings:write', 'day:write']),
  person_id uuid not null default app.actor_id() references app.people, public_id text not null unique check (public_id ~ '^[a-z2-7]{12}$'),
  key_hash bytea not null unique check (length(key_hash) = 32), replaces_id uuid, created_at timestamptz not null default clock_timestamp(),
  ends_at timestamptz not null, ended_at timestamptz, told_at timestamptz, primary key (supplier_id, id),
  foreign key (supplier_id, replaces_id) references app.api_keys,
  check (ends_at <= created_at + interval '731 days'));
comment on table app.api_keys is 'Keys under which the programs of a business come, each with what it opens and its end.';
comment on column app.api_keys.supplier_id is 'Whose programs.';
comment on column app.api_keys.id is 'The key.';
comment on column app.api_keys.name is 'What the business calls it.';
comment on column app.api_keys.scopes is 'What it opens: reading and writing of clients and weddings, writing into day logs.';
comment on column app.api_keys.person_id is 'Who made it. It may never do more than they may, and ends when they leave.';
comment on column app.api_keys.public_id is 'The part of the key that may be said aloud.';
comment on column app.api_keys.key_hash is 'SHA-256 of the key; the key itself is nowhere.';
comment on column app.api_keys.replaces_id is 'The key that this one was made to follow.';
comment on column app.api_keys.created_at is 'When it was made.';
comment on column app.api_keys.ends_at is 'When it ends by itself; this only ever comes nearer.';
comment on column app.api_keys.ended_at is 'When somebody ended it before.';
comment on column app.api_keys.told_at is 'When its maker was told that it is about to end.';
create index api_keys_of_person on app.api_keys (person_id) where ended_at is null;                       -- who leaves
create index api_keys_ending on app.api_keys (ends_at) where ended_at is null and told_at is null;        -- letters
create unique index api_keys_followed on app.api_keys (supplier_id, replaces_id);                         -- a key has one successor
call app.protect_table('app.api_keys', scope => 'supplier', area => 'settings', class => 'security',
  immutable => '{name,scopes,person_id,public_id,key_hash,replaces_id,told_at}', hidden => '{key_hash}');
grant update (name, ended_at, told_at) on app.api_keys to wedsync_guard;
call app.declare_values('app.api_keys', '{scopes,public_id,key_hash}', 'plain');
call app.declare_values('app.api_keys', '{name}', 'blanked', instead => '''A key''',
  whose => 'r.person_id = $1 or r.supplier_id in (select guard.businesses_left_by($1))');
create policy made_as_oneself on app.api_keys as restrictive for insert to wedsync_app, wedsync_worker
  with check (person_id = (select app.actor_id()));
create trigger only_sooner before update on app.api_keys for each row execute function guard.only_sooner();
alter table app.api_keys enable always trigger only_sooner;
create trigger leavers_keys after update of left_at on app.supplier_members for each row
  when (new.left_at is not null and old.left_at is null) execute function guard.end_keys_of_leaver();
alter table app.supplier_members enable always trigger leavers_keys;

-- Beside the keys: their history must not grow with every minute in which one is used.
create table app.api_key_uses (
  supplier_id uuid not null, id uuid not null default uuidv7(), key_id uuid not null, used_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp(), primary key (supplier_id, key_id),
  foreign key (supplier_id, key_id) references app.api_keys);
comment on table app.api_key_uses is 'When each key was last used, to the minute.';
comment on column app.api_key_uses.supplier_id is 'Whose key.';
comment on column app.api_key_uses.id is 'The row.';
comment on column app.api_key_uses.key_id is 'The key.';
comment on column app.api_key_uses.used_at is 'When it was last used.';
comment on column app.api_key_uses.created_at is 'When it was first used.';
call app.protect_table('app.api_key_uses', scope => 'supplier', area => 'settings', class => 'system', immutable => '{*}');
revoke insert on app.api_key_uses from wedsync_app, wedsync_worker;
grant insert, update (used_at) on app.api_key_uses to wedsync_guard;

-- What a program did is on record as its key's, beside who made the key.
alter table app.audit_events add column actor_key_id uuid;
alter table app.audit_events alter column actor_key_id set default app.key_id();
comment on column app.audit_events.actor_key_id is 'The key under which a program did it; null for what a person did themselves.';
create or replace view live.audit_events with (security_invoker) as
  select id, scope_id, table_name, row_id, operation, actor_id, actor_supplier_id, request_id, at, before, actor_key_id from app.audit_events;

-- A note that is its author's alone is no program's.
create policy private_is_no_programs on app.client_notes as restrictive for select to wedsync_app, wedsync_worker
  using (kind <> 'private' or (select app.key_id()) is null);
create policy private_list_is_no_programs on app.client_import_rows as restrictive for select to wedsync_app, wedsync_worker
  using ((select app.key_id()) is null or (supplier_id, import_id) not in (
    select i.supplier_id, i.id from app.client_imports i where i.is_private));
