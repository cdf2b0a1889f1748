-- What a supplier knew becomes proposals to the couple that took up its invitation. Nothing is filled in by itself: a
-- proposal becomes a fact when one of the couple writes it, past the same guard as any fact.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function guard.is_partner(wedding uuid, number integer, first_name text, email text) returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from app.core_field_revisions f
    where f.wedding_id = wedding and f.is_current
      and (f.definition_key = format('partner%s_first_name', number) and app.name_key(f.value #>> '{}') = app.name_key(first_name)
           or f.definition_key = format('partner%s_email', number) and lower(f.value #>> '{}') = lower(email))) $$;
comment on function guard.is_partner(uuid, integer, text, text) is 'Whether somebody is this partner of a wedding, by first name or address.';

-- Only what is certain: no value about which the supplier still has a question of its own. Only what could be the fact, by
-- length, range and day. Nothing that they have told before. Which of the two a supplier wrote first is chance, so whoever
-- has a partner's name or address is that partner. One place is the reception's, which is where most suppliers work.
create or replace function guard.propose_facts(wedding uuid, supplier uuid, invitation uuid) returns void
language sql set search_path = '' as $$
  with client as (
    select c.*,
      case when guard.is_partner(wedding, 1, c.first_name, c.email) then 1
           when guard.is_partner(wedding, 2, c.first_name, c.email)
             or guard.is_partner(wedding, 1, c.partner_first_name, c.partner_email) then 2
           else 1 end as number,
      (select coalesce(array_agg(q.target), '{}') from app.client_questions q
       where q.supplier_id = supplier and q.client_id = c.id and q.answered_at is null and q.delete_batch is null) as asked
    from app.clients c
    where c.supplier_id = supplier and c.invitation_id = invitation and c.delete_batch is null),
  person as (
    select c.asked, c.number, c.first_name, c.last_name, c.email, c.phone, '' as which from client c
    union all
    select c.asked, 3 - c.number, c.partner_first_name, c.partner_last_name, c.partner_email, c.partner_phone, 'partner_' from client c),
  said (key, told_as, value, target, asked) as (
    select format('partner%s_first_name', p.number), '{}'::text[], p.first_name, 'names', p.asked from person p where length(p.first_name) >= 2
    union all
    select format('partner%s_last_name', p.number), '{}', p.last_name, 'names', p.asked from person p where length(p.last_name) >= 2
    union all
    select format('partner%s_email', p.number), '{partner1_email,partner2_email}', lower(p.email), p.which || 'email', p.asked from person p where p.email <> ''
    union all
    select format('partner%s_phone', p.number), '{partner1_phone,partner2_phone}', p.phone, p.which || 'phone', p.asked from person p where p.phone <> ''
    union all
    select 'wedding_date', '{}', c.event_date::text, 'date', c.asked from client c where c.event_date >= app.clock()::date
    union all
    select 'reception_venue_name', '{ceremony_venue_name}', c.venue, 'venue', c.asked from client c where length(c.venue) between 2 and 100 and position(chr(10) in c.venue) = 0
    union all
    select 'adults', '{}', c.guests::text, 'guests', c.asked from client c
    where c.guests between 2 and 500 and c.guests is distinct from (
      select sum((f.value #>> '{}')::integer) from app.core_field_revisions f
      where f.wedding_id = wedding and f.is_current and f.definition_key in ('adults', 'children', 'infants')))
  insert into app.fact_proposals (wedding_id, supplier_id, definition_key, value)
  select wedding, supplier, s.key, case s.key when 'adults' then to_jsonb(s.value::integer) else to_jsonb(s.value) end
  from said s
  where not array['', s.target] && s.asked and not exists (
    select from app.core_field_revisions f
    where f.wedding_id = wedding and f.definition_key = any (s.told_as || s.key) and lower(f.value #>> '{}') = lower(s.value))
  on conflict do nothing $$;   -- once: who comes back with another invitation proposes nothing anew
comment on function guard.propose_facts(uuid, uuid, uuid) is 'Puts to a couple what the supplier that invited them knew of their wedding, as far as it is certain and they have not told it.';
reset role;
