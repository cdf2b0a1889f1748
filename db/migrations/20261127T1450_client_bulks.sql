-- What was done to many clients at once, and what each said before: undone with one press.

create table app.client_bulks (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(),
  act text not null check (act in ('stage', 'tag', 'untag', 'remove')), value text not null default '' check (length(value) <= 50),
  total integer not null check (total between 1 and 5000), done integer not null default 0 check (done between 0 and total),
  changed integer not null default 0 check (changed between 0 and done), restored integer check (restored between 0 and changed),
  author_id uuid not null default app.actor_id() references app.people, batch uuid, created_at timestamptz not null default clock_timestamp(),
  undone_at timestamptz, primary key (supplier_id, id), foreign key (supplier_id, batch) references app.delete_batches,
  check ((act = 'remove') = (batch is not null)), check ((act = 'remove') = (value = '')), check ((undone_at is null) = (restored is null)));
comment on table app.client_bulks is 'Something that was done to many clients at once.';
comment on column app.client_bulks.supplier_id is 'Whose clients.';
comment on column app.client_bulks.id is 'What was done.';
comment on column app.client_bulks.act is 'stage (set one), tag (add one), untag (take one away) or remove.';
comment on column app.client_bulks.value is 'The stage, "none" for no stage, or the tag.';
comment on column app.client_bulks.total is 'How many clients were chosen.';
comment on column app.client_bulks.done is 'How many of them were looked at so far.';
comment on column app.client_bulks.changed is 'How many of those changed by it.';
comment on column app.client_bulks.restored is 'How many an undo put back.';
comment on column app.client_bulks.author_id is 'Who did it.';
comment on column app.client_bulks.batch is 'The deletion that took those that it removed.';
comment on column app.client_bulks.created_at is 'When.';
comment on column app.client_bulks.undone_at is 'When it was undone.';
create index client_bulks_author on app.client_bulks (author_id);
create index client_bulks_batch on app.client_bulks (supplier_id, batch) where batch is not null;
call app.protect_table('app.client_bulks', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{act,value,total,author_id,batch}');
call app.declare_values('app.client_bulks', '{act}', 'plain');
call app.declare_values('app.client_bulks', '{value}', 'removed', whose => 'r.supplier_id in (select guard.businesses_left_by($1))');

create table app.client_bulk_rows (
  supplier_id uuid not null, id uuid not null default uuidv7(), bulk_id uuid not null, client_id uuid not null,
  is_changed boolean, stage_before text, tags_before text[], tags_after text[], created_at timestamptz not null default clock_timestamp(),
  primary key (supplier_id, id), foreign key (supplier_id, bulk_id) references app.client_bulks,
  foreign key (supplier_id, client_id) references app.clients);
comment on table app.client_bulk_rows is 'A client among those to which something was done, and what it said before.';
comment on column app.client_bulk_rows.supplier_id is 'Whose client.';
comment on column app.client_bulk_rows.id is 'The row.';
comment on column app.client_bulk_rows.bulk_id is 'What was done.';
comment on column app.client_bulk_rows.client_id is 'To whom.';
comment on column app.client_bulk_rows.is_changed is 'Whether it changed by it; null until it was looked at.';
comment on column app.client_bulk_rows.stage_before is 'Its stage before.';
comment on column app.client_bulk_rows.tags_before is 'Its tags before.';
comment on column app.client_bulk_rows.tags_after is 'Its tags after.';
comment on column app.client_bulk_rows.created_at is 'When it was chosen.';
create unique index client_bulk_rows_client on app.client_bulk_rows (supplier_id, bulk_id, client_id);   -- each once, in the order of the work
create index client_bulk_rows_of_client on app.client_bulk_rows (supplier_id, client_id);                -- app.purge_batch
call app.protect_table('app.client_bulk_rows', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{bulk_id,client_id}');
call app.declare_values('app.client_bulk_rows', '{stage_before}', 'plain');
call app.declare_values('app.client_bulk_rows', '{tags_before,tags_after}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
grant delete on app.client_bulk_rows to wedsync_guard;   -- app.purge_batch
