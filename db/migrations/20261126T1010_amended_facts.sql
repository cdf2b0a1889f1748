-- A fact that changed by an amendment names it.
alter table app.core_field_revisions add column amendment_id uuid,
  add constraint core_field_revisions_amendment foreign key (wedding_id, amendment_id) references app.amendments not valid;
comment on column app.core_field_revisions.amendment_id is 'The amendment that changed it, if one did.';
call app.protect_table('app.core_field_revisions', scope => 'wedding', area => 'per_row', class => 'ledger', hidden => '{instants,salt}');
revoke insert on app.core_field_revisions from wedsync_app, wedsync_worker;
grant insert (wedding_id, event_id, fact_key, base_revision, state, value, reason, source, instants, amendment_id)
  on app.core_field_revisions to wedsync_app, wedsync_worker;
grant update (value, salt, reason, is_current) on app.core_field_revisions to wedsync_guard;   -- never commitment or hash
create constraint trigger amended after insert on app.core_field_revisions
  deferrable initially deferred for each row when (new.amendment_id is not null) execute function guard.amended_whole();
alter table app.core_field_revisions enable always trigger amended;

-- The guard writes what an event's local times resolve to, also in an emergency and when new zone data puts right a wedding
-- that is on: derived columns, whose history is the facts'. What people change keeps its history and meets the shield.
create or replace trigger changed after update on app.wedding_events referencing old table as old_rows
  for each statement when (current_user <> 'wedsync_guard') execute function guard.written('plan', 'wedding', 'wedding_id');
alter table app.wedding_events enable always trigger changed;
