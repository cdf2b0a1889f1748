-- By the key itself, so that its index leads from one part to the next; as text every part sorted the whole table.
create or replace function app.export_rows(of_wedding boolean, name text, about uuid, after text, most integer) returns setof jsonb
language plpgsql stable set search_path = '' as $$
declare
  column_name text := (select t.by_column from app.export_tables(of_wedding) t where t.name = export_rows.name);
  id_type regtype;
begin
  if column_name is null then
    raise exception 'no export takes % along', name using errcode = '42501';
  end if;
  select a.atttypid into strict id_type from pg_catalog.pg_attribute a
  where a.attrelid = format('live.%I', name)::regclass and a.attname = 'id';
  return query execute format(
    'select to_jsonb(v) - ''{password_hash,token_hash,code_hash}''::text[] from live.%I v where v.%I = $1%s order by v.id limit $3',
    name, column_name, case when after = '' then '' else format(' and v.id > $2::%s', id_type) end) using about, after, most;
end $$;
