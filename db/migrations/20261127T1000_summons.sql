-- Who was told that a release or an emergency waits for them, and when: the next turn comes ten minutes after the last.

create table app.summons (
  person_id uuid not null references app.operators, about uuid not null, turn smallint not null check (turn between 1 and 99),
  id uuid not null default uuidv7() unique, kind text not null check (kind in ('override', 'emergency')),
  created_at timestamptz not null, primary key (person_id, about, turn));
comment on table app.summons is 'Letters to operators who can approve what waits.';
comment on column app.summons.person_id is 'Who was told.';
comment on column app.summons.about is 'The override, or the emergency amendment.';
comment on column app.summons.turn is 'Which time it was: 1, 2, … until it is decided, or nobody is told any more.';
comment on column app.summons.id is 'The letter.';
comment on column app.summons.kind is 'override or emergency.';
comment on column app.summons.created_at is 'When.';
create index summons_about on app.summons (about, turn);   -- app.summon, the page of what they are about
call app.protect_table('app.summons', scope => 'self', class => 'system', immutable => '{*}');
call app.declare_values('app.summons', '{kind}', 'plain');
revoke insert on app.summons from wedsync_app, wedsync_worker;
grant insert on app.summons to wedsync_guard;
create policy colleagues on app.summons for select to wedsync_app, wedsync_worker
  using ((select app.operator_role()) is not null);

-- Both are looked for every minute, and there are few.
-- squawk-ignore require-concurrent-index-creation
create index protection_overrides_open on app.protection_overrides (window_ends_at);   -- guard.waiting
-- squawk-ignore require-concurrent-index-creation
create index amendments_emergencies on app.amendments (proposed_at) where kind = 'emergency';   -- guard.emergencies
