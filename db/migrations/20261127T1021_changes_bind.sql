-- A day, a clock or a place that has changed binds everybody who works there: they see what they are asked to accept.
create policy binds on app.amendment_changes for select to wedsync_app, wedsync_worker
  using (event_id is not null
         and (wedding_id, amendment_id) in (select e.wedding_id, e.amendment_id from app.amendments_in_effect() e));
