-- no-transaction
create index concurrently if not exists clients_alike on app.clients using gin (supplier_id,
  sort_key search.gin_trgm_ops, app.name_key(venue) search.gin_trgm_ops)
  with (fastupdate = off) where delete_batch is null   -- app.find_clients: names, venues
