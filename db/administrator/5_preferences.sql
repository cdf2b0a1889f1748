-- What people say of themselves, and which letters they want.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- Somebody who is called otherwise from now on is so in their teams and weddings; where they chose another name, it stays.
create or replace function app.carry_my_name(was text) returns void
language sql security definer set search_path = '' as $$
  update app.supplier_members m set display_name = p.name
  from app.people p where p.id = app.actor_id() and m.person_id = p.id and m.left_at is null and m.display_name = was;
  update app.wedding_members m set display_name = p.name
  from app.people p where p.id = app.actor_id() and m.person_id = p.id and m.left_at is null and m.display_name = was $$;
comment on function app.carry_my_name(text) is 'Calls whoever asks by their present name where they were called as they were before.';

-- Who has chosen nothing gets every letter, and is left in peace at night.
create or replace function guard.letter_settings(person uuid) returns table (
  stopped text[], daily text[], quiet_from smallint, quiet_until smallint)
language sql stable set search_path = '' as $$
  select coalesce(s.stopped, '{}'), coalesce(s.daily, '{}'),
    case when s.person_id is null then 22 else s.quiet_from end, case when s.person_id is null then 8 else s.quiet_until end
  from (values (person)) w (person_id) left join app.letter_settings s on s.person_id = w.person_id $$;
comment on function guard.letter_settings(uuid) is 'Which letters somebody wants and when, as they chose or as it is without a choice.';

create or replace function app.my_letter_settings() returns table (
  stopped text[], daily text[], quiet_from smallint, quiet_until smallint)
language sql stable security definer set search_path = '' as $$
  select s.stopped, s.daily, s.quiet_from, s.quiet_until from guard.letter_settings(app.actor_id()) s $$;
comment on function app.my_letter_settings() is 'Which letters whoever asks wants, and when.';

create or replace function app.letter_terms(address text) returns table (
  person_id uuid, zone text, stopped text[], daily text[], quiet_from smallint, quiet_until smallint)
language sql stable security definer set search_path = '' as $$
  select p.id, p.zone, s.stopped, s.daily, s.quiet_from, s.quiet_until
  from app.people p cross join lateral guard.letter_settings(p.id) s
  where p.email = lower(address) $$;
comment on function app.letter_terms(text) is 'On which terms letters go to an address; no row for a stranger.';

-- The job that is done again after it was cut off holds the same letter again: once is enough.
create or replace function app.hold_letter(person uuid, kind text, subject text, body text, due_at timestamptz) returns void
language sql security definer set search_path = '' as $$
  insert into app.held_letters (person_id, kind, subject, body, fingerprint, due_at)
  values (person, kind, subject, body, sha256(convert_to(kind || e'\n' || subject || e'\n' || body, 'UTF8')), due_at)
  on conflict (person_id, fingerprint) where batch is null do nothing $$;
comment on function app.hold_letter(uuid, text, text, text, timestamptz) is 'Keeps a letter for the one of once a day.';

-- Whoever takes them queues their letter in the same transaction: both or neither. One that could not be sent for a week is
-- kept no longer; its job has failed long since.
create or replace function app.take_held_letters(most integer) returns table (id uuid)
language sql security definer set search_path = '' as $$
  with over as (delete from app.held_letters h where h.batch is not null and h.created_at < app.clock() - interval '168 hours'),
  due as (
    select d.person_id, uuidv7() as batch
    from (select distinct h.person_id from app.held_letters h where h.batch is null and h.due_at <= app.clock() limit most) d),
  taken as (
    update app.held_letters h set batch = d.batch
    from due d
    where h.person_id = d.person_id and h.batch is null and h.due_at <= app.clock()
    returning h.batch)
  select distinct t.batch from taken t $$;
comment on function app.take_held_letters(integer) is 'Takes the letters that are due, one batch a person; each letter once.';

-- What somebody wants no more since it was held is left out.
create or replace function app.held_letters_in(wanted uuid) returns table (
  person_id uuid, email text, name text, subject text, body text)
language sql stable security definer set search_path = '' as $$
  select p.id, p.email, p.name, h.subject, h.body
  from app.held_letters h
  join app.people p on p.id = h.person_id
  cross join lateral guard.letter_settings(p.id) s
  where h.batch = wanted and h.kind <> all (s.stopped)
  order by h.id $$;
comment on function app.held_letters_in(uuid) is 'The letters of a batch, in the order in which they were written.';

create or replace function app.held_letters_for(address text) returns table (letters integer, due_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select count(*)::integer, min(h.due_at)
  from app.held_letters h join app.people p on p.id = h.person_id
  where p.email = lower(address) $$;
comment on function app.held_letters_for(text) is 'How many letters are held for an address, and until when the first.';

create or replace function app.drop_held_letters(wanted uuid) returns void
language sql security definer set search_path = '' as $$ delete from app.held_letters h where h.batch = wanted $$;
comment on function app.drop_held_letters(uuid) is 'Keeps a batch no longer: it is sent.';

create or replace function app.forget_held_letters(words text[]) returns void
language sql security definer set search_path = '' as $$
  delete from app.held_letters h
  using unnest(words) w
  where trim(w) <> ''
    and h.subject || e'\n' || h.body ~ ('(^|\W)' || regexp_replace(w, '([^[:alnum:][:space:]])', '\\\1', 'g') || '(\W|$)') $$;
comment on function app.forget_held_letters(text[]) is 'Keeps no letter any more in which one of these stands as words of their own: an address, a name.';

grant execute on function app.carry_my_name(text), app.my_letter_settings() to wedsync_app;
grant execute on function app.letter_terms(text), app.hold_letter(uuid, text, text, text, timestamptz), app.take_held_letters(integer),
  app.held_letters_in(uuid), app.held_letters_for(text), app.drop_held_letters(uuid), app.forget_held_letters(text[]) to wedsync_worker;
reset role;
