-- no-transaction
create index concurrently if not exists data_requests_waiting on app.data_requests (id)
  where done_at is null and withdrawn_at is null;   -- app.open_data_requests
