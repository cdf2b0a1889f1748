-- When a wedding is over. Its window is stored with its events; its end follows from the day log, and nobody writes it down.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- A4: while something happened in the last 60 minutes the wedding is still on, for 12 hours at most. By the clock of the
-- house, not of a telephone. Each step leaps to the last entry before the end so far, so an evening takes a few.
create or replace function guard.runs_until(wedding uuid, span tstzrange) returns timestamptz
language plpgsql stable set search_path = '' as $$
declare
  quiet constant interval := '60 minutes';
  latest constant timestamptz := upper(span) + interval '12 hours';
  ends_at timestamptz := upper(span);
  last_at timestamptz;
begin
  while ends_at < latest loop
    select max(l.recorded_at) into last_at from app.day_log l
    where l.wedding_id = wedding and l.recorded_at > ends_at - quiet and l.recorded_at < ends_at;
    exit when last_at is null;
    ends_at := last_at + quiet;
  end loop;
  return least(ends_at, latest);
end $$;
comment on function guard.runs_until(uuid, tstzrange) is 'When a wedding ends by itself: with its window, or an hour after the last entry of its evening.';

create or replace function guard.last_begins_at(wedding uuid) returns timestamptz language sql stable set search_path = '' as $$
  select max(greatest(e.day_starts_at, t.starts_at))
  from app.wedding_events e
  left join app.event_times t on t.wedding_id = e.wedding_id and t.event_id = e.id
  where e.wedding_id = wedding and e.delete_batch is null $$;
comment on function guard.last_begins_at(uuid) is 'When the last event begins; one without a time, with its day.';

-- How long before its window a wedding is read-only: a partner's word, and a plan, so a running lock is not shortened.
create or replace function app.set_lead(wedding uuid, hours integer) returns void
language plpgsql security definer set search_path = '' as $$
declare
  shield app.wedding_shields;
  salt bytea := uuid_send(gen_random_uuid());
  before jsonb;
begin
  if app.chosen_supplier() is not null
     or not exists (select from app.wedding_members m
                    where m.wedding_id = wedding and m.person_id = app.actor_id() and m.role = 'partner' and m.left_at is null) then
    raise exception 'only a partner says how long before the wedding plans are read-only' using errcode = '42501';
  end if;
  select * into shield from app.wedding_shields s where s.wedding_id = wedding for no key update;
  perform guard.check_shield(wedding, 'plan');
  update app.wedding_shields s set lock_lead_hours = hours where s.wedding_id = wedding;
  -- The rest of a shield follows from facts, which keep their own history.
  before := jsonb_build_object('lock_lead_hours', shield.lock_lead_hours);
  insert into app.audit_events (scope_id, table_name, row_id, operation, before, salt, commitment)
  values (wedding, 'wedding_shields', shield.id, 'update', before, salt, guard.commitment(salt, before));
end $$;
comment on function app.set_lead(uuid, integer) is 'Sets how many hours before its window a wedding is read-only (0 to 48).';

-- The one recorded exception to "there is no unlock" (I6). A closing counts while it is the last word about the day, and only
-- if the last event had begun: an event that is added later, or a new date, takes it back by itself.
create or replace function guard.closed_at(wedding uuid) returns timestamptz language sql stable set search_path = '' as $$
  select l.recorded_at
  from (
    select d.kind, d.recorded_at from app.day_log d
    where d.wedding_id = wedding and d.kind in ('closed', 'reopened')
    order by d.recorded_at desc limit 1) l
  where l.kind = 'closed' and l.recorded_at >= guard.last_begins_at(wedding) $$;
comment on function guard.closed_at(uuid) is 'When the coordinator closed the day early; null when nobody did, or it was reopened.';

create or replace function guard.opens_at(wedding uuid, span tstzrange) returns timestamptz language sql stable set search_path = '' as $$
  select least(guard.runs_until(wedding, span), guard.closed_at(wedding)) $$;
comment on function guard.opens_at(uuid, tstzrange) is 'When plans open again, as the day log stands now.';

create or replace function app.opens_at(wedding uuid) returns timestamptz
language sql stable security definer set search_path = '' as $$
  select guard.opens_at(s.wedding_id, s.active_span) from app.wedding_shields s
  where s.wedding_id = wedding and s.wedding_id = any ((select app.wedding_ids('basics', 'read'))::uuid[]) $$;
