-- Facts. Inserting a row is the only way to change one: the guard numbers it, chains it and refuses what may not change.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function guard.fact_commitment(salt bytea, value jsonb, reason text) returns bytea language sql immutable
  return guard.commitment(salt, jsonb_build_array(value, reason));
comment on function guard.fact_commitment(bytea, jsonb, text) is 'What a revision keeps of its value and reason.';

-- Takes and returns plain jsonb so that it does not depend on the table it chains.
-- Facts were chained before there were amendments: the link of one without an amendment is what it was.
create or replace function guard.fact_link(previous bytea, r jsonb) returns bytea language sql immutable
  return sha256(coalesce(previous, '') || convert_to((jsonb_build_array(
    r -> 'commitment', r -> 'wedding_id', r -> 'event_id', r -> 'fact_key', r -> 'definition_key', r -> 'audience',
    r -> 'base_revision', r -> 'revision', r -> 'state', r -> 'source',
    r -> 'actor_id', r -> 'actor_supplier_id', r -> 'written_at', r -> 'instants')
    || case when r ->> 'amendment_id' is null then '[]' else jsonb_build_array(r -> 'amendment_id') end)::text, 'UTF8'));
comment on function guard.fact_link(bytea, jsonb) is 'Hash link of a revision: over the previous link, its commitment and everything else but the erasable value.';

create or replace function guard.fact_definition(fact text, event uuid, event_kind text) returns text
language sql stable set search_path = '' as $$
  select d.key from app.core_field_definitions d
  where d.fact_key = fact and not d.is_derived
    and d.subject = any (case when event is null then array['wedding'] else array[event_kind, 'first', 'event'] end)
  order by d.subject = event_kind desc, d.subject = 'first' desc
  limit 1 $$;
comment on function guard.fact_definition(text, uuid, text) is 'The question that a fact of a wedding, or of an event of this kind, answers.';

create or replace function guard.record_fact() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
set timezone = 'UTC' as $$   -- UTC: written_at is hashed as text
declare
  field app.core_field_definitions;
  latest app.core_field_revisions;
  shield app.wedding_shields;
  event_kind text;
  is_removed boolean;
  added_at timestamptz;
begin
  if new.event_id is not null then
    select e.kind, e.delete_batch is not null, e.created_at into event_kind, is_removed, added_at from app.wedding_events e
    where e.wedding_id = new.wedding_id and e.id = new.event_id;
  end if;
  select * into field from app.core_field_definitions d where d.key = guard.fact_definition(new.fact_key, new.event_id, event_kind);
  if not found then
    raise exception 'there is no fact % here', new.fact_key using errcode = '23503';
  end if;
  -- The policy says this too, but after us: a stranger must neither wait for the lock nor learn from what we refuse.
  if not exists (select from app.wedding_audiences('write') a where a.wedding_id = new.wedding_id and a.audience = field.audience) then
    raise exception 'you may not write this fact' using errcode = '42501';
  end if;
  if is_removed then
    raise exception 'this event was removed' using errcode = 'WS002', hint = 'Restore the event first.';
  end if;

  -- Facts of one wedding are written one after another: this lock decides between two people, keeps a confirmation from
  -- passing between check and commit, and is taken at full strength at once because an upgrade from FOR SHARE deadlocks.
  select * into shield from app.wedding_shields s where s.wedding_id = new.wedding_id for no key update;
  select * into latest from app.core_field_revisions f
  where f.wedding_id = new.wedding_id and f.subject_id = coalesce(new.event_id, new.wedding_id)
    and f.fact_key = new.fact_key and f.is_current;
  if new.amendment_id is not null then
    perform guard.check_amended(to_jsonb(new));
  else
    perform guard.check_shield(new.wedding_id, 'plan');
    if field.field_class = 'A' and guard.is_fixed(new.wedding_id, new.event_id, new.fact_key, latest.value is not null, added_at) then
      perform guard.check_shield(new.wedding_id, 'core');
    end if;
  end if;
  if new.base_revision <> coalesce(latest.revision, 0) then
    raise exception 'somebody else has changed this meanwhile'
      using errcode = 'WS004', detail = jsonb_build_object('revision', coalesce(latest.revision, 0))::text;
  end if;

  new.definition_key := field.key;
  new.audience := field.audience;
  new.revision := coalesce(latest.revision, 0) + 1;
  new.is_current := true;
  new.actor_id := app.actor_id();
  new.actor_supplier_id := app.chosen_supplier();
  new.written_at := app.clock();
  new.salt := uuid_send(gen_random_uuid());
  new.commitment := guard.fact_commitment(new.salt, new.value, new.reason);
  new.hash := guard.fact_link(latest.hash, to_jsonb(new));
  update app.core_field_revisions f set is_current = false
  where f.wedding_id = new.wedding_id and f.subject_id = coalesce(new.event_id, new.wedding_id)
    and f.fact_key = new.fact_key and f.is_current;
  return new;
