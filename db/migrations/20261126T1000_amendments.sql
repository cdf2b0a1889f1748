-- Amendments: the one way to change what is fixed. What is asked for, what would change, and what everybody answered, each
-- a link of the amendment's own chain. Nothing here is ever updated; what state an amendment is in follows from its answers.

create table app.amendments (
  wedding_id uuid not null references app.weddings, id uuid not null default uuidv7(),
  kind text not null check (kind in ('change', 'postponement', 'cancellation', 'emergency')),
  reason_code text not null check (reason_code in ('mistake', 'wish', 'venue', 'supplier', 'illness', 'weather', 'authority', 'other')),
  reason text check (length(reason) <= 500), party text not null check (party in ('partner', 'coordinator', 'supplier')),
  person_id uuid not null references app.people, supplier_id uuid references app.suppliers, proposed_at timestamptz not null,
  link integer not null, salt bytea, commitment bytea not null, hash bytea not null, primary key (wedding_id, id));
comment on table app.amendments is 'Proposals to change what is fixed.';
comment on column app.amendments.wedding_id is 'The wedding.';
comment on column app.amendments.id is 'The amendment.';
comment on column app.amendments.kind is 'change, postponement, cancellation or emergency; an emergency exists only while the wedding is read-only.';
comment on column app.amendments.reason_code is 'Why, in one word.';
comment on column app.amendments.reason is 'Why, in the proposer''s words; erasable.';
comment on column app.amendments.party is 'As what they proposed it: partner, coordinator or supplier.';
comment on column app.amendments.person_id is 'Who proposed it.';
comment on column app.amendments.supplier_id is 'The business they acted for, if any.';
comment on column app.amendments.proposed_at is 'When, by the real clock.';
comment on column app.amendments.link is 'Place in its chain: 1.';
comment on column app.amendments.salt is 'Salt of the commitment; null once erased.';
comment on column app.amendments.commitment is 'Salted SHA-256 of the reason; outlives its erasure.';
comment on column app.amendments.hash is 'First link of its chain.';
call app.protect_table('app.amendments', scope => 'wedding', area => 'amendments', class => 'ledger', hidden => '{salt}');
revoke insert on app.amendments from wedsync_app, wedsync_worker;
grant insert (wedding_id, id, kind, reason_code, reason) on app.amendments to wedsync_app, wedsync_worker;
grant update (reason, salt) on app.amendments to wedsync_guard;   -- erasure

create table app.amendment_changes (
  wedding_id uuid not null, amendment_id uuid not null, event_id uuid,
  subject_id uuid not null generated always as (coalesce(event_id, wedding_id)) stored,
  fact_key text not null check (length(fact_key) <= 64), id uuid not null default uuidv7(),
  definition_key text not null references app.core_field_definitions, audience text not null references app.audiences,
  base_revision integer not null check (base_revision >= 0), value jsonb check (pg_column_size(value) <= 32768),
  link integer not null, salt bytea, commitment bytea not null, hash bytea not null,
  primary key (wedding_id, amendment_id, subject_id, fact_key), foreign key (wedding_id, amendment_id) references app.amendments,
  foreign key (wedding_id, event_id) references app.wedding_events);
comment on table app.amendment_changes is 'What an amendment would change: all of it takes effect, or nothing.';
comment on column app.amendment_changes.wedding_id is 'The wedding.';
comment on column app.amendment_changes.amendment_id is 'The amendment.';
comment on column app.amendment_changes.event_id is 'The event whose fact it is; null for the wedding''s own.';
comment on column app.amendment_changes.subject_id is 'The wedding or the event.';
comment on column app.amendment_changes.fact_key is 'Which fact.';
comment on column app.amendment_changes.id is 'The row.';
comment on column app.amendment_changes.definition_key is 'The question it answers.';
comment on column app.amendment_changes.audience is 'Who reads it: whoever reads the fact.';
comment on column app.amendment_changes.base_revision is 'The revision that it would follow.';
comment on column app.amendment_changes.value is 'The proposed value; null takes it back, or was erased.';
comment on column app.amendment_changes.link is 'Place in the amendment''s chain.';
comment on column app.amendment_changes.salt is 'Salt of the commitment; null once erased.';
comment on column app.amendment_changes.commitment is 'Salted SHA-256 of the value; outlives its erasure.';
comment on column app.amendment_changes.hash is 'Link to the row before.';
call app.protect_table('app.amendment_changes', scope => 'wedding', area => 'per_row', class => 'ledger', hidden => '{salt}');
revoke insert on app.amendment_changes from wedsync_app, wedsync_worker;
grant insert (wedding_id, amendment_id, event_id, fact_key, base_revision, value) on app.amendment_changes to wedsync_app, wedsync_worker;
grant update (value, salt) on app.amendment_changes to wedsync_guard;   -- erasure
-- Who proposes need not be able to write the fact: that is what approvals are for. They propose what they can read.
create policy proposes on app.amendment_changes for insert to wedsync_app, wedsync_worker
  with check (wedding_id = any ((select app.wedding_ids('amendments', 'write'))::uuid[])
              and (wedding_id, audience) in (select a.wedding_id, a.audience from app.wedding_audiences('read') a));

