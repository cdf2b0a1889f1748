-- Another address to sign in with: by both mailboxes, or by whoever keeps the server. Nobody learns from it who has an account.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function app.ask_address(id uuid, address text, code_hash text, link_hash bytea) returns void
language plpgsql security definer set search_path = '' as $$
declare asker app.people;
begin
  select p.* into asker from app.people p where p.id = guard.require_actor() for no key update;   -- who asks twice at once
  update app.address_changes c set state = 'withdrawn', ended_at = app.clock() where c.person_id = asker.id and c.state = 'open';
  insert into app.address_changes (person_id, id, old_email, email, code_hash, link_hash)
  values (asker.id, ask_address.id, asker.email, address, ask_address.code_hash, ask_address.link_hash);
end $$;
comment on function app.ask_address(uuid, text, text, bytea) is 'Asks for another address for the actor, in place of what they asked for before.';

-- Counted and looked at in one statement, in a transaction of its own: so many at once get no further than one after the other.
create or replace function app.try_address_code(hash text) returns boolean
language sql security definer set search_path = '' as $$
  update app.address_changes c
  set tries = c.tries + 1,
    state = case when c.code_hash <> hash and c.tries = 4 then 'worn_out' else 'open' end,
    ended_at = case when c.code_hash <> hash and c.tries = 4 then app.clock() end
  where c.person_id = guard.require_actor() and c.state = 'open' and c.expires_at > app.clock() and c.code_at is null and c.tries < 5
  returning c.code_hash = hash $$;
comment on function app.try_address_code(text) is 'Whether a code is the one sent to the address that the actor asked for; null when none is waited for. The fifth wrong one ends it.';

-- The one statement that changes an address. Whoever has it by now keeps it.
create or replace function guard.change_address(request uuid) returns text
language plpgsql set search_path = '' as $$
declare change app.address_changes;
begin
  select c.* into change from app.address_changes c where c.id = request;
  if change.code_at is null or change.link_at is null then
    return 'open';
  end if;
  begin
    update app.people p set email = change.email where p.id = change.person_id;
  exception when unique_violation then
    update app.address_changes c set state = 'taken', ended_at = app.clock() where c.id = request;
    return 'taken';
  end;
  update app.address_changes c set state = 'changed', ended_at = app.clock() where c.id = request;
  update app.sessions s set ended_at = app.clock()
  where s.person_id = change.person_id and s.ended_at is null and s.id is distinct from change.session_id;
  update app.login_tokens t set used_at = app.clock()
  where t.used_at is null and t.expires_at > app.clock() and t.email in (change.old_email, change.email);
  return 'changed';
end $$;
comment on function guard.change_address(uuid) is 'Gives somebody the address that both mailboxes confirmed, and ends every other session and every link.';

create or replace function app.confirm_address_code(hash text, session uuid) returns table (id uuid, state text)
language plpgsql security definer set search_path = '' as $$
declare request uuid;
begin
  update app.address_changes c set code_at = app.clock(), session_id = session
  where c.person_id = guard.require_actor() and c.state = 'open' and c.expires_at > app.clock() and c.code_at is null and c.code_hash = hash
  returning c.id into request;
  if found then
    return query select request, guard.change_address(request);
  end if;
end $$;
comment on function app.confirm_address_code(text, uuid) is 'Confirms the new address by its code, from a session that stays signed in; no row when none is waited for.';

create or replace function app.read_address_link(hash bytea) returns table (email text, state text, is_code_right boolean, is_confirmed boolean)
language sql stable security definer set search_path = '' as $$
  select c.email, case when c.state = 'open' and c.expires_at <= app.clock() then 'over' else c.state end, c.code_at is not null, c.link_at is not null
  from app.address_changes c where c.link_hash = hash $$;
comment on function app.read_address_link(bytea) is 'What whoever holds the letter to the old address is asked.';

create or replace function app.confirm_address_link(hash bytea) returns table (id uuid, person_id uuid, state text)
language plpgsql security definer set search_path = '' as $$
declare
  request uuid;
  whose uuid;
begin
  update app.address_changes c set link_at = app.clock()
  where c.link_hash = hash and c.state = 'open' and c.expires_at > app.clock() and c.link_at is null
  returning c.id, c.person_id into request, whose;
  if found then
    return query select request, whose, guard.change_address(request);
  end if;
end $$;
comment on function app.confirm_address_link(bytea) is 'Confirms from the old mailbox, once; no row when the link was used or is over.';

create or replace function app.refuse_address(hash bytea) returns boolean
language sql security definer set search_path = '' as $$
  update app.address_changes c set state = 'refused', ended_at = app.clock()
  where c.link_hash = hash and c.state = 'open' and c.expires_at > app.clock()
  returning true $$;
comment on function app.refuse_address(bytea) is 'Refuses from the old mailbox; null when it is over.';

create or replace function app.withdraw_address() returns boolean
language sql security definer set search_path = '' as $$
  update app.address_changes c set state = 'withdrawn', ended_at = app.clock()
  where c.person_id = guard.require_actor() and c.state = 'open'
  returning true $$;
comment on function app.withdraw_address() is 'Takes back what the actor asked for; null when there is nothing. A new password does it too.';

create or replace function app.address_letter(change uuid) returns table (name text, old_email text, email text, state text)
language sql stable security definer set search_path = '' as $$
  select p.name, c.old_email, c.email, case when c.state = 'open' and c.expires_at <= app.clock() then 'over' else c.state end
  from app.address_changes c join app.people p on p.id = c.person_id
  where c.id = change $$;
comment on function app.address_letter(uuid) is 'What the letters about another address have to know.';

create or replace function guard.change_address_for(old_address text, address text, change uuid, event uuid, detail text)
returns table (person_id uuid, state text)
language plpgsql set search_path = '' as $$
declare whose uuid := (select p.id from app.people p where p.email = old_address);
begin
  if whose is null then
    return;
  end if;
  update app.address_changes c set state = 'withdrawn', ended_at = app.clock() where c.person_id = whose and c.state = 'open';
  insert into app.address_changes (person_id, id, old_email, email, code_hash, link_hash, code_at, link_at)
  values (whose, change, old_address, address, '', pg_catalog.uuid_send(change), app.clock(), app.clock());
  insert into app.security_events (person_id, id, kind, detail) values (whose, event, 'address_changed', change_address_for.detail);
  return query select whose, guard.change_address(change);
end $$;
comment on function guard.change_address_for(text, text, uuid, uuid, text) is 'The same by whoever keeps the server, for who has lost the old mailbox; no row when nobody has the old address.';

create or replace function app.forget_addresses() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (
    delete from app.address_changes c where coalesce(c.ended_at, c.created_at) < app.clock() - interval '24 hours' returning 1)
  select count(*) from gone $$;
comment on function app.forget_addresses() is 'Removes what came to an end, or to nothing, a day ago; returns how many.';

grant execute on function app.ask_address(uuid, text, text, bytea), app.try_address_code(text), app.confirm_address_code(text, uuid),
  app.read_address_link(bytea), app.confirm_address_link(bytea), app.refuse_address(bytea), app.withdraw_address()
  to wedsync_app, wedsync_worker;
grant execute on function app.address_letter(uuid), app.forget_addresses() to wedsync_worker;
reset role;
