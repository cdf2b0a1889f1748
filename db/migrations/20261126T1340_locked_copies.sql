-- What a business said of itself when a wedding was locked, for as long as that lock lasts.

create table app.locked_copies (
  wedding_id uuid not null references app.weddings, id uuid not null default uuidv7(), table_name text not null, row_id uuid not null,
  supplier_id uuid not null references app.suppliers, audience text not null references app.audiences, image jsonb,
  copied_at timestamptz not null, primary key (wedding_id, id));
comment on table app.locked_copies is 'Rows of businesses as they were when a wedding that shows them was locked; written by the guard when one changes.';
comment on column app.locked_copies.wedding_id is 'The wedding.';
comment on column app.locked_copies.id is 'The copy.';
comment on column app.locked_copies.table_name is 'Table in schema app.';
comment on column app.locked_copies.row_id is 'The row.';
comment on column app.locked_copies.supplier_id is 'The business whose row it is.';
comment on column app.locked_copies.audience is 'Who reads what shows it.';
comment on column app.locked_copies.image is 'The row as it was; null when it was not there.';
comment on column app.locked_copies.copied_at is 'When it changed. It counts in the lock during which that was.';
create index locked_copies_row on app.locked_copies (wedding_id, row_id, copied_at);   -- copies_in_force, copy_at_lock
create index locked_copies_changed on app.locked_copies (row_id);                      -- purge
create index locked_copies_supplier on app.locked_copies (supplier_id);                -- erasure, a business's name beside its venues
call app.protect_table('app.locked_copies', scope => 'wedding', area => 'per_row', class => 'system', immutable => '{*}');
revoke insert on app.locked_copies from wedsync_app, wedsync_worker;
grant insert on app.locked_copies to wedsync_guard;
call app.declare_values('app.locked_copies', '{table_name,audience}', 'plain');
call app.declare_values('app.locked_copies', '{image}', 'removed', whose => 'r.supplier_id in (select guard.businesses_left_by($1))');

-- Nobody ends a copy: a wedding that is open has none.
create view live.copies_in_force with (security_invoker) as
  select distinct on (c.wedding_id, c.row_id) c.wedding_id, c.table_name, c.row_id, c.image
  from app.locked_copies c
  join app.wedding_shields s on s.wedding_id = c.wedding_id
  where c.copied_at >= lower(s.active_span) - make_interval(hours => s.lock_lead_hours)
    and case when guard.is_near(s.active_span, s.lock_lead_hours, app.clock()) then app.clock() < app.opens_at(s.wedding_id) end
  order by c.wedding_id, c.row_id, c.copied_at;
comment on view live.copies_in_force is 'What a locked wedding shows instead of the row as it is now; nothing for one that is open.';
grant select on live.copies_in_force to wedsync_app, wedsync_worker;

-- shown_in   SQL: which weddings show a row r of the table, as (wedding_id, audience)
create procedure app.copy_at_lock(t regclass, shown_in text) language plpgsql set search_path = '' as $$
declare
  key name := (select p.scope_column from guard.protected_tables p where p.table_name = t and p.scope = 'supplier');
begin
  if key is null then
    raise exception '% belongs to no business', t;
  elsif exists (select from pg_catalog.pg_attribute a where a.attrelid = t and a.attnum > 0 and not a.attisdropped
                  and not has_column_privilege('wedsync_app', t, a.attnum, 'select')) then
    raise exception '% hides a column, and a copy would show it', t;
  end if;
  execute format('create or replace trigger copied_added after insert on %s referencing new table as new_rows for each statement execute function guard.copy_at_lock(%L, %L)', t, key, shown_in);
  execute format('create or replace trigger copied_changed after update on %s referencing old table as old_rows new table as new_rows for each statement execute function guard.copy_at_lock(%L, %L)', t, key, shown_in);
  execute format('create or replace trigger copied_removed after delete on %s referencing old table as old_rows for each statement execute function guard.copy_at_lock()', t);
  execute format('alter table %s enable always trigger copied_added, enable always trigger copied_changed, enable always trigger copied_removed', t);
end $$;
comment on procedure app.copy_at_lock(regclass, text) is 'Makes weddings that are locked show rows of a business as they were. After protect_table.';

call app.copy_at_lock('app.venues', shown_in => 'select wedding_id, audience from guard.weddings_naming(r.key)');
-- A connected business; and whose venue is shown, under the name it had too.
call app.copy_at_lock('app.suppliers', shown_in => $$
  select c.wedding_id, 'team:*' from app.connections c where c.supplier_id = r.id and c.status = 'connected'
  union all
  select n.wedding_id, n.audience
  from app.venues v cross join lateral guard.weddings_naming(v.key) n
  where v.supplier_id = r.id and v.delete_batch is null
  union all
  select k.wedding_id, k.audience from app.locked_copies k where k.supplier_id = r.id$$);
