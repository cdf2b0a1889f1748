-- Who read what only a grant opens: one receipt a person, area and day, which the couple reads.

create table app.access_receipts (
  wedding_id uuid not null, supplier_id uuid not null, person_id uuid not null default app.actor_id() references app.people,
  area text not null, is_grantable boolean not null default true check (is_grantable),
  read_on date not null default (app.clock() at time zone 'UTC')::date, id uuid not null default uuidv7(),
  first_read_at timestamptz not null default app.clock(), primary key (wedding_id, supplier_id, person_id, area, read_on),
  foreign key (wedding_id, supplier_id) references app.connections,
  foreign key (area, is_grantable) references app.areas (area, is_grantable));
comment on table app.access_receipts is 'A supplier''s reading of what only a grant opens: one receipt a person, area and day.';
comment on column app.access_receipts.wedding_id is 'The wedding.';
comment on column app.access_receipts.supplier_id is 'The business they read for.';
comment on column app.access_receipts.person_id is 'Who read.';
comment on column app.access_receipts.area is 'What part of the wedding.';
comment on column app.access_receipts.is_grantable is 'Always true: with the area it proves that this one may be granted.';
comment on column app.access_receipts.read_on is 'On which day, as UTC counts them.';
comment on column app.access_receipts.id is 'The receipt.';
comment on column app.access_receipts.first_read_at is 'When they read it first on that day.';
create unique index access_receipts_list on app.access_receipts (wedding_id, first_read_at desc, id desc);                  -- the couple's list
create index access_receipts_of_supplier on app.access_receipts (wedding_id, supplier_id, first_read_at desc, id desc);   -- one supplier's
create index access_receipts_age on app.access_receipts (first_read_at);                                                  -- forget_receipts
call app.protect_table('app.access_receipts', scope => 'wedding', area => 'sharing', class => 'security', immutable => '{*}');
call app.declare_values('app.access_receipts', '{area,read_on}', 'plain');
revoke insert on app.access_receipts from wedsync_app, wedsync_worker;
grant insert (wedding_id, supplier_id, area) on app.access_receipts to wedsync_app, wedsync_worker;   -- who and when are not theirs to say
grant delete on app.access_receipts to wedsync_guard;   -- app.forget_receipts
create policy left_by_suppliers on app.access_receipts for insert to wedsync_app, wedsync_worker
  with check (wedding_id = any ((select app.wedding_ids('basics', 'read'))::uuid[]));
create policy left_for_oneself on app.access_receipts as restrictive for insert to wedsync_app, wedsync_worker
  with check (supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[]));
create policy own_receipts on app.access_receipts for select to wedsync_app, wedsync_worker
  using (person_id = (select app.actor_id()));
