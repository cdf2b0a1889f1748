-- Lists of clients that a supplier brings as they are.

create table app.client_imports (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(), file_name text not null check (length(file_name) between 1 and 200),
  kind text not null check (kind in ('text', 'excel', 'cards', 'json')), encoding text not null default '' check (length(encoding) <= 40),
  delimiter text not null default '' check (length(delimiter) <= 1), header text[] not null check (cardinality(header) <= 100),
  asks text[] not null default '{}' check (cardinality(asks) <= 20), columns jsonb not null default '[]' check (jsonb_typeof(columns) = 'array'),
  mapping jsonb check (jsonb_typeof(mapping) = 'object'), problem text not null default '' check (length(problem) <= 500),
  state text not null default 'reading' check (state in ('reading', 'ready', 'saving', 'saved', 'undone')), turn integer not null default 1,
  rows_total integer not null check (rows_total between 0 and 20000), rows_done integer not null default 0 check (rows_done between 0 and rows_total),
  imported integer not null default 0, merged integer not null default 0, flagged integer not null default 0, refused integer not null default 0,
  author_id uuid not null default app.actor_id() references app.people, undo_batch uuid, created_at timestamptz not null default clock_timestamp(),
  saved_at timestamptz, primary key (supplier_id, id), foreign key (supplier_id, undo_batch) references app.delete_batches);
comment on table app.client_imports is 'A list of clients that a supplier brought.';
comment on column app.client_imports.supplier_id is 'Whose list.';
comment on column app.client_imports.id is 'The import.';
comment on column app.client_imports.file_name is 'What the file was called, or "Pasted".';
comment on column app.client_imports.kind is 'What the file turned out to be.';
comment on column app.client_imports.encoding is 'How a text was encoded.';
comment on column app.client_imports.delimiter is 'What separates its cells.';
comment on column app.client_imports.header is 'The titles of its columns; none where it has none.';
comment on column app.client_imports.asks is 'What has to be asked about the list as a whole.';
comment on column app.client_imports.columns is 'Each column and what it seems to be.';
comment on column app.client_imports.mapping is 'Which column is what, where somebody said so: target to position.';
comment on column app.client_imports.problem is 'Why the list cannot be read as it is mapped; empty where it can.';
comment on column app.client_imports.state is 'reading, ready (to be looked at), saving, saved or undone.';
comment on column app.client_imports.turn is 'Which reading this is; a job of an earlier one stops.';
comment on column app.client_imports.rows_total is 'How many rows were read.';
comment on column app.client_imports.rows_done is 'How many of them are saved.';
comment on column app.client_imports.imported is 'Rows that become clients without a question.';
comment on column app.client_imports.merged is 'Rows that become part of another.';
comment on column app.client_imports.flagged is 'Rows that become clients with questions.';
comment on column app.client_imports.refused is 'Rows that do not come in.';
comment on column app.client_imports.author_id is 'Who brought it.';
comment on column app.client_imports.undo_batch is 'The deletion by which it was undone.';
comment on column app.client_imports.created_at is 'When it was brought.';
comment on column app.client_imports.saved_at is 'When its last row was saved.';
create index client_imports_list on app.client_imports (supplier_id, id desc);   -- a supplier's, the newest first
create index client_imports_author on app.client_imports (author_id);
create index client_imports_undo on app.client_imports (supplier_id, undo_batch) where undo_batch is not null;
call app.protect_table('app.client_imports', scope => 'supplier', area => 'clients', class => 'plan',
  immutable => '{file_name,kind,encoding,delimiter,header,asks,rows_total,author_id}');
call app.declare_values('app.client_imports', '{kind,encoding,delimiter,state}', 'plain');
call app.declare_values('app.client_imports', '{file_name,header,asks,columns,mapping,problem}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
