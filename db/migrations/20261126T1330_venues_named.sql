-- no-transaction
create index concurrently if not exists core_field_revisions_venues on app.core_field_revisions
  ((app.venue_key(value #>> '{}') collate "C")) where fact_key = 'venue_name' and is_current   -- guard.weddings_naming
