-- What people say of themselves, where it stands in other rooms too.
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

grant execute on function app.carry_my_name(text) to wedsync_app;
