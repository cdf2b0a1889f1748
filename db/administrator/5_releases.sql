-- Who runs the installation, and what lets a release through a freeze.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- An operator acts as themselves: for a business, or at a chosen wedding, they are what everybody else would be there.
create or replace function app.operator_role() returns text
language sql stable parallel safe security definer set search_path = '' as $$
  select o.role from app.operators o
  where o.person_id = app.actor_id() and o.left_at is null
    and app.chosen_supplier() is null and app.chosen_weddings() is null and app.key_id() is null $$;
comment on function app.operator_role() is 'What the actor is in running the installation; null for everybody else, and while they act for a business or at a wedding.';

create or replace function app.operator_standing(operator uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operator_role', app.operator_role())
  where operator = app.actor_id() and app.operator_role() is not null $$;
comment on function app.operator_standing(uuid) is 'What the actor is towards the installation itself; null when they do not run it.';

-- Only of those who may still say so: an approval does not outlive the role it was given in.
create or replace function guard.approved_by(override uuid) returns uuid[] language sql stable set search_path = '' as $$
  select coalesce(array_agg(a.person_id), '{}')
  from app.protection_approvals a
  join app.operators p on p.person_id = a.person_id and p.left_at is null and p.role in ('super_admin', 'developer', 'ops')
  where a.override_id = override $$;
comment on function guard.approved_by(uuid) is 'Who let an override pass and still has a say.';

-- Two people beside the author, one of whom leads the incident (F6); two for a change between events (F3), where there is
-- none; for the return to the image before, one (F5).
create or replace function guard.lets_pass(override uuid) returns boolean language sql stable set search_path = '' as $$
  select case o.kind when 'rollback' then cardinality(b.people) >= 1
                     when 'gap' then cardinality(b.people) >= 2
                     else cardinality(b.people) >= 2 and o.commander_id = any (b.people) end
    and not exists (select from app.protection_refusals r where r.override_id = o.id)
  from app.protection_overrides o cross join lateral guard.approved_by(o.id) b (people)
  where o.id = override $$;
comment on function guard.lets_pass(uuid) is 'Whether enough people let an override pass, and nobody refused it.';

create or replace function app.is_approved(override uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select guard.lets_pass(override) where app.operator_role() is not null $$;
comment on function app.is_approved(uuid) is 'The same, for operators; null for who is none.';

-- Whom it waits for. Once the other approval is there, whoever leads the incident alone.
create or replace function guard.waiting() returns table (kind text, about uuid, person_id uuid)
language sql stable set search_path = '' as $$
  select 'override', o.id, p.person_id
  from app.protection_overrides o
  cross join lateral guard.approved_by(o.id) b (people)
  join app.operators p on p.left_at is null and p.role in ('super_admin', 'developer', 'ops') and p.person_id <> o.person_id
   and p.person_id <> all (b.people)
   and (o.commander_id is null or p.person_id = o.commander_id or cardinality(array_remove(b.people, o.commander_id)) = 0)
  where o.window_ends_at > (select app.clock()) and guard.lets_pass(o.id) is not true
    and not exists (select from app.protection_redemptions r where r.override_id = o.id)
    and not exists (select from app.protection_refusals r where r.override_id = o.id)
  union all
  select 'emergency', e.amendment_id, p.person_id
  from guard.emergencies() e
  join app.operators p on p.left_at is null and p.role in ('super_admin', 'support')
  where not exists (select from guard.approvals(e.wedding_id, e.amendment_id) a where a.party = 'support') $$;
comment on function guard.waiting() is 'What waits for an operator''s yes, and for whose.';

create or replace function app.overrides_waiting() returns bigint
language sql stable security definer set search_path = '' as $$
  select count(distinct w.about) from guard.waiting() w where w.kind = 'override' $$;
comment on function app.overrides_waiting() is 'How many overrides wait for an operator''s yes. A count, of nobody.';
grant execute on function app.overrides_waiting() to wedsync_worker;

create or replace function app.summon(every interval, most integer) returns table (id uuid)
language sql security definer set search_path = '' as $$
  with waiting as materialized (select w.kind, w.about, w.person_id from guard.waiting() w),
  due as (
    select w.about, (coalesce(max(s.turn), 0) + 1)::smallint as turn
    from (select distinct w.about from waiting w) w
    left join app.summons s on s.about = w.about
    group by w.about
    having coalesce(max(s.turn), 0) < most and coalesce(max(s.created_at), '-infinity') <= app.clock() - every)
  insert into app.summons as s (person_id, about, turn, kind, created_at)
  select w.person_id, w.about, d.turn, w.kind, app.clock() from waiting w join due d using (about)
  on conflict do nothing
  returning s.id $$;
comment on function app.summon(interval, integer) is 'Takes the letters that are due now, each once: of everything that waits, at most so often and so many times.';

create or replace function app.summons_letter(summons uuid) returns table (
  email text, name text, zone text, kind text, about uuid, incident text, author text, is_lead boolean, until timestamptz)
language sql stable security definer set search_path = '' as $$
  select p.email, me.display_name, p.zone, s.kind, s.about, o.incident, author.display_name, o.commander_id = s.person_id, o.window_ends_at
  from app.summons s
  join guard.waiting() w on w.about = s.about and w.person_id = s.person_id
  join app.people p on p.id = s.person_id
  join app.operators me on me.person_id = s.person_id
  left join app.protection_overrides o on o.id = s.about
  left join app.operators author on author.person_id = o.person_id
  where s.id = summons $$;
comment on function app.summons_letter(uuid) is 'What one of them says; nothing once it waits for this person no longer.';
grant execute on function app.summon(interval, integer), app.summons_letter(uuid) to wedsync_worker;

-- One of the two gets it, whoever comes first: the other waits here, and then sees it.
create or replace function guard.await_override(override uuid) returns void language sql volatile set search_path = '' as $$
  select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('app.protection_overrides ' || override, 0)) $$;
comment on function guard.await_override(uuid) is 'Lets use and refusal of an override take turns.';

create or replace function guard.refused() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform guard.await_override(new.override_id);
  if exists (select from app.protection_redemptions r where r.override_id = new.override_id) then
    raise exception 'this override was used already' using errcode = 'WS002', hint = 'Review it.';
  end if;
  return new;
end $$;
comment on function guard.refused() is 'An override is refused only as long as it was not used.';
grant execute on function guard.refused() to wedsync_owner;

create or replace function guard.redeemed() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  asked app.protection_overrides;
begin
  perform guard.await_override(new.override_id);
  select * into asked from app.protection_overrides o where o.person_id = new.author_id and o.id = new.override_id;
  if not found then
    raise exception 'there is no such override' using errcode = '23503';
  elsif exists (select from app.protection_refusals r where r.override_id = asked.id) then
    raise exception 'this override was refused or taken back' using errcode = 'WS002', hint = 'Ask for another.';
  elsif app.is_approved(asked.id) is distinct from true then
    raise exception 'this override is not approved yet' using errcode = 'WS002';
  elsif app.clock() >= asked.window_ends_at then
    raise exception 'the window of this override is over' using errcode = 'WS002', hint = 'Ask for another.';
  elsif asked.kind = 'gap' and app.events_until() is not null then
    raise exception 'an event is on until %, and this waits until none is', app.events_until() using errcode = 'WS002';
  elsif (asked.kind = 'gap') <> (new.review_due_on is null) then
    raise exception 'what passes a freeze is reviewed' using errcode = '23514';
  end if;
  return new;
end $$;
comment on function guard.redeemed() is 'An override is used only once it is approved, and only in its window; a change between events while none is on.';
grant execute on function guard.redeemed() to wedsync_owner;

-- On Mondays an hour passes between two releases (F8). They take turns here: of two that begin at once the second waits for
-- the first to land, and then sees it.
create or replace function guard.spaced() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('app.deployments', 0));
  if new.is_spaced and exists (select from app.deployments d where d.created_at > app.clock() - interval '1 hour') then
    raise exception 'on Mondays an hour passes between two releases' using errcode = 'WS002';
  end if;
  return new;
