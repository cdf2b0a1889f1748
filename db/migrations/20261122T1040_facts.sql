-- Facts: immutable revisions. Evidence that even the guard may not update, and three erasable columns (value, salt, reason).

create table app.audiences (
  audience text primary key, area text not null references app.areas, supplier_types text[] not null);
comment on table app.audiences is 'Who reads a fact by default: an area and the supplier types that need it.';
comment on column app.audiences.audience is 'Name, from the area and the types'' letters.';
comment on column app.audiences.area is 'The area whose grant opens it.';
comment on column app.audiences.supplier_types is 'Supplier types that read it with a usual grant; any for all; none: only a grant of everything.';
call app.protect_table('app.audiences', scope => 'reference', class => 'system');

create table app.core_field_definitions (
  key text primary key, fact_key text not null,
  subject text not null check (subject in ('wedding', 'first', 'ceremony', 'reception', 'event')),
  audience text not null references app.audiences, field_class text not null check (field_class in ('A', 'B')), weight smallint not null,
  is_essential boolean not null, is_derived boolean not null, is_core boolean not null, label text not null, unique (fact_key, subject));
comment on table app.core_field_definitions is 'The questions about every wedding.';
comment on column app.core_field_definitions.key is 'Name under which pages and forms show it.';
comment on column app.core_field_definitions.fact_key is 'Name under which its value is stored, on its subject.';
comment on column app.core_field_definitions.subject is 'Whose fact it is: the wedding''s, the first event''s, the ceremony''s, the reception''s, or any other event''s.';
comment on column app.core_field_definitions.audience is 'Who reads it by default.';
comment on column app.core_field_definitions.field_class is 'A is fixed once the date is confirmed; B stays editable until the wedding.';
comment on column app.core_field_definitions.weight is 'What it counts in the completion score.';
comment on column app.core_field_definitions.is_essential is 'Whether every wedding needs it.';
comment on column app.core_field_definitions.is_derived is 'Whether it follows from others and is never entered.';
comment on column app.core_field_definitions.is_core is 'Whether it is one of the 75; the others are the same questions about further events.';
comment on column app.core_field_definitions.label is 'What people call it.';
call app.protect_table('app.core_field_definitions', scope => 'reference', class => 'system');

create table app.core_field_revisions (
  wedding_id uuid not null references app.weddings, event_id uuid, subject_id uuid not null generated always as (coalesce(event_id, wedding_id)) stored,
  fact_key text not null check (length(fact_key) <= 64), revision integer not null, id uuid not null default uuidv7(),
  definition_key text not null references app.core_field_definitions, audience text not null references app.audiences,
  base_revision integer not null check (base_revision >= 0), state text not null default 'given' check (state in ('given', 'partial', 'not_applicable')),
  value jsonb, reason text check (length(reason) <= 500), salt bytea, is_current boolean not null default true,
  source text not null default 'person' check (source in ('person', 'import', 'form', 'platform')), instants jsonb,
  actor_id uuid, actor_supplier_id uuid, written_at timestamptz not null, commitment bytea not null, hash bytea not null,
  primary key (wedding_id, subject_id, fact_key, revision), foreign key (wedding_id, event_id) references app.wedding_events,
  check (state <> 'not_applicable' or value is null), check (pg_column_size(value) <= 32768));
