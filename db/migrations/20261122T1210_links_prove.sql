-- What a link proves: who was signed in by one, just now, need not know the old password to choose a new one.

alter table app.sessions add column opened_by text not null default 'password' check (opened_by in ('password', 'link'));
comment on column app.sessions.opened_by is 'password, or link: the address was proved.';
call app.protect_table('app.sessions', scope => 'self', class => 'security',
  immutable => '{token_hash,device,expires_at,opened_by}', hidden => '{token_hash}');
