-- The platform's own rows: answers kept for repeated requests, and the job queue.

create table app.idempotency_keys (
  person_id uuid not null references app.people, key text not null check (length(key) between 8 and 255), id uuid not null default uuidv7(),
  fingerprint bytea not null, status smallint not null, content_type text not null, body bytea not null check (length(body) <= 1048576),
  etag text, created_at timestamptz not null default clock_timestamp(), primary key (person_id, key));
comment on table app.idempotency_keys is 'The answer each keyed request got, so that its twin gets the same.';
comment on column app.idempotency_keys.person_id is 'Whose request.';
comment on column app.idempotency_keys.key is 'The key the client chose.';
comment on column app.idempotency_keys.id is 'The row.';
comment on column app.idempotency_keys.fingerprint is 'SHA-256 of method, path and payload; another payload under the same key is refused.';
comment on column app.idempotency_keys.status is 'HTTP status of the answer.';
comment on column app.idempotency_keys.content_type is 'Media type of the answer.';
comment on column app.idempotency_keys.body is 'The answer.';
comment on column app.idempotency_keys.etag is 'ETag of the answer, if it had one.';
comment on column app.idempotency_keys.created_at is 'When.';
create index idempotency_keys_age on app.idempotency_keys (created_at);   -- removal after a day
call app.protect_table('app.idempotency_keys', scope => 'self', class => 'system', immutable => '{*}');
grant delete on app.idempotency_keys to wedsync_guard;   -- app.forget_answers

-- include: procrastinate.schema
do $$
declare f record;
begin
  -- The library's functions name its tables plainly; whoever calls them need not have the schema in their path.
  for f in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = 'jobs'::regnamespace loop
    execute format('alter function %s set search_path = jobs, pg_temp', f.name);
  end loop;
end $$;
grant execute on all functions in schema jobs to wedsync_app, wedsync_worker;
grant select, insert on all tables in schema jobs to wedsync_app;
grant usage on all sequences in schema jobs to wedsync_app, wedsync_worker;
grant select, insert, update, delete on all tables in schema jobs to wedsync_worker;
