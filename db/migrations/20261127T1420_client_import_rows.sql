-- Every row of a list as it was read, what would become of it, and what became of it.

create table app.client_import_rows (
  supplier_id uuid not null, import_id uuid not null, id uuid not null default uuidv7(), row_number integer not null check (row_number between 1 and 1000000),
  cells text[] not null check (cardinality(cells) <= 200), fate text check (fate in ('imported', 'merged', 'flagged', 'refused')),
  outcome jsonb, client_id uuid, filled jsonb, created_at timestamptz not null default clock_timestamp(), primary key (supplier_id, id),
  foreign key (supplier_id, import_id) references app.client_imports, foreign key (supplier_id, client_id) references app.clients);
comment on table app.client_import_rows is 'A row of a list: as it was read, and what becomes of it.';
comment on column app.client_import_rows.supplier_id is 'Whose list.';
comment on column app.client_import_rows.import_id is 'The import.';
comment on column app.client_import_rows.id is 'The row.';
comment on column app.client_import_rows.row_number is 'Its number in the file''s own program, from 1.';
comment on column app.client_import_rows.cells is 'Its cells, as they were written or put right.';
comment on column app.client_import_rows.fate is 'imported, merged, flagged or refused; null until it is read.';
comment on column app.client_import_rows.outcome is 'What it was read as, with its reason or questions.';
comment on column app.client_import_rows.client_id is 'The client that it became, or became part of.';
comment on column app.client_import_rows.filled is 'What it added to a client that was here already.';
comment on column app.client_import_rows.created_at is 'When it was read.';
create unique index client_import_rows_list on app.client_import_rows (supplier_id, import_id, row_number);               -- the rows in their order
create index client_import_rows_fate on app.client_import_rows (supplier_id, import_id, fate, row_number);                -- those of one fate
create index client_import_rows_client on app.client_import_rows (supplier_id, client_id) where client_id is not null;    -- where a client comes from
call app.protect_table('app.client_import_rows', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{import_id,row_number}');
call app.declare_values('app.client_import_rows', '{fate}', 'plain');
call app.declare_values('app.client_import_rows', '{cells,outcome,filled}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
