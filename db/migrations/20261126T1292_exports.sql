-- To have one's data: a file that a job writes, and that is there for seven days.

alter table app.data_requests
  add column parts_done smallint not null default 0 check (parts_done >= 0),
  add column parts_total smallint not null default 0 check (parts_total >= 0),
  add column size_bytes bigint check (size_bytes > 0), add column file_ends_at timestamptz,
  -- Of a table that holds few rows: a wedding may now be asked for too.
  -- squawk-ignore ban-drop-constraint
  drop constraint data_requests_check,
  -- squawk-ignore constraint-missing-not-valid
  add constraint data_requests_wedding check (wedding_id is null or kind in ('erasure', 'portability'));
comment on column app.data_requests.parts_done is 'How many tables of an export are written.';
comment on column app.data_requests.parts_total is 'How many there are.';
comment on column app.data_requests.size_bytes is 'How large the file is.';
comment on column app.data_requests.file_ends_at is 'Until when the file is there, seven days after it was written.';
call app.protect_table('app.data_requests', scope => 'self', class => 'security',
  immutable => '{kind,wedding_id,begun_at,done_at,parts_done,parts_total,size_bytes,file_ends_at}');
revoke insert on app.data_requests from wedsync_app, wedsync_worker;
grant insert (person_id, kind, wedding_id) on app.data_requests to wedsync_app, wedsync_worker;
grant update (begun_at, done_at, parts_done, parts_total, size_bytes, file_ends_at) on app.data_requests to wedsync_guard;

-- An export is taken back at any time, an erasure until it begins.
alter policy taken_back_in_time on app.data_requests
  using ((begun_at is null or kind <> 'erasure') and done_at is null and withdrawn_at is null);

-- Which tables hold something of a person, or of a wedding, and by which column. What is kept for a moment only, and what
-- would let somebody in, is nobody's to take along.
create function app.export_tables(of_wedding boolean) returns table (name text, by_column text)
language sql stable set search_path = '' as $$
  select c.relname, a.attname
  from guard.protected_tables p
  join pg_catalog.pg_class c on c.oid = p.table_name
  join pg_catalog.pg_class v on v.relname = c.relname and v.relnamespace = 'live'::regnamespace
  join lateral (
    select a.attname from pg_catalog.pg_attribute a
    where a.attrelid = v.oid and a.attname = any (case
      when of_wedding then array[p.scope_column]
      when p.scope = 'self' then array[p.scope_column]
      else array['person_id', 'actor_id']::name[] end)
    order by a.attname desc limit 1) a on true
  where case when of_wedding then p.scope = 'wedding' else p.scope <> 'reference' end
    and c.relname not in ('idempotency_keys', 'sign_in_secrets', 'login_tokens')
    and exists (select from pg_catalog.pg_attribute i where i.attrelid = v.oid and i.attname = 'id')
  order by c.relname $$;
comment on function app.export_tables(boolean) is 'Tables that an export of a person or wedding takes along, and the column by which.';
grant execute on function app.export_tables(boolean) to wedsync_worker;

-- With the reader's own rights: nobody takes along what they may not read.
create function app.export_rows(of_wedding boolean, name text, about uuid, after text, most integer) returns setof jsonb
language plpgsql stable set search_path = '' as $$
declare
  column_name text := (select t.by_column from app.export_tables(of_wedding) t where t.name = export_rows.name);
begin
  if column_name is null then
    raise exception 'no export takes % along', name using errcode = '42501';
  end if;
  return query execute format(
    'select to_jsonb(v) - ''{password_hash,token_hash,code_hash}''::text[] from live.%I v where v.%I = $1 and v.id::text > $2 order by v.id::text limit $3',
    name, column_name) using about, after, most;
end $$;
comment on function app.export_rows(boolean, text, uuid, text, integer) is 'Rows of a table for an export, by id, as far as the actor may read them.';
grant execute on function app.export_rows(boolean, text, uuid, text, integer) to wedsync_worker;
