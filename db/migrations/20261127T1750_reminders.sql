-- Letters to people about what their businesses have not seen: one that waits for the morning takes in what comes meanwhile.

create table app.reminders (
  person_id uuid not null references app.people, id uuid not null default uuidv7(), opened_at timestamptz not null,
  letter_id uuid, taken_at timestamptz, primary key (person_id, id), check ((letter_id is null) = (taken_at is null)));
comment on table app.reminders is 'Letters about changes that were not seen, each for one person.';
comment on column app.reminders.person_id is 'Whom it goes to.';
comment on column app.reminders.id is 'The letter.';
comment on column app.reminders.opened_at is 'Since when it collects.';
comment on column app.reminders.letter_id is 'Which job took it; null while it collects.';
comment on column app.reminders.taken_at is 'When; what is due later goes into another.';
create unique index reminders_open on app.reminders (person_id) where letter_id is null;   -- app.chase_unseen
call app.protect_table('app.reminders', scope => 'self', class => 'system', immutable => '{*}');
revoke insert on app.reminders from wedsync_app, wedsync_worker;
grant insert, update (letter_id, taken_at) on app.reminders to wedsync_guard;
