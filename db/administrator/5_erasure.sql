-- What leaves for good: removed rows after 30 days, and a person's values when they ask. Rows leave through nothing else.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- What every column holds. A column whose type could hold what somebody wrote, and that is not named here, is found by the
-- catalogue test. How: plain (no personal values), kept (personal, with the reason why it stays), removed (the row goes),
-- blanked (a word instead), committed (value and salt go, the commitment stays), follows (goes with the row it is about).
create table if not exists guard.column_values (
  table_name regclass not null, column_name name not null, how text not null
    check (how in ('plain', 'kept', 'removed', 'blanked', 'committed', 'follows')),
  whose text, instead text, why text, primary key (table_name, column_name),
  check ((how in ('removed', 'blanked', 'committed')) = (whose is not null)), check ((how = 'blanked') or instead is null),
  check ((how = 'kept') = (why is not null)));
comment on table guard.column_values is 'One row per column that could hold what somebody wrote: what erasing its subject does to it.';
grant select on guard.column_values to wedsync_app, wedsync_worker, wedsync_migrator;
grant select, insert, update on guard.column_values to wedsync_owner;

-- A hold on a person holds the weddings and businesses they belong or belonged to: what is theirs lies there.
create or replace function guard.is_held(person uuid, scope uuid) returns boolean language sql stable set search_path = '' as $$
  select exists (
    select from app.legal_holds h
    where h.approved_at is not null and h.released_at is null
      and (h.subject_id = person or h.wedding_id = scope
           or exists (select from app.wedding_members m where m.wedding_id = scope and m.person_id = h.subject_id)
           or exists (select from app.supplier_members m where m.supplier_id = scope and m.person_id = h.subject_id))) $$;
comment on function guard.is_held(uuid, uuid) is 'Whether a person, or a wedding or business, is under a legal hold.';

-- Why nothing leaves a wedding or a business for good just now; null when it may. It waits, in the order it came (R3).
create or replace function guard.stands_still(scope uuid) returns text language sql stable set search_path = '' as $$
  select case
    when guard.is_held(null, asked.scope) then 'a legal duty to keep it'
    when guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, app.clock()) is not null then 'the wedding is on'
    -- Nobody has confirmed the date of a draft: it may be meant for these days.
    when s.status = 'draft' and s.held_on between (app.clock() - interval '30 days')::date and (app.clock() + interval '30 days')::date
      then 'the date is near'
  end
  from (select scope) asked left join app.wedding_shields s on s.wedding_id = asked.scope $$;
comment on function guard.stands_still(uuid) is 'Why nothing leaves a wedding or business for good just now; null when it may.';

create or replace function app.purges_due(after uuid, most integer) returns table (scope_id uuid, batch uuid)
language sql stable security definer set search_path = '' as $$
  select b.scope_id, b.id
  from app.delete_batches b
  where b.restored_at is null and b.purged_at is null and b.created_at <= app.clock() - interval '720 hours' and b.id > after
    and guard.stands_still(b.scope_id) is null
  order by b.id
  limit most $$;
comment on function app.purges_due(uuid, integer) is 'Deletions whose 30 days are over and that may leave now, by id.';

-- What hangs on an event goes before it; the tally of the wedding's links goes down with its facts.
create or replace function guard.purge_facts(wedding uuid, batch uuid) returns void language sql set search_path = '' as $$
  delete from app.event_times t using app.wedding_events e
  where e.wedding_id = wedding and e.delete_batch = batch and t.wedding_id = wedding and t.event_id = e.id;
  delete from app.unseen_changes u using app.wedding_events e
  where e.wedding_id = wedding and e.delete_batch = batch and u.wedding_id = wedding and u.subject_id = e.id;
  delete from app.acknowledgements k using app.wedding_events e
  where e.wedding_id = wedding and e.delete_batch = batch and k.wedding_id = wedding and k.subject_id = e.id;
  with gone as (
    delete from app.core_field_revisions f using app.wedding_events e
    where e.wedding_id = wedding and e.delete_batch = batch and f.wedding_id = wedding and f.event_id = e.id
    returning f.hash),
  counted as (select count(*) as links, bit_xor(guard.link_bits(gone.hash)) as tally from gone)
  update app.wedding_shields s
  set fact_count = s.fact_count - counted.links, fact_links = s.fact_links # counted.tally
  from counted
  where s.wedding_id = wedding and counted.links > 0 $$;
comment on function guard.purge_facts(uuid, uuid) is 'Removes the facts and times of the events that a deletion took, and who had seen them.';

