-- Amendments: who may propose, who has to approve, and that all of one takes effect or nothing. The approvals are counted
-- in the table when a fact is about to change: there is no flag that a session could set.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- As what the actor speaks about a wedding's amendments; null when they have no say.
create or replace function guard.amendment_party(wedding uuid) returns text
language sql stable set search_path = '' as $$
  select case when app.chosen_supplier() is null
    then (select m.role from app.wedding_members m
          where m.wedding_id = wedding and m.person_id = app.actor_id() and m.left_at is null and m.role in ('partner', 'coordinator'))
    else (select 'supplier' from app.supplier_members s
          join app.connections c on c.supplier_id = s.supplier_id and c.wedding_id = wedding and c.status = 'connected'
          where s.person_id = app.actor_id() and s.supplier_id = app.chosen_supplier() and s.left_at is null
            and s.role in ('owner', 'admin', 'manager')) end $$;
comment on function guard.amendment_party(uuid) is 'As what the actor speaks about a wedding''s amendments: partner, coordinator, supplier; null without a say.';

-- Duty support has a say in emergencies alone, and only beside somebody who marries or runs the day (I4).
create or replace function guard.support_party() returns text language sql stable set search_path = '' as $$
  select 'support' where app.operator_role() in ('support', 'super_admin') $$;
comment on function guard.support_party() is 'Whether the actor is the platform''s duty support.';

create or replace function guard.is_locked(wedding uuid) returns boolean
language sql volatile set search_path = '' as $$
  select guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, app.clock()) is not null
  from app.wedding_shields s where s.wedding_id = wedding $$;
comment on function guard.is_locked(uuid) is 'Whether a wedding is read-only by the real clock.';

-- One chain an amendment: what was asked for, each change, each answer. jsonb sorts its keys, so its text is canonical;
-- times are written in UTC by whoever calls this.
create or replace function guard.amendment_link(previous bytea, r jsonb) returns bytea language sql immutable
  return sha256(coalesce(previous, '') || convert_to((r - '{reason,value,note,salt,hash}'::text[])::text, 'UTF8'));
comment on function guard.amendment_link(bytea, jsonb) is 'Hash link of a row of an amendment: over the previous link and everything in it but erasable values.';

create or replace function guard.amendment_rows(wedding uuid) returns table (amendment_id uuid, link integer, r jsonb, secret jsonb, hash bytea)
language sql stable set search_path = '' as $$
  select a.id, a.link, to_jsonb(a), to_jsonb(a.reason), a.hash from app.amendments a where a.wedding_id = wedding
  union all
  select c.amendment_id, c.link, to_jsonb(c), c.value, c.hash from app.amendment_changes c where c.wedding_id = wedding
  union all
  select s.amendment_id, s.link, to_jsonb(s), to_jsonb(s.note), s.hash from app.amendment_responses s where s.wedding_id = wedding $$;
comment on function guard.amendment_rows(uuid) is 'Every row of a wedding''s amendments with its place in the chain and the value that may be erased.';

create or replace function guard.broken_amendments(wedding uuid) returns table (amendment_id uuid, link integer)
language sql stable set search_path = '' set timezone = 'UTC' as $$
  select l.amendment_id, l.link
  from (select r.*, lag(r.hash) over chain as previous, row_number() over chain as number
        from guard.amendment_rows(wedding) r
        window chain as (partition by r.amendment_id order by r.link)) l
  where l.hash <> guard.amendment_link(l.previous, l.r) or l.link <> l.number
     or l.r ->> 'salt' is not null
        and (l.r ->> 'commitment')::bytea <> guard.commitment((l.r ->> 'salt')::bytea, l.secret) $$;
comment on function guard.broken_amendments(uuid) is 'Rows of a wedding''s amendments that were altered, or stand where another was.';

-- The last link, and the tally of the wedding's links. The caller holds the shield, so links come one after another.
create or replace function guard.last_link(wedding uuid, amendment uuid, out link integer, out hash bytea)
language sql stable set search_path = '' as $$
  select l.link, l.hash
  from (select a.link, a.hash from app.amendments a where a.wedding_id = wedding and a.id = amendment
        union all
        select c.link, c.hash from app.amendment_changes c where c.wedding_id = wedding and c.amendment_id = amendment
        union all
        select s.link, s.hash from app.amendment_responses s where s.wedding_id = wedding and s.amendment_id = amendment) l
  order by l.link desc limit 1 $$;
comment on function guard.last_link(uuid, uuid) is 'The last row of an amendment''s chain.';

create or replace function guard.tally(wedding uuid, hash bytea) returns void language sql set search_path = '' as $$
  update app.wedding_shields s set fact_count = s.fact_count + 1, fact_links = s.fact_links # guard.link_bits(hash)
  where s.wedding_id = wedding $$;
comment on function guard.tally(uuid, bytea) is 'Adds a link to the tally of a wedding''s links.';

create or replace function guard.amendment_decision(wedding uuid, amendment uuid) returns text
language sql stable set search_path = '' as $$
  select s.answer from app.amendment_responses s
  where s.wedding_id = wedding and s.amendment_id = amendment and s.answer in ('refuse', 'withdraw', 'lapse', 'effective') $$;
