-- no-transaction
-- The one that did not know of amendments that lapse.
drop index concurrently if exists app.amendment_responses_decided;