end $$;
comment on function guard.record_fact() is 'Numbers and chains a revision; refuses it while locked, when fixed, and when its writer had not seen the current one.';

-- Filling an empty field is no amendment. A date or zone that an event had from the first one is none that is empty:
-- everybody counts on it since the confirmation. An event that was added later has not been confirmed yet. A wedding that
-- was postponed waits for its date: until the couple confirms one it may be entered as before. One that was cancelled waits
-- for nothing: only a postponement gives it a date, also where it had none.
create or replace function guard.is_fixed(wedding uuid, event uuid, fact text, has_value boolean, added_at timestamptz) returns boolean
language sql stable set search_path = '' as $$
  select s.date_set_at is not null and not (s.status = 'postponed' and fact in ('date', 'time_zone'))
    and (has_value or s.status = 'cancelled' and fact in ('date', 'time_zone') or coalesce(added_at <= s.date_set_at and guard.follows_first(wedding, event, fact), false))
  from app.wedding_shields s where s.wedding_id = wedding $$;
comment on function guard.is_fixed(uuid, uuid, text, boolean, timestamptz) is 'Whether only an amendment changes this class A fact.';

-- An event years from the wedding would make it read-only for years (A1): what is that far away is a wedding of its own.
create or replace function guard.near_enough() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform guard.check_near(new.wedding_id);
  return null;
end $$;
comment on function guard.near_enough() is 'At commit: no event is more than 400 days from the wedding''s date.';
create or replace function guard.check_near(wedding uuid) returns void language plpgsql stable set search_path = '' as $$
begin
  if exists (
    select from (
      select e.local_date, first_value(e.local_date) over (order by e.position) as held_on
      from app.wedding_events e
      where e.wedding_id = wedding and e.delete_batch is null and e.local_date is not null) e   -- the first may wait for its own
    where abs(e.local_date - e.held_on) > 400) then
    raise exception 'an event is at most 400 days from the wedding day, because plans are read-only from the first event to the last'
      using errcode = 'WS002';
  end if;
end $$;
comment on function guard.check_near(uuid) is 'Refuses an event that is more than 400 days from the wedding''s date.';

-- Follows a revision: the completion of the wedding, and, when it moves a time, the instants of its events.
create or replace function guard.fact_recorded() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  field app.core_field_definitions;
  before app.core_field_revisions;
  complete integer := 0;
  not_applicable integer := 0;
begin
  select * into strict field from app.core_field_definitions d where d.key = new.definition_key;
  select * into before from app.core_field_revisions f
  where f.wedding_id = new.wedding_id and f.subject_id = new.subject_id and f.fact_key = new.fact_key
    and f.revision = new.revision - 1;
  if field.is_core and guard.is_asked_here(new.wedding_id, new.event_id, field.subject) then
    complete := (new.state = 'given' and new.value is not null)::integer
      - coalesce(before.state = 'given' and before.value is not null, false)::integer;
    not_applicable := (new.state = 'not_applicable')::integer - coalesce(before.state = 'not_applicable', false)::integer;
  end if;
  update app.wedding_shields s
  set fact_count = s.fact_count + 1, fact_links = s.fact_links # guard.link_bits(new.hash),
      weight_complete = s.weight_complete + complete * field.weight,
      weight_not_applicable = s.weight_not_applicable + not_applicable * field.weight
  where s.wedding_id = new.wedding_id;
  if new.fact_key in ('date', 'time_zone', 'start_time', 'end_time') then
    perform guard.apply_instants(new.wedding_id, new.instants);
  end if;
  return null;