comment on function guard.amendment_decision(uuid, uuid) is 'How an amendment ended; null while it is open.';

-- Whom an amendment concerns: what is an event's (its day, clock and place, in an emergency its hours) binds everybody who
-- works there; another fact concerns who may read it. Nobody is asked to accept what they are not shown, nor what stood
-- already when they came: that is what they came for.
create or replace function guard.concerns(wedding uuid, amendment uuid, business uuid) returns boolean
language sql stable set search_path = '' as $$
  select (a.kind in ('postponement', 'cancellation') or exists (
      select from app.amendment_changes c
      where c.wedding_id = wedding and c.amendment_id = amendment
        and (c.event_id is not null or exists (
          select from app.connections n
          join app.connection_grants g on g.wedding_id = n.wedding_id and g.supplier_id = n.supplier_id and g.revoked_at is null
          join app.audiences u on u.area = g.area and (g.level = 'everything' or u.supplier_types && array['any', n.service])
          where n.wedding_id = wedding and n.supplier_id = business and u.audience = c.audience))))
    and not exists (
      select from app.amendment_responses s join app.connections n on n.wedding_id = s.wedding_id and n.created_at > s.answered_at
      where s.wedding_id = wedding and s.amendment_id = amendment and s.answer = 'effective' and n.supplier_id = business)
  from app.amendments a where a.wedding_id = wedding and a.id = amendment $$;
comment on function guard.concerns(uuid, uuid, uuid) is 'Whether a business is asked to accept what an amendment means.';

-- How many amendments wait for the actor's word: to agree, or to say what one means for their business.
create or replace function guard.asked_of(wedding uuid, as_role text, business uuid) returns integer
language sql stable set search_path = '' as $$
  select count(*)::integer from app.amendments a
  where a.wedding_id = wedding and case
    when business is null then
      (as_role = 'partner' or as_role = 'coordinator' and a.kind = 'emergency') and guard.amendment_decision(wedding, a.id) is null
      and not exists (select from app.amendment_responses r
                      where r.wedding_id = wedding and r.amendment_id = a.id and r.person_id = app.actor_id() and r.answer = 'approve')
    else as_role in ('owner', 'admin', 'manager') and exists (
        select from app.amendment_responses r
        where r.wedding_id = wedding and r.amendment_id = a.id and r.answer = 'effective' and r.answered_at > app.clock() - interval '30 days')
      and not exists (select from app.amendment_responses r
                      where r.wedding_id = wedding and r.amendment_id = a.id and r.supplier_id = business and r.answer in ('accept', 'decline'))
      and guard.concerns(wedding, a.id, business)
    end $$;
comment on function guard.asked_of(uuid, text, uuid) is 'How many amendments wait for the actor''s word.';

create or replace function guard.propose_amendment() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$   -- UTC: times are hashed as text
declare
  shield app.wedding_shields;
begin
  new.party := guard.amendment_party(new.wedding_id);
  if new.party is null or new.kind in ('postponement', 'cancellation') and new.party <> 'partner'
     or new.kind = 'emergency' and new.party = 'supplier' then
    raise exception 'you may not propose this' using errcode = '42501';
  end if;
  select * into shield from app.wedding_shields s where s.wedding_id = new.wedding_id for no key update;
  if shield.date_set_at is null and new.kind <> 'emergency' then
    raise exception 'nothing is fixed before the date is confirmed' using errcode = 'WS002', hint = 'Change it directly.';
  elsif shield.status = 'cancelled' and new.kind <> 'postponement' then
    raise exception 'this wedding is cancelled' using errcode = 'WS002', hint = 'Propose a new date to take it up again.';
  elsif new.kind = 'emergency' and not guard.is_locked(new.wedding_id) then
    -- Before the lock it would be a way round the second partner.
    raise exception 'an emergency is for while the wedding is read-only' using errcode = 'WS002', hint = 'Propose a change.';
  elsif (select count(*) from app.amendments a
         where a.wedding_id = new.wedding_id and guard.amendment_decision(a.wedding_id, a.id) is null) >= 20 then
    raise exception 'twenty amendments wait for an answer already' using errcode = 'WS002', hint = 'Decide or withdraw some of them first.';
  elsif new.kind = 'emergency' and (select count(*) from app.amendments a
         where a.wedding_id = new.wedding_id and a.kind = 'emergency' and a.proposed_at > app.clock() - interval '24 hours') >= 10 then
    -- Each one calls duty support until it has answered.
    raise exception 'ten emergencies in a day were proposed already' using errcode = 'WS002', hint = 'Telephone duty support about the rest.';
  end if;
  new.person_id := app.actor_id();
  new.supplier_id := app.chosen_supplier();
  new.proposed_at := app.clock();
  new.link := 1;
  new.salt := uuid_send(gen_random_uuid());
  new.commitment := guard.commitment(new.salt, to_jsonb(new.reason));
  new.hash := guard.amendment_link(null, to_jsonb(new));
  perform guard.tally(new.wedding_id, new.hash);
  return new;
