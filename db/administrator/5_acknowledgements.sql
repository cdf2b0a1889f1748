-- Who has seen which revision of a fact, what is still to be seen, and reminding of it. Every number of it stands here.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- Which suppliers read what of a wedding, by its grants as they stand: what app.wedding_audiences says of one actor.
create or replace function guard.readers(wedding uuid) returns table (supplier_id uuid, audience text)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query select c.supplier_id, a.audience
  from app.connections c
  join app.connection_grants g on g.wedding_id = c.wedding_id and g.supplier_id = c.supplier_id and g.revoked_at is null
  join app.audiences a on a.area = g.area and (g.level = 'everything' or a.supplier_types && array['any', c.service])
  where c.wedding_id = wedding and c.status = 'connected';
end $$;
comment on function guard.readers(uuid) is 'Pairs of connected supplier and audience that it reads of a wedding.';

-- After how many hours a business is reminded; with the last reminder the couple is told. Amendments go by the same hours.
create or replace function guard.chase_hours(is_near boolean) returns integer[] language sql immutable
  return case when is_near then array[2, 12, 24] else array[24, 72] end;
comment on function guard.chase_hours(boolean) is 'Hours after which reminders go out: as a rule, and in the last week before a wedding.';

create or replace function guard.is_week_before(span tstzrange, at timestamptz) returns boolean language sql stable
  return at > lower(span) - interval '7 days';
comment on function guard.is_week_before(tstzrange, timestamptz) is 'Whether an instant is within the last week before a wedding, or after that.';

-- Never after the wedding, and none while it has no day. When the last week begins, what is unseen then is told once more.
create or replace function guard.chase_due(span tstzrange, changed_at timestamptz, sent integer) returns timestamptz
language sql stable as $$
  select d.due_at
  from (select least(
    changed_at + make_interval(hours => (guard.chase_hours(false))[sent + 1]),
    greatest(lower(span) - interval '7 days', changed_at + make_interval(hours => h.hours))) as due_at
    from (select (guard.chase_hours(true))[sent + 1] as hours) h
    where h.hours is not null) d
  where d.due_at < upper(span) $$;
comment on function guard.chase_due(tstzrange, timestamptz, integer) is 'When the next reminder of a change goes out after so many; null when none does.';

-- Follows a revision. Who wrote it has seen it; every other supplier that may read it now has not.
create or replace function guard.note_change() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if not exists (select from app.core_field_definitions d where d.key = new.definition_key and d.is_acknowledged) then
    return null;
  end if;
  if new.actor_supplier_id is not null then
    insert into app.acknowledgements (wedding_id, supplier_id, subject_id, fact_key, revision, person_id, seen_at)
    values (new.wedding_id, new.actor_supplier_id, new.subject_id, new.fact_key, new.revision, new.actor_id, new.written_at)
    on conflict do nothing;
  end if;
  -- Held until commit: a grant or connection that ends meanwhile waits for us, and then takes these rows along.
  perform from app.connections c where c.wedding_id = new.wedding_id and c.status = 'connected' order by c.supplier_id for share;
  perform from app.connection_grants g where g.wedding_id = new.wedding_id and g.revoked_at is null order by g.supplier_id, g.area for share;
  insert into app.unseen_changes (wedding_id, supplier_id, subject_id, fact_key, revision, changed_at, due_at)
  select new.wedding_id, r.supplier_id, new.subject_id, new.fact_key, new.revision, new.written_at,
    -- What an amendment changed is asked about by the amendment, at the same hours: one letter, not two.
    case when new.amendment_id is null then guard.chase_due(s.active_span, new.written_at, 0) end
  from guard.readers(new.wedding_id) r
  join app.wedding_shields s on s.wedding_id = new.wedding_id
  where r.audience = new.audience and r.supplier_id is distinct from new.actor_supplier_id
  on conflict (wedding_id, supplier_id, subject_id, fact_key) do update
    set revision = excluded.revision, changed_at = excluded.changed_at, due_at = excluded.due_at,
        step = 0, chased_at = null, told_at = null;
  return null;
end $$;
comment on function guard.note_change() is 'Notes for every supplier that reads a new revision that it has not seen it; for its writer, that it has.';

-- Follows acknowledgements. Only what their business reads, of what is kept at all, is theirs to have seen.
create or replace function guard.acknowledged() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  if exists (
    select from seen s
    join app.core_field_revisions f
      on f.wedding_id = s.wedding_id and f.subject_id = s.subject_id and f.fact_key = s.fact_key and f.revision = s.revision
    join app.core_field_definitions d on d.key = f.definition_key
    left join app.wedding_audiences('read') a on a.wedding_id = f.wedding_id and a.audience = f.audience
    where not d.is_acknowledged or a.audience is null) then
    raise exception 'what your business does not read, or nobody is asked to have seen, cannot be acknowledged' using errcode = '42501';
  end if;
  delete from app.unseen_changes u using seen s
  where u.wedding_id = s.wedding_id and u.supplier_id = s.supplier_id and u.subject_id = s.subject_id
    and u.fact_key = s.fact_key and u.revision <= s.revision;
  return null;