comment on table app.core_field_revisions is 'Facts. The current revision is a fact''s value; nobody updates one.';
comment on column app.core_field_revisions.wedding_id is 'The wedding.';
comment on column app.core_field_revisions.event_id is 'The event it is a fact of; null for the wedding''s own.';
comment on column app.core_field_revisions.subject_id is 'The wedding or the event.';
comment on column app.core_field_revisions.fact_key is 'Which fact.';
comment on column app.core_field_revisions.revision is 'From 1, without gaps.';
comment on column app.core_field_revisions.id is 'The revision.';
comment on column app.core_field_revisions.definition_key is 'The question it answers.';
comment on column app.core_field_revisions.audience is 'Who reads it, as the question says.';
comment on column app.core_field_revisions.base_revision is 'The revision its writer had seen; 0 for none.';
comment on column app.core_field_revisions.state is 'given, partial when the answer is not whole yet, or not_applicable when the couple said so.';
comment on column app.core_field_revisions.value is 'The value; null when it was cleared, does not apply or was erased.';
comment on column app.core_field_revisions.reason is 'Why, in the writer''s words; erasable.';
comment on column app.core_field_revisions.salt is 'Salt of the commitment; null once erased.';
comment on column app.core_field_revisions.is_current is 'Whether it is the latest.';
comment on column app.core_field_revisions.source is 'person, import, form or platform.';
comment on column app.core_field_revisions.instants is 'For dates, zones and times: what each event of the wedding resolved to.';
comment on column app.core_field_revisions.actor_id is 'Who wrote it.';
comment on column app.core_field_revisions.actor_supplier_id is 'The business they acted for, if any.';
comment on column app.core_field_revisions.written_at is 'When, by the real clock.';
comment on column app.core_field_revisions.commitment is 'Salted SHA-256 of value and reason; outlives their erasure.';
comment on column app.core_field_revisions.hash is 'Link to the revision before.';
create unique index core_field_revisions_current on app.core_field_revisions (wedding_id, subject_id, fact_key) where is_current;   -- current facts
create index core_field_revisions_recent on app.core_field_revisions (wedding_id, written_at desc, id desc);                        -- recent changes
-- The instants say what every event of the wedding resolved to: a caterer who reads the reception's start would read the
-- ceremony's there.
call app.protect_table('app.core_field_revisions', scope => 'wedding', area => 'per_row', class => 'ledger', hidden => '{instants,salt}');
revoke insert on app.core_field_revisions from wedsync_app, wedsync_worker;
grant insert (wedding_id, event_id, fact_key, base_revision, state, value, reason, source, instants)
  on app.core_field_revisions to wedsync_app, wedsync_worker;
grant update (value, salt, reason, is_current) on app.core_field_revisions to wedsync_guard;   -- never commitment or hash
create trigger record before insert on app.core_field_revisions for each row execute function guard.record_fact();
create trigger recorded after insert on app.core_field_revisions for each row execute function guard.fact_recorded();
alter table app.core_field_revisions enable always trigger record, enable always trigger recorded;

create view live.core_facts with (security_invoker) as
  select wedding_id, event_id, subject_id, fact_key, definition_key, audience, revision, state, value, source, actor_id, actor_supplier_id, written_at
  from app.core_field_revisions f
  where is_current
    and not exists (select from app.wedding_events e
                    where e.wedding_id = f.wedding_id and e.id = f.event_id and e.delete_batch is not null);
comment on view live.core_facts is 'Current facts, without those of removed events.';
grant select on live.core_facts to wedsync_app, wedsync_worker;

-- Not columns of the event: who reads the event need not read its times (a caterer, the ceremony's), and a policy hides rows.
create table app.event_times (
  wedding_id uuid not null, event_id uuid not null, id uuid not null default uuidv7(), audience text not null references app.audiences,
  start_time time, end_time time, starts_at timestamptz, ends_at timestamptz, primary key (wedding_id, event_id),
  foreign key (wedding_id, event_id) references app.wedding_events, check (ends_at > starts_at and ends_at <= starts_at + interval '26 hours'));
comment on table app.event_times is 'When an event starts and ends, resolved; written by the guard with the facts.';
comment on column app.event_times.wedding_id is 'The wedding.';
comment on column app.event_times.event_id is 'The event.';
comment on column app.event_times.id is 'The row.';
comment on column app.event_times.audience is 'Who reads the event''s start.';
comment on column app.event_times.start_time is 'Local start.';
comment on column app.event_times.end_time is 'Local end; earlier than the start means the next day.';
comment on column app.event_times.starts_at is 'Start as an instant.';
comment on column app.event_times.ends_at is 'End as an instant.';
call app.protect_table('app.event_times', scope => 'wedding', area => 'per_row', class => 'system');
revoke insert, update on app.event_times from wedsync_app, wedsync_worker;
grant insert, update on app.event_times to wedsync_guard;
drop trigger added on app.event_times;     -- derived rows: their history is the facts'
drop trigger changed on app.event_times;
drop trigger removed on app.event_times;