end $$;
comment on function guard.propose_amendment() is 'Lets in a proposal from who may make it, and begins its chain.';

create or replace function guard.propose_change() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  field app.core_field_definitions;
  latest app.core_field_revisions;
  kind text;
  last record;
  event app.wedding_events;
begin
  -- What somebody approves is what they saw: an amendment is whole when it commits, and takes nothing more.
  select a.kind into kind from app.amendments a
  where a.wedding_id = new.wedding_id and a.id = new.amendment_id and a.xmin = pg_current_xact_id()::xid;
  if not found then
    raise exception 'an amendment takes no further change' using errcode = 'WS002', hint = 'Propose another.';
  end if;
  select * into event from app.wedding_events e where e.wedding_id = new.wedding_id and e.id = new.event_id;
  select * into field from app.core_field_definitions d where d.key = guard.fact_definition(new.fact_key, new.event_id, event.kind);
  if not found or event.delete_batch is not null then
    raise exception 'there is no fact % here', new.fact_key using errcode = '23503';
  end if;
  new.definition_key := field.key;
  new.audience := field.audience;
  if not exists (select from app.wedding_audiences('read') a where a.wedding_id = new.wedding_id and a.audience = field.audience) then
    raise exception 'you may not read this fact' using errcode = '42501';
  end if;
  select * into latest from app.core_field_revisions f
  where f.wedding_id = new.wedding_id and f.subject_id = coalesce(new.event_id, new.wedding_id) and f.fact_key = new.fact_key and f.is_current;
  if new.base_revision <> coalesce(latest.revision, 0) then
    raise exception 'somebody else has changed this meanwhile'
      using errcode = 'WS004', detail = jsonb_build_object('revision', coalesce(latest.revision, 0))::text;
  end if;
  if kind = 'cancellation'
     or kind = 'emergency' and not (new.event_id is not null and (field.field_class = 'A' or field.fact_key in ('start_time', 'end_time')))
     or kind in ('change', 'postponement') and not (
       field.field_class = 'A' and guard.is_fixed(new.wedding_id, new.event_id, new.fact_key, latest.value is not null, event.created_at)) then
    raise exception 'this is not fixed, so it is no amendment' using errcode = 'WS002', hint = 'Change it directly.';
  end if;
  if new.value is null and (new.event_id is null or field.fact_key = 'time_zone' or field.fact_key = 'date' and kind <> 'postponement') then
    raise exception 'this cannot be empty any more' using errcode = 'WS002', hint = 'Propose what it is instead.';
  end if;
  last := guard.last_link(new.wedding_id, new.amendment_id);
  new.link := last.link + 1;
  new.salt := uuid_send(gen_random_uuid());
  new.commitment := guard.commitment(new.salt, new.value);
  new.hash := guard.amendment_link(last.hash, to_jsonb(new) || jsonb_build_object('subject_id', coalesce(new.event_id, new.wedding_id)));
  perform guard.tally(new.wedding_id, new.hash);
  return new;
end $$;
comment on function guard.propose_change() is 'Lets a change into an amendment that is just being proposed, if the fact is fixed.';

-- What the couple decided about the whole wedding afterwards stands above what somebody had proposed before.
create or replace function guard.is_overtaken(wedding uuid, amendment uuid) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from app.amendments a
    join app.amendments c on c.wedding_id = a.wedding_id and c.kind = 'cancellation' and c.id <> a.id
    join app.amendment_responses s on s.wedding_id = c.wedding_id and s.amendment_id = c.id and s.answer = 'effective'
    where a.wedding_id = wedding and a.id = amendment and s.answered_at > a.proposed_at) $$;
comment on function guard.is_overtaken(uuid, uuid) is 'Whether the wedding was cancelled since an amendment was proposed.';