end $$;
comment on function guard.fact_recorded() is 'Keeps completion, resolved instants and the tally of links in step with the facts.';

-- The tally of a wedding's links does not depend on their order, so that keeping it reads nothing.
create or replace function guard.link_bits(hash bytea) returns bit(256) language sql immutable
  return ('x' || encode(hash, 'hex'))::bit(256);
comment on function guard.link_bits(bytea) is 'A hash link as bits, which the tally of a wedding''s links adds without carrying.';

-- From nothing: for what moves many facts at once, an event that goes or returns, an erasure.
create or replace function guard.recount_completion(wedding uuid) returns void language sql set search_path = '' as $$
  with counted as (
    select coalesce(sum(d.weight) filter (where f.state = 'given' and f.value is not null), 0) as complete,
           coalesce(sum(d.weight) filter (where f.state = 'not_applicable'), 0) as not_applicable
    from app.core_field_revisions f
    join app.core_field_definitions d on d.key = f.definition_key and d.is_core
    where f.wedding_id = wedding and f.is_current and guard.is_asked_here(wedding, f.event_id, d.subject))
  update app.wedding_shields s
  set weight_complete = counted.complete, weight_not_applicable = counted.not_applicable
  from counted
  where s.wedding_id = wedding $$;
comment on function guard.recount_completion(uuid) is 'Counts a wedding''s completion again from its current facts.';

-- "wedding_date" is the first event's date, "ceremony_time" the first ceremony's: a second party asks no core question.
create or replace function guard.is_asked_here(wedding uuid, event uuid, asked_of text) returns boolean
language sql stable set search_path = '' as $$
  select event is null or event = (
    select e.id from app.wedding_events e
    where e.wedding_id = wedding and e.delete_batch is null and (asked_of = 'first' or e.kind = asked_of)
    order by e.position limit 1) $$;
comment on function guard.is_asked_here(uuid, uuid, text) is 'Whether an event is the one whose facts answer the core fields.';

-- The local values that stand for each event: its own, or the first event's date and zone. What somebody meant by a time that
-- the clock leaps over or shows twice holds as long as date, zone and time are those that they were asked about.
drop function if exists guard.local_times(uuid);   -- of earlier versions, which told less
drop function if exists app.local_times(uuid);
create or replace function guard.local_times(wedding uuid) returns table (
  id uuid, kind text, local_date text, time_zone text, start_time text, end_time text, own_date text, own_zone text,
  start_reading text, end_reading text)
language sql stable set search_path = '' as $$
  with fact as (
    select f.event_id, f.fact_key, f.value #>> '{}' as value
    from app.core_field_revisions f
    where f.wedding_id = wedding and f.is_current and f.event_id is not null
      and f.fact_key in ('date', 'time_zone', 'start_time', 'end_time')),
  said as (
    select e.id, e.kind, e.position, e.local_date::text as stored_date, e.time_zone as stored_zone,
      max(f.value) filter (where f.fact_key = 'date') as own_date,
      max(f.value) filter (where f.fact_key = 'time_zone') as own_zone,
      max(f.value) filter (where f.fact_key = 'start_time') as start_time,
      max(f.value) filter (where f.fact_key = 'end_time') as end_time
    from app.wedding_events e
    left join fact f on f.event_id = e.id
    where e.wedding_id = wedding and e.delete_batch is null
    group by e.id, e.kind, e.position, e.local_date, e.time_zone),
  stands as (
    select s.*,
      coalesce(s.own_date, first_value(s.own_date) over ordered) as local_date,
      coalesce(s.own_zone, first_value(s.own_zone) over ordered) as time_zone
    from said s
    window ordered as (order by s.position))
  select s.id, s.kind, s.local_date, s.time_zone, s.start_time, s.end_time, s.own_date, s.own_zone,
    case when s.start_time = t.start_time then t.start_reading end,
    case when (s.start_time, s.end_time) = (t.start_time, t.end_time) then t.end_reading end
  from stands s
  left join lateral (
    select left(t.start_time::text, 5) as start_time, left(t.end_time::text, 5) as end_time, t.start_reading, t.end_reading
    from app.event_times t
    where t.wedding_id = wedding and t.event_id = s.id
      and (s.local_date, s.time_zone) = (s.stored_date, s.stored_zone)) t on true
  order by s.position $$;
