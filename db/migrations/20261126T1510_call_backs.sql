-- Whom support called back, and on which number, is for those who belong to the wedding.
drop policy own_terms on app.amendment_responses;
create policy own_terms on app.amendment_responses as restrictive for select to wedsync_app, wedsync_worker
  using (supplier_id is null and party <> 'support' or supplier_id = (select app.chosen_supplier())
         or wedding_id = any ((select app.wedding_ids('terms', 'read'))::uuid[]));
