-- Operators see personal data only by an impersonation: with a reason, for half an hour, changing nothing, on record.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function app.may_impersonate() returns boolean language sql stable security definer set search_path = '' as $$
  select coalesce(app.operator_role() in ('super_admin', 'support'), false) $$;
comment on function app.may_impersonate() is 'Whether the actor is an operator who answers people.';

-- An operator has one at a time: what was open before ends. Nobody looks as a colleague, or as themselves.
create or replace function app.begin_impersonation(id uuid, address text, session uuid, hash bytea, reason text, lasts interval, event uuid)
  returns table (person_id uuid, name text)
language plpgsql security definer set search_path = '' as $$
declare
  subject app.people;
  looker text;
begin
  if not app.may_impersonate() then
    raise exception 'only support looks as somebody' using errcode = '42501';
  end if;
  select * into subject from app.people p
  where p.email = address and not exists (select from app.operators o where o.person_id = p.id and o.left_at is null);
  if not found then
    return;
  end if;
  select o.display_name into looker from app.operators o where o.person_id = app.actor_id();
  update app.impersonations i set ended_at = app.clock() where i.operator_id = app.actor_id() and i.ended_at is null;
  insert into app.impersonations (person_id, id, operator_id, session_id, token_hash, reason, ends_at)
  values (subject.id, begin_impersonation.id, app.actor_id(), session, hash, begin_impersonation.reason, app.clock() + lasts);
  insert into app.security_events (person_id, id, kind, detail)
  values (subject.id, event, 'looked_as', left(looker || ' of our support: ' || begin_impersonation.reason, 200));
  return query select subject.id, subject.name;
end $$;
comment on function app.begin_impersonation(uuid, text, uuid, bytea, text, interval, uuid) is 'Lets an operator look as the person with this address; nobody when there is none, or they are an operator.';

-- Asked with every page: it ends at once with its time, its operator''s role or their session.
create or replace function app.impersonation(hash bytea, session uuid) returns table (id uuid, person_id uuid, name text, ends_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select i.id, i.person_id, p.name, i.ends_at
  from app.impersonations i
  join app.people p on p.id = i.person_id
  join app.operators o on o.person_id = i.operator_id and o.left_at is null and o.role in ('super_admin', 'support')
  where i.token_hash = hash and i.session_id = session and i.operator_id = app.actor_id() and i.ended_at is null
    and i.ends_at > app.clock()
    and not exists (select from app.operators c where c.person_id = i.person_id and c.left_at is null) $$;
comment on function app.impersonation(bytea, uuid) is 'The impersonation that a token opens in the actor''s session, while it lasts.';

create or replace function app.note_page(hash bytea, session uuid, path text, wedding uuid, supplier uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  insert into app.impersonation_pages (person_id, impersonation_id, path, wedding_id, supplier_id)
  select i.person_id, i.id, note_page.path, wedding, supplier from app.impersonation(hash, session) i;
  return found;
end $$;
comment on function app.note_page(bytea, uuid, text, uuid, uuid) is 'Writes down a page before it is shown; false when the impersonation is over.';

create or replace function app.end_impersonation() returns void language sql security definer set search_path = '' as $$
  update app.impersonations i set ended_at = app.clock() where i.operator_id = app.actor_id() and i.ended_at is null $$;
comment on function app.end_impersonation() is 'Ends what the actor looks at as somebody else.';

-- The list of those who answer people: by whom, as whom, why, and how many pages. As whom is an address: no more than was typed.
create or replace function app.impersonations_before(before_at timestamptz, before_id uuid, most integer) returns table (
  id uuid, operator text, person text, reason text, created_at timestamptz, ends_at timestamptz, ended_at timestamptz, pages bigint)
language sql stable security definer set search_path = '' as $$
  select i.id, o.display_name, p.email, i.reason, i.created_at, i.ends_at, i.ended_at,
    (select count(*) from app.impersonation_pages g where g.person_id = i.person_id and g.impersonation_id = i.id)
  from app.impersonations i join app.operators o on o.person_id = i.operator_id join app.people p on p.id = i.person_id
  where app.may_impersonate() and (i.created_at, i.id) < (before_at, before_id)
  order by i.created_at desc, i.id desc limit most $$;
comment on function app.impersonations_before(timestamptz, uuid, integer) is 'Impersonations, newest first, for operators who answer people.';

-- What the couple reads: which of us opened their wedding, as whom, and why.
create or replace function app.impersonations_in(wedding uuid) returns table (
  operator text, person text, supplier text, reason text, pages bigint, last_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select o.display_name, p.name, (select s.name from app.suppliers s where s.id = g.supplier_id), i.reason, count(*), max(g.opened_at)
  from app.impersonation_pages g
  join app.impersonations i on i.person_id = g.person_id and i.id = g.impersonation_id
  join app.operators o on o.person_id = i.operator_id
  join app.people p on p.id = i.person_id
  where g.wedding_id = wedding and wedding = any (app.wedding_ids('sharing', 'read'))
  group by i.id, o.display_name, p.name, g.supplier_id, i.reason
  order by max(g.opened_at) desc limit 50 $$;
comment on function app.impersonations_in(uuid) is 'Who of us opened a wedding''s pages as somebody, for its partners.';

-- Audit of security is kept for two years.
create or replace function app.forget_impersonations() returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  gone bigint;
begin
  delete from app.impersonation_pages g using app.impersonations i
  where i.person_id = g.person_id and i.id = g.impersonation_id and i.created_at < app.clock() - interval '2 years';
  delete from app.impersonations i where i.created_at < app.clock() - interval '2 years';
  get diagnostics gone = row_count;
  return gone;
end $$;
comment on function app.forget_impersonations() is 'Removes impersonations after two years, with the pages that were opened; returns how many.';

grant execute on function app.may_impersonate(), app.begin_impersonation(uuid, text, uuid, bytea, text, interval, uuid),
  app.impersonation(bytea, uuid), app.note_page(bytea, uuid, text, uuid, uuid), app.end_impersonation(),
  app.impersonations_before(timestamptz, uuid, integer), app.impersonations_in(uuid)
  to wedsync_app;
grant execute on function app.forget_impersonations() to wedsync_worker;
reset role;
