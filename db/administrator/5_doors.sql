-- The few doors a person comes through before a policy could know them: sign-up, sign-in, founding, accepting, confirming.
-- Each checks, writes the smallest thing and refuses in words. Everything else goes through policies.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function app.register_person(id uuid, email text, name text, zone text) returns uuid
language sql security definer set search_path = '' as $$
  insert into app.people (id, email, name, zone) values (id, email, name, zone)
  on conflict (email) do nothing returning people.id $$;
comment on function app.register_person(uuid, text, text, text) is 'Adds a person; null when the address has an account already.';

create or replace function app.sign_in_secret(address text) returns table (person_id uuid, password_hash text)
language sql stable security definer set search_path = '' as $$
  select p.id, s.password_hash
  from app.people p left join app.sign_in_secrets s on s.person_id = p.id
  where p.email = address $$;
comment on function app.sign_in_secret(text) is 'What a password is checked against.';

-- Beside the sessions, whose every change is kept: that one was used is of interest to nobody a month later.
create table if not exists guard.session_uses (session_id uuid primary key, used_at timestamptz not null);
comment on table guard.session_uses is 'When a session was last used, to a minute for operators and a quarter of an hour for everybody else.';
create index if not exists session_uses_age on guard.session_uses (used_at);   -- app.forget_uses

create or replace function app.use_session(session uuid) returns void
language sql security definer set search_path = '' as $$
  insert into guard.session_uses (session_id, used_at) values (session, app.clock())
  on conflict (session_id) do update set used_at = excluded.used_at $$;
comment on function app.use_session(uuid) is 'Keeps that a session was used now.';