-- What hangs on a client goes before it, and the row of the list that it came from.
create or replace function guard.purge_clients(supplier uuid, batch uuid) returns void language sql set search_path = '' as $$
  delete from app.client_import_rows r using app.clients c
  where c.supplier_id = supplier and c.delete_batch = batch and r.supplier_id = supplier and r.client_id = c.id;
  delete from app.client_round_rows r using app.clients c
  where c.supplier_id = supplier and c.delete_batch = batch and r.supplier_id = supplier and r.client_id = c.id;
  delete from app.client_bulk_rows r using app.clients c
  where c.supplier_id = supplier and c.delete_batch = batch and r.supplier_id = supplier and r.client_id = c.id;
  delete from app.client_events e using app.clients c
  where c.supplier_id = supplier and c.delete_batch = batch and e.supplier_id = supplier and e.client_id = c.id;
  delete from app.client_notes n using app.clients c
  where c.supplier_id = supplier and c.delete_batch = batch and n.supplier_id = supplier and n.client_id = c.id;
  delete from app.client_questions q using app.clients c
  where c.supplier_id = supplier and c.delete_batch = batch and q.supplier_id = supplier and q.client_id = c.id $$;
comment on function guard.purge_clients(uuid, uuid) is 'Removes what hangs on the clients that a deletion took.';

-- One deletion, whole or not at all. What refers to a row that it takes, and was not thought of, refuses it.
create or replace function app.purge_batch(scope uuid, batch uuid) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  t guard.protected_tables;
  purged bigint := 0;
  n bigint;
begin
  perform from app.delete_batches b
  where b.scope_id = scope and b.id = batch and b.restored_at is null and b.purged_at is null
    and b.created_at <= app.clock() - interval '720 hours'
  for no key update;
  if not found then
    return null;
  end if;
  perform from app.wedding_shields s where s.wedding_id = scope for no key update;   -- a date may be moving
  if guard.stands_still(scope) is not null then
    return null;
  end if;
  perform guard.purge_facts(scope, batch);
  perform guard.purge_clients(scope, batch);
  for t in select * from guard.protected_tables p where p.has_batches order by p.position desc loop   -- children first
    execute format('delete from %s where %I = $1 and delete_batch = $2', t.table_name, t.scope_column) using scope, batch;
    get diagnostics n = row_count;
    purged := purged + n;
  end loop;
  update app.delete_batches b set purged_at = app.clock() where b.scope_id = scope and b.id = batch;
  return purged;
end $$;
comment on function app.purge_batch(uuid, uuid) is 'Removes the rows of one deletion for good; returns how many, or null when it is not due or stands still.';

-- Write-once, and written again outside of the database: what was erased stays erased in a restored copy. The pseudonym is a
-- keyed hash under the installation's secret; who has the secret finds the person again, nobody else does.
create table if not exists guard.erasures (
  id bigint generated always as identity primary key, pseudonym text not null check (length(pseudonym) between 32 and 64),
  wedding_id uuid, at timestamptz not null default clock_timestamp(), is_replay boolean not null,
  xid xid8 not null default pg_current_xact_id());
comment on table guard.erasures is 'Who was erased from what, under a pseudonym. Its own row, in its own transaction, lets an erasure reach what was removed.';
create index if not exists erasures_pseudonym on guard.erasures (pseudonym);   -- replay
create index if not exists erasures_xid on guard.erasures (xid);               -- guard.is_erasing
create or replace trigger append_only before update or delete or truncate on guard.erasures
  for each statement execute function guard.refuse();
alter table guard.erasures enable always trigger append_only;

-- A line of that ledger by its hash, told before it is added there: a database that does not know the last line is older than
-- it, and serves nobody until it has caught up.
create table if not exists guard.ledger_lines (hash text primary key check (length(hash) = 64), at timestamptz not null default clock_timestamp());
comment on table guard.ledger_lines is 'Lines of the erasure ledger up to which this database is carried out, or being carried out.';
create or replace trigger append_only before update or delete or truncate on guard.ledger_lines
  for each statement execute function guard.refuse();
alter table guard.ledger_lines enable always trigger append_only;

create or replace function guard.is_erasing() returns boolean language sql stable set search_path = '' as $$
  select exists (select from guard.erasures e where e.xid = pg_current_xact_id_if_assigned()) $$;
comment on function guard.is_erasing() is 'Whether this transaction is an erasure.';

-- A restored copy forgets before it serves, whatever day it is.
create or replace function guard.is_replaying() returns boolean language sql stable set search_path = '' as $$
  select exists (select from guard.erasures e where e.xid = pg_current_xact_id_if_assigned() and e.is_replay) $$;
comment on function guard.is_replaying() is 'Whether this transaction repeats an earlier erasure in a restored copy.';

