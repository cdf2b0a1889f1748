-- Who runs the installation. Only the administrator's command appoints: nobody becomes an operator through a page.

create table app.operators (
  person_id uuid primary key references app.people, id uuid not null default uuidv7(),
  display_name text not null check (length(display_name) between 1 and 100),
  role text not null check (role in ('super_admin', 'support', 'developer', 'ops', 'finance')),
  created_at timestamptz not null default clock_timestamp(), left_at timestamptz);
comment on table app.operators is 'The platform''s staff.';
comment on column app.operators.person_id is 'The person.';
comment on column app.operators.id is 'The row.';
comment on column app.operators.display_name is 'What the other operators see.';
comment on column app.operators.role is 'super_admin, support, developer, ops or finance.';
comment on column app.operators.created_at is 'When they were first appointed.';
comment on column app.operators.left_at is 'When they left; null while they belong.';
call app.protect_table('app.operators', scope => 'self', class => 'security');
revoke insert, update on app.operators from wedsync_app, wedsync_worker;
grant insert, update on app.operators to wedsync_guard;
create policy colleagues on app.operators for select to wedsync_app, wedsync_worker
  using ((select app.operator_role()) is not null);
