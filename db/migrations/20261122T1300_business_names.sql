-- The directory finds a place by the business too: couples know "Old Mill Barn & Gardens", not which of its rooms is which.
-- Businesses are thousands, not millions: writing them anew and indexing them takes less than a second.
-- squawk-ignore adding-field-with-default
alter table app.suppliers add column key text collate "C" not null generated always as (app.venue_key(name)) stored;
comment on column app.suppliers.key is 'Its name as the directory searches it.';
-- squawk-ignore require-concurrent-index-creation
create index suppliers_venues on app.suppliers (key, id) where 'venue' = any (supplier_types);   -- venues by their business
call app.protect_table('app.suppliers', scope => 'supplier', area => 'public', class => 'plan', immutable => '{key}');
revoke insert on app.suppliers from wedsync_app, wedsync_worker;
grant insert on app.suppliers to wedsync_guard;
grant execute on function app.venue_key(text) to wedsync_guard;   -- who signs a business up writes its name
