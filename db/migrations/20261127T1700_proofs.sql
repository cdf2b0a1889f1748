-- Choosing a password, or an address, asks again who it is: an unlocked telephone is not enough. Whoever shows it gets another
-- token, so that a copy of the old one is worth nothing.

alter table app.sessions add column proved_at timestamptz;
comment on column app.sessions.proved_at is 'When they last showed who they are: by signing in, or again since.';
call app.protect_table('app.sessions', scope => 'self', class => 'security',
  immutable => '{device,expires_at,opened_by}', hidden => '{token_hash}');
grant update (ended_at), delete on app.sessions to wedsync_guard;   -- `wedsync operator add`; erasure
