-- The last five passwords of a person are barred, the one of today among them; and a link that is for choosing another.

alter table app.sign_in_secrets add column earlier_hashes text[] not null default '{}';
comment on column app.sign_in_secrets.earlier_hashes is 'The passwords before it, latest first: argon2id, four at most. They may not be chosen again.';
call app.protect_table('app.sign_in_secrets', scope => 'self', class => 'security');
call app.declare_values('app.sign_in_secrets', '{password_hash,earlier_hashes}', 'removed', whose => 'r.person_id = $1');

alter table app.login_tokens add column kind text not null default 'sign_in' check (kind in ('sign_in', 'reset'));
comment on column app.login_tokens.kind is 'sign_in, or reset: it chooses another password.';
comment on column app.login_tokens.expires_at is '15 minutes later; of a reset an hour.';
call app.protect_table('app.login_tokens', scope => 'self', class => 'security', hidden => '{token_hash,password_hash}');
call app.declare_values('app.login_tokens', '{kind}', 'plain');
revoke insert, update on app.login_tokens from wedsync_app, wedsync_worker;
grant insert, update, delete on app.login_tokens to wedsync_guard;   -- app.forget_links; erasure