end $$;
comment on function guard.acknowledged() is 'Refuses to have seen what one may not read; what is seen is outstanding no more.';

create or replace function guard.forget_unseen() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  delete from app.unseen_changes u using app.core_field_revisions f
  where u.wedding_id = new.wedding_id and u.supplier_id = new.supplier_id
    and f.wedding_id = u.wedding_id and f.subject_id = u.subject_id and f.fact_key = u.fact_key and f.revision = u.revision
    and not exists (select from guard.readers(new.wedding_id) r where r.supplier_id = u.supplier_id and r.audience = f.audience);
  return null;
end $$;
comment on function guard.forget_unseen() is 'Nobody is asked to look at what they are not shown any more.';

-- A day that moves takes its reminders along; an event that was removed asks nobody for anything until it is back.
create or replace function guard.move_chases(wedding uuid) returns void language sql set search_path = '' as $$
  update app.unseen_changes u set due_at = m.due_at
  from (
    select x.supplier_id, x.subject_id, x.fact_key,
      case when f.amendment_id is null and e.delete_batch is null then guard.chase_due(s.active_span, x.changed_at, x.step) end as due_at
    from app.unseen_changes x
    join app.wedding_shields s on s.wedding_id = x.wedding_id
    join app.core_field_revisions f
      on f.wedding_id = x.wedding_id and f.subject_id = x.subject_id and f.fact_key = x.fact_key and f.revision = x.revision
    left join app.wedding_events e on e.wedding_id = f.wedding_id and e.id = f.event_id
    where x.wedding_id = wedding) m
  where u.wedding_id = wedding and u.supplier_id = m.supplier_id and u.subject_id = m.subject_id and u.fact_key = m.fact_key
    and u.due_at is distinct from m.due_at $$;
comment on function guard.move_chases(uuid) is 'Recomputes when reminders of a wedding''s changes go out.';

-- Where every supplier stands towards every fact that it reads: for those who belong to the wedding, and for a supplier
-- itself. Names revisions, no values: those are read under the reader's own rights.
create or replace function app.sightings(wedding uuid) returns table (
  supplier_id uuid, subject_id uuid, fact_key text, revision integer, seen_revision integer, seen_at timestamptz, person_id uuid,
  is_change boolean, told_at timestamptz)
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query select r.supplier_id, f.subject_id, f.fact_key, f.revision, k.revision, k.seen_at, k.person_id, u.id is not null, u.told_at
  from app.core_field_revisions f
  join app.core_field_definitions d on d.key = f.definition_key and d.is_acknowledged
  join guard.readers(wedding) r on r.audience = f.audience
  left join app.wedding_events e on e.wedding_id = f.wedding_id and e.id = f.event_id
  left join lateral (
    select k.revision, k.seen_at, k.person_id from app.acknowledgements k
    where k.wedding_id = wedding and k.supplier_id = r.supplier_id and k.subject_id = f.subject_id and k.fact_key = f.fact_key
    order by k.revision desc limit 1) k on true
  left join app.unseen_changes u
    on u.wedding_id = wedding and u.supplier_id = r.supplier_id and u.subject_id = f.subject_id and u.fact_key = f.fact_key
  where f.wedding_id = wedding and f.is_current and e.delete_batch is null
    and ((select wedding = any (app.own_wedding_ids()))
         or r.supplier_id = app.chosen_supplier() and (select wedding = any (app.wedding_ids('basics', 'read'))));
end $$;
comment on function app.sightings(uuid) is 'Which revision of each fact each supplier that reads it saw last, for who may know.';