comment on function guard.local_times(uuid) is 'Local date, zone, start and end that stand for each event of a wedding.';

create or replace function guard.follows_first(wedding uuid, event uuid, fact text) returns boolean
language sql stable set search_path = '' as $$
  select fact in ('date', 'time_zone') and exists (
    select from guard.local_times(wedding) t
    where t.id = event and case fact when 'date' then t.local_date else t.time_zone end is not null) $$;
comment on function guard.follows_first(uuid, uuid, text) is 'Whether an event without a date or zone of its own has one from the first event.';

-- Who moves a time resolves the whole wedding, so whoever may write the day reads all of its times here.
create or replace function app.local_times(wedding uuid) returns table (
  id uuid, kind text, local_date text, time_zone text, start_time text, end_time text, own_date text, own_zone text,
  start_reading text, end_reading text)
language sql stable security definer set search_path = '' as $$
  select * from guard.local_times(wedding) where wedding = any (app.wedding_ids('event', 'write')) $$;
comment on function app.local_times(uuid) is 'Local times of every event, for who may write the day.';

-- What is true of every zone, since the database looks into none: UTC-12 to UTC+14 in quarters of an hour, and clock
-- changes of two hours at most. What is left for a writer to claim wrongly, the resolver's job puts right.
create or replace function guard.behind_utc(local_date date, day_starts_at timestamptz) returns interval language sql immutable
  return day_starts_at - local_date::timestamp at time zone 'UTC';
comment on function guard.behind_utc(date, timestamptz) is 'How long after midnight in UTC a local date begins; negative east of Greenwich.';
create or replace function guard.is_day(local_date text, day_starts_at timestamptz, day_ends_at timestamptz) returns boolean
language sql immutable set search_path = '' as $$
  select day_starts_at is null
    or guard.behind_utc(local_date::date, day_starts_at) between interval '-14 hours' and interval '12 hours'
       and day_ends_at - day_starts_at between interval '28 hours' and interval '32 hours'
       and extract(epoch from day_starts_at)::numeric % 900 = 0 and extract(epoch from day_ends_at)::numeric % 900 = 0 $$;
comment on function guard.is_day(text, timestamptz, timestamptz) is 'Whether a local date could begin, and be over at six the next morning, at these instants in any zone.';
create or replace function guard.is_time_of(day_starts_at timestamptz, shown text, at timestamptz, later interval) returns boolean
language sql stable set search_path = '' as $$
  select at is null
    or at - (day_starts_at + (shown::time - time '00:00') + later) between interval '-2 hours' and interval '2 hours'
       and extract(epoch from at - day_starts_at - (shown::time - time '00:00'))::numeric % 900 = 0 $$;
comment on function guard.is_time_of(timestamptz, text, timestamptz, interval) is 'Whether an instant could show this time on the clock of that day, or so much later.';

-- Local times become instants in one resolver outside the database (A2): the writer states, for every event of the
-- wedding, the local values it resolved and the result. The guard accepts it only for the values that stand now.
create or replace function guard.apply_instants(wedding uuid, instants jsonb) returns void
language plpgsql set search_path = '' as $$
declare
  events bigint;
  matched bigint;
