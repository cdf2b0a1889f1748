-- Who runs the installation.
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

grant execute on function app.operator_role(), app.operator_standing(uuid) to wedsync_app, wedsync_worker, wedsync_owner;
reset role;
