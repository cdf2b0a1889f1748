-- Which letters somebody wants, and when; and those that are held for the letter of once a day.

create table app.letter_settings (
  person_id uuid primary key references app.people, id uuid not null default uuidv7(),
  stopped text[] not null default '{}' check (stopped <@ array['answers', 'requests', 'reminders']),
  daily text[] not null default '{}' check (daily <@ array['answers', 'requests', 'reminders']),
  quiet_from smallint default 22 check (quiet_from between 0 and 23),
  quiet_until smallint default 8 check (quiet_until between 0 and 23),
  created_at timestamptz not null default clock_timestamp(),
  check (not stopped && daily), check ((quiet_from is null) = (quiet_until is null)), check (quiet_from <> quiet_until));
comment on table app.letter_settings is 'Which letters somebody chose not to get, or once a day, and their quiet hours. Without a row: all, and the night.';
comment on column app.letter_settings.person_id is 'Whose choice.';
comment on column app.letter_settings.id is 'The row.';
comment on column app.letter_settings.stopped is 'Kinds that are not sent.';
comment on column app.letter_settings.daily is 'Kinds that come together, once a day.';
comment on column app.letter_settings.quiet_from is 'From which hour on their clock only what is urgent goes; null for never.';
comment on column app.letter_settings.quiet_until is 'Until which hour.';
comment on column app.letter_settings.created_at is 'When they first chose.';
call app.protect_table('app.letter_settings', scope => 'self', class => 'security');
call app.declare_values('app.letter_settings', '{stopped,daily}', 'removed', whose => 'r.person_id = $1');

create table app.held_letters (
  person_id uuid not null references app.people, id uuid not null default uuidv7(),
  kind text not null check (kind in ('answers', 'requests', 'reminders')),
  subject text not null check (length(subject) <= 500), body text not null check (length(body) <= 100000), fingerprint bytea not null,
  due_at timestamptz not null, batch uuid, created_at timestamptz not null default clock_timestamp(), primary key (person_id, id));
comment on table app.held_letters is 'Letters that wait for the one of once a day.';
comment on column app.held_letters.person_id is 'Whom it is for.';
comment on column app.held_letters.id is 'The letter; in the order in which they were written.';
comment on column app.held_letters.kind is 'What it is about.';
comment on column app.held_letters.subject is 'Its subject.';
comment on column app.held_letters.body is 'What it says.';
comment on column app.held_letters.fingerprint is 'SHA-256 of all three: the same letter is held once.';
comment on column app.held_letters.due_at is 'When it goes.';
comment on column app.held_letters.batch is 'The letter it goes with; null while it waits.';
comment on column app.held_letters.created_at is 'When it was written.';
create unique index held_letters_once on app.held_letters (person_id, fingerprint) where batch is null;   -- app.hold_letter
create index held_letters_due on app.held_letters (due_at) where batch is null;   -- app.take_held_letters
create index held_letters_batch on app.held_letters (batch) where batch is not null;   -- app.held_letters_in
call app.protect_table('app.held_letters', scope => 'self', class => 'system', immutable => '{kind,subject,body,fingerprint,due_at,batch}');
revoke insert on app.held_letters from wedsync_app, wedsync_worker;
grant insert, update (batch), delete on app.held_letters to wedsync_guard;
call app.declare_values('app.held_letters', '{kind,subject,body,fingerprint}', 'removed', whose => 'r.person_id = $1');
