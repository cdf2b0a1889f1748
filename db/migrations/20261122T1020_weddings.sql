-- The wedding, its shield, its members and its events.

create table app.weddings (
  id uuid primary key default uuidv7(), title text not null check (length(title) between 1 and 120),
  created_at timestamptz not null default clock_timestamp());
comment on table app.weddings is 'The shared root.';
comment on column app.weddings.id is 'The wedding.';
comment on column app.weddings.title is 'What lists call it.';
comment on column app.weddings.created_at is 'When it was founded.';
call app.protect_table('app.weddings', scope => 'wedding', area => 'basics', class => 'plan');
revoke insert on app.weddings from wedsync_app, wedsync_worker;
grant insert on app.weddings to wedsync_guard;
-- Everybody connected reads the basics; only who belongs to the wedding names it.
create policy named_by_couple on app.weddings as restrictive for update to wedsync_app, wedsync_worker
  using (id = any ((select app.wedding_ids('event', 'write'))::uuid[]));

create table app.wedding_shields (
  wedding_id uuid primary key references app.weddings, id uuid not null default uuidv7(),
  status text not null default 'draft' check (status in ('draft', 'confirmed', 'postponed', 'cancelled')), held_on date, time_zone text,
  active_span tstzrange, lock_lead_hours smallint not null default 0 check (lock_lead_hours between 0 and 48),
  date_set_at timestamptz, date_set_by uuid references app.people, weight_complete smallint not null default 0 check (weight_complete >= 0),
  weight_not_applicable smallint not null default 0 check (weight_not_applicable >= 0));
comment on table app.wedding_shields is 'What protects a wedding, apart from it: only guard functions write here.';
comment on column app.wedding_shields.wedding_id is 'The wedding.';
comment on column app.wedding_shields.id is 'The row.';
comment on column app.wedding_shields.status is 'draft, confirmed, postponed or cancelled; active and done are derived from the window, never stored.';
comment on column app.wedding_shields.held_on is 'Local date of the first event.';
comment on column app.wedding_shields.time_zone is 'Zone of the first event.';
comment on column app.wedding_shields.active_span is 'The active window (A1).';
comment on column app.wedding_shields.lock_lead_hours is 'How much earlier the read-only part starts.';
comment on column app.wedding_shields.date_set_at is 'When the date was confirmed; class A facts are fixed from here on.';
comment on column app.wedding_shields.date_set_by is 'Which partner confirmed it.';
comment on column app.wedding_shields.weight_complete is 'Sum of the weights of the core fields that have a value.';
comment on column app.wedding_shields.weight_not_applicable is 'Sum of the weights of the core fields the couple said do not apply.';
call app.protect_table('app.wedding_shields', scope => 'wedding', area => 'basics', class => 'system');
revoke insert, update on app.wedding_shields from wedsync_app, wedsync_worker;
grant insert, update on app.wedding_shields to wedsync_guard;
drop trigger added on app.wedding_shields;     -- derived rows: their history is the facts'
drop trigger changed on app.wedding_shields;
drop trigger removed on app.wedding_shields;

create table app.wedding_members (
  wedding_id uuid not null references app.weddings, person_id uuid not null references app.people, id uuid not null default uuidv7(),
  display_name text not null check (length(display_name) between 1 and 100),
  role text not null check (role in ('partner', 'companion', 'coordinator')), partner_number smallint check (partner_number in (1, 2)),
  left_at timestamptz, created_at timestamptz not null default clock_timestamp(),
  primary key (wedding_id, person_id), unique (wedding_id, partner_number), check ((role = 'partner') = (partner_number is not null)));
comment on table app.wedding_members is 'The couple, their companions and their coordinator.';
comment on column app.wedding_members.wedding_id is 'The wedding.';
comment on column app.wedding_members.person_id is 'The person.';
comment on column app.wedding_members.id is 'The membership.';
comment on column app.wedding_members.display_name is 'What the others see.';
comment on column app.wedding_members.role is 'partner, companion or coordinator.';
comment on column app.wedding_members.partner_number is '1 for who founded the wedding, 2 for who joined.';
comment on column app.wedding_members.left_at is 'When they left; null while they belong.';
comment on column app.wedding_members.created_at is 'When they joined.';
create index wedding_members_person on app.wedding_members (person_id, wedding_id);   -- wedding_ids, my weddings
call app.protect_table('app.wedding_members', scope => 'wedding', area => 'sharing', class => 'security', immutable => '{person_id,partner_number,role}');
revoke insert on app.wedding_members from wedsync_app, wedsync_worker;   -- one joins by founding or by an invitation
grant insert, update on app.wedding_members to wedsync_guard;
create policy basics on app.wedding_members for select to wedsync_app, wedsync_worker
  using (wedding_id = any ((select app.wedding_ids('basics', 'read'))::uuid[]));
create policy own_memberships on app.wedding_members for select to wedsync_app, wedsync_worker
  using (person_id = (select app.actor_id()));
create policy keeps_partners on app.wedding_members as restrictive for update to wedsync_app, wedsync_worker
  using (role <> 'partner' or person_id = (select app.actor_id()));   -- nobody shows a partner out

