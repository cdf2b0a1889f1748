-- Whom a list has not met: clients that came after it was read. What is private in a list is its bringer's.
alter table app.client_imports add column read_at timestamptz, add column is_private boolean not null default false;
comment on column app.client_imports.read_at is 'When the clients that were here were looked at for it.';
comment on column app.client_imports.is_private is 'Whether it has private notes, so that only who brought it sees its rows.';
call app.protect_table('app.client_imports', scope => 'supplier', area => 'clients', class => 'plan',
  immutable => '{file_name,kind,encoding,delimiter,header,asks,rows_total,author_id}');
grant delete on app.client_imports to wedsync_guard;   -- erasure
create policy private_is_the_bringers on app.client_import_rows as restrictive for select to wedsync_app, wedsync_worker
  using ((supplier_id, import_id) not in (
    select i.supplier_id, i.id from app.client_imports i where i.is_private and i.author_id <> (select app.actor_id())));
-- squawk-ignore require-concurrent-index-creation
create index client_imports_private on app.client_imports (supplier_id, id) where is_private;   -- private_is_the_bringers