-- Whose values are where. Each takes a person and answers with ids; guard.column_values calls them.
create or replace function guard.weddings_left_by(person uuid) returns setof uuid language sql stable set search_path = '' as $$
  select m.wedding_id from app.wedding_members m
  where m.person_id = person and m.role = 'partner' and not exists (
    select from app.wedding_members o
    where o.wedding_id = m.wedding_id and o.person_id <> person and o.role = 'partner' and o.left_at is null) $$;
comment on function guard.weddings_left_by(uuid) is 'Weddings of which a person is the last partner: nobody else needs what the two wrote.';

create or replace function guard.businesses_left_by(person uuid) returns setof uuid language sql stable set search_path = '' as $$
  select m.supplier_id from app.supplier_members m
  where m.person_id = person and not exists (
    select from app.supplier_members o where o.supplier_id = m.supplier_id and o.person_id <> person and o.left_at is null) $$;
comment on function guard.businesses_left_by(uuid) is 'Businesses of which a person is the last member.';

create or replace function guard.people_beside(person uuid) returns setof uuid language sql stable set search_path = '' as $$
  select person
  union select o.person_id from app.wedding_members m join app.wedding_members o using (wedding_id) where m.person_id = person
  union select o.person_id from app.supplier_members m join app.supplier_members o using (supplier_id) where m.person_id = person
  union
  select s.person_id
  from app.wedding_members m
  join app.connections c using (wedding_id)
  join app.supplier_members s using (supplier_id)
  where m.person_id = person $$;
comment on function guard.people_beside(uuid) is 'A person and everybody whose answers may name them: of their weddings, their suppliers and their businesses.';

-- A partner's own names and ways to reach them, and what was said of both; of the last partner everything but the times,
-- which name nobody and by which suppliers keep their diaries.
create or replace function guard.facts_of(person uuid) returns setof uuid language sql stable set search_path = '' as $$
  select f.id
  from app.wedding_members m
  join app.core_field_revisions f on f.wedding_id = m.wedding_id
  where m.person_id = person and m.role = 'partner'
    and (f.definition_key like 'partner' || m.partner_number || '\_%' or f.definition_key = 'pronouns'
         or f.fact_key not in ('date', 'time_zone', 'start_time', 'end_time')
            and m.wedding_id in (select guard.weddings_left_by(person))) $$;
comment on function guard.facts_of(uuid) is 'Facts that say something of a person.';

create or replace function guard.title_without(wedding uuid, person uuid) returns text language sql stable set search_path = '' as $$
  select coalesce((
    select f.value #>> '{}'
    from app.core_field_revisions f
    where f.wedding_id = wedding and f.is_current and f.value is not null
      and f.definition_key in ('partner1_first_name', 'partner2_first_name') and f.id not in (select guard.facts_of(person))
    order by f.definition_key limit 1), 'Wedding') $$;
comment on function guard.title_without(uuid, uuid) is 'What lists call a wedding once one of the two is gone.';

-- Carries out guard.column_values. Rows that hang on others go first, people last; a row's earlier images go with it.
create or replace function guard.erase_values(person uuid, address text, wedding uuid) returns bigint
language plpgsql set search_path = '' as $$
declare
  t record;
  ids uuid[];
  n bigint;
  erased bigint := 0;
begin
  for t in
    select v.table_name, c.relname, v.how, v.whose, p.scope_column,
      string_agg(format('%I = %s', v.column_name, coalesce(v.instead, 'null')), ', ') as assignments,
      string_agg(format('r.%I is distinct from (%s)', v.column_name, coalesce(v.instead, 'null')), ' or ') as differs
    from guard.column_values v
    join guard.protected_tables p on p.table_name = v.table_name
    join pg_catalog.pg_class c on c.oid = v.table_name
    where v.whose is not null
      -- What somebody takes out of one wedding is in its rows, and in what people were answered about it.
      and (erase_values.wedding is null or p.scope = 'wedding' or c.relname = 'idempotency_keys')
    group by v.table_name, c.relname, v.how, v.whose, p.scope, p.scope_column, p.position
    order by p.position desc, v.how desc, max(v.column_name)
  loop
    t.whose := format('(%s)', t.whose)
      || case when wedding is not null and t.relname <> 'idempotency_keys' then format(' and r.%I = $3', t.scope_column) else '' end;
    execute format('select coalesce(array_agg(r.id), ''{}'') from %s r where %s', t.table_name, t.whose)
      into ids using person, address, wedding;
    execute case t.how
      when 'removed' then format('delete from %s r where %s', t.table_name, t.whose)
      when 'blanked' then format('update %s r set %s where %s and (%s)', t.table_name, t.assignments, t.whose, t.differs)
      else format('update %s r set %s, salt = null where %s and (%s or r.salt is not null)', t.table_name, t.assignments, t.whose, t.differs)
    end using person, address, wedding;
    get diagnostics n = row_count;
    erased := erased + n;
    update app.audit_events e set before = null, salt = null
    where e.table_name = t.relname and e.row_id = any (ids) and e.salt is not null;
  end loop;
  return erased;
