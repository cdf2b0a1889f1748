-- Who sees a row: a few facts about the request and a few set-valued functions. Policies call nothing else.
-- What every request runs keeps its plan: left to guess, the planner would plan these queries anew at each call, for longer
-- than they take. One plan suits all callers, because each is a range over an index.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function app.actor_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.actor_id', true), '')::uuid;   -- '' is what a setting reads as after its transaction
comment on function app.actor_id() is 'The signed-in person, or null.';

-- A page about one wedding, or a part of a list, says so. This only ever narrows: a wrong value shows less, none shows all
-- the actor may see. Without it a supplier with 2,000 weddings would pay for 2,000 ids to read one guest list.
create or replace function app.chosen_weddings() returns uuid[] language sql stable parallel safe
  return string_to_array(nullif(current_setting('app.wedding_id', true), ''), ',')::uuid[];
comment on function app.chosen_weddings() is 'The weddings this request is about, or null for all of them.';

-- One person may own a business and be marrying too. Acting for the business they see what the business may see, no more.
-- Acting for none they come to a chosen wedding as themselves; only where nothing is chosen do all their capacities count.
create or replace function app.chosen_supplier() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.supplier_id', true), '')::uuid;
comment on function app.chosen_supplier() is 'The supplier the actor acts for, or null when they act as themselves.';

-- A program comes under a key, as the person who made it and for its business: it never sees more than they do, and of that
-- only what the key opens. Asked anew at each statement, so a key that has ended opens nothing, whoever still remembers it.
create or replace function app.key_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('app.key_id', true), '')::uuid;
comment on function app.key_id() is 'The key under which a program acts, or null when a person does.';

create or replace function app.key_scopes() returns text[]
language sql stable parallel safe security definer set search_path = '' as $$
  select coalesce((
    select k.scopes from app.api_keys k
    where k.id = app.key_id() and k.supplier_id = app.chosen_supplier() and k.person_id = app.actor_id()
      and k.ended_at is null and k.ends_at > app.clock()), '{}')
  where app.key_id() is not null $$;
comment on function app.key_scopes() is 'What the key opens under which a program acts: nothing once it has ended; null when a person acts.';

create or replace function app.is_shut(wanted text, mode text) returns boolean
language sql stable parallel safe security definer set search_path = '' as $$
  select not app.key_scopes() && case
    when wanted = 'clients' then case mode when 'read' then '{clients:read,clients:write}' else '{clients:write}' end
    when wanted in ('connections', 'team') and mode = 'read' then '{clients:read,clients:write,weddings:read,weddings:write,day:write}'
    when wanted in ('settings', 'public', 'connections', 'team') then '{}'
    when mode = 'read' then '{weddings:read,weddings:write,day:write}'
    when wanted = 'day' then '{day:write}'
    else '{weddings:write}' end::text[] $$;
comment on function app.is_shut(text, text) is 'Whether the key of a program does not open an area, of its business or of a wedding.';

-- Production's clock cannot travel. The test template replaces this function; the catalogue test pins its body.
create or replace function app.clock() returns timestamptz language sql volatile return clock_timestamp();
comment on function app.clock() is 'Now. Not transaction start: a transaction may begin before a wedding does.';

