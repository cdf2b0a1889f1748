-- Whether the protection is what it should be. It is looked at from outside, in the catalogue; here is kept what was signed,
-- and what was found. Nothing in this file decides anything.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create table if not exists guard.baselines (
  id bigint generated always as identity primary key, objects jsonb not null, signature text not null,
  signed_at timestamptz not null default clock_timestamp(), signed_by name not null default session_user);
comment on table guard.baselines is 'What protected when the database was last brought up to date, with a signature that the database cannot make.';
create table if not exists guard.attestations (
  id bigint generated always as identity primary key, began_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp(), findings jsonb not null);
comment on table guard.attestations is 'What was found, from when until when: one row for each time that it became another.';
grant select on guard.baselines to wedsync_app, wedsync_worker;
create or replace trigger append_only before update or delete or truncate on guard.baselines
  for each statement execute function guard.refuse();
create or replace trigger append_only before delete or truncate on guard.attestations
  for each statement execute function guard.refuse();
alter table guard.baselines enable always trigger append_only;
alter table guard.attestations enable always trigger append_only;

-- What rows decide rather than tables: which facts are class A, who reads them, what a purge and an erasure reach.
create or replace function app.reference_rows() returns table (name text, definition text)
language sql stable security definer set search_path = '' as $$
  select 'areas.' || a.area, a::text from app.areas a
  union all select 'audiences.' || a.audience, a::text from app.audiences a
  union all select 'core_field_definitions.' || d.key, d::text from app.core_field_definitions d
  union all select 'protected_tables.' || p.table_name::text,
    concat_ws(' ', p.scope, p.scope_column, p.area, p.class, p.is_append_only, p.has_batches) from guard.protected_tables p
  union all select 'column_values.' || v.table_name::text || '.' || v.column_name,
    concat_ws(' ', v.how, v.whose, v.instead, v.why) from guard.column_values v $$;
comment on function app.reference_rows() is 'Rows that decide what is protected: attested like triggers and policies.';

create or replace function app.record_attestation(seen jsonb) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
  latest guard.attestations;
begin
  select * into latest from guard.attestations a order by a.id desc limit 1 for no key update;
  if latest.findings = seen then
    update guard.attestations a set last_at = app.clock() where a.id = latest.id;
    return false;
  end if;
  insert into guard.attestations (began_at, last_at, findings) values (app.clock(), app.clock(), seen);
  return latest.id is not null or seen <> '[]';
end $$;
comment on function app.record_attestation(jsonb) is 'Keeps what was found; returns whether somebody has to be told.';

create or replace function app.attestation() returns table (began_at timestamptz, last_at timestamptz, findings jsonb)
language sql stable security definer set search_path = '' as $$
  select a.began_at, a.last_at, a.findings from guard.attestations a
  where session_user <> 'wedsync_app' or app.operator_role() is not null order by a.id desc limit 1 $$;
comment on function app.attestation() is 'What was found last; on the web, for operators only.';

create or replace function app.operators_on_call() returns table (email text, name text)
language sql stable security definer set search_path = '' as $$
  select p.email, o.display_name from app.operators o join app.people p on p.id = o.person_id
  where o.left_at is null and o.role in ('super_admin', 'ops', 'developer') $$;
comment on function app.operators_on_call() is 'Who is written to when the protection is not what it should be.';

grant execute on function app.reference_rows(), app.attestation() to wedsync_app, wedsync_worker;
grant execute on function app.record_attestation(jsonb), app.operators_on_call() to wedsync_worker;
reset role;