end $$;
comment on function guard.erase_values(uuid, text, uuid) is 'Erases what column_values says of a person, everywhere or in one wedding; returns how many rows changed or went.';

-- Somebody else leads on: who has the highest role, and among those who came first. The old owner first: there are never two.
create or replace function guard.hand_over(person uuid) returns void language plpgsql set search_path = '' as $$
declare next app.supplier_members;
begin
  for next in
    select distinct on (o.supplier_id) o.*
    from app.supplier_members mine
    join app.supplier_members o on o.supplier_id = mine.supplier_id and o.person_id <> person and o.left_at is null
    where mine.person_id = person and mine.role = 'owner' and mine.left_at is null
    order by o.supplier_id, array_position(array['admin', 'manager', 'member', 'viewer'], o.role), o.created_at
  loop
    update app.supplier_members m set role = 'admin' where m.supplier_id = next.supplier_id and m.person_id = person;
    update app.supplier_members m set role = 'owner' where m.supplier_id = next.supplier_id and m.person_id = next.person_id;
  end loop;
end $$;
comment on function guard.hand_over(uuid) is 'Makes another member the owner of each business that a person owns.';

-- They belong nowhere any more; what was sent to them opens nothing, and a business that nobody is left in works nowhere.
create or replace function guard.part(person uuid, wedding uuid) returns void language sql set search_path = '' as $$
  update app.wedding_members m set left_at = app.clock()
  where m.person_id = person and m.left_at is null and m.wedding_id = coalesce(part.wedding, m.wedding_id);
  update app.wedding_invitations i set revoked_at = app.clock() where i.email like '%@erased.invalid' and i.revoked_at is null and i.accepted_at is null;
  update app.supplier_invitations i set revoked_at = app.clock() where i.email like '%@erased.invalid' and i.revoked_at is null and i.accepted_at is null;
  update app.connections c set status = 'disconnected'
  where part.wedding is null and c.status = 'connected' and c.supplier_id in (select guard.businesses_left_by(person));
  update app.supplier_members m set left_at = app.clock() where part.wedding is null and m.person_id = person and m.left_at is null;
  update app.operators o set left_at = app.clock() where part.wedding is null and o.person_id = person and o.left_at is null;
  update app.data_requests r set withdrawn_at = app.clock()   -- nobody is left to answer, or to hand a file to
  where part.wedding is null and r.person_id = person and r.kind <> 'erasure' and r.done_at is null and r.withdrawn_at is null $$;
comment on function guard.part(uuid, uuid) is 'Ends what a person belongs to, everywhere or in one wedding.';

-- What others took along names who is erased: they ask for it again. What is just being written may: it begins again.
create or replace function guard.end_exports(person uuid) returns setof uuid language sql set search_path = '' as $$
  update app.data_requests r set begun_at = null
  where r.person_id in (select guard.people_beside(person)) and r.kind in ('access', 'portability')
    and r.begun_at is not null and r.done_at is null;
  update app.data_requests r set file_ends_at = app.clock()
  where r.person_id in (select guard.people_beside(person)) and r.file_ends_at > app.clock()
  returning r.id $$;
comment on function guard.end_exports(uuid) is 'Ends the exports that may name a person; which those are.';

create or replace function guard.erase(person uuid, wedding uuid, pseudonym text, is_replay boolean) returns bigint
language plpgsql set search_path = '' as $$
declare
  theirs uuid[] := (select array_agg(m.wedding_id) from app.wedding_members m
                    where m.person_id = person and m.wedding_id = coalesce(erase.wedding, m.wedding_id));
  each uuid;
  erased bigint;
begin
  insert into guard.erasures (pseudonym, wedding_id, is_replay) values (pseudonym, wedding, is_replay);
  if wedding is null then
    perform guard.hand_over(person);
  end if;
  erased := guard.erase_values(person, (select p.email from app.people p where p.id = person), wedding);
  perform guard.end_exports(person);
  perform guard.part(person, wedding);
  foreach each in array coalesce(theirs, '{}') loop
    perform guard.recount_completion(each);
  end loop;
  return erased;
end $$;
comment on function guard.erase(uuid, uuid, text, boolean) is 'Erases a person, everywhere or from one wedding, and records it under their pseudonym.';