create or replace function app.wedding_ids(wanted text, mode text) returns uuid[]
language plpgsql stable parallel safe security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  actor uuid := app.actor_id();
  chosen uuid[] := app.chosen_weddings();
  business uuid := app.chosen_supplier();
  -- One statement serves one wedding, some or all: a range over the index instead of "x is null or ..." which would hide it.
  lowest uuid := coalesce((select w from unnest(chosen) w order by w limit 1), '00000000-0000-0000-0000-000000000000');
  highest uuid := coalesce((select w from unnest(chosen) w order by w desc limit 1), 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  -- Whoever works at the wedding writes into its day log, whatever they were granted to read of it.
  comes_with_connection boolean := wanted = 'amendments'
    or case mode when 'read' then wanted in ('basics', 'team') else wanted = 'day' end;
  ids uuid[];
begin
  if app.key_id() is not null and app.is_shut(wanted, mode) then
    return '{}';
  end if;
  select coalesce(array_agg(ours.wedding_id), '{}') into ids
  from (
    select m.wedding_id
    from app.wedding_members m
    where business is null and m.person_id = actor and m.wedding_id between lowest and highest and m.left_at is null
      and (chosen is null or m.wedding_id = any (chosen))
      and (m.role = 'partner'
           or wanted not in ('budget', 'sharing') and (mode = 'read' or m.role = 'coordinator'))
    union all
    select c.wedding_id
    from app.supplier_members s
    join app.connections c
      on c.supplier_id = s.supplier_id and c.status = 'connected' and c.wedding_id between lowest and highest
     and (chosen is null or c.wedding_id = any (chosen))
    where s.person_id = actor and s.left_at is null and s.supplier_id = coalesce(business, s.supplier_id)
      and (business is not null or chosen is null)
      and (mode = 'read' or s.role <> 'viewer' and (wanted <> 'amendments' or s.role <> 'member'))
      and (comes_with_connection
           or exists (select from app.connection_grants g
                      where g.supplier_id = c.supplier_id and g.area = wanted and g.wedding_id = c.wedding_id
                        and g.revoked_at is null and (mode = 'read' or g.can_write)))
  ) ours;
  return ids;
end $$;
comment on function app.wedding_ids(text, text) is 'Weddings in which the actor may read or write an area.';

-- For what a couple keeps from every supplier, whatever it grants: partners, companions and coordinators, as themselves.
create or replace function app.own_wedding_ids() returns uuid[]
language plpgsql stable parallel safe security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  chosen uuid[] := app.chosen_weddings();
begin
  return (
    select coalesce(array_agg(m.wedding_id), '{}')
    from app.wedding_members m
    where app.chosen_supplier() is null and m.person_id = app.actor_id() and m.left_at is null
      and (chosen is null or m.wedding_id = any (chosen)));
end $$;
comment on function app.own_wedding_ids() is 'Weddings that the actor belongs to, not by a business.';

-- For the tables whose rows differ in who reads them (facts). An audience is an area and the supplier types that read a
-- row of it by default; a grant at level "everything" opens the area's other audiences too.
create or replace function app.wedding_audiences(mode text) returns table (wedding_id uuid, audience text)
language plpgsql stable parallel safe security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  actor uuid := app.actor_id();
  chosen uuid[] := app.chosen_weddings();
  business uuid := app.chosen_supplier();
  lowest uuid := coalesce((select w from unnest(chosen) w order by w limit 1), '00000000-0000-0000-0000-000000000000');
  highest uuid := coalesce((select w from unnest(chosen) w order by w desc limit 1), 'ffffffff-ffff-ffff-ffff-ffffffffffff');
begin
  if app.key_id() is not null and app.is_shut('facts', mode) then
    return;
  end if;
  return query
    select m.wedding_id, a.audience
    from app.wedding_members m cross join app.audiences a
    where business is null and m.person_id = actor and m.wedding_id between lowest and highest and m.left_at is null
      and (chosen is null or m.wedding_id = any (chosen))
      and (m.role = 'partner'
           or a.area not in ('budget', 'sharing') and (mode = 'read' or m.role = 'coordinator'))
    union all
    select c.wedding_id, a.audience
    from app.supplier_members s
    join app.connections c
      on c.supplier_id = s.supplier_id and c.status = 'connected' and c.wedding_id between lowest and highest
     and (chosen is null or c.wedding_id = any (chosen))
    join app.connection_grants g
      on g.supplier_id = c.supplier_id and g.wedding_id = c.wedding_id and g.revoked_at is null
    join app.audiences a
      on a.area = g.area and (g.level = 'everything' or a.supplier_types && array['any', c.service])
    where s.person_id = actor and s.left_at is null and s.supplier_id = coalesce(business, s.supplier_id)
      and (business is not null or chosen is null)
      and (mode = 'read' or s.role <> 'viewer' and g.can_write);
end $$;
comment on function app.wedding_audiences(text) is 'Pairs of wedding and audience the actor may read or write.';

create or replace function app.supplier_ids(wanted text, mode text) returns uuid[]
language plpgsql stable parallel safe security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  business uuid := app.chosen_supplier();
begin
  if app.key_id() is not null and app.is_shut(wanted, mode) then
    return '{}';
  end if;
  return (
    select coalesce(array_agg(s.supplier_id), '{}')
    from app.supplier_members s
    where s.person_id = app.actor_id() and s.left_at is null and s.supplier_id = coalesce(business, s.supplier_id)
      and (business is not null or app.chosen_weddings() is null)
      and case
            when wanted = 'settings' or mode = 'write' and wanted in ('team', 'public') then s.role in ('owner', 'admin')
            when mode = 'write' and wanted = 'connections' then s.role in ('owner', 'admin', 'manager')
            else mode = 'read' or s.role <> 'viewer'
          end);
end $$;
comment on function app.supplier_ids(text, text) is 'Suppliers in which the actor may read or write an area: clients, connections, team, settings, public.';

-- What an action asks before it acts, in one statement. Null where the actor may not even know that it exists.
create or replace function app.wedding_standing(wedding uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  actor uuid := app.actor_id();
  business uuid := app.chosen_supplier();
  member app.wedding_members;
  supplier app.supplier_members;
  shield app.wedding_shields;
  readable text[];
  writable text[];
begin
  if business is null then
    select * into member from app.wedding_members m
    where m.wedding_id = wedding and m.person_id = actor and m.left_at is null;
  else
    select s.* into supplier
    from app.supplier_members s
    join app.connections c on c.supplier_id = s.supplier_id and c.wedding_id = wedding and c.status = 'connected'
    where s.person_id = actor and s.supplier_id = business and s.left_at is null;
  end if;
  if member.role is null and supplier.role is null then
    return null;
  end if;
  if supplier.role is not null then
    select coalesce(array_agg(g.area), '{}'), coalesce(array_agg(g.area) filter (where g.can_write), '{}')
    into readable, writable
    from app.connection_grants g
    where g.wedding_id = wedding and g.supplier_id = business and g.revoked_at is null;
  end if;
  if member.role = 'coordinator' then   -- named by the couple to run the day: everything they may grant
    select array_agg(a.area), array_agg(a.area) into readable, writable from app.areas a where a.is_grantable;
  end if;
  select * into shield from app.wedding_shields s where s.wedding_id = wedding;
  return jsonb_build_object(
    'wedding_role', member.role, 'supplier_role', supplier.role, 'is_connected', supplier.role is not null,
    'readable', coalesce(readable, '{}'), 'writable', coalesce(writable, '{}'),
    'date_set_at', shield.date_set_at, 'scopes', app.key_scopes(),
    'asks', guard.asked_of(wedding, coalesce(member.role, supplier.role), business),
    'unlocks_at', guard.unlocks_at(wedding, shield.active_span, shield.lock_lead_hours, app.clock()));
end $$;
comment on function app.wedding_standing(uuid) is 'What the actor is towards one wedding, and what its shield allows now; null when they may not see it.';

create or replace function app.supplier_standing(supplier uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select jsonb_build_object('supplier_role', s.role, 'scopes', app.key_scopes())
    from app.supplier_members s
    where s.supplier_id = supplier and s.person_id = app.actor_id() and s.left_at is null
      and s.supplier_id = coalesce(app.chosen_supplier(), s.supplier_id));
end $$;
comment on function app.supplier_standing(uuid) is 'What the actor is in one supplier; null when they are no member.';

grant execute on function app.actor_id(), app.chosen_weddings(), app.chosen_supplier(), app.key_id(), app.key_scopes(), app.clock(),
  app.wedding_ids(text, text), app.own_wedding_ids(), app.wedding_audiences(text), app.supplier_ids(text, text),
  app.wedding_standing(uuid), app.supplier_standing(uuid)
  to wedsync_app, wedsync_worker, wedsync_owner;
reset role;