create or replace function app.my_uses() returns table (session_id uuid, used_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select u.session_id, u.used_at
  from app.sessions s join guard.session_uses u on u.session_id = s.id
  where s.person_id = app.actor_id() and s.ended_at is null $$;
comment on function app.my_uses() is 'When the actor''s sessions were last used.';

create or replace function app.forget_uses() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (delete from guard.session_uses u where u.used_at < app.clock() - interval '31 days' returning 1)
  select count(*) from gone $$;
comment on function app.forget_uses() is 'Removes uses of sessions that are over by now, the longest lasting 30 days; returns how many.';

drop function if exists app.session_person(bytea);   -- a function cannot answer with another column in place
create function app.session_person(hash bytea) returns table (
  session_id uuid, person_id uuid, expires_at timestamptz, used_at timestamptz, proved_at timestamptz, needs_second_step boolean, is_operators boolean)
language sql stable security definer set search_path = '' as $$
  select s.id, s.person_id, e.expires_at, coalesce(u.used_at, s.created_at), s.proved_at,
    o.person_id is not null and not exists (select from app.second_factors f where f.person_id = s.person_id and f.confirmed_at is not null)
    , o.person_id is not null
  from app.sessions s
  left join guard.session_uses u on u.session_id = s.id
  left join app.operators o on o.person_id = s.person_id and o.left_at is null
  cross join lateral (   -- an operator's also half an hour after its last use: whoever remembers it, and its stream, end with it
    select least(s.expires_at, case when o.person_id is not null then coalesce(u.used_at, s.created_at) + interval '30 minutes' end)) e (expires_at)
  where s.token_hash = hash and s.ended_at is null and e.expires_at > app.clock() $$;
comment on function app.session_person(bytea) is 'Whose live session a token opens.';

-- The same work and the same answer whether or not the address has an account: the letter is a job's business.
drop function if exists app.issue_login_token(uuid, bytea, text, interval, jsonb);
create or replace function app.issue_login_token(id uuid, hash bytea, address text, kind text, lasts interval, intent jsonb) returns void
language sql security definer set search_path = '' as $$
  insert into app.login_tokens (id, person_id, email, token_hash, kind, expires_at, intent)
  values (id, (select p.id from app.people p where p.email = address), address, hash, kind, app.clock() + lasts, intent) $$;
comment on function app.issue_login_token(uuid, bytea, text, text, interval, jsonb) is 'Stores a single-use link that signs in, finishes a sign-up or chooses another password.';

drop function if exists app.reissue_login_token(uuid, uuid, bytea, interval);
create or replace function app.reissue_login_token(earlier uuid, id uuid, hash bytea) returns void
language sql security definer set search_path = '' as $$
  insert into app.login_tokens (id, person_id, email, token_hash, kind, expires_at, intent)
  select reissue_login_token.id, p.id, t.email, hash, t.kind, app.clock() + (t.expires_at - t.created_at), t.intent
  from app.login_tokens t left join app.people p on p.email = t.email
  where t.id = earlier $$;
comment on function app.reissue_login_token(uuid, uuid, bytea) is 'Stores another link for what an earlier one was asked for.';

drop function if exists app.login_letter(uuid);
create function app.login_letter(token uuid) returns table (email text, name text, kind text, has_account boolean, business text)
language sql stable security definer set search_path = '' as $$
  select t.email, coalesce(p.name, t.intent ->> 'name', ''), t.kind, p.id is not null, coalesce(t.intent ->> 'business', '')
  from app.login_tokens t left join app.people p on p.email = t.email
  where t.id = token and t.used_at is null and t.expires_at > app.clock() $$;
comment on function app.login_letter(uuid) is 'What the letter with a sign-in link has to know.';

create or replace function app.link_chooser(hash bytea) returns table (email text, name text, kind text, hashes text[])
language sql stable security definer set search_path = '' as $$
  select t.email, coalesce(p.name, t.intent ->> 'name', ''), t.kind, array_remove(array[s.password_hash] || s.earlier_hashes, null)
  from app.login_tokens t
  left join app.people p on p.email = t.email
  left join app.sign_in_secrets s on s.person_id = p.id
  where t.token_hash = hash and t.used_at is null and t.expires_at > app.clock() $$;
comment on function app.link_chooser(bytea) is 'Who holds an open link, and what a password that they choose is compared with.';

create or replace function app.redeem_login_token(hash bytea) returns table (person_id uuid, email text, intent jsonb)
language sql security definer set search_path = '' as $$
  update app.login_tokens t
  set used_at = app.clock(), person_id = coalesce(t.person_id, (select p.id from app.people p where p.email = t.email))
  where t.token_hash = hash and t.used_at is null and t.expires_at > app.clock()
  returning t.person_id, t.email, t.intent $$;
comment on function app.redeem_login_token(bytea) is 'Uses a link up. Of two clicks at once exactly one gets a row.';

-- With another password: a letter in a mailbox that somebody else reads opens nothing any more.
create or replace function app.end_links() returns void
language sql security definer set search_path = '' as $$
  select app.withdraw_address();   -- first: who changes their address at this moment holds that row, then the links
  update app.login_tokens t set used_at = app.clock()
  where t.used_at is null and t.expires_at > app.clock()
    and t.email = (select p.email from app.people p where p.id = guard.require_actor()) $$;
comment on function app.end_links() is 'Ends every open link to the actor''s address, and what was asked for as another one.';

-- Letters are written by jobs, which act for nobody; each reads only what its letter says.
create or replace function app.invitation_letter(invitation uuid) returns table (
  kind text, email text, name text, sender text, service text, role text, expires_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select i.kind, i.email, i.name, s.name, i.service, i.role, i.expires_at
  from app.supplier_invitations i join app.suppliers s on s.id = i.supplier_id
  where i.id = invitation and i.accepted_at is null and i.revoked_at is null
  union all
  select i.kind, i.email, i.name, w.title, i.service, null, i.expires_at
  from app.wedding_invitations i join app.weddings w on w.id = i.wedding_id
  where i.id = invitation and i.accepted_at is null and i.revoked_at is null $$;
comment on function app.invitation_letter(uuid) is 'What the letter with an invitation has to know.';

-- Whoever has just signed up, and chosen a password or set up a second step with it, needs no letter that says so.
create or replace function app.event_letter(event uuid) returns table (email text, name text, zone text, kind text, detail text, created_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select p.email, p.name, p.zone, e.kind, e.detail, e.created_at
  from app.security_events e join app.people p on p.id = e.person_id
  where e.id = event and not (e.kind in ('password_set', 'factor_on') and p.created_at > e.created_at - interval '1 hour') $$;
comment on function app.event_letter(uuid) is 'What the letter about a security event has to know.';

create or replace function guard.require_actor() returns uuid language plpgsql stable set search_path = '' as $$
begin
  if app.actor_id() is null then
    raise exception 'nobody is signed in' using errcode = '42501';
  end if;
  return app.actor_id();
end $$;
comment on function guard.require_actor() is 'The signed-in person; refuses when there is none.';

-- Who joins a team or a wedding cannot always be shown out again: a forwarded letter must not let somebody else in.
create or replace function guard.require_address(address text) returns void language plpgsql stable set search_path = '' as $$
begin
  if not exists (select from app.people p where p.id = app.actor_id() and p.email = address) then
    raise exception 'this invitation was written to another address' using errcode = 'WS002',
      hint = 'Sign in with the address it was sent to, or ask for an invitation to yours.';
  end if;
end $$;
comment on function guard.require_address(text) is 'Refuses an invitation that was written to somebody else.';

create or replace function app.take_recovery_code(hash text) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update app.recovery_codes c set used_at = app.clock()
  where c.person_id = guard.require_actor() and c.code_hash = hash and c.used_at is null and c.ended_at is null;
  return found;
end $$;
comment on function app.take_recovery_code(text) is 'Uses one of the actor''s codes on paper up. Of two at once exactly one is right.';

create or replace function app.found_supplier(id uuid, name text, supplier_types text[], zone text, display_name text) returns void
language sql security definer set search_path = '' as $$
  insert into app.suppliers (id, name, supplier_types, zone) values (id, name, supplier_types, zone);
  insert into app.supplier_members (supplier_id, person_id, display_name, role)
  values (id, guard.require_actor(), display_name, 'owner') $$;
comment on function app.found_supplier(uuid, text, text[], text, text) is 'Opens a business with the actor as its owner.';

-- A wedding starts with the two events that the core fields ask about; the reception follows the ceremony's date.
create or replace function app.found_wedding(id uuid, title text, display_name text) returns void
language sql security definer set search_path = '' as $$
  with wedding as (insert into app.weddings (id, title) values (id, title))   -- one statement: its guard asks for the shield
  insert into app.wedding_shields (wedding_id) values (id);
  insert into app.wedding_members (wedding_id, person_id, display_name, role, partner_number)
  values (id, guard.require_actor(), display_name, 'partner', 1);
  insert into app.wedding_events (wedding_id, kind, position, title)
  values (id, 'ceremony', 1, 'Ceremony'), (id, 'reception', 2, 'Reception') $$;
comment on function app.found_wedding(uuid, text, text) is 'Opens a wedding with the actor as its first partner, a ceremony and a reception.';

-- A couple is told before a letter goes out in vain; of an address nobody learns more than that it works for them already.
create or replace function app.is_connected_address(wedding uuid, address text, as_service text) returns boolean
language sql stable security definer set search_path = '' as $$
  select wedding = any (app.wedding_ids('sharing', 'write')) and exists (
    select
    from app.people p
    join app.supplier_members m on m.person_id = p.id and m.left_at is null and m.role <> 'viewer'
    join app.connections c on c.supplier_id = m.supplier_id
    where p.email = address and c.wedding_id = wedding and c.status = 'connected' and c.service = as_service) $$;
comment on function app.is_connected_address(uuid, text, text) is 'Whether an address is that of somebody whose business does this at the actor''s wedding already.';

create or replace function guard.connect(wedding uuid, supplier uuid, as_service text) returns void
language plpgsql set search_path = '' as $$
begin
  insert into app.connections as c (wedding_id, supplier_id, service, status, listed_on)
  values (wedding, supplier, as_service, 'connected',
    coalesce((select s.held_on from app.wedding_shields s where s.wedding_id = wedding), 'infinity'))
  on conflict (wedding_id, supplier_id) do update set status = 'connected', service = excluded.service
  where c.status <> 'blocked';
  if not found then
    raise exception 'this couple has blocked this supplier' using errcode = 'WS002';
  end if;
  -- What a supplier of this type usually reads; planners and coordinators read all but what is private (DOMAIN 3).
  insert into app.connection_grants (wedding_id, supplier_id, area, level)
  select wedding, supplier, a.area, case when as_service in ('planner', 'coordinator') then 'everything' else 'usual' end
  from app.areas a
  where a.is_grantable and (a.is_usual or as_service in ('planner', 'coordinator'))
  on conflict do nothing;   -- a couple's own choices outlive a disconnection
end $$;
comment on function guard.connect(uuid, uuid, text) is 'Connects a supplier with a wedding and gives the usual grants.';

-- The couple cannot see whose client they are; the business finds its own record beside what they share.
create or replace function guard.connect_client(wedding uuid, supplier uuid, invitation uuid) returns void
language sql set search_path = '' as $$
  with met as (
    update app.clients c set wedding_id = wedding
    where c.supplier_id = supplier and c.invitation_id = invitation and c.delete_batch is null
    returning c.id)
  insert into app.client_events (supplier_id, client_id, kind)
  select supplier, met.id, 'connected' from met $$;
comment on function guard.connect_client(uuid, uuid, uuid) is 'Connects the client that an invitation went to with the wedding that took it up.';

create or replace function app.read_invitation(hash bytea) returns jsonb
language sql stable security definer set search_path = '' as $$
  select to_jsonb(i) || jsonb_build_object(
    'state', case when i.declined_at is not null then 'declined' when i.revoked_at is not null then 'revoked' when i.accepted_at is not null then 'accepted'
                  when i.expires_at <= app.clock() then 'expired' else 'open' end,
    'has_account', exists (select from app.people p where p.email = i.email))
  from (
    select i.id, i.kind, i.email, i.name, i.role, i.service, s.name as sender, i.expires_at, i.accepted_at, i.revoked_at,
           i.declined_at, i.supplier_id, null::uuid as wedding_id
    from app.supplier_invitations i join app.suppliers s on s.id = i.supplier_id where i.code_hash = hash
    union all
    select i.id, i.kind, i.email, i.name, null, i.service, w.title, i.expires_at, i.accepted_at, i.revoked_at,
           i.declined_at, null, i.wedding_id
    from app.wedding_invitations i join app.weddings w on w.id = i.wedding_id where i.code_hash = hash) i $$;
comment on function app.read_invitation(bytea) is 'What the holder of an invitation''s code may know about it.';

-- Who holds the code may say no without an account. It withdraws the invitation: every list and door knows what that means.
create or replace function app.decline_invitation(hash bytea) returns table (id uuid, supplier_id uuid, wedding_id uuid)
language sql security definer set search_path = '' as $$
  with ours as (
    update app.supplier_invitations i set declined_at = app.clock(), revoked_at = app.clock()
    where i.code_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()
    returning i.id, i.supplier_id),
  theirs as (
    update app.wedding_invitations i set declined_at = app.clock(), revoked_at = app.clock()
    where i.code_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()
    returning i.id, i.wedding_id)
  select o.id, o.supplier_id, null::uuid from ours o union all select t.id, null::uuid, t.wedding_id from theirs t $$;
comment on function app.decline_invitation(bytea) is 'Says no to an open invitation, once; no row when it is not open.';

create or replace function app.refusal_letter(invitation uuid) returns table (email text, name text, invited text, sender text)
language sql stable security definer set search_path = '' as $$
  select p.email, p.name, coalesce(nullif(i.name, ''), i.email), s.name
  from app.supplier_invitations i join app.suppliers s on s.id = i.supplier_id join app.people p on p.id = i.person_id
  where i.id = invitation and i.declined_at is not null
  union all
  select p.email, p.name, coalesce(nullif(i.name, ''), i.email), w.title
  from app.wedding_invitations i join app.weddings w on w.id = i.wedding_id join app.people p on p.id = i.person_id
  where i.id = invitation and i.declined_at is not null $$;
comment on function app.refusal_letter(uuid) is 'What the letter that tells of a declined invitation has to know.';

-- Nobody may end another's sessions; what ends a membership does. Whatever else is theirs, they sign in again for.
create or replace function guard.end_sessions_of_leaver() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update app.sessions s set ended_at = app.clock() where s.person_id = new.person_id and s.ended_at is null;
  return null;
end $$;
comment on function guard.end_sessions_of_leaver() is 'Ends the sessions of a member who leaves a business.';

create or replace function app.removal_letter(supplier uuid, person uuid) returns table (email text, name text, business text)
language sql stable security definer set search_path = '' as $$
  select p.email, p.name, s.name
  from app.supplier_members m join app.people p on p.id = m.person_id join app.suppliers s on s.id = m.supplier_id
  where m.supplier_id = supplier and m.person_id = person and m.left_at is not null $$;
comment on function app.removal_letter(uuid, uuid) is 'What the letter has to know that tells somebody they were taken off a team; no row once they are back.';

create or replace function app.accept_supplier_invitation(hash bytea, wedding uuid, display_name text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  invitation app.supplier_invitations;
  actor uuid := guard.require_actor();
begin
  update app.supplier_invitations i set accepted_at = app.clock(), accepted_by = actor
  where i.code_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()
  returning * into invitation;
  if not found then
    raise exception 'this invitation was used, withdrawn or is over' using errcode = 'WS002';
  end if;
  if invitation.kind = 'member' then
    perform guard.require_address(invitation.email);
    insert into app.supplier_members as m (supplier_id, person_id, display_name, role)
    values (invitation.supplier_id, actor, display_name, invitation.role)
    on conflict (supplier_id, person_id) do update set left_at = null, role = excluded.role where m.left_at is not null;
  else
    if app.chosen_supplier() is not null
       or not exists (select from app.wedding_members m
                      where m.wedding_id = wedding and m.person_id = actor and m.role = 'partner' and m.left_at is null) then
      raise exception 'only a partner connects a supplier' using errcode = '42501';
    end if;
    perform guard.connect(wedding, invitation.supplier_id, invitation.service);
    perform guard.connect_client(wedding, invitation.supplier_id, invitation.id);
    perform guard.propose_facts(wedding, invitation.supplier_id, invitation.id);
  end if;
  return invitation.supplier_id;
end $$;
comment on function app.accept_supplier_invitation(bytea, uuid, text) is 'Joins a team, or connects the actor''s wedding with the supplier that invited them. Once.';

create or replace function app.accept_wedding_invitation(hash bytea, supplier uuid, display_name text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  invitation app.wedding_invitations;
  actor uuid := guard.require_actor();
begin
  update app.wedding_invitations i set accepted_at = app.clock(), accepted_by = actor
  where i.code_hash = hash and i.accepted_at is null and i.revoked_at is null and i.expires_at > app.clock()
  returning * into invitation;
  if not found then
    raise exception 'this invitation was used, withdrawn or is over' using errcode = 'WS002';
  end if;
  if invitation.kind = 'supplier' then
    if not supplier = any (app.supplier_ids('clients', 'write')) or supplier is null then
      raise exception 'only a member of the business accepts for it' using errcode = '42501';
    end if;
    perform guard.connect(invitation.wedding_id, supplier, invitation.service);
  else
    perform guard.require_address(invitation.email);
    insert into app.wedding_members as m (wedding_id, person_id, display_name, role, partner_number)
    values (invitation.wedding_id, actor, display_name, invitation.kind, case when invitation.kind = 'partner' then 2 end)
    on conflict (wedding_id, person_id) do update
      set left_at = null, role = excluded.role, partner_number = excluded.partner_number
      where m.left_at is not null and m.role <> 'partner';
    if not found then
      raise exception 'you belong to this wedding already' using errcode = 'WS002';
    end if;
  end if;
  return invitation.wedding_id;
end $$;
comment on function app.accept_wedding_invitation(bytea, uuid, text) is 'Joins a wedding as partner, companion or coordinator, or connects the actor''s business with it. Once.';

create or replace function app.confirm_date(wedding uuid) returns timestamptz
language plpgsql security definer set search_path = '' as $$
declare shield app.wedding_shields;
begin
  if app.chosen_supplier() is not null
     or not exists (select from app.wedding_members m
                    where m.wedding_id = wedding and m.person_id = app.actor_id() and m.role = 'partner' and m.left_at is null) then
    raise exception 'only a partner confirms the date' using errcode = '42501';
  end if;
  -- Waits for every structural write under way, and makes later ones wait for us. Not refused while the wedding is on: a
  -- confirmation changes no plan, it only protects more.
  select * into shield from app.wedding_shields s where s.wedding_id = wedding for no key update;
  if shield.date_set_at is not null and shield.status <> 'postponed' then
    return shield.date_set_at;
  end if;
  if shield.active_span is null then
    raise exception 'the date and its time zone come first' using errcode = 'WS002', hint = 'Enter the wedding date, then confirm it.';
  end if;
  if exists (select from app.core_field_revisions f
             where f.wedding_id = wedding and f.fact_key = 'date_flexible' and f.is_current and f.value = 'true') then
    raise exception 'the date is still marked as flexible' using errcode = 'WS002', hint = 'Say that the date is no longer flexible, then confirm it.';
  end if;
  update app.wedding_shields s set status = 'confirmed', date_set_at = app.clock(), date_set_by = app.actor_id()
  where s.wedding_id = wedding
  returning * into shield;
  return shield.date_set_at;
end $$;
comment on function app.confirm_date(uuid) is 'Confirms the date (DATE_SET): from here on class A facts are fixed. Safe to repeat.';

-- What was answered names people. A request that is repeated a day later is a new one.
create or replace function app.forget_answers() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (delete from app.idempotency_keys k where k.created_at < app.clock() - interval '24 hours' returning 1)
  select count(*) from gone $$;
comment on function app.forget_answers() is 'Removes answers kept for repeated requests after a day; returns how many.';

-- A sign-up that nobody finished is forgotten after 30 days; used links go with it.
create or replace function app.forget_links() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (delete from app.login_tokens t where t.created_at < app.clock() - interval '720 hours' returning 1)
  select count(*) from gone $$;
comment on function app.forget_links() is 'Removes sign-in links and abandoned sign-ups after 30 days; returns how many.';

create or replace function app.forget_events() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (delete from app.security_events e where e.created_at < app.clock() - interval '2 years' returning 1)
  select count(*) from gone $$;
comment on function app.forget_events() is 'Removes security events after two years; returns how many.';

-- Rows of a list are kept while it can be undone. Its clients stay, and so does what is asked about them.
create or replace function app.forget_lists() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (
    delete from app.client_import_rows r using app.client_imports i
    where i.supplier_id = r.supplier_id and i.id = r.import_id and i.state <> 'saving'
      and coalesce(i.saved_at, i.created_at) < app.clock() - interval '720 hours'
    returning 1)
  select count(*) from gone $$;
comment on function app.forget_lists() is 'Removes the rows of clients'' lists 30 days after they were saved, or brought; returns how many.';

grant execute on function app.use_session(uuid), app.my_uses(), app.end_links(), app.take_recovery_code(text),
  app.register_person(uuid, text, text, text), app.sign_in_secret(text), app.session_person(bytea),
  app.redeem_login_token(bytea), app.link_chooser(bytea), app.issue_login_token(uuid, bytea, text, text, interval, jsonb),
  app.reissue_login_token(uuid, uuid, bytea), app.found_supplier(uuid, text, text[], text, text), app.found_wedding(uuid, text, text),
  app.read_invitation(bytea), app.decline_invitation(bytea), app.accept_supplier_invitation(bytea, uuid, text), app.accept_wedding_invitation(bytea, uuid, text),
  app.confirm_date(uuid), app.is_connected_address(uuid, text, text) to wedsync_app, wedsync_worker;
grant execute on function app.login_letter(uuid), app.invitation_letter(uuid), app.refusal_letter(uuid), app.event_letter(uuid), app.removal_letter(uuid, uuid),
  app.forget_answers(), app.forget_links(), app.forget_lists(), app.forget_events(), app.forget_uses()
  to wedsync_worker;
grant execute on function guard.end_sessions_of_leaver() to wedsync_owner;
reset role;