-- Why an erasure waits, and until when as far as that is known: it is deferred, never refused.
create or replace function guard.erasure_waits(person uuid, wedding uuid) returns table (reason text, until timestamptz)
language sql stable set search_path = '' as $$
  select case when bool_or(w.is_held) then 'a legal duty to keep it' else 'the wedding is on' end,
    case when not bool_or(w.is_held) then max(w.unlocks_at) end
  from (
    select guard.is_held(person, null) as is_held, null::timestamptz as unlocks_at
    union all
    select guard.is_held(null, s.wedding_id), guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, app.clock())
    from app.wedding_members m join app.wedding_shields s using (wedding_id)
    where m.person_id = person and m.wedding_id = coalesce(erasure_waits.wedding, m.wedding_id)
    union all   -- a part in what is held is held too: of a business, and of the weddings that it worked at
    select guard.is_held(null, m.supplier_id), null from app.supplier_members m
    where m.person_id = person and erasure_waits.wedding is null
    union all
    select guard.is_held(null, c.wedding_id), null
    from app.supplier_members m join app.connections c using (supplier_id)
    where m.person_id = person and c.wedding_id = coalesce(erasure_waits.wedding, c.wedding_id)
      and exists (select from app.legal_holds h where h.approved_at is not null and h.released_at is null)
    union all   -- the last one of a business closes it, and with it what it does today
    select false, guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, app.clock())
    from app.connections c join app.wedding_shields s using (wedding_id)
    where erasure_waits.wedding is null and c.status = 'connected' and c.supplier_id in (select guard.businesses_left_by(person))) w
  having bool_or(w.is_held) or max(w.unlocks_at) is not null $$;
comment on function guard.erasure_waits(uuid, uuid) is 'Why an erasure waits, and until when; no row when it does not.';

-- Why something that was asked for waits, and until when. A correction waits for nothing: a person answers it.
create or replace function guard.request_waits(person uuid, wedding uuid, kind text, size_bytes bigint)
returns table (reason text, until timestamptz) language sql stable set search_path = '' as $$
  select w.reason, w.until from guard.erasure_waits(person, wedding) w where kind = 'erasure'
  union all
  select 'the wedding is on, and this file is large', e.until
  from (select guard.export_waits(person, wedding, size_bytes) as until) e
  where kind in ('access', 'portability') and e.until is not null $$;
comment on function guard.request_waits(uuid, uuid, text, bigint) is 'Why a request waits, and until when; no row when it does not.';

create or replace function guard.request_due(kind text, since timestamptz, until timestamptz) returns timestamptz
language sql immutable set search_path = '' as $$
  select greatest(since, until) + case when kind in ('access', 'portability') then interval '24 hours' else interval '168 hours' end $$;
comment on function guard.request_due(text, timestamptz, timestamptz) is 'Until when a request is to be done: a day for a file, seven for everything else, from when it no longer waits.';

drop function if exists app.my_data_requests();
create function app.my_data_requests() returns table (
  id uuid, kind text, wedding_id uuid, title text, created_at timestamptz, due_at timestamptz, begun_at timestamptz,
  done_at timestamptz, withdrawn_at timestamptz, waits text, waits_until timestamptz, parts_done smallint, parts_total smallint,
  size_bytes bigint, file_ends_at timestamptz, wrong text, outcome text, told text)
language sql stable security definer set search_path = '' as $$
  select r.id, r.kind, r.wedding_id, w.title, r.created_at,
    guard.request_due(r.kind, r.created_at, h.until), r.begun_at, r.done_at, r.withdrawn_at, h.reason, h.until,
    r.parts_done, r.parts_total, r.size_bytes, r.file_ends_at, r.wrong, r.outcome, r.told
  from app.data_requests r
  left join app.weddings w on w.id = r.wedding_id
  left join lateral guard.request_waits(r.person_id, r.wedding_id, r.kind, r.size_bytes) h on r.done_at is null and r.withdrawn_at is null
  where r.person_id = app.actor_id()
  order by r.created_at desc
  limit 50 $$;
comment on function app.my_data_requests() is 'What the actor asked for of their data, what became of it, and why it waits.';

-- For who answers people: what waits and why, of nobody. Only a correction says whose it is, by id: it is theirs to carry out.
create or replace function app.open_data_requests(after uuid, most integer) returns table (
  id uuid, person_id uuid, kind text, is_everything boolean, created_at timestamptz, due_at timestamptz, begun_at timestamptz,
  waits text, waits_until timestamptz, is_overdue boolean, wrong text)
