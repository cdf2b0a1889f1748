-- no-transaction
create index concurrently if not exists clients_by_words on app.clients using gin (supplier_id,
  app.client_words(array[name, first_name, last_name, partner_first_name, partner_last_name, venue, company], tags,
    array[email, partner_email, phone, partner_phone], event_date))
  with (fastupdate = off) where delete_batch is null   -- app.find_clients; a list of what is not yet in it would slow every search after an import
