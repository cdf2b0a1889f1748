-- How dates and numbers are written for somebody: the ways this house can write them, today one.
-- People are thousands, not millions: checking each takes no time, and a default that is a constant rewrites nothing.
-- squawk-ignore constraint-missing-not-valid
alter table app.people add column locale text not null default 'en-GB' check (locale in ('en-GB'));
comment on column app.people.locale is 'Language and way of writing dates and numbers, as BCP 47 names it.';
call app.protect_table('app.people', scope => 'self', class => 'security', immutable => '{email}');
revoke insert on app.people from wedsync_app, wedsync_worker;
grant insert on app.people to wedsync_guard;
call app.declare_values('app.people', '{zone,locale}', 'plain');
call app.declare_values('app.people', '{email}', 'blanked', whose => 'r.id = $1', instead => $$'erased-' || r.id || '@erased.invalid'$$);
call app.declare_values('app.people', '{name}', 'blanked', whose => 'r.id = $1', instead => $$'Erased'$$);