language sql stable security definer set search_path = '' as $$
  with open as not materialized (
    select r.id, case when r.kind = 'rectification' then r.person_id end as person_id, r.kind, r.wedding_id is null as is_everything,
      r.created_at, d.due_at, r.begun_at, h.reason as waits, h.until as waits_until,
      h.reason is null and d.due_at < app.clock() as is_overdue, r.wrong
    from app.data_requests r
    left join lateral guard.request_waits(r.person_id, r.wedding_id, r.kind, r.size_bytes) h on true
    cross join lateral (select guard.request_due(r.kind, r.created_at, h.until) as due_at) d
    where r.done_at is null and r.withdrawn_at is null and guard.support_party() is not null),
  last as (   -- which may have been answered since; rather once more than never
    select coalesce(
      (select o.is_overdue from open o where o.id = after),
      (select guard.request_due(r.kind, r.created_at, null) < app.clock() from app.data_requests r where r.id = after)) as was_overdue)
  select * from (
    (select o.* from open o, last l
     where o.is_overdue and (after is null or l.was_overdue and o.id > after) order by o.id limit most)
    union all
    (select o.* from open o, last l
     where not o.is_overdue and (after is null or l.was_overdue or o.id > after) order by o.id limit most)) x
  order by x.is_overdue desc, x.id
  limit most $$;
comment on function app.open_data_requests(uuid, integer) is 'What people asked for of their data and is not done, overdue first, then the oldest; for who answers people.';

create or replace function app.answer_rectification(request uuid, outcome text, answer text) returns uuid
language plpgsql security definer set search_path = '' as $$
begin
  if guard.support_party() is null then
    raise exception 'only operators who answer people answer them' using errcode = '42501';
  end if;
  update app.data_requests r
  set outcome = answer_rectification.outcome, told = answer, answered_by = app.actor_id(), done_at = app.clock()
  where r.id = request and r.kind = 'rectification' and r.done_at is null and r.withdrawn_at is null;
  if found then
    return request;
  elsif exists (select from app.data_requests r where r.id = request and r.kind = 'rectification') then
    raise exception 'this was answered, or taken back' using errcode = 'WS002';
  end if;
  return null;
end $$;
comment on function app.answer_rectification(uuid, text, text) is 'Puts something right, or says why not; null when there is no such request.';

create or replace function app.answer_letter(request uuid) returns table (email text, name text, outcome text, told text)
language sql stable security definer set search_path = '' as $$
  select p.email, p.name, r.outcome, r.told
  from app.data_requests r join app.people p on p.id = r.person_id
  where r.id = request and r.told is not null $$;
comment on function app.answer_letter(uuid) is 'What the letter with an answer has to know.';
grant execute on function app.open_data_requests(uuid, integer), app.answer_rectification(uuid, text, text) to wedsync_app;
grant execute on function app.answer_letter(uuid) to wedsync_worker;

create or replace function app.request_letter(request uuid) returns table (email text, name text, kind text, title text)
language sql stable security definer set search_path = '' as $$
  select p.email, p.name, r.kind, w.title
  from app.data_requests r join app.people p on p.id = r.person_id left join app.weddings w on w.id = r.wedding_id
  where r.id = request and r.done_at is null and r.withdrawn_at is null $$;
comment on function app.request_letter(uuid) is 'What the letter that confirms a request has to know.';

-- A day in between: a letter says what was asked for, and who did not ask takes it back.
create or replace function app.erasures_due(after uuid, most integer) returns table (id uuid)
language sql stable security definer set search_path = '' as $$
  select r.id from app.data_requests r
  where r.kind = 'erasure' and r.done_at is null and r.withdrawn_at is null and r.id > after
    and r.created_at <= app.clock() - interval '24 hours'
    and not exists (select from guard.erasure_waits(r.person_id, r.wedding_id))
  order by r.id limit most $$;
comment on function app.erasures_due(uuid, integer) is 'Erasures that are to be carried out now, by id.';

-- From here on it cannot be taken back: what is written down outside of the database is then true.
create or replace function app.begin_erasure(request uuid) returns table (
  person_id uuid, wedding_id uuid, email text, name text, titles text[], weddings uuid[])
language sql security definer set search_path = '' as $$
  with begun as (
    update app.data_requests r set begun_at = coalesce(r.begun_at, app.clock())
    where r.id = request and r.kind = 'erasure' and r.done_at is null and r.withdrawn_at is null
      and not exists (select from guard.erasure_waits(r.person_id, r.wedding_id))
    returning r.person_id, r.wedding_id)
  select b.person_id, b.wedding_id, p.email, p.name, array(
    select w.title from app.wedding_members m join app.weddings w on w.id = m.wedding_id
    where m.person_id = b.person_id and m.role = 'partner' and m.wedding_id = coalesce(b.wedding_id, m.wedding_id)), array(
    select m.wedding_id from app.wedding_members m
    where m.person_id = b.person_id and m.wedding_id = coalesce(b.wedding_id, m.wedding_id))
  from begun b join app.people p on p.id = b.person_id $$;
comment on function app.begin_erasure(uuid) is 'Begins an erasure, or goes on with it; whose it is, and what letters may still call them. No row when it waits, is done or was withdrawn.';

create or replace function app.carry_out_erasure(request uuid, pseudonym text) returns bigint
language plpgsql security definer set search_path = '' as $$
declare
  asked app.data_requests;
  erased bigint;
