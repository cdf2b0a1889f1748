-- The second step of signing in: a code of an app (RFC 6238), and ten codes on paper for who has lost it.

create table app.second_factors (
  person_id uuid primary key references app.people, id uuid not null default uuidv7(), sealed_key text check (length(sealed_key) <= 200),
  confirmed_at timestamptz, last_step bigint not null default 0, created_at timestamptz not null default app.clock(),
  check (confirmed_at is null or sealed_key is not null));
comment on table app.second_factors is 'The app whose codes a person signs in with.';
comment on column app.second_factors.person_id is 'Whose.';
comment on column app.second_factors.id is 'The row.';
comment on column app.second_factors.sealed_key is 'The key that the app shares with us, sealed by the installation''s secret; null once it was turned off.';
comment on column app.second_factors.confirmed_at is 'When a first code was right; null until then.';
comment on column app.second_factors.last_step is 'The 30 seconds, counted from 1970, of the last code that was taken: none of them or before is taken again.';
comment on column app.second_factors.created_at is 'When one was first set up.';
call app.protect_table('app.second_factors', scope => 'self', class => 'security');
call app.declare_values('app.second_factors', '{sealed_key}', 'removed', whose => 'r.person_id = $1');
grant update on app.second_factors to wedsync_guard;   -- `wedsync operator reset-second-step`

create table app.recovery_codes (
  person_id uuid not null references app.people, id uuid not null default uuidv7(), code_hash text not null check (length(code_hash) between 32 and 64),
  used_at timestamptz, ended_at timestamptz, created_at timestamptz not null default app.clock(), primary key (person_id, id));
comment on table app.recovery_codes is 'Codes on paper: each signs in once in place of the app''s.';
comment on column app.recovery_codes.person_id is 'Whose.';
comment on column app.recovery_codes.id is 'The row.';
comment on column app.recovery_codes.code_hash is 'Of the code, keyed with the installation''s secret.';
comment on column app.recovery_codes.used_at is 'When it was used.';
comment on column app.recovery_codes.ended_at is 'When others took its place, or the second step was turned off.';
comment on column app.recovery_codes.created_at is 'When it was made.';
call app.protect_table('app.recovery_codes', scope => 'self', class => 'security', immutable => '{code_hash}', hidden => '{code_hash}');
call app.declare_values('app.recovery_codes', '{code_hash}', 'removed', whose => 'r.person_id = $1');
grant update on app.recovery_codes to wedsync_guard;   -- app.take_recovery_code; `wedsync operator reset-second-step`
