-- What happens on the day: only ever added to, by everybody who works there, also from a telephone that was offline.

create table app.day_log (
  wedding_id uuid not null references app.weddings, id uuid not null,
  kind text not null check (kind in ('note', 'issue', 'arrival', 'supplier_arrival', 'announcement', 'closed', 'reopened')),
  text text check (length(text) <= 2000), salt bytea, commitment bytea not null,
  severity text check (severity in ('low', 'medium', 'high', 'critical')),
  category text check (category in ('supplier', 'timeline', 'weather', 'technical', 'logistics', 'other')),
  arrived_supplier_id uuid, device_at timestamptz not null, happened_at timestamptz not null, recorded_at timestamptz not null,
  actor_id uuid not null, actor_supplier_id uuid, primary key (wedding_id, id),
  foreign key (wedding_id, arrived_supplier_id) references app.connections,
  check ((kind = 'issue') = (severity is not null and category is not null)),
  check ((kind = 'supplier_arrival') = (arrived_supplier_id is not null)));
comment on table app.day_log is 'What happened on the day, as it was said.';
comment on column app.day_log.wedding_id is 'The wedding.';
comment on column app.day_log.id is 'Chosen by the device, so that an entry that is sent twice is one.';
comment on column app.day_log.kind is 'note, issue, arrival, supplier_arrival, announcement; closed and reopened are the coordinator''s.';
comment on column app.day_log.text is 'What was said; erasable.';
comment on column app.day_log.salt is 'Salt of the commitment; null once erased.';
comment on column app.day_log.commitment is 'Salted SHA-256 of the text; outlives its erasure.';
comment on column app.day_log.severity is 'How bad an issue is.';
comment on column app.day_log.category is 'What an issue is about.';
comment on column app.day_log.arrived_supplier_id is 'Which supplier is here.';
comment on column app.day_log.device_at is 'When it was made, by the clock of the device.';
comment on column app.day_log.happened_at is 'The same where it can be believed, else when it came.';
comment on column app.day_log.recorded_at is 'When it came, by the clock of the house: what keeps a wedding on.';
comment on column app.day_log.actor_id is 'Who said it.';
comment on column app.day_log.actor_supplier_id is 'The business they acted for, if any.';
create index day_log_list on app.day_log (wedding_id, happened_at desc, id desc);                                           -- the log
create index day_log_lately on app.day_log (wedding_id, recorded_at desc);                                                  -- runs_until
create index day_log_closings on app.day_log (wedding_id, recorded_at desc) where kind in ('closed', 'reopened');           -- closed_at
call app.protect_table('app.day_log', scope => 'wedding', area => 'day', class => 'day_of', immutable => '{*}', hidden => '{salt}');
revoke insert on app.day_log from wedsync_app, wedsync_worker;
grant insert (wedding_id, id, kind, text, severity, category, arrived_supplier_id, device_at) on app.day_log to wedsync_app, wedsync_worker;
call app.declare_values('app.day_log', '{kind,salt,commitment,severity,category}', 'plain');
call app.declare_values('app.day_log', '{text}', 'committed', whose => 'r.actor_id = $1');
create trigger record before insert on app.day_log for each row execute function guard.record_entry();
alter table app.day_log enable always trigger record;
-- Whoever writes into the log may read back what their business wrote, also where the couple shares no more of it.
create policy own_entries on app.day_log for select to wedsync_app, wedsync_worker
  using (actor_supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[])
         and wedding_id = any ((select app.wedding_ids('basics', 'read'))::uuid[]));
