-- What happened to how somebody signs in: they read it, a letter tells them, and it is gone after two years.

create table app.security_events (
  person_id uuid not null references app.people, id uuid not null default uuidv7(),
  kind text not null check (kind in ('new_device', 'password_set', 'address_asked', 'address_changed', 'factor_on', 'factor_off',
    'recovery_code_used', 'recovery_codes_renewed', 'locked_out', 'let_in', 'signed_out_everywhere', 'api_key_made', 'api_key_removed')),
  detail text not null default '' check (length(detail) <= 200), created_at timestamptz not null default app.clock(),
  primary key (person_id, id));   -- the list of one person, newest first
comment on table app.security_events is 'What happened to how a person signs in.';
comment on column app.security_events.person_id is 'Whose.';
comment on column app.security_events.id is 'The event; by it they are in order.';
comment on column app.security_events.kind is 'What happened.';
comment on column app.security_events.detail is 'What it was done with or to: a device, the name of a key, for how long.';
comment on column app.security_events.created_at is 'When.';
create index security_events_age on app.security_events (created_at);   -- app.forget_events
call app.protect_table('app.security_events', scope => 'self', class => 'ledger');
call app.declare_values('app.security_events', '{kind}', 'plain');
call app.declare_values('app.security_events', '{detail}', 'removed', whose => 'r.person_id = $1');
revoke insert on app.security_events from wedsync_app, wedsync_worker;
grant insert (person_id, id, kind, detail) on app.security_events to wedsync_app, wedsync_worker;
grant insert on app.security_events to wedsync_guard;   -- app.note_lockout
