-- What each web process counted, minute by minute: how long people waited, and whether anybody was there to be asked.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create table if not exists guard.minutes (
  minute timestamptz not null check (minute = date_trunc('minute', minute, 'UTC')), process text not null check (length(process) between 1 and 40),
  asked integer not null check (asked >= 0), failed integer not null check (failed between 0 and asked),
  requests jsonb not null check (jsonb_typeof(requests) = 'object'), statements jsonb not null check (jsonb_typeof(statements) = 'object'),
  primary key (minute, process));
comment on table guard.minutes is 'One row per minute of a web process: how many asked, how many of them we failed, and how many took how long (seconds at most → how many).';
create table if not exists guard.days (
  day date primary key, minutes integer not null, asked bigint not null, failed bigint not null);
comment on table guard.days is 'A day in the zone of the cell, once it is over: in how many of its minutes somebody was there to be asked.';

create or replace function guard.is_histogram(counted jsonb) returns boolean
language sql immutable set search_path = '' as $$
  select case when jsonb_typeof(counted) = 'object' then not exists (
    select from jsonb_each_text(counted) e
    where e.key !~ '^([0-9]{1,4}([.][0-9]{1,6})?|inf)$' or coalesce(e.value, '') !~ '^[0-9]{1,9}$') else false end $$;
comment on function guard.is_histogram(jsonb) is 'Whether it says of seconds, or inf, how many took at most so long, and nothing else.';

-- Whoever could write anything here could fill the disk, or blind those who look at it.
create or replace function app.record_minute(counted jsonb) returns void
language plpgsql security definer set search_path = '' as $$
declare
  told guard.minutes;
begin
  if pg_column_size(counted) > 4096 then
    raise exception 'a minute is told in 4096 bytes at most' using errcode = '22023';
  end if;
  told := jsonb_populate_record(null::guard.minutes, counted);
  if not (guard.is_histogram(told.requests) and guard.is_histogram(told.statements)) then
    raise exception 'a minute says how many took how many seconds at most' using errcode = '22023';
  end if;
  if told.minute not between clock_timestamp() - interval '10 minutes' and clock_timestamp()
    or (select count(*) from guard.minutes m where m.minute = told.minute) >= 200 then
    return;
  end if;
  insert into guard.minutes values (told.*) on conflict (minute, process) do nothing;
end $$;
comment on function app.record_minute(jsonb) is
  'Puts a minute of a web process on record; one of long ago, or of the future, is not believed, nor more than 200 processes.';

create or replace function guard.served(from_minute timestamptz, before timestamptz) returns table (minute timestamptz, asked bigint, failed bigint)
language sql stable set search_path = '' as $$
  select m.minute, sum(m.asked), sum(m.failed) from guard.minutes m
  where m.minute >= from_minute and m.minute < before group by m.minute having sum(m.failed) * 2 <= sum(m.asked) $$;
comment on function guard.served(timestamptz, timestamptz) is 'Minutes in which a web process could put itself on record and failed at most half of who asked.';

create or replace function app.waited(since timestamptz, step interval) returns table (at timestamptz, asked bigint, failed bigint, requests jsonb, statements jsonb)
language sql stable security definer set search_path = '' as $$
  with picked as (
    select date_bin(step, m.minute, 'epoch'::timestamptz) as at, m.asked, m.failed, m.requests, m.statements
    from guard.minutes m where m.minute >= since and (session_user <> 'wedsync_app' or app.operator_role() is not null)),
  counted as (
    select p.at, 'requests' as what, e.key, sum(e.value::bigint) as many from picked p, jsonb_each_text(p.requests) e group by 1, 3
    union all
    select p.at, 'statements', e.key, sum(e.value::bigint) from picked p, jsonb_each_text(p.statements) e group by 1, 3),
  together as (
    select c.at, coalesce(jsonb_object_agg(c.key, c.many) filter (where c.what = 'requests'), '{}') as requests,
      coalesce(jsonb_object_agg(c.key, c.many) filter (where c.what = 'statements'), '{}') as statements
    from counted c group by c.at)
  select p.at, sum(p.asked), sum(p.failed), coalesce(t.requests, '{}'), coalesce(t.statements, '{}')
  from picked p left join together t on t.at = p.at group by p.at, t.requests, t.statements order by p.at $$;
comment on function app.waited(timestamptz, interval) is 'How long people and statements took, of all web processes together, step by step; on the web, for operators only.';

create or replace function app.saturdays(zone text) returns table (day date, minutes integer, due integer)
language sql stable security definer set search_path = '' as $$
  with known as (
    select date_trunc('minute', clock_timestamp() - interval '30 seconds') as until,
      (select min(m.minute) from guard.minutes m) as first_minute, (select max(d.day) from guard.days d) as last_day),
  open_days as (
    select o.day::date as day from known k, generate_series(
      coalesce(k.last_day + 1, (k.first_minute at time zone zone)::date)::timestamp, (k.until at time zone zone)::date::timestamp, interval '1 day') o (day)),
  spans as (
    select o.day, greatest(o.day::timestamp at time zone zone, k.first_minute) as from_minute,
      least((o.day + 1)::timestamp at time zone zone, k.until) as before
    from open_days o, known k where extract(isodow from o.day) = 6)
  select d.day, d.minutes, (extract(epoch from (d.day + 1)::timestamp at time zone zone - d.day::timestamp at time zone zone) / 60)::integer
  from guard.days d where extract(isodow from d.day) = 6 and d.day > current_date - 400
    and (session_user <> 'wedsync_app' or app.operator_role() is not null)
  union all
  select s.day, (select count(*)::integer from guard.served(s.from_minute, s.before)), (extract(epoch from s.before - s.from_minute) / 60)::integer
  from spans s where s.before > s.from_minute and (session_user <> 'wedsync_app' or app.operator_role() is not null)
  order by 1 $$;
comment on function app.saturdays(text) is 'The Saturdays of a year: in how many minutes somebody was there, and of how many; on the web, for operators only.';

-- A day is told from its minutes once, when it is over. The first one of a house began in the middle: it is no whole day.
create or replace function app.close_days(zone text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
  closed integer;
begin
  insert into guard.days (day, minutes, asked, failed)
  select o.day::date, count(s.minute), coalesce(sum(s.asked), 0), coalesce(sum(s.failed), 0)
  from generate_series(
    coalesce((select max(d.day) from guard.days d), (select min(m.minute at time zone zone)::date from guard.minutes m))::timestamp + interval '1 day',
    (clock_timestamp() at time zone zone)::date::timestamp - interval '1 day', interval '1 day') o (day)
  left join lateral guard.served(o.day at time zone zone, (o.day + interval '1 day') at time zone zone) s on true
  group by o.day on conflict (day) do nothing;
  get diagnostics closed = row_count;
  delete from guard.minutes m where m.minute < clock_timestamp() - interval '35 days';
  return closed;
end $$;
comment on function app.close_days(text) is 'Tells each day that is over from its minutes, and lets go of minutes older than 35 days.';

grant execute on function app.record_minute(jsonb) to wedsync_app;
grant execute on function app.close_days(text) to wedsync_worker;
grant execute on function app.waited(timestamptz, interval), app.saturdays(text) to wedsync_app, wedsync_worker;
reset role;