begin
  select count(*) into events from app.wedding_events e where e.wedding_id = wedding and e.delete_batch is null;
  with given as (
    select g.*, e.kind
    from guard.local_times(wedding) b
    join jsonb_to_recordset(instants) as g (
      event_id uuid, local_date text, time_zone text, start_time text, end_time text, start_reading text, end_reading text, zone_data_version text,
      day_starts_at timestamptz, day_ends_at timestamptz, starts_at timestamptz, ends_at timestamptz)
      on g.event_id = b.id
     and (g.local_date, g.time_zone, g.start_time, g.end_time) is not distinct from (b.local_date, b.time_zone, b.start_time, b.end_time)
     and guard.is_day(g.local_date, g.day_starts_at, g.day_ends_at)
     and guard.is_time_of(g.day_starts_at, g.start_time, g.starts_at, '0')
     and guard.is_time_of(g.day_starts_at, g.end_time, g.ends_at,
       case when g.end_time::time <= g.start_time::time then '24 hours'::interval else '0' end)
     -- Nothing that stands is left unresolved: a wedding without its instants would be one without its lock.
     and (g.day_starts_at is null or g.day_ends_at is null) = (b.local_date is null or b.time_zone is null)
     and (g.starts_at is null) = (g.day_starts_at is null or b.start_time is null)
     and (g.ends_at is null) = (g.starts_at is null or b.end_time is null)
    join app.wedding_events e on e.wedding_id = wedding and e.id = g.event_id),
  days as (
    update app.wedding_events e
    set local_date = g.local_date::date, time_zone = g.time_zone, day_starts_at = g.day_starts_at, day_ends_at = g.day_ends_at,
        zone_data_version = g.zone_data_version
    from given g
    where e.wedding_id = wedding and e.id = g.event_id
    returning e.id),
  times as (
    insert into app.event_times as t (wedding_id, event_id, audience, start_time, end_time, start_reading, end_reading, starts_at, ends_at)
    select wedding, g.event_id, d.audience, g.start_time::time, g.end_time::time, g.start_reading, g.end_reading, g.starts_at, g.ends_at
    from given g
    join app.core_field_definitions d on d.fact_key = 'start_time'
     and d.subject = case when g.kind in ('ceremony', 'reception') then g.kind else 'event' end
    on conflict (wedding_id, event_id) do update
      set start_time = excluded.start_time, end_time = excluded.end_time, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
          start_reading = excluded.start_reading, end_reading = excluded.end_reading
    returning t.event_id)
  select count(*) into matched from days;
  if matched <> events then
    raise exception 'the times of this wedding were changed meanwhile' using errcode = 'WS004', detail = '{}';
  end if;
  -- One clock shows one time: in one zone a day begins once, and never more than a clock change apart over the year.
  if exists (select from app.wedding_events a join app.wedding_events b using (wedding_id, time_zone)
             where wedding_id = wedding and a.delete_batch is null and b.delete_batch is null
               and (a.local_date = b.local_date and (a.day_starts_at, a.day_ends_at) <> (b.day_starts_at, b.day_ends_at)
                    or guard.behind_utc(a.local_date, a.day_starts_at) - guard.behind_utc(b.local_date, b.day_starts_at) > interval '2 hours')) then
    raise exception 'two events of one zone do not fit together' using errcode = '23514';
  end if;
  perform guard.move_window(wedding);
end $$;
comment on function guard.apply_instants(uuid, jsonb) is 'Stores the resolved instants of every event of a wedding, if they were resolved from the values that stand now.';

-- A1 over stored instants: from the first event's day (or 12 h before its start) to 06:00 after the last (or 6 h after its end).
create or replace function guard.move_window(wedding uuid) returns void language sql set search_path = '' as $$
  with day as (
    select least(min(e.day_starts_at), min(t.starts_at) - interval '12 hours') as opens_at,
           greatest(max(e.day_ends_at), max(t.ends_at) + interval '6 hours') as closes_at
    from app.wedding_events e
    left join app.event_times t on t.wedding_id = e.wedding_id and t.event_id = e.id
    where e.wedding_id = wedding and e.delete_batch is null),
  first as (
    select e.local_date, e.time_zone from app.wedding_events e
    where e.wedding_id = wedding and e.delete_batch is null order by e.position limit 1),
  listed as (
    update app.connections c set listed_on = coalesce(first.local_date, 'infinity') from first
    where c.wedding_id = wedding and c.listed_on <> coalesce(first.local_date, 'infinity'))
  update app.wedding_shields s   -- a date taken back takes its window along; a range without ends would be for ever
  set active_span = case when day.opens_at is not null and s.status <> 'cancelled' then tstzrange(day.opens_at, day.closes_at) end,
      held_on = first.local_date, time_zone = first.time_zone
  from day cross join first
  where s.wedding_id = wedding;
  select guard.move_chases(wedding) $$;
comment on function guard.move_window(uuid) is 'Recomputes a wedding''s active window, the date by which lists are ordered, and what waits for it.';

-- For a new or restored event, and when new zone data re-resolves what is to come.
create or replace function app.resolve_events(wedding uuid, instants jsonb) returns void
language plpgsql security definer set search_path = '' as $$
begin
  if not wedding = any (app.wedding_ids('event', 'write')) then
    raise exception 'you may not change the events of this wedding' using errcode = '42501';
  end if;
  perform from app.wedding_shields s where s.wedding_id = wedding for no key update;
  perform guard.check_shield(wedding, 'plan');
  perform guard.apply_instants(wedding, instants);
