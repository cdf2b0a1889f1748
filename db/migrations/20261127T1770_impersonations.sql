-- Support looks at pages as somebody sees them: with a reason, for half an hour, changing nothing, and on record.

create table app.impersonations (
  person_id uuid not null references app.people, id uuid not null, operator_id uuid not null references app.operators,
  session_id uuid not null, token_hash bytea not null unique, reason text not null check (length(reason) between 10 and 500),
  created_at timestamptz not null default app.clock(), ends_at timestamptz not null, ended_at timestamptz, primary key (person_id, id));
comment on table app.impersonations is 'When an operator looked at pages as somebody, and why.';
comment on column app.impersonations.person_id is 'As whom.';
comment on column app.impersonations.id is 'The impersonation.';
comment on column app.impersonations.operator_id is 'Who looked.';
comment on column app.impersonations.session_id is 'The operator''s session: in another one the token is worth nothing.';
comment on column app.impersonations.token_hash is 'SHA-256 of the token in the operator''s browser.';
comment on column app.impersonations.reason is 'Why, in the operator''s words; the person reads it.';
comment on column app.impersonations.created_at is 'From when.';
comment on column app.impersonations.ends_at is 'When it ends by itself, half an hour later.';
comment on column app.impersonations.ended_at is 'When it was ended.';
create index impersonations_list on app.impersonations (created_at desc, id desc);                                  -- the operators' list
create unique index impersonations_open on app.impersonations (operator_id) where ended_at is null;                 -- one at a time
call app.protect_table('app.impersonations', scope => 'self', class => 'security', immutable => '{*}', hidden => '{token_hash,session_id}');
revoke insert on app.impersonations from wedsync_app, wedsync_worker;   -- app.begin_impersonation
grant insert, update (ended_at), delete on app.impersonations to wedsync_guard;
call app.declare_values('app.impersonations', '{token_hash}', 'plain');
call app.declare_values('app.impersonations', '{reason}', 'removed', whose => 'r.person_id = $1');

create table app.impersonation_pages (
  person_id uuid not null, id uuid not null default uuidv7(), impersonation_id uuid not null, path text not null check (length(path) <= 300),
  wedding_id uuid, supplier_id uuid, opened_at timestamptz not null default app.clock(), primary key (person_id, id),
  foreign key (person_id, impersonation_id) references app.impersonations);
comment on table app.impersonation_pages is 'Which pages an operator opened as somebody.';
comment on column app.impersonation_pages.person_id is 'As whom.';
comment on column app.impersonation_pages.id is 'The opening.';
comment on column app.impersonation_pages.impersonation_id is 'In which impersonation.';
comment on column app.impersonation_pages.path is 'The address, which holds ids and no names.';
comment on column app.impersonation_pages.wedding_id is 'The wedding it was about, if any; its couple reads this.';
comment on column app.impersonation_pages.supplier_id is 'The business whose page it was, if any.';
comment on column app.impersonation_pages.opened_at is 'When.';
create index impersonation_pages_of on app.impersonation_pages (person_id, impersonation_id, id desc);                       -- one impersonation
create index impersonation_pages_wedding on app.impersonation_pages (wedding_id, opened_at desc) where wedding_id is not null;   -- the couple's list
call app.protect_table('app.impersonation_pages', scope => 'self', class => 'security', immutable => '{*}');
revoke insert on app.impersonation_pages from wedsync_app, wedsync_worker;   -- app.note_page
grant insert, delete on app.impersonation_pages to wedsync_guard;
call app.declare_values('app.impersonation_pages', '{path}', 'plain');