comment on function app.opens_at(uuid) is 'The same, for who may see the wedding. Ask it only near the day (guard.is_near).';

-- The coordinator alone says that the day is over, or that it is not. Such a word takes the shield: a plan that is being
-- written has landed before it, or comes after it and sees it.
create or replace function guard.check_closing(wedding uuid, word text) returns void
language plpgsql set search_path = '' as $$   -- called only by definers of this schema
declare
  shield app.wedding_shields;
  closed_at timestamptz;
begin
  if app.chosen_supplier() is not null
     or not exists (select from app.wedding_members m where m.wedding_id = wedding and m.person_id = app.actor_id()
                      and m.role = 'coordinator' and m.left_at is null) then
    raise exception 'only the coordinator closes the day, or reopens it' using errcode = '42501';
  end if;
  select * into shield from app.wedding_shields s where s.wedding_id = wedding for no key update;
  closed_at := guard.closed_at(wedding);
  if word = 'closed' then
    if guard.unlocks_at(wedding, shield.active_span, shield.lock_lead_hours, app.clock()) is null then
      raise exception 'this wedding is not on, so there is nothing to close' using errcode = 'WS002';
    elsif app.clock() < guard.last_begins_at(wedding) then
      raise exception 'the last event has not begun yet' using errcode = 'WS002';
    end if;
  elsif closed_at is null then
    raise exception 'nobody has closed this day' using errcode = 'WS002';
  elsif app.clock() >= closed_at + interval '6 hours' then
    raise exception 'a day is reopened within 6 hours of its closing only' using errcode = 'WS002';
  elsif app.clock() >= guard.runs_until(wedding, shield.active_span) then
    raise exception 'the wedding would be over by now' using errcode = 'WS002';
  end if;
end $$;
comment on function guard.check_closing(uuid, text) is 'Refuses to close or reopen a day for who may not, or when it may not be.';

create or replace function app.check_closing(wedding uuid, word text) returns void
language sql security definer set search_path = '' as $$ select guard.check_closing(wedding, word) $$;
comment on function app.check_closing(uuid, text) is 'Refuses now what would be refused once it was confirmed.';

-- R5: an entry says when its device thinks it was made; the house decides. Nothing made in time is refused because it comes
-- late, up to 72 hours; a device whose clock is wrong loses its say, not its entry.
create or replace function guard.record_entry() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  shield app.wedding_shields;
  opens_at timestamptz;
  ends_at timestamptz;
begin
  -- The policy says this too, but after us: a stranger must not learn from what we refuse.
  if not new.wedding_id = any (app.wedding_ids('day', 'write')) then
    raise exception 'you may not write into this day log' using errcode = '42501';
  end if;
  if new.kind in ('closed', 'reopened') then
    perform guard.check_closing(new.wedding_id, new.kind);
  end if;
  select * into shield from app.wedding_shields s where s.wedding_id = new.wedding_id;
  new.recorded_at := app.clock();
  new.actor_id := app.actor_id();
  new.actor_supplier_id := app.chosen_supplier();
  opens_at := guard.locks_at(shield.active_span, shield.lock_lead_hours) - interval '48 hours';
  ends_at := guard.runs_until(new.wedding_id, shield.active_span);
  new.happened_at := case
    when new.device_at between greatest(opens_at, new.recorded_at - interval '72 hours') and new.recorded_at then new.device_at
    else new.recorded_at end;
  if opens_at is null then
    raise exception 'the day log opens 48 hours before the wedding, which has no date yet' using errcode = 'WS002';
  elsif new.recorded_at < opens_at then
    raise exception 'the day log opens 48 hours before the wedding' using errcode = 'WS002';
  elsif new.happened_at >= ends_at then
    raise exception 'the day is over: the log takes what happened before its end, for 72 hours' using errcode = 'WS002';
  elsif new.actor_supplier_id <> new.arrived_supplier_id then
    raise exception 'a supplier says only of itself that it is here' using errcode = '42501';
  end if;
  new.salt := uuid_send(gen_random_uuid());
  new.commitment := guard.commitment(new.salt, to_jsonb(new.text));
  return new;
end $$;
comment on function guard.record_entry() is 'Stamps an entry with who, when and its commitment; refuses what is too early, too late or not theirs.';

