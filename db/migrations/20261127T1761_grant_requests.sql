-- A supplier asks a couple for a part of their wedding, and says why. The couple decides, and both are told.

create table app.grant_requests (
  wedding_id uuid not null, supplier_id uuid not null, id uuid not null default uuidv7(),
  area text not null, is_grantable boolean not null default true check (is_grantable),
  level text not null check (level in ('usual', 'everything')), can_write boolean not null,
  reason text not null check (length(reason) between 2 and 500), person_id uuid not null default app.actor_id() references app.people,
  created_at timestamptz not null default clock_timestamp(), answer text check (answer in ('given', 'declined', 'withdrawn')),
  answered_by uuid references app.people, answered_at timestamptz, primary key (wedding_id, id),
  foreign key (wedding_id, supplier_id) references app.connections,
  foreign key (area, is_grantable) references app.areas (area, is_grantable),
  check ((answer is null) = (answered_at is null) and (answer is null) = (answered_by is null)));
comment on table app.grant_requests is 'What suppliers ask a couple to share.';
comment on column app.grant_requests.wedding_id is 'The wedding.';
comment on column app.grant_requests.supplier_id is 'Who asks.';
comment on column app.grant_requests.id is 'The request.';
comment on column app.grant_requests.area is 'Which part.';
comment on column app.grant_requests.is_grantable is 'Always true: with the area it proves that this one may be granted; the budget may not.';
comment on column app.grant_requests.level is 'How much of it, as a grant says.';
comment on column app.grant_requests.can_write is 'Whether they ask to change it too.';
comment on column app.grant_requests.reason is 'Why, in the supplier''s words.';
comment on column app.grant_requests.person_id is 'Who of them asks.';
comment on column app.grant_requests.created_at is 'When.';
comment on column app.grant_requests.answer is 'given, declined, or withdrawn by the supplier; null while it waits.';
comment on column app.grant_requests.answered_by is 'Who answered or withdrew.';
comment on column app.grant_requests.answered_at is 'When.';
create unique index grant_requests_open on app.grant_requests (wedding_id, supplier_id, area) where answer is null;   -- one at a time
create index grant_requests_list on app.grant_requests (wedding_id, created_at desc, id desc);                        -- newest first
call app.protect_table('app.grant_requests', scope => 'wedding', area => 'sharing', class => 'security',
  immutable => '{supplier_id,area,is_grantable,level,can_write,reason,person_id}');
call app.declare_values('app.grant_requests', '{area,level,answer}', 'plain');
call app.declare_values('app.grant_requests', '{reason}', 'blanked', instead => '''(erased)''', whose => 'r.person_id = $1');
revoke insert on app.grant_requests from wedsync_app, wedsync_worker;
grant insert (wedding_id, supplier_id, area, level, can_write, reason) on app.grant_requests to wedsync_app, wedsync_worker;
create policy own_end on app.grant_requests for select to wedsync_app, wedsync_worker
  using (supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[])
         and wedding_id = any ((select app.wedding_ids('basics', 'read'))::uuid[]));
create policy asks on app.grant_requests for insert to wedsync_app, wedsync_worker
  with check (wedding_id = any ((select app.wedding_ids('basics', 'read'))::uuid[]));
create policy asks_for_itself on app.grant_requests as restrictive for insert to wedsync_app, wedsync_worker
  with check (supplier_id = any ((select app.supplier_ids('clients', 'write'))::uuid[]));
create policy withdraws on app.grant_requests for update to wedsync_app, wedsync_worker
  using (supplier_id = any ((select app.supplier_ids('clients', 'write'))::uuid[]))
  with check (answer = 'withdrawn' and supplier_id = any ((select app.supplier_ids('clients', 'write'))::uuid[]));
create policy answered_once on app.grant_requests as restrictive for update to wedsync_app, wedsync_worker
  using (answer is null)
  with check (answered_by = (select app.actor_id())
    and (answer = 'withdrawn' or wedding_id = any ((select app.wedding_ids('sharing', 'write'))::uuid[])));
