-- The bridge between suppliers and weddings, and what the couple lets each of them read.

-- The only table with both scopes. Whatever belongs to one and points at the other references this pair.
create table app.connections (
  wedding_id uuid not null references app.weddings, supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(),
  service text not null check (service in ('photographer', 'videographer', 'venue', 'caterer', 'florist', 'dj', 'band', 'planner',
    'coordinator', 'hair_makeup', 'cake', 'stationery', 'transport', 'other')),
  status text not null check (status in ('invited', 'connected', 'declined', 'disconnected', 'blocked')),
  listed_on date not null default 'infinity',
  created_at timestamptz not null default clock_timestamp(), primary key (wedding_id, supplier_id));
comment on table app.connections is 'Supplier and wedding.';
comment on column app.connections.wedding_id is 'The wedding.';
comment on column app.connections.supplier_id is 'The supplier.';
comment on column app.connections.id is 'The connection.';
comment on column app.connections.service is 'What the supplier does at this wedding; decides what it usually reads.';
comment on column app.connections.status is 'invited, connected, declined, disconnected or blocked.';
comment on column app.connections.listed_on is 'Date of the first event, infinity before it has one; kept by the guard so that an index orders a supplier''s list.';
comment on column app.connections.created_at is 'When it began.';
create index connections_of_supplier on app.connections (supplier_id, listed_on, wedding_id) where status = 'connected';   -- my weddings, by date
create index connections_rights on app.connections (supplier_id, wedding_id) where status = 'connected';                 -- wedding_ids
call app.protect_table('app.connections', scope => 'wedding', area => 'sharing', class => 'security', immutable => '{supplier_id,service,listed_on}');
revoke insert on app.connections from wedsync_app, wedsync_worker;   -- nobody connects anybody alone
grant insert, update (status, service, listed_on) on app.connections to wedsync_guard;
create policy team on app.connections for select to wedsync_app, wedsync_worker
  using (wedding_id = any ((select app.wedding_ids('team', 'read'))::uuid[]));
-- PostgreSQL asks permissive policies from the last name to the first: the cheapest is named to be asked first.
create policy within_business on app.connections for select to wedsync_app, wedsync_worker
  using (supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[]));
create policy leaves on app.connections for update to wedsync_app, wedsync_worker   -- a supplier may leave; it cannot come back alone
  using (status = 'connected' and supplier_id = any ((select app.supplier_ids('clients', 'write'))::uuid[]))
  with check (status = 'disconnected' and supplier_id = any ((select app.supplier_ids('clients', 'write'))::uuid[]));
create policy only_ends on app.connections as restrictive for update to wedsync_app, wedsync_worker
  using (true) with check (status in ('disconnected', 'blocked'));   -- connecting takes both sides: app.accept_*_invitation

create table app.connection_grants (
  wedding_id uuid not null, supplier_id uuid not null, area text not null, is_grantable boolean not null default true check (is_grantable),
  id uuid not null default uuidv7(), level text not null default 'usual' check (level in ('usual', 'everything')),
  can_write boolean not null default false, revoked_at timestamptz, created_at timestamptz not null default clock_timestamp(),
  primary key (wedding_id, supplier_id, area), foreign key (wedding_id, supplier_id) references app.connections,
  foreign key (area, is_grantable) references app.areas (area, is_grantable));
comment on table app.connection_grants is 'What a couple lets one supplier read or write.';
comment on column app.connection_grants.wedding_id is 'The wedding.';
comment on column app.connection_grants.supplier_id is 'The supplier.';
comment on column app.connection_grants.area is 'Which part.';
comment on column app.connection_grants.is_grantable is 'Always true: with the area it proves that this one may be granted; the budget may not.';
comment on column app.connection_grants.id is 'The grant.';
comment on column app.connection_grants.level is 'usual: what this kind of supplier reads by default; everything: the protected fields too.';
comment on column app.connection_grants.can_write is 'Whether they may also change it.';
comment on column app.connection_grants.revoked_at is 'When it was withdrawn; null while it holds.';
comment on column app.connection_grants.created_at is 'When it was first given.';
create index connection_grants_rights on app.connection_grants (supplier_id, area, wedding_id) include (can_write) where revoked_at is null;   -- wedding_ids
call app.protect_table('app.connection_grants', scope => 'wedding', area => 'sharing', class => 'security', immutable => '{supplier_id,area,is_grantable}');
grant insert on app.connection_grants to wedsync_guard;
create policy own_end on app.connection_grants for select to wedsync_app, wedsync_worker
  using (supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[]));
