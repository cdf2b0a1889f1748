-- Wrong passwords, counted by the address that they were tried for, whether or not it has an account. A try is counted before it
-- is looked at, so that many at once get no further than one after the other. The web knows an address by a keyed hash.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create table if not exists guard.password_tries (
  account bytea primary key check (length(account) = 32), failed_at timestamptz[] not null check (cardinality(failed_at) <= 20),
  stage smallint not null default 0 check (stage between 0 and 3), locked_until timestamptz);
comment on table guard.password_tries is 'Failures of the last seven days by account, under a keyed hash of its address; no row once a password was right.';

-- DOMAIN 12: 5 in 15 minutes are 30 minutes; 10 in 24 hours are 24 hours; 20 in 7 days last until somebody lets them in.
create or replace function guard.stage_after(failed_at timestamptz[], at timestamptz) returns smallint language sql immutable as $$
  select case
    when count(*) filter (where f > at - interval '7 days') >= 20 then 3
    when count(*) filter (where f > at - interval '24 hours') >= 10 then 2
    when count(*) filter (where f > at - interval '15 minutes') >= 5 then 1
    else 0 end
  from unnest(failed_at) f $$;
comment on function guard.stage_after(timestamptz[], timestamptz) is 'How far failures have gone: 0 goes on, 1 waits for 30 minutes, 2 for 24 hours, 3 for somebody.';

-- One statement decides: who comes while another is counted waits for its row and sees it counted.
create or replace function app.begin_try(account bytea) returns table (is_taken boolean, stage smallint)
language plpgsql security definer set search_path = '' as $$
declare
  at timestamptz := app.clock();
  reached smallint;
begin
  insert into guard.password_tries as t (account, failed_at) values (begin_try.account, array[at])
  on conflict on constraint password_tries_pkey do update
    set (failed_at, stage, locked_until) = (
      select now.failed_at, guard.stage_after(now.failed_at, at),
        case guard.stage_after(now.failed_at, at)
          when 3 then 'infinity' when 2 then at + interval '24 hours' when 1 then at + interval '30 minutes' end
      from (select array_agg(f order by f) || at as failed_at from unnest(t.failed_at) f where f > at - interval '7 days') now)
    where t.locked_until is null or t.locked_until <= at
  returning t.stage into reached;
  return query select reached is not null, coalesce(reached, 0::smallint);
end $$;
comment on function app.begin_try(bytea) is 'Counts a try as a failure before it is looked at; not taken while the account is locked. Which stage it reached.';

create or replace function app.end_tries(account bytea) returns void
language sql security definer set search_path = '' as $$
  delete from guard.password_tries t where t.account = end_tries.account $$;
comment on function app.end_tries(bytea) is 'Forgets the failures of an account: its password was right, or another one was chosen.';

-- For an address without an account the same is done and nothing is written.
create or replace function app.note_lockout(person uuid, event uuid, detail text) returns void
language sql security definer set search_path = '' as $$
  insert into app.security_events (person_id, id, kind, detail)
  select p.id, event, 'locked_out', note_lockout.detail from app.people p where p.id = person $$;
comment on function app.note_lockout(uuid, uuid, text) is 'Writes down that an account was locked, if there is one.';

drop function if exists app.let_in(bytea, text, uuid);
create or replace function app.let_in(accounts bytea[], address text, event uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  if coalesce(app.operator_role() not in ('super_admin', 'support'), true) then
    raise exception 'only support lets somebody in' using errcode = '42501';
  end if;
  delete from guard.password_tries t where t.account = any (accounts) and t.locked_until > app.clock();
  if not found then
    return false;
  end if;
  insert into app.security_events (person_id, id, kind) select p.id, event, 'let_in' from app.people p where p.email = address;
  return true;
end $$;
comment on function app.let_in(bytea[], text, uuid) is 'Ends the wait of an account, for passwords and for codes, by an operator who answers people; whether it was waiting.';

-- An address that nobody has can be locked for good: such a row goes too, in the end.
create or replace function app.forget_tries() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (
    delete from guard.password_tries t
    where t.failed_at[cardinality(t.failed_at)] < app.clock() - case when t.stage = 3 then interval '90 days' else interval '7 days' end
    returning 1)
  select count(*) from gone $$;
comment on function app.forget_tries() is 'Removes failures after seven days, and what was locked for good after ninety; returns how many.';

grant execute on function app.begin_try(bytea), app.end_tries(bytea), app.note_lockout(uuid, uuid, text), app.let_in(bytea[], text, uuid)
  to wedsync_app;
grant execute on function app.forget_tries() to wedsync_worker;
reset role;
