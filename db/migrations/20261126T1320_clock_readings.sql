-- What a couple means by a time that the clock leaps over, or shows twice: asked once, kept with the instants.
alter table app.event_times
  add column start_reading text check (start_reading in ('first', 'second', 'shifted')),
  add column end_reading text check (end_reading in ('first', 'second', 'shifted'));
comment on column app.event_times.start_reading is 'Which of two the start is, or that it was moved on, as somebody confirmed; null where the clock shows it once.';
comment on column app.event_times.end_reading is 'The same of the end.';
call app.protect_table('app.event_times', scope => 'wedding', area => 'per_row', class => 'system');
revoke insert, update on app.event_times from wedsync_app, wedsync_worker;
grant insert, update on app.event_times to wedsync_guard;
grant delete on app.event_times to wedsync_guard;   -- app.purge_batch
drop trigger added on app.event_times;     -- derived rows: their history is the facts'
drop trigger changed on app.event_times;
drop trigger removed on app.event_times;
call app.declare_values('app.event_times', '{start_reading,end_reading}', 'plain');
