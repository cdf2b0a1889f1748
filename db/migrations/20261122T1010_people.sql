-- People, how they sign in, and the businesses they belong to.

create table app.people (
  id uuid primary key default uuidv7(), email text not null unique check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 100), zone text not null default 'Europe/London',
  created_at timestamptz not null default clock_timestamp());
comment on table app.people is 'Anyone who signs in. What others may read of a person stands in their memberships.';
comment on column app.people.id is 'The person.';
comment on column app.people.email is 'Sign-in address, lower case.';
comment on column app.people.name is 'What they are called.';
comment on column app.people.zone is 'IANA zone in which they read times that belong to no wedding.';
comment on column app.people.created_at is 'When they signed up.';
call app.protect_table('app.people', scope => 'self', class => 'security', immutable => '{email}');
revoke insert on app.people from wedsync_app, wedsync_worker;
grant insert on app.people to wedsync_guard;

create table app.sign_in_secrets (
  person_id uuid primary key references app.people, id uuid not null default uuidv7(),
  password_hash text not null check (length(password_hash) <= 256), changed_at timestamptz not null default clock_timestamp());
comment on table app.sign_in_secrets is 'The password of a person who chose one; couples may use links only.';
comment on column app.sign_in_secrets.person_id is 'Whose.';
comment on column app.sign_in_secrets.id is 'The row.';
comment on column app.sign_in_secrets.password_hash is 'argon2id, with its parameters and salt.';
comment on column app.sign_in_secrets.changed_at is 'When it was set.';
call app.protect_table('app.sign_in_secrets', scope => 'self', class => 'security');

create table app.sessions (
  person_id uuid not null references app.people, id uuid not null default uuidv7(), token_hash bytea not null unique,
  device text not null default '' check (length(device) <= 200), created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null, ended_at timestamptz, primary key (person_id, id));
comment on table app.sessions is 'Signed-in devices.';
comment on column app.sessions.person_id is 'Whose.';
comment on column app.sessions.id is 'The session.';
comment on column app.sessions.token_hash is 'SHA-256 of the token in the cookie; the token itself is nowhere.';
comment on column app.sessions.device is 'What the browser called itself.';
comment on column app.sessions.created_at is 'When they signed in.';
comment on column app.sessions.expires_at is 'When it ends by itself.';
comment on column app.sessions.ended_at is 'When it was ended.';
create index sessions_live on app.sessions (person_id, created_at) where ended_at is null;   -- my devices; three at most
call app.protect_table('app.sessions', scope => 'self', class => 'security', immutable => '{token_hash,device,expires_at}', hidden => '{token_hash}');

create table app.login_tokens (
  id uuid primary key default uuidv7(), person_id uuid references app.people, email text not null check (length(email) <= 254),
  token_hash bytea not null unique, created_at timestamptz not null default clock_timestamp(), expires_at timestamptz not null, used_at timestamptz,
  intent jsonb check (pg_column_size(intent) <= 4096));
comment on table app.login_tokens is 'Single-use links that sign in, or finish the sign-up of an address without an account.';
comment on column app.login_tokens.id is 'The link; its token is derived from this and the installation''s secret.';
comment on column app.login_tokens.person_id is 'Whose; null until the address has an account.';
comment on column app.login_tokens.email is 'Where it was sent.';
comment on column app.login_tokens.token_hash is 'SHA-256 of the token.';
comment on column app.login_tokens.created_at is 'When it was asked for.';
comment on column app.login_tokens.expires_at is '15 minutes later.';
comment on column app.login_tokens.used_at is 'When it was used, once.';
comment on column app.login_tokens.intent is 'The business a sign-up is for; used when the address turns out to have no account.';
call app.protect_table('app.login_tokens', scope => 'self', class => 'security', hidden => '{token_hash,password_hash}');
revoke insert, update on app.login_tokens from wedsync_app, wedsync_worker;
grant insert, update, delete on app.login_tokens to wedsync_guard;   -- delete: app.forget_links

create table app.suppliers (
  id uuid primary key default uuidv7(), name text not null check (length(name) between 2 and 100),
  supplier_types text[] not null check (cardinality(supplier_types) between 1 and 3
    and supplier_types <@ array['photographer', 'videographer', 'venue', 'caterer', 'florist', 'dj', 'band', 'planner',
      'coordinator', 'hair_makeup', 'cake', 'stationery', 'transport', 'other']),
  zone text not null default 'Europe/London', created_at timestamptz not null default clock_timestamp());