-- What can never take effect any more: something it would change has changed, gone or been forgotten since, the day it would
-- move to is over everywhere, or it was for a lock that has ended.
create or replace function guard.is_past(wedding uuid, amendment uuid) returns boolean
language sql volatile set search_path = '' as $$
  select guard.is_overtaken(wedding, amendment)
    or exists (select from app.amendments a where a.wedding_id = wedding and a.id = amendment and a.kind = 'emergency')
      and not guard.is_locked(wedding)
    or exists (
      select from app.amendment_changes c
      left join app.core_field_revisions f
        on f.wedding_id = c.wedding_id and f.subject_id = c.subject_id and f.fact_key = c.fact_key and f.is_current
      left join app.wedding_events e on e.wedding_id = c.wedding_id and e.id = c.event_id
      where c.wedding_id = wedding and c.amendment_id = amendment
        and (c.base_revision <> coalesce(f.revision, 0) or c.salt is null or e.delete_batch is not null
             -- As text, which sorts as its day does: one value that is no day must not keep everybody's from ending.
             or c.fact_key = 'date'
                and c.value #>> '{}' < to_char(app.clock() at time zone 'UTC' - interval '12 hours', 'YYYY-MM-DD') collate "C")) $$;
comment on function guard.is_past(uuid, uuid) is 'Whether an amendment that nobody has decided can never take effect any more.';

-- Whether the answers that stand are enough (I3). Every partner approves what is an event's: date, zone, venue; one is
-- enough for the rest. Where nobody is left who marries, nothing is.
create or replace function guard.is_agreed(wedding uuid, amendment uuid) returns boolean
language sql stable set search_path = '' as $$
  select (select count(*) from guard.approvals(wedding, amendment) a where a.party = 'partner') >= case
    when a.kind in ('postponement', 'cancellation')
         or exists (select from app.amendment_changes c where c.wedding_id = wedding and c.amendment_id = amendment and c.event_id is not null)
    then greatest(1, (select count(*) from app.wedding_members m where m.wedding_id = wedding and m.role = 'partner' and m.left_at is null))
    else 1 end
  from app.amendments a where a.wedding_id = wedding and a.id = amendment and a.kind <> 'emergency' $$;
comment on function guard.is_agreed(uuid, uuid) is 'Whether an amendment''s approvals are enough once the wedding is open; null for an emergency.';

-- The same, now (I4). While the wedding is read-only: one who marries or runs the day, and another who marries or is the
-- platform's support. Whether it is read-only is asked before the first fact: a date that moves out of today, or into it,
-- leaves no other rule for the second one. Facts of an amendment that is not effective are of this transaction alone.
create or replace function guard.is_approved(wedding uuid, amendment uuid) returns boolean
language plpgsql volatile set search_path = '' as $$
declare
  kind text;
  has_begun boolean := exists (select from app.core_field_revisions f where f.wedding_id = wedding and f.amendment_id = amendment);
begin
  select a.kind into kind from app.amendments a where a.wedding_id = wedding and a.id = amendment;
  if guard.is_overtaken(wedding, amendment) then
    return false;
  elsif kind = 'emergency' or not has_begun and guard.is_locked(wedding) then
    return kind = 'emergency' and (has_begun or guard.is_locked(wedding)) and exists (
      select from guard.approvals(wedding, amendment) one join guard.approvals(wedding, amendment) other
        on other.person_id <> one.person_id
      where one.party in ('partner', 'coordinator') and other.party in ('partner', 'support'));
  end if;
  return guard.is_agreed(wedding, amendment);
end $$;
comment on function guard.is_approved(uuid, uuid) is 'Whether an amendment''s approvals are enough now.';

-- Only of those who still have their say: an approval does not outlive the role it was given in.
create or replace function guard.approvals(wedding uuid, amendment uuid) returns table (person_id uuid, party text)
language sql stable set search_path = '' as $$
  select s.person_id, s.party
  from app.amendment_responses s
  left join app.wedding_members m on m.wedding_id = s.wedding_id and m.person_id = s.person_id and m.left_at is null
  left join app.operators o on o.person_id = s.person_id and o.left_at is null and o.role in ('support', 'super_admin')
  where s.wedding_id = wedding and s.amendment_id = amendment and s.answer = 'approve'
    and case s.party when 'support' then o.person_id is not null else m.role = s.party end $$;
comment on function guard.approvals(uuid, uuid) is 'Who approved an amendment and still has a say.';

create or replace function guard.answer_amendment() returns trigger
language plpgsql security definer set search_path = '' set timezone = 'UTC' as $$
declare
  amendment app.amendments;
  decision text;
  last record;
begin
  new.party := coalesce(guard.amendment_party(new.wedding_id), guard.support_party());
  if new.party is null then
    raise exception 'you have no say in this' using errcode = '42501';
  end if;
  perform from app.wedding_shields s where s.wedding_id = new.wedding_id for no key update;
  select * into amendment from app.amendments a where a.wedding_id = new.wedding_id and a.id = new.amendment_id;
  if not found then
    raise exception 'there is no such amendment' using errcode = '23503';
  end if;
  decision := guard.amendment_decision(new.wedding_id, new.amendment_id);
  if new.answer in ('accept', 'decline') then
    if new.party <> 'supplier' then
      raise exception 'suppliers accept or decline what it means for them' using errcode = '42501';
    elsif decision is distinct from 'effective' then
      raise exception 'this has not taken effect' using errcode = 'WS002', hint = 'Wait until the couple has decided.';
    elsif not guard.concerns(new.wedding_id, new.amendment_id, app.chosen_supplier()) then
      raise exception 'what this changes is not shared with your business, or stood when it came, so nothing is asked of it' using errcode = 'WS002';
    end if;
  else
    if decision is not null then
      raise exception 'this amendment is decided already' using errcode = 'WS002', hint = 'Propose another.';
    elsif new.answer in ('approve', 'effective') and guard.is_overtaken(new.wedding_id, new.amendment_id) then
      raise exception 'this was proposed before the wedding was cancelled' using errcode = 'WS002', hint = 'Propose another.';
    elsif (case new.answer
         when 'approve' then new.party = 'partner'
              or amendment.kind = 'emergency' and (new.party = 'coordinator' or new.party = 'support' and length(new.note) >= 10)
         when 'refuse' then new.party = 'partner'
         when 'lapse' then new.party = 'partner' and guard.is_past(new.wedding_id, new.amendment_id)
         when 'withdraw' then amendment.person_id = app.actor_id() and amendment.supplier_id is not distinct from app.chosen_supplier()
              or amendment.supplier_id = app.chosen_supplier()
         else new.party in ('partner', 'coordinator') end) is not true then
      raise exception 'you may not answer that' using errcode = '42501';
    elsif new.answer = 'effective' then
      perform guard.check_whole(new.wedding_id, new.amendment_id);
    end if;
  end if;
  new.person_id := app.actor_id();
  new.supplier_id := app.chosen_supplier();
  new.answered_at := app.clock();
  last := guard.last_link(new.wedding_id, new.amendment_id);
  new.link := last.link + 1;
  new.salt := uuid_send(gen_random_uuid());
  new.commitment := guard.commitment(new.salt, to_jsonb(new.note));
  new.hash := guard.amendment_link(last.hash, to_jsonb(new));
  perform guard.tally(new.wedding_id, new.hash);
  return new;
end $$;
comment on function guard.answer_amendment() is 'Lets in an answer from who may give it, once an amendment; "effective" only when it is approved and carried out whole.';

create or replace function guard.check_whole(wedding uuid, amendment uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  kind text := (select a.kind from app.amendments a where a.wedding_id = wedding and a.id = amendment);
begin
  if not guard.is_approved(wedding, amendment) then
    raise exception 'this amendment is not approved' using errcode = 'WS002', hint = 'Wait for the other approval.';
  end if;
  if exists (select from app.amendment_changes c
             where c.wedding_id = wedding and c.amendment_id = amendment
               and not exists (select from app.core_field_revisions f
                               where f.wedding_id = c.wedding_id and f.amendment_id = c.amendment_id
                                 and f.subject_id = c.subject_id and f.fact_key = c.fact_key))
     or kind <> 'cancellation' and not exists (
       select from app.amendment_changes c
       where c.wedding_id = wedding and c.amendment_id = amendment and (kind <> 'postponement' or c.fact_key = 'date')) then
    raise exception 'an amendment takes effect as a whole' using errcode = 'WS002';
  end if;
end $$;
comment on function guard.check_whole(uuid, uuid) is 'Refuses to call an amendment effective that is not approved, or not carried out whole.';

-- What an amendment does to the wedding itself. A wedding without its date waits for one; a cancelled one has no day.
create or replace function guard.amendment_answered() returns trigger language plpgsql security definer set search_path = '' as $$
declare
  kind text := (select a.kind from app.amendments a where a.wedding_id = new.wedding_id and a.id = new.amendment_id);
begin
  if new.answer = 'effective' and kind in ('postponement', 'cancellation') then
    update app.wedding_shields s
    set status = case when kind = 'cancellation' then 'cancelled' when s.held_on is null then 'postponed' else 'confirmed' end
    where s.wedding_id = new.wedding_id;
    perform guard.move_window(new.wedding_id);
  elsif new.answer in ('accept', 'decline') then   -- who says what it means has seen it
    insert into app.acknowledgements (wedding_id, supplier_id, subject_id, fact_key, revision, person_id, seen_at)
    select f.wedding_id, new.supplier_id, f.subject_id, f.fact_key, f.revision, new.person_id, new.answered_at
    from app.core_field_revisions f
    join app.core_field_definitions d on d.key = f.definition_key and d.is_acknowledged
    join guard.readers(new.wedding_id) r on r.supplier_id = new.supplier_id and r.audience = f.audience
    where f.wedding_id = new.wedding_id and f.amendment_id = new.amendment_id
    on conflict do nothing;
  end if;
  return null;
end $$;
comment on function guard.amendment_answered() is 'Postpones or cancels a wedding when that amendment takes effect; who answers it has seen what it changed.';

-- A fact that names an amendment says exactly what was approved, follows what its proposer saw, and is recorded once.
create or replace function guard.check_amended(r jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  wedding uuid := r ->> 'wedding_id';
  amendment uuid := r ->> 'amendment_id';
  change app.amendment_changes;
begin
  select * into change from app.amendment_changes c
  where c.wedding_id = wedding and c.amendment_id = amendment
    and c.subject_id = coalesce(r ->> 'event_id', r ->> 'wedding_id')::uuid and c.fact_key = r ->> 'fact_key';
  if not found or change.salt is null   -- erased meanwhile: nobody knows any more what was approved
     or change.value is distinct from nullif(r -> 'value', 'null') or r ->> 'state' <> 'given'
     or change.base_revision <> (r ->> 'base_revision')::integer then
    raise exception 'this is not what was proposed' using errcode = 'WS002', hint = 'Propose another amendment.';
  elsif guard.amendment_decision(wedding, amendment) is not null or not guard.is_approved(wedding, amendment) then
    raise exception 'this amendment is not approved' using errcode = 'WS002', hint = 'Wait for the other approval.';
  end if;
end $$;
comment on function guard.check_amended(jsonb) is 'Refuses a fact that names an amendment unless it is approved and says exactly this.';

-- At commit: a part of an amendment is none.
create or replace function guard.amended_whole() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if guard.amendment_decision(new.wedding_id, new.amendment_id) is distinct from 'effective' then
    raise exception 'an amendment takes effect as a whole' using errcode = 'WS002';
  end if;
  return null;
end $$;
comment on function guard.amended_whole() is 'A fact that changed by an amendment commits with the whole of it.';

-- Where an amendment stands, for who sees it. A supplier does not read another one's answers, but sees that it withdrew.
create or replace function app.amendment_state(wedding uuid, amendment uuid) returns text
language sql stable security definer set search_path = '' as $$
  select case guard.amendment_decision(wedding, amendment)
    when 'effective' then 'effective' when 'refuse' then 'refused' when 'withdraw' then 'withdrawn' when 'lapse' then 'lapsed'
    else 'proposed' end
  where wedding = any (app.wedding_ids('amendments', 'read')) $$;
comment on function app.amendment_state(uuid, uuid) is 'proposed, effective, refused, withdrawn or lapsed; null for who does not see it.';

create or replace function app.amendment_takes_effect_at(wedding uuid, amendment uuid) returns timestamptz
language sql volatile security definer set search_path = '' as $$
  select guard.unlocks_at(s.wedding_id, s.active_span, s.lock_lead_hours, app.clock())
  from app.wedding_shields s
  where s.wedding_id = wedding and guard.is_near(s.active_span, s.lock_lead_hours, app.clock())
    and wedding = any (app.wedding_ids('amendments', 'read'))
    and guard.amendment_decision(wedding, amendment) is null
    and guard.is_agreed(wedding, amendment) and not guard.is_past(wedding, amendment) $$;
comment on function app.amendment_takes_effect_at(uuid, uuid) is 'When an amendment takes effect to which everybody has agreed while the wedding is read-only; else null.';

create or replace function app.amendment_asks(wedding uuid, amendment uuid) returns uuid[]
language sql stable security definer set search_path = '' as $$
  select coalesce(array_agg(c.supplier_id), '{}') from app.connections c
  where c.wedding_id = wedding and c.status = 'connected' and wedding = any (app.wedding_ids('amendments', 'read'))
    and c.supplier_id = coalesce(app.chosen_supplier(), c.supplier_id)
    and guard.amendment_decision(wedding, amendment) = 'effective' and guard.concerns(wedding, amendment, c.supplier_id) $$;
comment on function app.amendment_asks(uuid, uuid) is 'Which businesses are asked to accept what took effect; a supplier learns of itself only.';

-- Everybody who works at a wedding sees what binds them, whatever they were granted, once it is in effect; not what was
-- before they came.
create or replace function app.amendments_in_effect() returns table (wedding_id uuid, amendment_id uuid)
language sql stable security definer set search_path = '' as $$
  select s.wedding_id, s.amendment_id from app.amendment_responses s
  where s.answer = 'effective' and s.wedding_id = any ((select app.wedding_ids('amendments', 'read'))::uuid[])
    and not exists (select from app.connections n
                    where n.wedding_id = s.wedding_id and n.supplier_id = (select app.chosen_supplier()) and n.created_at > s.answered_at) $$;
comment on function app.amendments_in_effect() is 'Amendments that took effect, of weddings whose amendments the actor sees.';

-- Why, and a word to an answer, in somebody's own words: for those who belong to the wedding and for who wrote it. The
-- others know the reason by its code: a couple need not tell its suppliers who has died.
create or replace function app.amendment_reason(wedding uuid, amendment uuid) returns text
language sql stable security definer set search_path = '' as $$
  select a.reason from app.amendments a
  where a.wedding_id = wedding and a.id = amendment and a.reason is not null and guard.reads_words(wedding, a.supplier_id) $$;
comment on function app.amendment_reason(uuid, uuid) is 'Why, in the proposer''s words, for who reads them.';
create or replace function app.answer_note(wedding uuid, amendment uuid, said uuid) returns text
language sql stable security definer set search_path = '' as $$
  select s.note from app.amendment_responses s
  where s.wedding_id = wedding and s.amendment_id = amendment and s.id = said and s.note is not null
    and guard.reads_words(wedding, s.supplier_id) $$;
comment on function app.answer_note(uuid, uuid, uuid) is 'A word to an answer, for who reads it.';
create or replace function guard.reads_words(wedding uuid, writer uuid) returns boolean language sql stable set search_path = '' as $$
  select wedding = any (app.wedding_ids('terms', 'read'))
    or writer = app.chosen_supplier() and wedding = any (app.wedding_ids('amendments', 'read')) $$;
comment on function guard.reads_words(uuid, uuid) is 'Whether the actor reads what this business (null: the couple''s side) said in words.';

-- What its answers allow now: to be carried out, or to be closed because nothing can come of it any more.
drop function if exists app.amendment_is_approved(uuid, uuid);   -- of earlier versions, which told less
create or replace function app.amendment_stands(wedding uuid, amendment uuid, out is_approved boolean, out is_past boolean)
language sql volatile security definer set search_path = '' as $$
  select guard.is_approved(wedding, amendment), guard.is_past(wedding, amendment)
  where wedding = any (app.wedding_ids('amendments', 'read')) $$;
comment on function app.amendment_stands(uuid, uuid) is 'Whether an amendment''s approvals are enough now, and whether it can never take effect; null for who does not see it.';

-- What nobody has decided but the time, or a partner who has left: agreed to while the wedding was read-only, or waiting for
-- somebody who is gone, or past. Each with a partner in whose name it ends, one who agreed if there is one.
drop function if exists app.amendments_to_end(integer);   -- of earlier versions, which saw the first ones only
create or replace function app.amendments_to_end(after_wedding uuid, after_amendment uuid, most integer)
returns table (wedding_id uuid, amendment_id uuid, person_id uuid)
language sql volatile security definer set search_path = '' as $$
  with open as materialized (   -- few; else the guard would be asked about every amendment there ever was
    select a.wedding_id, a.id from app.amendments a
    where (a.wedding_id, a.id) > (after_wedding, after_amendment) and not exists (
      select from app.amendment_responses s
      where s.wedding_id = a.wedding_id and s.amendment_id = a.id and s.answer in ('refuse', 'withdraw', 'lapse', 'effective')))
  select a.wedding_id, a.id, ours.person_id
  from open a
  cross join lateral (
    select m.person_id from app.wedding_members m
    left join app.amendment_responses s
      on s.wedding_id = m.wedding_id and s.amendment_id = a.id and s.person_id = m.person_id and s.answer = 'approve'
    where m.wedding_id = a.wedding_id and m.role = 'partner' and m.left_at is null
    order by s.answered_at desc nulls last, m.person_id limit 1) ours
  where guard.is_approved(a.wedding_id, a.id) or guard.is_past(a.wedding_id, a.id)
  order by a.wedding_id, a.id
  limit most $$;
comment on function app.amendments_to_end(uuid, uuid, integer) is 'Open amendments that can take effect now, or never any more, after one of them.';

-- Availability is what a couple has to know before it moves; what else a supplier has on that day is not theirs to know.
create or replace function app.booked_suppliers(wedding uuid, held_on date) returns table (supplier_id uuid)
language sql stable security definer set search_path = '' as $$
  select c.supplier_id
  from app.connections c
  where c.wedding_id = wedding and c.status = 'connected' and guard.amendment_party(wedding) is not null
    and (app.chosen_supplier() is null or c.supplier_id = app.chosen_supplier())
    and exists (select from app.connections o
                join app.wedding_shields s on s.wedding_id = o.wedding_id and s.status <> 'cancelled'
                where o.supplier_id = c.supplier_id and o.status = 'connected' and o.listed_on = held_on and o.wedding_id <> wedding) $$;
comment on function app.booked_suppliers(uuid, date) is 'Connected suppliers that have another wedding on a day, not counting cancelled ones; a supplier learns of itself only.';

-- Whom the letters about an amendment go to: who has to approve it, or who works from it.
create or replace function app.amendment_letters(wedding uuid, amendment uuid)
returns table (person_id uuid, email text, name text, party text, supplier_id uuid, title text, kind text, proposer uuid, decision text, is_answered boolean)
language sql stable security definer set search_path = '' as $$
  with a as (
    select a.*, guard.amendment_decision(a.wedding_id, a.id) as decision, w.title
    from app.amendments a join app.weddings w on w.id = a.wedding_id
    where a.wedding_id = wedding and a.id = amendment)
  select p.id, p.email, p.name, m.role, null, a.title, a.kind, a.person_id, a.decision,
    exists (select from app.amendment_responses s
            where s.wedding_id = wedding and s.amendment_id = amendment and s.person_id = p.id and s.answer in ('approve', 'refuse'))
  from a
  join app.wedding_members m on m.wedding_id = wedding and m.left_at is null and m.role in ('partner', 'coordinator')
  join app.people p on p.id = m.person_id
  union all
  select p.id, p.email, p.name, 'supplier', c.supplier_id, a.title, a.kind, a.person_id, a.decision,
    exists (select from app.amendment_responses s
            where s.wedding_id = wedding and s.amendment_id = amendment and s.supplier_id = c.supplier_id and s.answer in ('accept', 'decline'))
  from a
  join app.connections c on c.wedding_id = wedding and c.status = 'connected' and guard.concerns(wedding, amendment, c.supplier_id)
  join app.supplier_members s on s.supplier_id = c.supplier_id and s.left_at is null and s.role <> 'viewer'
  join app.people p on p.id = s.person_id $$;
comment on function app.amendment_letters(uuid, uuid) is 'Whom letters about an amendment go to, and whether they have answered.';

-- A supplier that has not said whether it accepts is reminded, and in the end the couple is told; after the hours of
-- guard.chase_hours. Returns the reminders that are new.
drop function if exists app.chase_amendments(integer[], integer[], integer);   -- of earlier versions, which were told the hours
create or replace function app.chase_amendments(most integer)
returns table (wedding_id uuid, amendment_id uuid, supplier_id uuid, step smallint, is_last boolean)
language sql security definer set search_path = '' as $$
  with waiting as (
    select s.wedding_id, s.amendment_id, c.supplier_id, s.answered_at,
      guard.chase_hours(coalesce(guard.is_week_before(w.active_span, app.clock()), false)) as hours
    from app.amendment_responses s
    join app.wedding_shields w on w.wedding_id = s.wedding_id
    join app.connections c on c.wedding_id = s.wedding_id and c.status = 'connected'
    where s.answer = 'effective' and s.answered_at > app.clock() - interval '7 days'
      and not exists (select from app.amendment_responses r
                      where r.wedding_id = s.wedding_id and r.amendment_id = s.amendment_id
                        and r.supplier_id = c.supplier_id and r.answer in ('accept', 'decline'))
      and guard.concerns(s.wedding_id, s.amendment_id, c.supplier_id)),
  due as (
    select w.*, h.step::smallint as step, h.step = cardinality(w.hours) as is_last
    from waiting w cross join lateral unnest(w.hours) with ordinality h (after, step)
    where w.answered_at + make_interval(hours => h.after) <= app.clock()
      and not exists (select from app.amendment_chases x
                      where x.wedding_id = w.wedding_id and x.amendment_id = w.amendment_id
                        and x.supplier_id = w.supplier_id and x.step = h.step)
    limit most),
  new as (
    insert into app.amendment_chases as x (wedding_id, amendment_id, supplier_id, step)
    select d.wedding_id, d.amendment_id, d.supplier_id, d.step from due d
    on conflict do nothing
    returning x.wedding_id, x.amendment_id, x.supplier_id, x.step)
  -- One letter, however many hours have gone by unnoticed.
  select distinct on (n.wedding_id, n.amendment_id, n.supplier_id) n.wedding_id, n.amendment_id, n.supplier_id, n.step, d.is_last
  from new n join due d using (wedding_id, amendment_id, supplier_id, step)
  order by n.wedding_id, n.amendment_id, n.supplier_id, n.step desc $$;
comment on function app.chase_amendments(integer) is 'Records the reminders that are due now and returns them, each once.';

create or replace function guard.emergencies() returns table (wedding_id uuid, amendment_id uuid) language sql stable set search_path = '' as $$
  select a.wedding_id, a.id from app.amendments a
  where a.kind = 'emergency' and a.proposed_at > (select app.clock()) - interval '4 days'
    and guard.amendment_decision(a.wedding_id, a.id) is null and guard.is_locked(a.wedding_id) $$;
comment on function guard.emergencies() is 'Emergencies that wait for a second yes.';

-- What duty support is shown: that an emergency waits, what it is about, and since when; nobody's name and no value. Whoever
-- called tells them, and is called back.
create or replace function app.open_emergencies()
returns table (wedding_id uuid, amendment_id uuid, proposed_at timestamptz, party text, facts text[], approvals integer)
language sql stable security definer set search_path = '' as $$
  select a.wedding_id, a.id, a.proposed_at, a.party,
    (select array_agg(e.kind || ': ' || lower(d.label) order by c.link)
     from app.amendment_changes c
     join app.core_field_definitions d on d.key = c.definition_key
     join app.wedding_events e on e.wedding_id = c.wedding_id and e.id = c.event_id
     where c.wedding_id = a.wedding_id and c.amendment_id = a.id),
    (select count(*)::integer from guard.approvals(a.wedding_id, a.id))
  from guard.emergencies() e
  join app.amendments a on a.wedding_id = e.wedding_id and a.id = e.amendment_id
  where guard.support_party() is not null
  order by a.proposed_at
  limit 50 $$;
comment on function app.open_emergencies() is 'The same, for duty support.';

create or replace function app.approve_as_support(wedding uuid, amendment uuid, called_back text) returns table (is_approved boolean, proposer uuid)
language plpgsql security definer set search_path = '' as $$
begin
  insert into app.amendment_responses (wedding_id, amendment_id, answer, note) values (wedding, amendment, 'approve', called_back);
  return query select guard.is_approved(wedding, amendment), a.person_id from app.amendments a where a.wedding_id = wedding and a.id = amendment;
end $$;
comment on function app.approve_as_support(uuid, uuid, text) is 'Duty support agrees to an emergency, saying whom it called back; and whether that is enough.';

grant execute on function app.open_emergencies(), app.approve_as_support(uuid, uuid, text) to wedsync_app;
grant execute on function app.amendment_state(uuid, uuid), app.amendment_takes_effect_at(uuid, uuid), app.amendment_stands(uuid, uuid),
  app.amendment_asks(uuid, uuid), app.amendments_in_effect(), app.amendment_reason(uuid, uuid), app.answer_note(uuid, uuid, uuid),
  app.booked_suppliers(uuid, date) to wedsync_app, wedsync_worker;
grant execute on function app.amendments_to_end(uuid, uuid, integer), app.amendment_letters(uuid, uuid), app.chase_amendments(integer) to wedsync_worker;
grant execute on function guard.propose_amendment(), guard.propose_change(), guard.answer_amendment(), guard.amendment_answered(),
  guard.amended_whole() to wedsync_owner;
reset role;
