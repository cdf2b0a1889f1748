-- Another address to sign in with: asked for where one is signed in, confirmed from both mailboxes, within a day.

create table app.address_changes (
  person_id uuid not null references app.people, id uuid not null unique default uuidv7(),
  old_email text not null check (length(old_email) between 3 and 254),
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  code_hash text not null check (length(code_hash) <= 64), link_hash bytea not null unique, tries smallint not null default 0 check (tries between 0 and 5),
  session_id uuid, code_at timestamptz, link_at timestamptz,
  state text not null default 'open' check (state in ('open', 'changed', 'taken', 'refused', 'withdrawn', 'worn_out')),
  created_at timestamptz not null default app.clock(), expires_at timestamptz not null default app.clock() + interval '24 hours',
  ended_at timestamptz, primary key (person_id, id), check ((state = 'open') = (ended_at is null)));
comment on table app.address_changes is 'Other addresses that people asked to sign in with.';
comment on column app.address_changes.person_id is 'Who asked.';
comment on column app.address_changes.id is 'The request; its code and its link are derived from this and the installation''s secret.';
comment on column app.address_changes.old_email is 'The address they have.';
comment on column app.address_changes.email is 'The address they want, lower case.';
comment on column app.address_changes.code_hash is 'Of the code in the letter to the new address, keyed with the installation''s secret.';
comment on column app.address_changes.link_hash is 'SHA-256 of the token in the letter to the old address.';
comment on column app.address_changes.tries is 'How many codes were brought; the fifth wrong one ends it.';
comment on column app.address_changes.session_id is 'Where the code was brought: it stays signed in.';
comment on column app.address_changes.code_at is 'When the new address was confirmed.';
comment on column app.address_changes.link_at is 'When the old address was confirmed.';
comment on column app.address_changes.state is 'open; changed; taken: the address was somebody''s already; refused from the old mailbox; withdrawn or replaced; worn_out by wrong codes.';
comment on column app.address_changes.created_at is 'When it was asked for.';
comment on column app.address_changes.expires_at is '24 hours later.';
comment on column app.address_changes.ended_at is 'When it came to an end; null while it is open.';
create unique index address_changes_open on app.address_changes (person_id) where state = 'open';   -- one at a time
create index address_changes_age on app.address_changes (coalesce(ended_at, created_at));           -- app.forget_addresses
call app.protect_table('app.address_changes', scope => 'self', class => 'security', hidden => '{code_hash,link_hash}');
call app.declare_values('app.address_changes', '{state}', 'plain');
call app.declare_values('app.address_changes', '{old_email,email,code_hash,link_hash}', 'removed', whose => 'r.person_id = $1 or r.email = $2');
revoke insert, update on app.address_changes from wedsync_app, wedsync_worker;
grant insert, update, delete on app.address_changes to wedsync_guard;   -- 5_addresses.sql; erasure
grant update (email) on app.people to wedsync_guard;                    -- guard.change_address
