-- What was asked for by mistake is taken back, and what nobody should release is refused: it calls nobody any more.
create table app.protection_refusals (
  person_id uuid not null references app.operators, id uuid not null default uuidv7(), author_id uuid not null,
  override_id uuid not null constraint protection_refusals_once unique,
  created_at timestamptz not null default app.clock(), primary key (person_id, override_id),
  foreign key (author_id, override_id) references app.protection_overrides (person_id, id));
comment on table app.protection_refusals is 'Overrides that were refused, or taken back by who asked; they let nothing pass.';
comment on column app.protection_refusals.person_id is 'Who refused it, or who asked and took it back.';
comment on column app.protection_refusals.id is 'The refusal.';
comment on column app.protection_refusals.author_id is 'Who had asked for it.';
comment on column app.protection_refusals.override_id is 'What was refused.';
comment on column app.protection_refusals.created_at is 'When.';
call app.protect_table('app.protection_refusals', scope => 'self', class => 'ledger');
revoke insert on app.protection_refusals from wedsync_app, wedsync_worker;
grant insert (person_id, id, author_id, override_id) on app.protection_refusals to wedsync_app, wedsync_worker;
create policy colleagues on app.protection_refusals for select to wedsync_app, wedsync_worker using ((select app.operator_role()) is not null);
create policy who_release on app.protection_refusals as restrictive for insert to wedsync_app, wedsync_worker
  with check ((select app.operator_role()) = any (array['super_admin', 'developer', 'ops']));
create trigger added after insert on app.protection_refusals referencing new table as new_rows
  for each statement execute function guard.written('ledger', 'self', 'person_id');
create trigger refused before insert on app.protection_refusals for each row execute function guard.refused();
alter table app.protection_refusals enable always trigger added, enable always trigger refused;
