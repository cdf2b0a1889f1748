-- Which supplier has seen which revision of a fact, and what each has yet to see.

create table app.acknowledgements (
  wedding_id uuid not null, supplier_id uuid not null default app.chosen_supplier(), subject_id uuid not null,
  fact_key text not null check (length(fact_key) <= 64), revision integer not null, id uuid not null default uuidv7(),
  person_id uuid not null default app.actor_id() references app.people, seen_at timestamptz not null default app.clock(),
  primary key (wedding_id, supplier_id, subject_id, fact_key, revision),
  foreign key (wedding_id, supplier_id) references app.connections,
  foreign key (wedding_id, subject_id, fact_key, revision) references app.core_field_revisions);
comment on table app.acknowledgements is 'Which supplier has seen which revision of a fact. Seen is not agreed.';
comment on column app.acknowledgements.wedding_id is 'The wedding.';
comment on column app.acknowledgements.supplier_id is 'Whose member has seen it.';
comment on column app.acknowledgements.subject_id is 'The wedding or event whose fact it is.';
comment on column app.acknowledgements.fact_key is 'Which fact.';
comment on column app.acknowledgements.revision is 'Which revision of it.';
comment on column app.acknowledgements.id is 'The acknowledgement.';
comment on column app.acknowledgements.person_id is 'The first member who saw it.';
comment on column app.acknowledgements.seen_at is 'When, by the real clock.';
create index acknowledgements_of_fact on app.acknowledgements (wedding_id, subject_id, fact_key, revision);   -- guard.purge_facts
call app.protect_table('app.acknowledgements', scope => 'wedding', area => 'sharing', class => 'ledger');
-- Whose business, who and when are not for the writer to say: they are what the transaction is.
revoke insert on app.acknowledgements from wedsync_app, wedsync_worker;
grant insert (wedding_id, subject_id, fact_key, revision) on app.acknowledgements to wedsync_app, wedsync_worker;
grant insert, delete on app.acknowledgements to wedsync_guard;   -- guard.note_change, guard.purge_facts
create policy within_business on app.acknowledgements for select to wedsync_app, wedsync_worker
  using (supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[]));
create policy of_the_wedding on app.acknowledgements for select to wedsync_app, wedsync_worker
  using (wedding_id = any ((select app.own_wedding_ids())::uuid[]));
create policy seen_by_oneself on app.acknowledgements for insert to wedsync_app, wedsync_worker
  with check (supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[]) and (select app.key_id()) is null);
call app.declare_values('app.acknowledgements', '{fact_key}', 'plain');

-- Derivable from facts, grants and the ledger, but not across two thousand weddings: what is outstanding is a row.
create table app.unseen_changes (
  wedding_id uuid not null, supplier_id uuid not null, subject_id uuid not null, fact_key text not null check (length(fact_key) <= 64),
  id uuid not null default uuidv7(), revision integer not null, changed_at timestamptz not null,
  step smallint not null default 0 check (step between 0 and 9), due_at timestamptz, chased_at timestamptz, told_at timestamptz,
  primary key (wedding_id, supplier_id, subject_id, fact_key),
  foreign key (wedding_id, supplier_id) references app.connections,
  foreign key (wedding_id, subject_id, fact_key, revision) references app.core_field_revisions);
comment on table app.unseen_changes is 'What changed since a supplier came and no member of it has seen; written by the guard with the fact, gone once seen.';
comment on column app.unseen_changes.wedding_id is 'The wedding.';
comment on column app.unseen_changes.supplier_id is 'Who has not seen it.';
comment on column app.unseen_changes.subject_id is 'The wedding or event whose fact it is.';
comment on column app.unseen_changes.fact_key is 'Which fact.';
comment on column app.unseen_changes.id is 'The row.';
comment on column app.unseen_changes.revision is 'The revision to see: the current one.';
comment on column app.unseen_changes.changed_at is 'When that was written: reminders count from here.';
comment on column app.unseen_changes.step is 'How many reminders have gone out.';
comment on column app.unseen_changes.due_at is 'When the next one does; null when none does.';
comment on column app.unseen_changes.chased_at is 'When the last one did.';
comment on column app.unseen_changes.told_at is 'When the couple was told.';
create index unseen_changes_list on app.unseen_changes (supplier_id, changed_at desc, id desc);                     -- a supplier's list
create index unseen_changes_due on app.unseen_changes (due_at) where due_at is not null;                           -- app.chase_unseen
create index unseen_changes_of_fact on app.unseen_changes (wedding_id, subject_id, fact_key, revision);            -- guard.purge_facts
create index unseen_changes_told on app.unseen_changes (wedding_id, told_at) where told_at is not null;            -- app.take_reminder
call app.protect_table('app.unseen_changes', scope => 'wedding', area => 'sharing', class => 'system');
revoke insert, update on app.unseen_changes from wedsync_app, wedsync_worker;
grant insert, update, delete on app.unseen_changes to wedsync_guard;
drop trigger added on app.unseen_changes;     -- derived rows: their history is the facts' and the ledger's
drop trigger changed on app.unseen_changes;
drop trigger removed on app.unseen_changes;
create policy within_business on app.unseen_changes for select to wedsync_app, wedsync_worker
  using (supplier_id = any ((select app.supplier_ids('clients', 'read'))::uuid[]));
create policy of_the_wedding on app.unseen_changes for select to wedsync_app, wedsync_worker
  using (wedding_id = any ((select app.own_wedding_ids())::uuid[]));
call app.declare_values('app.unseen_changes', '{fact_key}', 'plain');

grant update (revoked_at) on app.connection_grants to wedsync_guard;   -- to hold it while a change is noted
create trigger seen after insert on app.acknowledgements referencing new table as seen for each statement execute function guard.acknowledged();
create trigger noted after insert on app.core_field_revisions for each row execute function guard.note_change();
create trigger narrowed after update of level, revoked_at on app.connection_grants for each row
  when (new.revoked_at is not null or new.level <> old.level) execute function guard.forget_unseen();
create trigger ended after update of status on app.connections for each row
  when (old.status = 'connected' and new.status <> 'connected') execute function guard.forget_unseen();
alter table app.acknowledgements enable always trigger seen;
alter table app.core_field_revisions enable always trigger noted;
alter table app.connection_grants enable always trigger narrowed;
alter table app.connections enable always trigger ended;