begin
  select * into asked from app.data_requests r
  where r.id = request and r.begun_at is not null and r.done_at is null for no key update;
  if not found then
    return null;
  end if;
  erased := guard.erase(asked.person_id, asked.wedding_id, pseudonym, false);
  update app.data_requests r set done_at = app.clock() where r.id = request;
  return erased;
end $$;
comment on function app.carry_out_erasure(uuid, text) is 'Carries out an erasure that has begun; returns how many rows changed or went, or null when there is nothing to do.';

-- For replay in a restored copy. Who is in it, and who of those is erased again.
create or replace function app.everybody(after uuid, most integer) returns table (id uuid)
language sql stable security definer set search_path = '' as $$
  select p.id from app.people p where p.id > after order by p.id limit most $$;
comment on function app.everybody(uuid, integer) is 'Ids of people, in their order: whoever has the secret recognises those who were erased.';

create or replace function app.erased_until(pseudonyms text[]) returns table (pseudonym text, wedding_id uuid)
language sql stable security definer set search_path = '' as $$
  select distinct e.pseudonym, e.wedding_id from guard.erasures e where e.pseudonym = any (pseudonyms) $$;
comment on function app.erased_until(text[]) is 'Which of these are erased in this database already.';

create or replace function app.note_line(hash text) returns void language sql security definer set search_path = '' as $$
  insert into guard.ledger_lines (hash) values (hash) on conflict do nothing $$;
comment on function app.note_line(text) is 'Says that everything up to this line of the ledger is carried out here, or about to be.';

create or replace function app.lines_noted() returns bigint language sql stable security definer set search_path = '' as $$
  select count(*) from guard.ledger_lines $$;
comment on function app.lines_noted() is 'How many lines of the ledger this database was told of.';

create or replace function app.knows_line(hash text) returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (select from guard.ledger_lines l where l.hash = knows_line.hash) $$;
comment on function app.knows_line(text) is 'Whether this database is as old as this line of the ledger: if not, it has to forget again first.';

create or replace function app.erase_again(person uuid, wedding uuid, pseudonym text) returns bigint
language sql security definer set search_path = '' as $$ select guard.erase(person, wedding, pseudonym, true) $$;
comment on function app.erase_again(uuid, uuid, text) is 'Repeats an erasure in a restored copy.';

-- From the moment somebody asks to be forgotten, suppliers no longer read how to reach them; the couple does.
create or replace function app.restricted_facts() returns table (wedding_id uuid, fact_key text)
language sql stable parallel safe security definer set search_path = '' as $$
  select m.wedding_id, k.fact_key
  from app.data_requests r
  join app.wedding_members m on m.person_id = r.person_id and m.role = 'partner' and m.wedding_id = coalesce(r.wedding_id, m.wedding_id)
  cross join lateral unnest(array['partner' || m.partner_number || '_email', 'partner' || m.partner_number || '_phone', 'postal_address']) k(fact_key)
  where r.kind = 'erasure' and r.done_at is null and r.withdrawn_at is null
    and (app.chosen_supplier() is not null or not exists (
      select from app.wedding_members me
      where me.wedding_id = m.wedding_id and me.person_id = app.actor_id() and me.role = 'partner' and me.left_at is null)) $$;
comment on function app.restricted_facts() is 'Facts that only the couple reads, because one of them has asked to be forgotten.';

-- Large exports wait while a wedding is on (R3): nothing else is to be slow on that day.
create or replace function guard.export_waits(person uuid, wedding uuid, size_bytes bigint) returns timestamptz
language sql stable set search_path = '' as $$
  select max(guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, app.clock()))
  from app.wedding_members m join app.wedding_shields s using (wedding_id)
  where m.person_id = person and m.wedding_id = coalesce(export_waits.wedding, m.wedding_id) and size_bytes > 10485760 $$;
comment on function guard.export_waits(uuid, uuid, bigint) is 'Until when an export of this size waits; null when it does not.';

create or replace function app.begin_export(request uuid) returns table (person_id uuid, wedding_id uuid, email text, name text)
language sql security definer set search_path = '' as $$
  with begun as (
    update app.data_requests r set begun_at = coalesce(r.begun_at, app.clock())
    where r.id = request and r.kind in ('access', 'portability') and r.done_at is null and r.withdrawn_at is null
    returning r.person_id, r.wedding_id)
  select b.person_id, b.wedding_id, p.email, p.name from begun b join app.people p on p.id = b.person_id $$;
comment on function app.begin_export(uuid) is 'Begins an export, or begins it again; whose it is. No row when it is done or was withdrawn.';

