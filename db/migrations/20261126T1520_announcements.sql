-- "For everybody to know" is read by everybody at work.
create policy announced on app.day_log for select to wedsync_app, wedsync_worker
  using (kind = 'announcement' and wedding_id = any ((select app.wedding_ids('basics', 'read'))::uuid[]));