create table app.amendment_responses (
  wedding_id uuid not null, amendment_id uuid not null, id uuid not null default uuidv7(),
  answer text not null check (answer in ('approve', 'refuse', 'withdraw', 'effective', 'accept', 'decline')),
  note text check (length(note) <= 500), party text not null check (party in ('partner', 'coordinator', 'supplier', 'support')),
  person_id uuid not null references app.people, supplier_id uuid references app.suppliers, answered_at timestamptz not null,
  link integer not null, salt bytea, commitment bytea not null, hash bytea not null,
  primary key (wedding_id, amendment_id, id), foreign key (wedding_id, amendment_id) references app.amendments);
comment on table app.amendment_responses is 'What everybody answered to an amendment, and that it took effect.';
comment on column app.amendment_responses.wedding_id is 'The wedding.';
comment on column app.amendment_responses.amendment_id is 'The amendment.';
comment on column app.amendment_responses.id is 'The answer.';
comment on column app.amendment_responses.answer is 'approve, refuse or withdraw before it is decided; effective when it was carried out; accept or decline from a supplier afterwards.';
comment on column app.amendment_responses.note is 'In their words; for support, whom they called back; erasable.';
comment on column app.amendment_responses.party is 'As what they answered: partner, coordinator, supplier or support.';
comment on column app.amendment_responses.person_id is 'Who answered.';
comment on column app.amendment_responses.supplier_id is 'The business they acted for, if any.';
comment on column app.amendment_responses.answered_at is 'When, by the real clock.';
comment on column app.amendment_responses.link is 'Place in the amendment''s chain.';
comment on column app.amendment_responses.salt is 'Salt of the commitment; null once erased.';
comment on column app.amendment_responses.commitment is 'Salted SHA-256 of the note; outlives its erasure.';
comment on column app.amendment_responses.hash is 'Link to the row before.';
-- An amendment is decided once: of two who decide at the same time one is told so.
create unique index amendment_responses_decided on app.amendment_responses (wedding_id, amendment_id)
  where answer in ('refuse', 'withdraw', 'effective');
create unique index amendment_responses_approved on app.amendment_responses (wedding_id, amendment_id, person_id) where answer = 'approve';
call app.protect_table('app.amendment_responses', scope => 'wedding', area => 'amendments', class => 'ledger', hidden => '{salt}');
revoke insert on app.amendment_responses from wedsync_app, wedsync_worker;
grant insert (wedding_id, amendment_id, answer, note) on app.amendment_responses to wedsync_app, wedsync_worker;
grant update (note, salt) on app.amendment_responses to wedsync_guard;   -- erasure
-- Whether another business accepts new terms is between it and the couple. Whoever belongs to the wedding reads all answers.
create policy own_terms on app.amendment_responses as restrictive for select to wedsync_app, wedsync_worker
  using (supplier_id is null or supplier_id = (select app.chosen_supplier())
         or wedding_id = any ((select app.wedding_ids('terms', 'read'))::uuid[]));

-- Whom we reminded of an amendment that they have not answered, so that nobody is reminded twice of the same.
create table app.amendment_chases (
  wedding_id uuid not null, amendment_id uuid not null, supplier_id uuid not null, step smallint not null check (step between 1 and 9),
  id uuid not null default uuidv7(), chased_at timestamptz not null default clock_timestamp(),
  primary key (wedding_id, amendment_id, supplier_id, step), foreign key (wedding_id, amendment_id) references app.amendments,
  foreign key (wedding_id, supplier_id) references app.connections);
comment on table app.amendment_chases is 'Reminders of amendments that a supplier has not answered; the last one is the couple''s.';
comment on column app.amendment_chases.wedding_id is 'The wedding.';
comment on column app.amendment_chases.amendment_id is 'The amendment.';
comment on column app.amendment_chases.supplier_id is 'Who has not answered.';
comment on column app.amendment_chases.step is 'Which reminder: 1, 2, … in the order of their hours.';
comment on column app.amendment_chases.id is 'The row.';
comment on column app.amendment_chases.chased_at is 'When.';
call app.protect_table('app.amendment_chases', scope => 'wedding', area => 'sharing', class => 'system', immutable => '{*}');
revoke insert on app.amendment_chases from wedsync_app, wedsync_worker;
grant insert on app.amendment_chases to wedsync_guard;

create trigger propose before insert on app.amendments for each row execute function guard.propose_amendment();
create trigger propose before insert on app.amendment_changes for each row execute function guard.propose_change();
create trigger answer before insert on app.amendment_responses for each row execute function guard.answer_amendment();
create trigger answered after insert on app.amendment_responses for each row execute function guard.amendment_answered();
alter table app.amendments enable always trigger propose;
alter table app.amendment_changes enable always trigger propose;
alter table app.amendment_responses enable always trigger answer, enable always trigger answered;
