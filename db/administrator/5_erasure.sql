-- What leaves for good: removed rows after 30 days, and a person's values when they ask. Rows leave through nothing else.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- What every column holds. A column whose type could hold what somebody wrote, and that is not named here, is found by the
-- catalogue test. How: plain (no personal values), kept (personal, with the reason why it stays), removed (the row goes),
-- blanked (a word instead), committed (value and salt go, the commitment stays), follows (goes with the row it is about).
create table if not exists guard.column_values (
  table_name regclass not null, column_name name not null, how text not null
    check (how in ('plain', 'kept', 'removed', 'blanked', 'committed', 'follows')),
  whose text, instead text, why text, primary key (table_name, column_name),
  check ((how in ('removed', 'blanked', 'committed')) = (whose is not null)), check ((how = 'blanked') or instead is null),
  check ((how = 'kept') = (why is not null)));
comment on table guard.column_values is 'One row per column that could hold what somebody wrote: what erasing its subject does to it.';
grant select on guard.column_values to wedsync_app, wedsync_worker, wedsync_migrator;
grant select, insert, update on guard.column_values to wedsync_owner;

-- Why nothing leaves a wedding or a business for good just now; null when it may. It waits, in the order it came (R3).
create or replace function guard.stands_still(scope uuid) returns text language sql stable set search_path = '' as $$
  select case
    when guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, app.clock()) is not null then 'the wedding is on'
    -- Nobody has confirmed the date of a draft: it may be meant for these days.
    when s.status = 'draft' and s.held_on between (app.clock() - interval '30 days')::date and (app.clock() + interval '30 days')::date
      then 'the date is near'
  end
  from (select scope) asked left join app.wedding_shields s on s.wedding_id = asked.scope $$;
comment on function guard.stands_still(uuid) is 'Why nothing leaves a wedding or business for good just now; null when it may.';

create or replace function app.purges_due(after uuid, most integer) returns table (scope_id uuid, batch uuid)
language sql stable security definer set search_path = '' as $$
  select b.scope_id, b.id
  from app.delete_batches b
  where b.restored_at is null and b.purged_at is null and b.created_at <= app.clock() - interval '720 hours' and b.id > after
    and guard.stands_still(b.scope_id) is null
  order by b.id
  limit most $$;
comment on function app.purges_due(uuid, integer) is 'Deletions whose 30 days are over and that may leave now, by id.';

-- What hangs on an event goes before it; the tally of the wedding's links goes down with its facts.
create or replace function guard.purge_facts(wedding uuid, batch uuid) returns void language sql set search_path = '' as $$
  delete from app.event_times t using app.wedding_events e
  where e.wedding_id = wedding and e.delete_batch = batch and t.wedding_id = wedding and t.event_id = e.id;
  with gone as (
    delete from app.core_field_revisions f using app.wedding_events e
    where e.wedding_id = wedding and e.delete_batch = batch and f.wedding_id = wedding and f.event_id = e.id
    returning f.hash),
  counted as (select count(*) as links, bit_xor(guard.link_bits(gone.hash)) as tally from gone)
  update app.wedding_shields s
  set fact_count = s.fact_count - counted.links, fact_links = s.fact_links # counted.tally
  from counted
  where s.wedding_id = wedding and counted.links > 0 $$;
comment on function guard.purge_facts(uuid, uuid) is 'Removes the facts and times of the events that a deletion took.';

-- One deletion, whole or not at all. What refers to a row that it takes, and was not thought of, refuses it.
create or replace function app.purge_batch(scope uuid, batch uuid) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  t guard.protected_tables;
  purged bigint := 0;
  n bigint;
begin
  perform from app.delete_batches b
  where b.scope_id = scope and b.id = batch and b.restored_at is null and b.purged_at is null
    and b.created_at <= app.clock() - interval '720 hours'
  for no key update;
  if not found then
    return null;
  end if;
  perform from app.wedding_shields s where s.wedding_id = scope for no key update;   -- a date may be moving
  if guard.stands_still(scope) is not null then
    return null;
  end if;
  perform guard.purge_facts(scope, batch);
  for t in select * from guard.protected_tables p where p.has_batches order by p.position desc loop   -- children first
    execute format('delete from %s where %I = $1 and delete_batch = $2', t.table_name, t.scope_column) using scope, batch;
    get diagnostics n = row_count;
    purged := purged + n;
  end loop;
  update app.delete_batches b set purged_at = app.clock() where b.scope_id = scope and b.id = batch;
  return purged;
end $$;
comment on function app.purge_batch(uuid, uuid) is 'Removes the rows of one deletion for good; returns how many, or null when it is not due or stands still.';

grant execute on function app.purges_due(uuid, integer), app.purge_batch(uuid, uuid) to wedsync_worker;
reset role;
