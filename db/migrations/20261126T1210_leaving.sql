-- What each column holds of whom, and what the guard may take away for good.

-- whose    which rows hold values of a person: r is the row, $1 the person, $2 their address
-- instead  what stands in a blanked column; null where it may be empty
create procedure app.declare_values(
  t regclass, columns name[], how text, whose text default null, instead text default null, why text default null)
language plpgsql set search_path = '' as $$
declare
  each name;
begin
  foreach each in array columns loop
    if not exists (select from pg_catalog.pg_attribute a where a.attrelid = t and a.attname = each and not a.attisdropped) then
      raise exception '% has no column %', t, each;
    end if;
    insert into guard.column_values (table_name, column_name, how, whose, instead, why) values (t, each, how, whose, instead, why)
    on conflict (table_name, column_name) do update
      set how = excluded.how, whose = excluded.whose, instead = excluded.instead, why = excluded.why;
  end loop;
  case how
    when 'removed' then execute format('grant delete on %s to wedsync_guard', t);
    when 'blanked', 'committed' then
      execute format('grant update (%s) on %s to wedsync_guard',
        (select string_agg(format('%I', c), ', ') from unnest(columns || case how when 'committed' then array['salt'] end::name[]) c), t);
    else null;
  end case;
  if exists (select from guard.protected_tables p where p.table_name = t and p.has_batches) then
    execute format('grant delete on %s to wedsync_guard', t);   -- app.purge_batch
  end if;
end $$;
comment on procedure app.declare_values(regclass, name[], text, text, text, text) is 'States what columns hold and what erasing their subject does. After protect_table, for every column that could hold what somebody wrote.';

call app.declare_values('app.people', '{zone}', 'plain');
call app.declare_values('app.people', '{email}', 'blanked', whose => 'r.id = $1', instead => $$'erased-' || r.id || '@erased.invalid'$$);
call app.declare_values('app.people', '{name}', 'blanked', whose => 'r.id = $1', instead => $$'Erased'$$);
call app.declare_values('app.sign_in_secrets', '{password_hash}', 'removed', whose => 'r.person_id = $1');
call app.declare_values('app.sessions', '{token_hash,device,opened_by}', 'removed', whose => 'r.person_id = $1');
call app.declare_values('app.login_tokens', '{email,token_hash,intent}', 'removed', whose => 'r.person_id = $1 or r.email = $2');
-- Answers to people around them may name them.
call app.declare_values('app.idempotency_keys', '{key,fingerprint,content_type,body,etag}', 'removed',
  whose => 'r.person_id in (select guard.people_beside($1))');
call app.declare_values('app.operators', '{display_name}', 'blanked', whose => 'r.person_id = $1', instead => $$'Erased'$$);
call app.declare_values('app.operators', '{role}', 'plain');

call app.declare_values('app.suppliers', '{supplier_types,zone,key}', 'plain');   -- the key follows the name
call app.declare_values('app.suppliers', '{name}', 'blanked',
  whose => 'r.id in (select guard.businesses_left_by($1))', instead => $$'Closed business'$$);
call app.declare_values('app.supplier_members', '{role}', 'plain');
call app.declare_values('app.supplier_members', '{display_name}', 'blanked', whose => 'r.person_id = $1', instead => $$'Erased'$$);
call app.declare_values('app.supplier_invitations', '{kind,role,service,code_hash}', 'plain');
call app.declare_values('app.supplier_invitations', '{email}', 'blanked',
  whose => 'r.email = $2 or r.accepted_by = $1 or r.supplier_id in (select guard.businesses_left_by($1))',
  instead => $$'erased@erased.invalid'$$);
call app.declare_values('app.supplier_invitations', '{name}', 'blanked',
  whose => $$r.email in ($2, 'erased@erased.invalid') or r.accepted_by = $1$$, instead => $$''$$);
call app.declare_values('app.venues', '{name,key,address,latitude,longitude,load_in}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');

call app.declare_values('app.weddings', '{title}', 'blanked',
  whose => $$r.id in (select m.wedding_id from app.wedding_members m where m.person_id = $1 and m.role = 'partner')$$,
  instead => 'guard.title_without(r.id, $1)');
call app.declare_values('app.wedding_shields', '{status,held_on,time_zone,active_span}', 'plain');
call app.declare_values('app.wedding_members', '{role}', 'plain');
call app.declare_values('app.wedding_members', '{display_name}', 'blanked', whose => 'r.person_id = $1', instead => $$'Erased'$$);
call app.declare_values('app.wedding_events', '{kind,local_date,time_zone,zone_data_version}', 'plain');
call app.declare_values('app.wedding_events', '{title}', 'blanked',
  whose => 'r.wedding_id in (select guard.weddings_left_by($1))', instead => 'initcap(r.kind)');
call app.declare_values('app.event_times', '{audience,start_time,end_time}', 'plain');
call app.declare_values('app.wedding_invitations', '{kind,service,code_hash}', 'plain');
call app.declare_values('app.wedding_invitations', '{email}', 'blanked',
  whose => 'r.email = $2 or r.accepted_by = $1 or r.wedding_id in (select guard.weddings_left_by($1))',
  instead => $$'erased@erased.invalid'$$);
call app.declare_values('app.wedding_invitations', '{name}', 'blanked',
  whose => $$r.email in ($2, 'erased@erased.invalid') or r.accepted_by = $1$$, instead => $$''$$);
call app.declare_values('app.connections', '{service,status,listed_on}', 'plain');
call app.declare_values('app.connection_grants', '{area,level}', 'plain');

call app.declare_values('app.core_field_revisions',
  '{fact_key,definition_key,audience,state,source,salt,instants,commitment,hash}', 'plain');
call app.declare_values('app.core_field_revisions', '{value}', 'committed', whose => 'r.id in (select guard.facts_of($1))');
-- What somebody wrote beside a value that stays: the value loses its proof with the salt, and stays.
call app.declare_values('app.core_field_revisions', '{reason}', 'committed',
  whose => 'r.reason is not null and (r.actor_id = $1 or r.id in (select guard.facts_of($1)))');
call app.declare_values('app.audit_events', '{table_name,operation,request_id,salt,commitment}', 'plain');
call app.declare_values('app.audit_events', '{before}', 'follows');
call app.declare_values('app.delete_batches', '{action}', 'plain');

grant delete on app.event_times, app.core_field_revisions to wedsync_guard;   -- app.purge_batch

-- Dead versions of rows are swept away by who may do that and nothing else.
grant maintain on all tables in schema app, jobs to wedsync_keeper;
