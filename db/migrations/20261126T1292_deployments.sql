-- What was released when: the hour between two releases on Mondays (F8), and which image ran before (F5), rest on it.

create table app.deployments (
  person_id uuid not null references app.operators, id uuid not null default uuidv7() unique,
  change text not null check (length(change) between 1 and 40),
  image_digest text not null check (image_digest ~ '^sha256:[0-9a-f]{64}$'),
  override_id uuid unique references app.protection_redemptions (override_id), is_spaced boolean not null,
  created_at timestamptz not null default app.clock(), primary key (person_id, id));
comment on table app.deployments is 'Releases that began.';
comment on column app.deployments.person_id is 'Who released.';
comment on column app.deployments.id is 'The release.';
comment on column app.deployments.change is 'What kind of change it is; for one that an override let pass, the override''s kind.';
comment on column app.deployments.image_digest is 'The image.';
comment on column app.deployments.override_id is 'The override that let it pass, if one had to.';
comment on column app.deployments.is_spaced is 'Whether an hour had to have passed since the one before: it was Monday.';
comment on column app.deployments.created_at is 'When it began.';
create index deployments_recent on app.deployments (created_at desc);   -- the hour before, the image before
call app.protect_table('app.deployments', scope => 'self', class => 'ledger');
call app.declare_values('app.deployments', '{change,image_digest}', 'plain');
revoke insert on app.deployments from wedsync_app, wedsync_worker;
grant insert (person_id, id, change, image_digest, override_id, is_spaced) on app.deployments to wedsync_app, wedsync_worker;
create policy colleagues on app.deployments for select to wedsync_app, wedsync_worker
  using ((select app.operator_role()) is not null);
create policy who_release on app.deployments as restrictive for insert to wedsync_app, wedsync_worker
  with check ((select app.operator_role()) = any (array['super_admin', 'developer', 'ops']));
create trigger added after insert on app.deployments referencing new table as new_rows
  for each statement execute function guard.written('ledger', 'self', 'person_id');
create trigger spaced before insert on app.deployments for each row execute function guard.spaced();
alter table app.deployments enable always trigger added, enable always trigger spaced;

create trigger returns before insert on app.protection_overrides
  for each row when (new.kind = 'rollback') execute function guard.returns();
alter table app.protection_overrides enable always trigger returns;