-- Returns until when it waits, once it is known to be large.
create or replace function app.export_progress(request uuid, done integer, total integer, size_bytes bigint) returns timestamptz
language sql security definer set search_path = '' as $$
  update app.data_requests r set parts_done = done, parts_total = total, size_bytes = nullif(export_progress.size_bytes, 0)
  where r.id = request and r.done_at is null
  returning guard.export_waits(r.person_id, r.wedding_id, r.size_bytes) $$;
comment on function app.export_progress(uuid, integer, integer, bigint) is 'Says how far an export is; until when it waits, or null.';

create or replace function app.finish_export(request uuid, size_bytes bigint) returns timestamptz
language sql security definer set search_path = '' as $$
  update app.data_requests r
  set done_at = app.clock(), file_ends_at = app.clock() + interval '7 days', size_bytes = finish_export.size_bytes
  where r.id = request and r.begun_at is not null and r.done_at is null and r.withdrawn_at is null
  returning r.file_ends_at $$;
comment on function app.finish_export(uuid, bigint) is 'An export is written; until when it is there. Null when it was taken back, or has to begin again.';

create or replace function app.files_kept(ids uuid[]) returns table (id uuid)
language sql stable security definer set search_path = '' as $$
  select r.id from app.data_requests r
  where r.id = any (ids) and (r.file_ends_at > app.clock() or r.done_at is null and r.withdrawn_at is null) $$;
comment on function app.files_kept(uuid[]) is 'Which of these exports are still there, or on their way.';

create or replace function app.exports_beside(person uuid) returns table (id uuid)
language sql security definer set search_path = '' as $$ select guard.end_exports(person) $$;
comment on function app.exports_beside(uuid) is 'The same, before they are erased: the files go first.';
grant execute on function app.begin_export(uuid), app.export_progress(uuid, integer, integer, bigint), app.finish_export(uuid, bigint),
  app.files_kept(uuid[]), app.exports_beside(uuid) to wedsync_worker;

-- Legal holds: the door that each step goes through. Two people set one and two let it go; who they are the table checks too.
create or replace function guard.require_keeper() returns uuid language plpgsql stable set search_path = '' as $$
begin
  if app.operator_role() in ('super_admin', 'support') then
    return app.actor_id();
  end if;
  raise exception 'only operators who answer people keep holds' using errcode = '42501';
end $$;
comment on function guard.require_keeper() is 'The operator; refuses everybody who may not keep holds.';

create or replace function app.ask_hold(subject uuid, wedding uuid, reason text) returns uuid
language sql security definer set search_path = '' as $$
  insert into app.legal_holds (person_id, subject_id, wedding_id, reason) values (guard.require_keeper(), subject, wedding, reason)
  returning id $$;
comment on function app.ask_hold(uuid, uuid, text) is 'Asks for a hold; it holds once somebody else approves it.';

create or replace function app.step_hold(hold uuid, step text) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  actor uuid := guard.require_keeper();
  h app.legal_holds;
begin
  select * into h from app.legal_holds l where l.id = hold for no key update;
  if not found then
    return null;
  elsif step = 'approve' and h.person_id = actor or step = 'release' and h.release_asked_by = actor then
    raise exception 'you asked for this yourself: somebody else does it' using errcode = '42501';
  elsif h.released_at is not null
     or step = 'approve' and h.approved_at is not null
     or step = 'ask release' and (h.approved_at is null or h.release_asked_at is not null)
     or step = 'release' and h.release_asked_at is null then
    raise exception 'this hold does not stand so that this could be done' using errcode = 'WS002';
  end if;
  case step
    when 'approve' then update app.legal_holds l set approved_by = actor, approved_at = app.clock() where l.id = hold;
    when 'ask release' then update app.legal_holds l set release_asked_by = actor, release_asked_at = app.clock() where l.id = hold;
    when 'release' then update app.legal_holds l set released_by = actor, released_at = app.clock() where l.id = hold;
  end case;
  return hold;
end $$;
comment on function app.step_hold(uuid, text) is 'approve, ask release or release: each of two by somebody else. Null when there is no such hold.';
grant execute on function app.ask_hold(uuid, uuid, text), app.step_hold(uuid, text) to wedsync_app, wedsync_worker;

grant execute on function app.my_data_requests(), app.restricted_facts() to wedsync_app, wedsync_worker;
grant execute on function app.request_letter(uuid), app.erasures_due(uuid, integer), app.begin_erasure(uuid), app.carry_out_erasure(uuid, text),
  app.everybody(uuid, integer), app.erased_until(text[]), app.erase_again(uuid, uuid, text), app.note_line(text),
  app.lines_noted() to wedsync_worker;
grant execute on function app.knows_line(text) to wedsync_app, wedsync_worker;
grant execute on function app.purges_due(uuid, integer), app.purge_batch(uuid, uuid) to wedsync_worker;
reset role;
