-- no-transaction
create index concurrently if not exists wedding_shields_span on app.wedding_shields using gist (active_span)   -- app.weddings_on