end $$;
comment on function guard.spaced() is 'One release an hour where one has to be spaced; one after the other in any case.';

-- One approval is enough to return, so only to what ran: anything else called a return would be a release by two people.
create or replace function guard.returns() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  runs text := (select d.image_digest from app.deployments d order by d.created_at desc limit 1);
  ran text := (select d.image_digest from app.deployments d where d.image_digest <> runs order by d.created_at desc limit 1);
begin
  if new.image_digest is distinct from ran then
    raise exception 'that is not the image that ran before this one' using errcode = 'WS002';
  end if;
  return new;
end $$;
comment on function guard.returns() is 'A rollback returns to the image that ran before, as the record of releases says.';
grant execute on function guard.spaced(), guard.returns() to wedsync_owner;

-- What may be released while somebody marries (F3). A count and an instant, of nobody: everybody's promise rests on it.
create or replace function app.weddings_on() returns table (active bigint, until timestamptz)
language sql stable security definer set search_path = '' as $$
  select count(*), max(o.until)
  from (
    select guard.unlocks_at(s.wedding_id, s.active_span, 0, app.clock()) as until
    from app.wedding_shields s
    where s.active_span && tstzrange((select app.clock()) - interval '12 hours', (select app.clock()), '[]')) o
  where o.until is not null $$;