-- Notices, for the worker. Each is taken once: its key says of which beginning, so that a date that moves is told of again.
create or replace function guard.note_moved(wedding uuid, earlier tstzrange) returns uuid language plpgsql set search_path = '' as $$
declare notice uuid;
begin
  insert into app.window_notices (wedding_id, kind, locks_at, opens_at, was_locks_at, was_opens_at, created_at)
  select s.wedding_id, 'moved', guard.locks_at(s.active_span, s.lock_lead_hours), upper(s.active_span),
    guard.locks_at(earlier, s.lock_lead_hours), upper(earlier), app.clock()
  from app.wedding_shields s
  where s.wedding_id = wedding and s.active_span <> earlier and upper(s.active_span) > app.clock()
  returning id into notice;
  return notice;
end $$;
comment on function guard.note_moved(uuid, tstzrange) is 'Notes that a wedding''s window is no longer this earlier one; null when it is, or over.';

-- Of every wedding that will lock: one that is postponed has hours as soon as it has a new day, one that is cancelled has none.
-- One that would come more than a day late, or after the fact, is skipped: it is on record that nobody got it.
create or replace function app.take_notices(most integer) returns table (id uuid, wedding_id uuid, kind text, was_skipped boolean)
language sql security definer set search_path = '' as $$
  with now as materialized (select app.clock() as at),
  coming as (
    select s.wedding_id, guard.locks_at(s.active_span, s.lock_lead_hours) as locks_at, upper(s.active_span) as opens_at
    from app.wedding_shields s, now
    where lower(s.active_span) > now.at and lower(s.active_span) < now.at + interval '96 hours')
  insert into app.window_notices as n (wedding_id, kind, locks_at, opens_at, was_skipped, created_at)
  select c.wedding_id, k.kind, c.locks_at, c.opens_at, c.locks_at - k.before + interval '24 hours' < now.at, now.at
  from coming c, now, (values ('two_days', interval '48 hours'), ('one_day', interval '24 hours')) k (kind, before)
  where c.locks_at > now.at and c.locks_at - k.before <= now.at
    and not exists (select from app.window_notices x
                    where x.wedding_id = c.wedding_id and x.kind = k.kind and x.locks_at = c.locks_at)
  order by c.locks_at
  limit most
  on conflict do nothing
  returning n.id, n.wedding_id, n.kind, n.was_skipped $$;
comment on function app.take_notices(integer) is 'Takes the notices that are due now, each once.';

-- Couple, coordinator and everybody who works at the wedding. What is no longer so is told nobody.
create or replace function app.notice_recipients(notice uuid) returns table (
  person_id uuid, supplier_id uuid, email text, name text, title text, wedding_id uuid, kind text, zone text,
  locks_at timestamptz, opens_at timestamptz, was_locks_at timestamptz, was_opens_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select distinct on (p.id) p.id, ours.supplier_id, p.email, p.name, w.title, n.wedding_id, n.kind, s.time_zone,
    n.locks_at, n.opens_at, n.was_locks_at, n.was_opens_at
  from app.window_notices n
  join app.weddings w on w.id = n.wedding_id
  join app.wedding_shields s on s.wedding_id = n.wedding_id
   and guard.locks_at(s.active_span, s.lock_lead_hours) = n.locks_at and upper(s.active_span) = n.opens_at
  cross join lateral (
    select m.person_id, null::uuid as supplier_id from app.wedding_members m
    where m.wedding_id = n.wedding_id and m.left_at is null and m.role in ('partner', 'coordinator')
    union all
    select m.person_id, c.supplier_id from app.connections c
    join app.supplier_members m on m.supplier_id = c.supplier_id and m.left_at is null
    where c.wedding_id = n.wedding_id and c.status = 'connected') ours
  join app.people p on p.id = ours.person_id
  where n.id = notice and not n.was_skipped and (n.kind = 'moved' or n.locks_at > app.clock())
  order by p.id, ours.supplier_id nulls first $$;
comment on function app.notice_recipients(uuid) is 'Who gets a notice, once each, and what it says; nobody when it is no longer so.';

grant execute on function app.take_notices(integer), app.notice_recipients(uuid) to wedsync_worker;
grant execute on function app.set_lead(uuid, integer), app.opens_at(uuid), app.check_closing(uuid, text) to wedsync_app, wedsync_worker;
grant execute on function guard.record_entry() to wedsync_owner;
reset role;
