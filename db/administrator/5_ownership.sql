-- How a business changes hands: offered by its owner, taken up by who holds the letter's code and is whom it was written to.
-- Each door takes the two memberships first, in one order, as whoever leaves takes theirs: so the offer is always looked at last.
set local role wedsync_guard;
set local check_function_bodies = off;   -- bodies name tables that migrations create

create or replace function app.offer_ownership(supplier uuid, offer uuid, receiver uuid, hash bytea, lasts interval) returns void
language plpgsql security definer set search_path = '' as $$
declare
  actor uuid := guard.require_actor();
begin
  perform from app.supplier_members m where m.supplier_id = supplier and m.person_id in (actor, receiver) order by m.person_id for update;
  if app.key_id() is not null
     or not exists (select from app.supplier_members m
                    where m.supplier_id = supplier and m.person_id = actor and m.role = 'owner' and m.left_at is null) then
    raise exception 'only the owner offers a business' using errcode = '42501';
  end if;
  if not exists (select from app.supplier_members m
                 where m.supplier_id = supplier and m.person_id = receiver and m.role <> 'owner' and m.left_at is null) then
    raise exception 'a business is offered to somebody else of its team' using errcode = 'WS002';
  end if;
  update app.ownership_offers o set outcome = 'withdrawn', ended_at = app.clock() where o.supplier_id = supplier and o.ended_at is null;
  insert into app.ownership_offers (supplier_id, id, person_id, receiver_id, code_hash, expires_at)
  values (supplier, offer, actor, receiver, hash, app.clock() + lasts);
end $$;
comment on function app.offer_ownership(uuid, uuid, uuid, bytea, interval) is 'Offers a business to somebody of its team, in place of an earlier offer.';

create or replace function app.withdraw_ownership(supplier uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update app.ownership_offers o set outcome = 'withdrawn', ended_at = app.clock()
  where o.supplier_id = supplier and o.ended_at is null and app.key_id() is null
    and exists (select from app.supplier_members m
                where m.supplier_id = supplier and m.person_id = guard.require_actor() and m.role = 'owner' and m.left_at is null);
  return found;
end $$;
comment on function app.withdraw_ownership(uuid) is 'Takes an open offer back, for the owner. Beside an acceptance exactly one of the two is true.';

create or replace function app.read_ownership(hash bytea) returns table (
  supplier_id uuid, business text, sender text, receiver_id uuid, receiver text, outcome text, expires_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select o.supplier_id, s.name, m.display_name, r.person_id, r.display_name,
    coalesce(o.outcome, case when o.expires_at <= app.clock() then 'over' end), o.expires_at
  from app.ownership_offers o
  join app.suppliers s on s.id = o.supplier_id
  join app.supplier_members m on m.supplier_id = o.supplier_id and m.person_id = o.person_id
  join app.supplier_members r on r.supplier_id = o.supplier_id and r.person_id = o.receiver_id
  where o.code_hash = hash and o.receiver_id = app.actor_id() and app.key_id() is null $$;
comment on function app.read_ownership(bytea) is 'What an offer''s receiver, who holds its code, may know about it; nobody else does.';

create or replace function app.accept_ownership(hash bytea) returns table (supplier_id uuid, id uuid, person_id uuid)
language plpgsql security definer set search_path = '' as $$
declare
  actor uuid := guard.require_actor();
  offer app.ownership_offers;
begin
  select * into offer from app.ownership_offers o where o.code_hash = hash and o.receiver_id = actor and app.key_id() is null;
  perform from app.supplier_members m
  where m.supplier_id = offer.supplier_id and m.person_id in (offer.person_id, actor) order by m.person_id for update;
  update app.ownership_offers o set outcome = 'accepted', ended_at = app.clock()
  where o.supplier_id = offer.supplier_id and o.id = offer.id and o.ended_at is null and o.expires_at > app.clock();
  if not found then
    raise exception 'this offer was taken up, withdrawn or is over' using errcode = 'WS002';
  end if;
  -- The old owner first: a business never has two.
  update app.supplier_members m set role = 'admin'
  where m.supplier_id = offer.supplier_id and m.person_id = offer.person_id and m.role = 'owner' and m.left_at is null;
  if not found then
    raise exception 'whoever offered this does not own it any more' using errcode = 'WS002';
  end if;
  update app.supplier_members m set role = 'owner'
  where m.supplier_id = offer.supplier_id and m.person_id = actor and m.left_at is null;
  if not found then
    raise exception 'you do not belong to this business any more' using errcode = 'WS002';
  end if;
  return query select offer.supplier_id, offer.id, offer.person_id;
end $$;
comment on function app.accept_ownership(bytea) is 'Makes the receiver of an open offer the owner, and who offered it an admin. Once.';

create or replace function app.ownership_letter(offer uuid) returns table (
  business text, owner_email text, owner_name text, receiver_email text, receiver_name text, expires_at timestamptz, outcome text, supplier_id uuid)
language sql stable security definer set search_path = '' as $$
  select s.name, p.email, p.name, r.email, r.name, o.expires_at, o.outcome, o.supplier_id
  from app.ownership_offers o
  join app.suppliers s on s.id = o.supplier_id
  join app.people p on p.id = o.person_id
  join app.people r on r.id = o.receiver_id
  where o.id = offer and (o.outcome = 'accepted' or o.outcome is null and o.expires_at > app.clock()) $$;
comment on function app.ownership_letter(uuid) is 'What the letters about an offer, and about a business that changed hands, have to know.';

-- Whoever leaves, by whatever way, neither gives a business away nor gets one, and lets nobody in after them.
create or replace function guard.end_offers_of_leaver() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update app.ownership_offers o set outcome = 'left', ended_at = app.clock()
  where o.supplier_id = new.supplier_id and new.person_id in (o.person_id, o.receiver_id) and o.ended_at is null;
  update app.supplier_invitations i set revoked_at = app.clock()
  where i.supplier_id = new.supplier_id and i.person_id = new.person_id and i.kind = 'member'
    and i.accepted_at is null and i.revoked_at is null and i.declined_at is null;
  return null;
end $$;
comment on function guard.end_offers_of_leaver() is 'Ends the open offer that names a member who leaves a business, and the invitations to its team that they sent.';

grant execute on function app.offer_ownership(uuid, uuid, uuid, bytea, interval), app.withdraw_ownership(uuid), app.read_ownership(bytea),
  app.accept_ownership(bytea) to wedsync_app, wedsync_worker;
grant execute on function app.ownership_letter(uuid) to wedsync_worker;
grant execute on function guard.end_offers_of_leaver() to wedsync_owner;
reset role;
