-- A row of a list may be left out by hand.
alter table app.client_import_rows add column is_left_out boolean not null default false;
comment on column app.client_import_rows.is_left_out is 'Whether somebody left it out.';
call app.protect_table('app.client_import_rows', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{import_id,row_number}');
grant delete on app.client_import_rows to wedsync_guard;   -- app.purge_batch, erasure