-- Takes what is due: each reminder once, however many look at the same time. Who is written to is told once a look, about
-- all of it; `is_urgent` where it is about the last week before a wedding. Hours that went by unnoticed are one letter.
create or replace function app.chase_unseen(most integer, out changes integer, out people json)
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  at timestamptz := app.clock();
begin
  with due as (
    select u.wedding_id, u.supplier_id, u.subject_id, u.fact_key, u.changed_at, u.step, s.active_span,
      guard.is_week_before(s.active_span, at) as is_near
    from app.unseen_changes u
    join app.wedding_shields s on s.wedding_id = u.wedding_id
    where u.due_at <= at
    order by u.due_at
    limit most
    for update of u skip locked),
  counted as (
    select d.*, at < upper(d.active_span) as is_ahead, cardinality(guard.chase_hours(d.is_near)) as steps,
      greatest(d.step + 1, (
        select count(*) from unnest(guard.chase_hours(d.is_near)) h where d.changed_at + make_interval(hours => h) <= at))::smallint as next_step
    from due d),
  taken as (
    update app.unseen_changes u
    set step = c.next_step, chased_at = at, told_at = case when c.is_ahead and c.next_step >= c.steps then at else u.told_at end,
        due_at = case when c.is_ahead then guard.chase_due(c.active_span, c.changed_at, c.next_step) end
    from counted c
    where u.wedding_id = c.wedding_id and u.supplier_id = c.supplier_id and u.subject_id = c.subject_id and u.fact_key = c.fact_key
    returning c.wedding_id, c.supplier_id, c.is_ahead, c.is_near, c.next_step >= c.steps as is_last),
  told as (
    select m.person_id, bool_or(t.is_near) as is_urgent
    from taken t
    cross join lateral (
      select s.person_id from app.supplier_members s
      where s.supplier_id = t.supplier_id and s.left_at is null and s.role <> 'viewer'
      union all
      select w.person_id from app.wedding_members w
      where t.is_last and w.wedding_id = t.wedding_id and w.left_at is null and w.role = 'partner') m
    where t.is_ahead
    group by m.person_id),
  opened as (
    insert into app.reminders as o (person_id, opened_at)
    select t.person_id, at from told t order by t.person_id
    on conflict (person_id) where letter_id is null do update set letter_id = null
    returning o.person_id, o.id)
  select (select count(*) from taken), coalesce((
    select json_agg(json_build_object('person_id', o.person_id, 'reminder_id', o.id, 'zone', p.zone, 'is_urgent', t.is_urgent,
      'quiet', case when h.quiet_from is not null and 'reminders' <> all (h.daily)
        then json_build_object('start', h.quiet_from, 'end', h.quiet_until) end))
    from opened o
    join told t on t.person_id = o.person_id
    join app.people p on p.id = o.person_id
    cross join lateral guard.letter_settings(p.id) h), '[]')
  into changes, people;
end $$;
comment on function app.chase_unseen(integer) is 'Takes the reminders that are due now, and names whom to write to.';

-- One letter: what somebody's businesses still have not seen of what was due since it was opened, and, for a couple, which
-- of its suppliers. Taken by one job; that job may ask again.
create or replace function app.take_reminder(person uuid, reminder uuid, letter uuid)
returns table (email text, name text, wedding_id uuid, title text, supplier_id uuid, supplier text, is_own boolean, changes integer)
language plpgsql security definer set search_path = '' as $$
declare
  taken app.reminders;
begin
  update app.reminders r set letter_id = letter, taken_at = coalesce(r.taken_at, app.clock())
  where r.person_id = person and r.id = reminder and coalesce(r.letter_id, letter) = letter
  returning * into taken;
  if not found then
    return;
  end if;
  return query
  select p.email, p.name, w.id, w.title, b.id, b.name, u.is_own, u.changes
  from (
    select c.wedding_id, c.supplier_id, true as is_own, count(*)::integer as changes
    from app.supplier_members s
    join app.unseen_changes c on c.supplier_id = s.supplier_id and c.chased_at between taken.opened_at and taken.taken_at
    where s.person_id = person and s.left_at is null and s.role <> 'viewer'
    group by c.wedding_id, c.supplier_id
    union all
    select c.wedding_id, c.supplier_id, false, count(*)::integer
    from app.wedding_members m
    join app.unseen_changes c on c.wedding_id = m.wedding_id and c.told_at between taken.opened_at and taken.taken_at
    where m.person_id = person and m.left_at is null and m.role = 'partner'
    group by c.wedding_id, c.supplier_id) u
  join app.wedding_shields s on s.wedding_id = u.wedding_id and app.clock() < upper(s.active_span)
  join app.weddings w on w.id = u.wedding_id
  join app.suppliers b on b.id = u.supplier_id
  join app.people p on p.id = person
  order by u.is_own desc, s.held_on, w.id, b.id
  limit 50;
end $$;
comment on function app.take_reminder(uuid, uuid, uuid) is 'What a letter to somebody is about; nothing when another letter took it, or all is seen.';

create or replace function app.forget_reminders() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (
    delete from app.reminders r where r.letter_id is not null and r.taken_at < app.clock() - interval '30 days' returning 1)
  select count(*) from gone $$;
comment on function app.forget_reminders() is 'Removes letters thirty days after they were taken; returns how many.';

grant execute on function app.sightings(uuid) to wedsync_app, wedsync_worker;
grant execute on function app.chase_unseen(integer), app.take_reminder(uuid, uuid, uuid), app.forget_reminders() to wedsync_worker;
grant execute on function guard.note_change(), guard.acknowledged(), guard.forget_unseen() to wedsync_owner;
reset role;
