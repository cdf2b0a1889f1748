-- What a business says of itself stays, in a wedding that is locked, as it was (R4). Nothing is copied when a lock begins, so
-- nothing can be late: the first change during a lock leaves the row as it was with the weddings that show it.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function guard.weddings_naming(key text) returns table (wedding_id uuid, audience text)
language sql stable set search_path = '' as $$
  select f.wedding_id, f.audience
  from app.core_field_revisions f
  where f.fact_key = 'venue_name' and f.is_current and app.venue_key(f.value #>> '{}') collate "C" = weddings_naming.key $$;
comment on function guard.weddings_naming(text) is 'Weddings with an event at a place of this name, and who reads that.';

-- Arguments: the column that names the business, and the SQL that answers which weddings show a row r, and to whom.
-- Both versions of a row are asked about: what takes a name during a lock did not have it before. A row that is new is
-- copied as null. Two changes of one row wait for each other, so the first alone copies.
create or replace function guard.copy_at_lock() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  at constant timestamptz := app.clock();
begin
  if guard.is_erasing() then   -- it leaves no copy; guard.column_values says what becomes of earlier ones
    return null;
  elsif tg_op = 'DELETE' then
    delete from app.locked_copies k using old_rows o where k.table_name = tg_table_name and k.row_id = o.id;   -- purged with it
    return null;
  elsif not exists (
      select from app.wedding_shields s
      where s.active_span && tstzrange(at - interval '12 hours', at + interval '48 hours', '[]')) then   -- guard.is_near, by index
    return null;
  end if;
  execute format($copy$
    with changed as (%s), versions as (%s)
    insert into app.locked_copies (wedding_id, table_name, row_id, supplier_id, audience, image, copied_at)
    select distinct on (w.wedding_id, w.audience, r.id) w.wedding_id, $1, r.id, r.%I, w.audience, c.image, $2
    from changed c
    join versions r on r.id = c.id
    cross join lateral (%s) w (wedding_id, audience)
    join app.wedding_shields s on s.wedding_id = w.wedding_id
    where guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, $2) is not null
      and not exists (
        select from app.locked_copies k
        where k.wedding_id = w.wedding_id and k.row_id = r.id and k.audience = w.audience
          and k.copied_at >= guard.locks_at(s.active_span, s.lock_lead_hours))
    $copy$,
    case tg_op
      when 'INSERT' then 'select n.id, null::jsonb as image from new_rows n'
      else 'select o.id, guard.image(to_jsonb(o)) as image from old_rows o join new_rows n on n.id = o.id where o is distinct from n' end,
    case tg_op when 'INSERT' then 'table new_rows' else 'table old_rows union all table new_rows' end, tg_argv[0], tg_argv[1])
  using tg_table_name, at;
  return null;
end $$;
comment on function guard.copy_at_lock() is 'Leaves a row of a business as it was with the locked weddings that show it, once in a lock.';

grant execute on function guard.copy_at_lock() to wedsync_owner;
reset role;
