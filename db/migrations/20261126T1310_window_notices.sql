-- What people are told of a wedding's window: that it comes near, and that new zone data moved it.

create table app.window_notices (
  wedding_id uuid not null references app.weddings, id uuid not null default uuidv7(),
  kind text not null check (kind in ('two_days', 'one_day', 'moved')), locks_at timestamptz not null, opens_at timestamptz not null,
  was_locks_at timestamptz, was_opens_at timestamptz, was_skipped boolean not null default false,
  created_at timestamptz not null, primary key (wedding_id, id),
  check ((kind = 'moved') = (was_locks_at is not null and was_opens_at is not null)));
comment on table app.window_notices is 'Letters about a wedding''s window that were sent, or came too late to be.';
comment on column app.window_notices.wedding_id is 'The wedding.';
comment on column app.window_notices.id is 'The notice.';
comment on column app.window_notices.kind is 'two_days or one_day before plans are read-only, or moved by new zone data.';
comment on column app.window_notices.locks_at is 'From when plans are read-only, as the notice says.';
comment on column app.window_notices.opens_at is 'Until when.';
comment on column app.window_notices.was_locks_at is 'From when they were to be, before they moved.';
comment on column app.window_notices.was_opens_at is 'Until when they were to be.';
comment on column app.window_notices.was_skipped is 'Whether it would have been more than a day late, and nobody got it.';
comment on column app.window_notices.created_at is 'When it was due and taken.';
-- Each once; a date that moves has another beginning, and so another notice.
create unique index window_notices_once on app.window_notices (wedding_id, kind, locks_at) where kind <> 'moved';
call app.protect_table('app.window_notices', scope => 'wedding', area => 'basics', class => 'system', immutable => '{*}');
revoke insert on app.window_notices from wedsync_app, wedsync_worker;
grant insert on app.window_notices to wedsync_guard;
call app.declare_values('app.window_notices', '{kind}', 'plain');
-- Which windows begin within some days. One row a wedding: writing the index takes less than a second.
-- squawk-ignore require-concurrent-index-creation
create index wedding_shields_begin on app.wedding_shields (lower(active_span));
