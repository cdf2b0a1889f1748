-- Who runs the installation, and what lets a release through a freeze.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- An operator acts as themselves: for a business, or at a chosen wedding, they are what everybody else would be there.
create or replace function app.operator_role() returns text
language sql stable parallel safe security definer set search_path = '' as $$
  select o.role from app.operators o
  where o.person_id = app.actor_id() and o.left_at is null
    and app.chosen_supplier() is null and app.chosen_weddings() is null $$;
comment on function app.operator_role() is 'What the actor is in running the installation; null for everybody else, and while they act for a business or at a wedding.';

create or replace function app.operator_standing(operator uuid) returns jsonb
language sql stable security definer set search_path = '' as $$
  select jsonb_build_object('operator_role', app.operator_role())
  where operator = app.actor_id() and app.operator_role() is not null $$;
comment on function app.operator_standing(uuid) is 'What the actor is towards the installation itself; null when they do not run it.';

-- Two people beside the author, one of whom leads the incident (F6); for the return to the image before, one (F5). Only of
-- those who may still say so: an approval does not outlive the role it was given in.
create or replace function app.is_approved(override uuid) returns boolean
language sql stable security definer set search_path = '' as $$
  select case when o.kind = 'rollback' then count(a.person_id) >= 1
              else count(a.person_id) >= 2 and bool_or(a.person_id = o.commander_id) end
  from app.protection_overrides o
  left join (app.protection_approvals a
             join app.operators p on p.person_id = a.person_id and p.left_at is null and p.role in ('super_admin', 'developer', 'ops'))
    on a.override_id = o.id
  where o.id = override and app.operator_role() is not null
  group by o.kind, o.commander_id $$;
comment on function app.is_approved(uuid) is 'Whether enough people let an override pass; null for who is no operator.';

create or replace function guard.redeemed() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  asked app.protection_overrides;
begin
  select * into asked from app.protection_overrides o where o.person_id = new.author_id and o.id = new.override_id;
  if not found then
    raise exception 'there is no such override' using errcode = '23503';
  elsif app.is_approved(asked.id) is distinct from true then
    raise exception 'this override is not approved yet' using errcode = 'WS002';
  elsif app.clock() >= asked.window_ends_at then
    raise exception 'the window of this override is over' using errcode = 'WS002', hint = 'Ask for another.';
  end if;
  return new;
end $$;
comment on function guard.redeemed() is 'An override is used only once it is approved, and only in its window.';
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

grant execute on function app.operator_role(), app.is_approved(uuid), app.operator_standing(uuid) to wedsync_app, wedsync_worker, wedsync_owner;
reset role;