end $$;
comment on function app.resolve_events(uuid, jsonb) is 'Stores what the events of a wedding resolve to, if resolved from the values that stand now.';

-- The resolver's job, for nobody: what is stored for each wedding to come, and its correction. Not refused while a wedding
-- is on: it changes no plan, and a wrong window is what it is for.
create or replace function app.times_to_check(after uuid, most integer) returns table (wedding_id uuid, events jsonb)
language sql stable security definer set search_path = '' set timezone = 'UTC' as $$
  select s.wedding_id, t.events
  from app.wedding_shields s
  cross join lateral (
    select jsonb_agg(jsonb_build_object(
      'id', l.id, 'kind', l.kind, 'own_date', l.own_date, 'own_zone', l.own_zone, 'start_time', l.start_time, 'end_time', l.end_time,
      'start_reading', l.start_reading, 'end_reading', l.end_reading,
      'day_starts_at', e.day_starts_at, 'day_ends_at', e.day_ends_at, 'starts_at', i.starts_at, 'ends_at', i.ends_at) order by e.position) as events
    from guard.local_times(s.wedding_id) l
    join app.wedding_events e on e.wedding_id = s.wedding_id and e.id = l.id
    left join app.event_times i on i.wedding_id = s.wedding_id and i.event_id = l.id) t
  where s.wedding_id > after and upper(s.active_span) > app.clock() - interval '3 days'   -- claimed earlier than it is
  order by s.wedding_id
  limit most $$;
comment on function app.times_to_check(uuid, integer) is 'Local times and stored instants of the weddings to come, by id.';

drop function if exists app.correct_instants(uuid, jsonb);   -- one of an earlier version told nobody
create or replace function app.correct_instants(wedding uuid, instants jsonb) returns uuid
language plpgsql security definer set search_path = '' as $$
declare before app.wedding_shields;
begin
  select * into before from app.wedding_shields s where s.wedding_id = wedding for no key update;
  perform guard.apply_instants(wedding, instants);
  return guard.note_moved(wedding, before.active_span);
end $$;
comment on function app.correct_instants(uuid, jsonb) is 'Stores what the events of a wedding resolve to, whatever was claimed before; the notice to send if that moved its window.';

-- An event that comes, goes or returns changes the window too.
create or replace function guard.event_changed() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if new.delete_batch is not null and old.delete_batch is null
     and new.id = (select e.id from app.wedding_events e where e.wedding_id = new.wedding_id order by e.position limit 1) then
    raise exception 'the first event stays: the others follow its date' using errcode = 'WS002', hint = 'Change its date or rename it instead.';
  end if;
  if (new.delete_batch is null) <> (old.delete_batch is null) then
    -- Not after a confirmation, once it has a day or a place of its own, or an amendment names it: an event less would be
    -- a day less of protection, and what was agreed about it would hang in the air.
    perform guard.check_shield(new.wedding_id, case when exists (
      select from app.core_field_revisions f
      join app.core_field_definitions d on d.key = f.definition_key
      where f.wedding_id = new.wedding_id and f.event_id = new.id and f.is_current and f.value is not null
        and d.field_class = 'A'
      union all
      select from app.amendment_changes c where c.wedding_id = new.wedding_id and c.event_id = new.id) then 'core' else 'plan' end);
    perform guard.move_window(new.wedding_id);
    if new.delete_batch is null then
      perform guard.check_near(new.wedding_id);   -- the wedding may have moved meanwhile
    end if;
    perform guard.recount_completion(new.wedding_id);   -- the questions about a reception go and return with it
  end if;
  return null;
end $$;
comment on function guard.event_changed() is 'Recomputes window and completion when an event is removed or restored; keeps the first.';

