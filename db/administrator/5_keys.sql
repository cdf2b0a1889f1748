-- Keys of a business's programs: who comes under one, how they end, and who is told.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function app.key_holder(hash bytea) returns table (
  key_id uuid, supplier_id uuid, person_id uuid, scopes text[], tier text)
language sql stable security definer set search_path = '' as $$
  select k.id, k.supplier_id, k.person_id, k.scopes, coalesce(t.tier, 'free')
  from app.api_keys k
  join app.supplier_members m on m.supplier_id = k.supplier_id and m.person_id = k.person_id and m.left_at is null
  left join app.supplier_tiers t on t.supplier_id = k.supplier_id
  where k.key_hash = hash and k.ended_at is null and k.ends_at > app.clock() $$;
comment on function app.key_holder(bytea) is 'For whom a live key opens, and what; no row once it has ended or its maker has left.';

create or replace function app.note_key_use(key uuid) returns void
language sql security definer set search_path = '' as $$
  insert into app.api_key_uses as u (supplier_id, key_id, used_at)
  select k.supplier_id, k.id, date_trunc('minute', app.clock()) from app.api_keys k where k.id = key
  on conflict (supplier_id, key_id) do update set used_at = excluded.used_at where u.used_at < excluded.used_at $$;
comment on function app.note_key_use(uuid) is 'Keeps the minute in which a key was last used.';

create or replace function guard.only_sooner() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.ends_at > old.ends_at or (old.ended_at is not null and new.ended_at is distinct from old.ended_at) then
    raise exception 'a key ends when it was to end, or sooner' using errcode = 'WS002', hint = 'Make another key.';
  end if;
  return new;
end $$;
comment on function guard.only_sooner() is 'The end of a key comes nearer, never further away, and what has ended stays so.';

-- Whoever leaves, by whatever way, takes their keys along.
create or replace function guard.end_keys_of_leaver() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update app.api_keys k set ended_at = app.clock()
  where k.supplier_id = new.supplier_id and k.person_id = new.person_id and k.ended_at is null;
  return null;
end $$;
comment on function guard.end_keys_of_leaver() is 'Ends the keys of a member who leaves a business.';

-- A week before a key ends by itself; a day before, where another has taken its place. Once.
create or replace function app.tell_of_ending_keys() returns table (id uuid)
language sql security definer set search_path = '' as $$
  update app.api_keys k set told_at = app.clock()
  where k.ended_at is null and k.told_at is null and k.ends_at > app.clock() and k.ends_at <= app.clock() + interval '168 hours'
    and (k.ends_at <= app.clock() + interval '24 hours'
         or not exists (select from app.api_keys s where s.supplier_id = k.supplier_id and s.replaces_id = k.id))
  returning k.id $$;
comment on function app.tell_of_ending_keys() is 'Keys whose maker is to be told now that they are about to end.';

create or replace function app.key_letter(wanted uuid) returns table (
  email text, name text, business text, key_name text, public_id text, ends_at timestamptz, is_followed boolean, supplier_id uuid)
language sql stable security definer set search_path = '' as $$
  select p.email, p.name, s.name, k.name, k.public_id, k.ends_at,
    exists (select from app.api_keys n where n.supplier_id = k.supplier_id and n.replaces_id = k.id), k.supplier_id
  from app.api_keys k join app.people p on p.id = k.person_id join app.suppliers s on s.id = k.supplier_id
  where k.id = wanted and k.ended_at is null $$;
comment on function app.key_letter(uuid) is 'What the letter has to know that tells of a key about to end.';

grant execute on function app.key_holder(bytea), app.note_key_use(uuid) to wedsync_app, wedsync_worker;
grant execute on function app.tell_of_ending_keys(), app.key_letter(uuid) to wedsync_worker;
grant execute on function guard.only_sooner(), guard.end_keys_of_leaver() to wedsync_owner;
reset role;
