-- no-transaction
-- An amendment is decided once, by itself too: of two who decide at the same time one is told so.
create unique index concurrently if not exists amendment_responses_ended on app.amendment_responses (wedding_id, amendment_id)
  where answer in ('refuse', 'withdraw', 'lapse', 'effective');
