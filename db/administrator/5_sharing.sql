-- What a couple and its suppliers tell each other about sharing: names for receipts, and letters for requests.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

-- A team is its business's own. Who read something of a wedding is named to the couple whose it is.
create or replace function app.receipt_readers(wedding uuid) returns table (supplier_id uuid, person_id uuid, name text)
language sql stable security definer set search_path = '' as $$
  select m.supplier_id, m.person_id, m.display_name
  from app.supplier_members m
  where wedding = any (app.wedding_ids('sharing', 'read'))
    and exists (select from app.access_receipts r
                where r.wedding_id = wedding and r.supplier_id = m.supplier_id and r.person_id = m.person_id) $$;
comment on function app.receipt_readers(uuid) is 'Names of those who left receipts in a wedding, for its partners.';

-- Who has left meanwhile, or is answered, is written to no more.
create or replace function app.grant_request_letters(request uuid) returns table (
  person_id uuid, email text, name text, title text, wedding_id uuid, supplier_id uuid, supplier text, asker text, area text, level text,
  can_write boolean, reason text)
language sql stable security definer set search_path = '' as $$
  select p.id, p.email, p.name, w.title, r.wedding_id, r.supplier_id, s.name, a.display_name, r.area, r.level, r.can_write, r.reason
  from app.grant_requests r
  join app.connections c on c.wedding_id = r.wedding_id and c.supplier_id = r.supplier_id and c.status = 'connected'
  join app.weddings w on w.id = r.wedding_id
  join app.suppliers s on s.id = r.supplier_id
  join app.supplier_members a on a.supplier_id = r.supplier_id and a.person_id = r.person_id
  join app.wedding_members m on m.wedding_id = r.wedding_id and m.role = 'partner' and m.left_at is null
  join app.people p on p.id = m.person_id
  where r.id = request and r.answer is null
  order by m.partner_number $$;
comment on function app.grant_request_letters(uuid) is 'What the letters to a couple about a supplier''s request have to know.';

create or replace function app.grant_answer_letter(request uuid) returns table (
  email text, name text, title text, wedding_id uuid, supplier_id uuid, area text, answer text)
language sql stable security definer set search_path = '' as $$
  select p.email, a.display_name, w.title, r.wedding_id, r.supplier_id, r.area, r.answer
  from app.grant_requests r
  join app.connections c on c.wedding_id = r.wedding_id and c.supplier_id = r.supplier_id and c.status = 'connected'
  join app.weddings w on w.id = r.wedding_id
  join app.supplier_members a on a.supplier_id = r.supplier_id and a.person_id = r.person_id and a.left_at is null
  join app.people p on p.id = r.person_id
  where r.id = request and r.answer in ('given', 'declined') $$;
comment on function app.grant_answer_letter(uuid) is 'What the letter to who asked has to know of the couple''s answer.';

-- Audit of access is kept for a year.
create or replace function app.forget_receipts() returns bigint
language sql security definer set search_path = '' as $$
  with gone as (delete from app.access_receipts r where r.first_read_at < app.clock() - interval '1 year' returning 1)
  select count(*) from gone $$;
comment on function app.forget_receipts() is 'Removes receipts of reading after a year; returns how many.';

grant execute on function app.receipt_readers(uuid) to wedsync_app, wedsync_worker;
grant execute on function app.grant_request_letters(uuid), app.grant_answer_letter(uuid), app.forget_receipts() to wedsync_worker;
reset role;
