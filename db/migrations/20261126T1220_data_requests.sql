-- What people ask for of their own data: to have it, to be forgotten.

create table app.data_requests (
  person_id uuid not null references app.people, id uuid not null default uuidv7(),
  kind text not null check (kind in ('access', 'portability', 'erasure')), wedding_id uuid,
  created_at timestamptz not null default clock_timestamp(),
  begun_at timestamptz, done_at timestamptz, withdrawn_at timestamptz, primary key (person_id, id),
  check (wedding_id is null or kind = 'erasure'));
comment on table app.data_requests is 'What people ask for of their own data, and what became of it.';
comment on column app.data_requests.person_id is 'Who asks, for themselves.';
comment on column app.data_requests.id is 'The request.';
comment on column app.data_requests.kind is 'access, portability or erasure.';
comment on column app.data_requests.wedding_id is 'The wedding whose part is to be erased; null for everything.';
comment on column app.data_requests.created_at is 'When; the seven days run from here, or from the end of the wedding.';
comment on column app.data_requests.begun_at is 'When an erasure began; from then on it cannot be withdrawn.';
comment on column app.data_requests.done_at is 'When it was done.';
comment on column app.data_requests.withdrawn_at is 'When they took it back.';
create unique index data_requests_open on app.data_requests (person_id, kind, coalesce(wedding_id, person_id))
  where done_at is null and withdrawn_at is null;                                                      -- one at a time
create index data_requests_erasures on app.data_requests (id) where kind = 'erasure' and done_at is null and withdrawn_at is null;   -- due, restricted
call app.protect_table('app.data_requests', scope => 'self', class => 'security',
  immutable => '{kind,wedding_id,begun_at,done_at}');
revoke insert on app.data_requests from wedsync_app, wedsync_worker;
grant insert (person_id, kind, wedding_id) on app.data_requests to wedsync_app, wedsync_worker;
grant update (begun_at, done_at) on app.data_requests to wedsync_guard;
call app.declare_values('app.data_requests', '{kind}', 'plain');
create policy own_weddings on app.data_requests as restrictive for insert to wedsync_app, wedsync_worker
  with check (wedding_id is null or wedding_id in (
    select m.wedding_id from app.wedding_members m where m.person_id = (select app.actor_id()) and m.left_at is null));
-- Once it has begun, what is written down outside of the database says so too.
create policy taken_back_in_time on app.data_requests as restrictive for update to wedsync_app, wedsync_worker
  using (begun_at is null and done_at is null and withdrawn_at is null) with check (true);

create policy restricted on app.core_field_revisions as restrictive for select to wedsync_app, wedsync_worker
  using (wedding_id = any ((select app.wedding_ids('sharing', 'read'))::uuid[])
         or (wedding_id, fact_key) not in (select r.wedding_id, r.fact_key from app.restricted_facts() r));
