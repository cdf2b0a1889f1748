-- What is in a dispute stays (G5): two operators set a hold, two let it go. It lets nobody read anything.

create table app.legal_holds (
  person_id uuid not null references app.operators, id uuid not null default uuidv7() unique,
  subject_id uuid references app.people, wedding_id uuid references app.weddings,
  reason text not null check (length(reason) between 10 and 1000), created_at timestamptz not null default app.clock(),
  approved_by uuid references app.operators, approved_at timestamptz,
  release_asked_by uuid references app.operators, release_asked_at timestamptz,
  released_by uuid references app.operators, released_at timestamptz, primary key (person_id, id),
  check (num_nonnulls(subject_id, wedding_id) = 1), check (approved_by <> person_id), check (released_by <> release_asked_by),
  check ((approved_by is null) = (approved_at is null)), check ((release_asked_by is null) = (release_asked_at is null)),
  check ((released_by is null) = (released_at is null)), check (release_asked_at is null or approved_at is not null),
  check (released_at is null or release_asked_at is not null));
comment on table app.legal_holds is 'People and weddings of whom nothing is purged or erased, and why.';
comment on column app.legal_holds.person_id is 'Which operator asked for it.';
comment on column app.legal_holds.id is 'The hold.';
comment on column app.legal_holds.subject_id is 'The person held: everything of theirs, and of the weddings and businesses they belong to.';
comment on column app.legal_holds.wedding_id is 'The wedding held.';
comment on column app.legal_holds.reason is 'The matter, by its file rather than by names.';
comment on column app.legal_holds.created_at is 'When it was asked for.';
comment on column app.legal_holds.approved_by is 'Who else set it.';
comment on column app.legal_holds.approved_at is 'From when it holds.';
comment on column app.legal_holds.release_asked_by is 'Who asked to let it go.';
comment on column app.legal_holds.release_asked_at is 'When.';
comment on column app.legal_holds.released_by is 'Who else let it go.';
comment on column app.legal_holds.released_at is 'Until when it held.';
create index legal_holds_subject on app.legal_holds (subject_id) where approved_at is not null and released_at is null;   -- guard.is_held
create index legal_holds_wedding on app.legal_holds (wedding_id) where approved_at is not null and released_at is null;   -- guard.is_held
call app.protect_table('app.legal_holds', scope => 'self', class => 'security');
revoke insert, update on app.legal_holds from wedsync_app, wedsync_worker;   -- through app.ask_hold and its like
grant insert, update (approved_by, approved_at, release_asked_by, release_asked_at, released_by, released_at) on app.legal_holds to wedsync_guard;
call app.declare_values('app.legal_holds', '{reason}', 'kept', why => 'a legal claim');
create policy kept_by_operators on app.legal_holds for select to wedsync_app, wedsync_worker
  using ((select app.operator_role()) in ('super_admin', 'support'));