comment on function app.weddings_on() is 'How many weddings are on at this instant, without their lead, and until when at the earliest.';
grant execute on function app.weddings_on() to wedsync_app, wedsync_worker, wedsync_migrator;

-- Event hours (F3), of the weddings that are on: from each event's start to its end, and for as long after as somebody wrote
-- into the day log in the last 60 minutes. They begin 90 minutes early: what starts must have landed and baked by then (F4). What nobody has told counts as on: an event without a start from the first instant
-- of its day, one without an end until the next one begins, or until 06:00.
create or replace function app.events_until() returns timestamptz
language sql stable security definer set search_path = '' as $$
  with now as materialized (select app.clock() as at),
  event as (
    select e.wedding_id, e.day_ends_at, t.ends_at, coalesce(t.starts_at, e.day_starts_at) as begins_at
    from now
    join app.wedding_shields s on s.active_span && tstzrange((select at from now) - interval '12 hours', (select at from now), '[]')
     and guard.unlocks_at(s.wedding_id, s.active_span, 0, now.at) is not null
    join app.wedding_events e on e.wedding_id = s.wedding_id and e.delete_batch is null
    left join app.event_times t on t.wedding_id = e.wedding_id and t.event_id = e.id),
  hours as (
    select e.wedding_id, e.begins_at,
      coalesce(e.ends_at, least(lead(e.begins_at) over (partition by e.wedding_id order by e.begins_at), e.day_ends_at)) as ends_at
    from event e)
  select max(greatest(h.ends_at, l.last_at + interval '60 minutes'))
  from now
  join hours h on now.at >= h.begins_at - interval '90 minutes'
  cross join lateral (
    select max(d.recorded_at) as last_at from app.day_log d
    where d.wedding_id = h.wedding_id and d.recorded_at > now.at - interval '60 minutes' and d.recorded_at >= h.begins_at) l
  where now.at < greatest(h.ends_at, l.last_at + interval '60 minutes') $$;
comment on function app.events_until() is 'Until when an event is on at this instant or within 90 minutes, the last of those that are; null while none is. Nobody''s.';
grant execute on function app.events_until() to wedsync_app, wedsync_worker;

grant execute on function app.operator_role(), app.is_approved(uuid), app.operator_standing(uuid) to wedsync_app, wedsync_worker, wedsync_owner;
reset role;