create table app.wedding_events (
  wedding_id uuid not null references app.weddings, id uuid not null default uuidv7(),
  kind text not null check (kind in ('ceremony', 'reception', 'welcome', 'rehearsal', 'party', 'brunch', 'other')),
  position smallint not null check (position between 1 and 20), title text not null check (length(title) between 1 and 100),
  local_date date, time_zone text, day_starts_at timestamptz, day_ends_at timestamptz, zone_data_version text, created_at timestamptz not null default clock_timestamp(),
  delete_batch uuid, primary key (wedding_id, id), foreign key (wedding_id, delete_batch) references app.delete_batches,
  unique (wedding_id, position),
  -- No zone is further than 14 hours from UTC: an instant that is was not resolved from this local time.
  check (day_starts_at between (local_date::timestamp at time zone 'UTC') - interval '15 hours' and (local_date::timestamp at time zone 'UTC') + interval '15 hours'),
  check (day_ends_at between day_starts_at + interval '24 hours' and day_starts_at + interval '36 hours'));
comment on table app.wedding_events is 'Dated parts of a wedding. Date, zone, times and venue are facts; here stands the day they resolve to.';
comment on column app.wedding_events.wedding_id is 'The wedding.';
comment on column app.wedding_events.id is 'The event.';
comment on column app.wedding_events.kind is 'ceremony, reception, welcome, rehearsal, party, brunch or other.';
comment on column app.wedding_events.position is 'Order; the first event''s date and zone are what the others follow unless they have their own.';
comment on column app.wedding_events.title is 'What the couple calls it.';
comment on column app.wedding_events.local_date is 'Its local date, resolved: its own or the first event''s.';
comment on column app.wedding_events.time_zone is 'Its IANA zone, resolved: its own or the first event''s.';
comment on column app.wedding_events.day_starts_at is 'First instant of its local date.';
comment on column app.wedding_events.day_ends_at is '06:00 local on the day after.';
comment on column app.wedding_events.zone_data_version is 'Version of the zone data that resolved it.';
comment on column app.wedding_events.created_at is 'When it was added.';
comment on column app.wedding_events.delete_batch is 'The deletion that took it, if any.';
call app.protect_table('app.wedding_events', scope => 'wedding', area => 'event', class => 'plan',
  immutable => '{kind,position,local_date,time_zone,day_starts_at,day_ends_at,zone_data_version}');
revoke insert on app.wedding_events from wedsync_app, wedsync_worker;
grant insert (wedding_id, id, kind, position, title) on app.wedding_events to wedsync_app, wedsync_worker;
grant insert, update (local_date, time_zone, day_starts_at, day_ends_at, zone_data_version)
  on app.wedding_events to wedsync_guard;
create trigger event_changed after update of delete_batch on app.wedding_events for each row execute function guard.event_changed();
alter table app.wedding_events enable always trigger event_changed;

create table app.wedding_invitations (
  wedding_id uuid not null references app.weddings, id uuid not null default uuidv7(),
  kind text not null check (kind in ('partner', 'companion', 'coordinator', 'supplier')),
  email text not null check (email = lower(email) and length(email) between 3 and 254), name text not null default '' check (length(name) <= 100),
  service text, code_hash bytea not null unique, person_id uuid not null default app.actor_id() references app.people,
  created_at timestamptz not null default clock_timestamp(), expires_at timestamptz not null, accepted_at timestamptz,
  accepted_by uuid references app.people, revoked_at timestamptz, primary key (wedding_id, id),
  check ((kind = 'supplier') = (service is not null)));
comment on table app.wedding_invitations is 'Single-use invitations from a couple: to the other partner, a companion, a coordinator or a supplier.';
comment on column app.wedding_invitations.wedding_id is 'The wedding.';
comment on column app.wedding_invitations.id is 'The invitation; its code is derived from this and the installation''s secret.';
comment on column app.wedding_invitations.kind is 'partner, companion, coordinator or supplier.';
comment on column app.wedding_invitations.email is 'Where it was sent.';
comment on column app.wedding_invitations.name is 'Whom it greets.';
comment on column app.wedding_invitations.service is 'What a supplier is to do.';
comment on column app.wedding_invitations.code_hash is 'SHA-256 of the code.';
comment on column app.wedding_invitations.person_id is 'Which partner invited.';
comment on column app.wedding_invitations.created_at is 'When.';
comment on column app.wedding_invitations.expires_at is '7 days later.';
comment on column app.wedding_invitations.accepted_at is 'When it was used, once.';
comment on column app.wedding_invitations.accepted_by is 'By whom.';
comment on column app.wedding_invitations.revoked_at is 'When it was withdrawn.';
create index wedding_invitations_list on app.wedding_invitations (wedding_id, created_at desc, id desc);   -- pending invitations
call app.protect_table('app.wedding_invitations', scope => 'wedding', area => 'sharing', class => 'security',
  immutable => '{kind,email,name,service,code_hash,person_id,expires_at,accepted_at,accepted_by}', hidden => '{code_hash}');
grant update (accepted_at, accepted_by) on app.wedding_invitations to wedsync_guard;
create policy own_invitation on app.wedding_invitations as restrictive for insert to wedsync_app, wedsync_worker
  with check (person_id = (select app.actor_id()) and accepted_at is null);