comment on table app.suppliers is 'Wedding businesses: the public card.';
comment on column app.suppliers.id is 'The supplier.';
comment on column app.suppliers.name is 'Trading name.';
comment on column app.suppliers.supplier_types is 'What they do, the primary type first, three at most.';
comment on column app.suppliers.zone is 'IANA zone of the business.';
comment on column app.suppliers.created_at is 'When they signed up.';
call app.protect_table('app.suppliers', scope => 'supplier', area => 'public', class => 'plan');
revoke insert on app.suppliers from wedsync_app, wedsync_worker;
grant insert on app.suppliers to wedsync_guard;

create table app.supplier_members (
  supplier_id uuid not null references app.suppliers, person_id uuid not null references app.people, id uuid not null default uuidv7(),
  display_name text not null check (length(display_name) between 1 and 100),
  role text not null check (role in ('owner', 'admin', 'manager', 'member', 'viewer')), left_at timestamptz,
  created_at timestamptz not null default clock_timestamp(), primary key (supplier_id, person_id));
comment on table app.supplier_members is 'Who belongs to a business.';
comment on column app.supplier_members.supplier_id is 'The business.';
comment on column app.supplier_members.person_id is 'The person.';
comment on column app.supplier_members.id is 'The membership.';
comment on column app.supplier_members.display_name is 'What the team calls them.';
comment on column app.supplier_members.role is 'What they may do.';
comment on column app.supplier_members.left_at is 'When they left; null while they belong.';
comment on column app.supplier_members.created_at is 'When they joined.';
create index supplier_members_person on app.supplier_members (person_id, supplier_id);   -- wedding_ids, supplier_ids
call app.protect_table('app.supplier_members', scope => 'supplier', area => 'team', class => 'security', immutable => '{person_id}');
revoke insert on app.supplier_members from wedsync_app, wedsync_worker;   -- one joins by founding or by an invitation
grant insert, update on app.supplier_members to wedsync_guard;
create policy own_memberships on app.supplier_members for select to wedsync_app, wedsync_worker
  using (person_id = (select app.actor_id()));
create policy keeps_owner on app.supplier_members as restrictive for update to wedsync_app, wedsync_worker
  using (role <> 'owner') with check (role <> 'owner');   -- ownership is transferred, never edited

create table app.supplier_invitations (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(),
  kind text not null check (kind in ('member', 'couple')), email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text not null default '' check (length(name) <= 100), role text check (role in ('admin', 'manager', 'member', 'viewer')),
  service text, code_hash bytea not null unique, person_id uuid not null default app.actor_id() references app.people,
  created_at timestamptz not null default clock_timestamp(), expires_at timestamptz not null, accepted_at timestamptz,
  accepted_by uuid references app.people, revoked_at timestamptz, primary key (supplier_id, id),
  check ((kind = 'member') = (role is not null)), check ((kind = 'couple') = (service is not null)));
comment on table app.supplier_invitations is 'Single-use invitations from a business: to its team, or to a couple.';
comment on column app.supplier_invitations.supplier_id is 'Who invites.';
comment on column app.supplier_invitations.id is 'The invitation; its code is derived from this and the installation''s secret.';
comment on column app.supplier_invitations.kind is 'member or couple.';
comment on column app.supplier_invitations.email is 'Where it was sent.';
comment on column app.supplier_invitations.name is 'Whom it greets.';
comment on column app.supplier_invitations.role is 'The role a new member gets.';
comment on column app.supplier_invitations.service is 'What the business does at this wedding.';
comment on column app.supplier_invitations.code_hash is 'SHA-256 of the code.';
comment on column app.supplier_invitations.person_id is 'Who in the business invited.';
comment on column app.supplier_invitations.created_at is 'When.';
comment on column app.supplier_invitations.expires_at is '7 days later.';
comment on column app.supplier_invitations.accepted_at is 'When it was used, once.';
comment on column app.supplier_invitations.accepted_by is 'By whom.';
comment on column app.supplier_invitations.revoked_at is 'When it was withdrawn.';
create index supplier_invitations_list on app.supplier_invitations (supplier_id, created_at desc, id desc);   -- pending invitations
call app.protect_table('app.supplier_invitations', scope => 'supplier', area => 'clients', class => 'security',
  immutable => '{kind,email,name,role,service,code_hash,person_id,expires_at,accepted_at,accepted_by}', hidden => '{code_hash}');
grant update (accepted_at, accepted_by) on app.supplier_invitations to wedsync_guard;
create policy team_withdrawn_by_admins on app.supplier_invitations as restrictive for update to wedsync_app, wedsync_worker
  using (kind = 'couple' or supplier_id = any ((select app.supplier_ids('team', 'write'))::uuid[]));
create policy team_by_admins on app.supplier_invitations as restrictive for insert to wedsync_app, wedsync_worker
  with check (person_id = (select app.actor_id()) and accepted_at is null
              and (kind = 'couple' or supplier_id = any ((select app.supplier_ids('team', 'write'))::uuid[])));