-- Recomputed from what is stored: a row whose link or, if not erased, whose commitment does not fit, or that is shown as
-- current and is not the last; and, as a row without a fact, a wedding whose links do not add up to its tally.
create or replace function guard.broken_facts(wedding uuid) returns table (subject_id uuid, fact_key text, revision integer)
language sql stable set search_path = '' set timezone = 'UTC' as $$
  select r.subject_id, r.fact_key, r.revision
  from (select to_jsonb(f) as row, f.hash, f.salt, f.commitment, f.value, f.reason, f.subject_id, f.fact_key, f.revision,
               f.is_current, lag(f.hash) over chain as previous, row_number() over chain as number,
               lead(f.revision) over chain is null as is_last
        from app.core_field_revisions f
        where f.wedding_id = wedding
        window chain as (partition by f.subject_id, f.fact_key order by f.revision)) r
  where r.hash <> guard.fact_link(r.previous, r.row) or r.number <> r.revision or r.is_current <> r.is_last
     or r.salt is not null and r.commitment <> guard.fact_commitment(r.salt, r.value, r.reason)
  union all
  select b.amendment_id, 'amendment', b.link from guard.broken_amendments(wedding) b
  union all
  select wedding, null, null
  from (select count(*) as links, coalesce(bit_xor(guard.link_bits(l.hash)), 0::bit(256)) as tally
        from (select f.hash from app.core_field_revisions f where f.wedding_id = wedding
              union all select l.hash from guard.amendment_rows(wedding) l) l) stored
  left join app.wedding_shields s on s.wedding_id = wedding
  where (stored.links, stored.tally) is distinct from (s.fact_count, s.fact_links) $$;
comment on function guard.broken_facts(uuid) is 'Revisions of a wedding that were altered; one row without a fact when revisions are missing or too many.';

create or replace function app.broken_facts(wedding uuid) returns table (subject_id uuid, fact_key text, revision integer)
language sql stable security definer set search_path = '' as $$
  select * from guard.broken_facts(wedding) where wedding = any (app.wedding_ids('basics', 'read')) $$;
comment on function app.broken_facts(uuid) is 'The same, for who may see the wedding.';

-- The total says less than its parts and more suppliers need it: who reads its audience is given the sum, and no part of it.
create or replace function app.guest_totals(weddings uuid[]) returns table (wedding_id uuid, guests integer)
language sql stable security definer set search_path = '' as $$
  select ours.wedding_id, t.guests
  from (
    select distinct a.wedding_id   -- somebody may see one wedding in two capacities
    from app.wedding_audiences('read') a
    join app.core_field_definitions d on d.key = 'guests_total' and d.audience = a.audience
    where a.wedding_id = any (weddings)) ours
  cross join lateral (
    select sum(f.value::integer)::integer as guests
    from app.core_field_revisions f
    where f.wedding_id = ours.wedding_id and f.subject_id = ours.wedding_id
      and f.fact_key in ('adults', 'children', 'infants') and f.is_current and jsonb_typeof(f.value) = 'number'
    having bool_or(f.fact_key = 'adults')) t $$;
comment on function app.guest_totals(uuid[]) is 'Adults, children and infants together, for who reads the total; no row until the adults are counted.';

-- Removes the values; the chain holds over commitments, and without its salt a commitment tells nothing.
create or replace function app.erase_facts(wedding uuid, keys text[]) returns bigint
language plpgsql security definer set search_path = '' as $$
declare erased bigint;
begin
  perform guard.check_shield(wedding, 'plan');   -- deferred, not refused: the job tries again after the wedding
  update app.amendment_changes c set value = null, salt = null
  where c.wedding_id = wedding and c.fact_key = any (keys) and c.salt is not null;
  update app.core_field_revisions f set value = null, salt = null, reason = null
  where f.wedding_id = wedding and f.fact_key = any (keys) and f.salt is not null;
  get diagnostics erased = row_count;
  perform guard.recount_completion(wedding);
  return erased;
end $$;
comment on function app.erase_facts(uuid, text[]) is 'Erases values, reasons and salts of facts; every chain stays valid.';
grant execute on function app.broken_facts(uuid), app.resolve_events(uuid, jsonb), app.local_times(uuid), app.guest_totals(uuid[])
  to wedsync_app, wedsync_worker;
grant execute on function app.erase_facts(uuid, text[]), app.times_to_check(uuid, integer), app.correct_instants(uuid, jsonb)
  to wedsync_worker;
grant execute on function guard.record_fact(), guard.near_enough(), guard.fact_recorded(), guard.event_changed() to wedsync_owner;
reset role;
