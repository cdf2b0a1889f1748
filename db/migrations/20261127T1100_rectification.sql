-- To have put right what one cannot change oneself: said in one's own words, answered by who answers people.

alter table app.data_requests
  add column wrong text check (length(wrong) between 10 and 2000),
  add column outcome text check (outcome in ('done', 'refused')),
  add column told text check (length(told) between 10 and 2000),
  -- squawk-ignore adding-foreign-key-constraint
  add column answered_by uuid references app.operators,
  -- Of a table that holds few rows: something else may now be asked for too.
  -- squawk-ignore ban-drop-constraint
  drop constraint data_requests_kind_check,
  -- squawk-ignore constraint-missing-not-valid
  add constraint data_requests_kind check (kind in ('access', 'portability', 'erasure', 'rectification')),
  -- squawk-ignore constraint-missing-not-valid
  add constraint data_requests_wrong check ((kind = 'rectification') = (wrong is not null)),
  -- squawk-ignore constraint-missing-not-valid
  add constraint data_requests_answer check (
    (outcome is null) = (told is null) and (outcome is null) = (answered_by is null) and (outcome is null or wrong is not null));
comment on column app.data_requests.kind is 'access, portability, erasure or rectification.';
comment on column app.data_requests.wrong is 'What is wrong, in their own words, and what would be right.';
comment on column app.data_requests.outcome is 'Whether it was put right: done or refused.';
comment on column app.data_requests.told is 'What they were told: was put right, or why not.';
comment on column app.data_requests.answered_by is 'Which operator answered.';
call app.protect_table('app.data_requests', scope => 'self', class => 'security',
  immutable => '{kind,wedding_id,begun_at,done_at,parts_done,parts_total,size_bytes,file_ends_at,wrong,outcome,told,answered_by}');
revoke insert on app.data_requests from wedsync_app, wedsync_worker;
grant insert (person_id, kind, wedding_id, wrong) on app.data_requests to wedsync_app, wedsync_worker;
grant update (begun_at, done_at, parts_done, parts_total, size_bytes, file_ends_at, outcome, told, answered_by)
  on app.data_requests to wedsync_guard;
call app.declare_values('app.data_requests', '{outcome}', 'plain');
call app.declare_values('app.data_requests', '{wrong}', 'blanked',
  whose => 'r.person_id = $1 and r.wrong is not null', instead => $$'Erased with who wrote it'$$);
call app.declare_values('app.data_requests', '{told}', 'blanked',
  whose => 'r.person_id = $1 and r.told is not null', instead => $$'Erased with who it was for'$$);
