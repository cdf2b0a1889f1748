-- The directory of venues: what a venue says of its rooms and places, for everybody who is signed in.

-- One way to spell a name, for the list, the search and the match with what a couple wrote: small letters, no marks, no
-- leading "the". It is found by equality and by ranges, which an index may answer before row security has.
create function app.venue_key(name text) returns text language sql immutable strict parallel safe
  return regexp_replace(btrim(regexp_replace(replace(regexp_replace(
    lower(normalize(name, NFKC) collate pg_c_utf8), '[''’`.]', '', 'g'), '&', ' and '),
    '[^[:alnum:]]+', ' ', 'g')), '^the (?=.)', '');
comment on function app.venue_key(text) is 'A venue''s name as the directory orders, searches and compares it.';
grant execute on function app.venue_key(text) to wedsync_app, wedsync_worker;

create table app.venues (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(),
  name text not null check (length(name) between 2 and 100),
  key text collate "C" not null generated always as (app.venue_key(name)) stored check (key <> ''),
  address text not null check (length(address) between 10 and 500),
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  capacity smallint not null check (capacity between 1 and 2000), load_in text not null default '' check (length(load_in) <= 1000),
  created_at timestamptz not null default clock_timestamp(), delete_batch uuid, primary key (supplier_id, id),
  foreign key (supplier_id, delete_batch) references app.delete_batches, check ((latitude is null) = (longitude is null)));
comment on table app.venues is 'Rooms and places that venues publish.';
comment on column app.venues.supplier_id is 'The business that publishes it.';
comment on column app.venues.id is 'The venue.';
comment on column app.venues.name is 'What couples call it.';
comment on column app.venues.key is 'Its name as the directory orders, searches and compares it.';
comment on column app.venues.address is 'Where it is, as one writes it on a letter.';
comment on column app.venues.latitude is 'Degrees north, WGS 84.';
comment on column app.venues.longitude is 'Degrees east, WGS 84.';
comment on column app.venues.capacity is 'The largest number of guests that are seated.';
comment on column app.venues.load_in is 'Where suppliers drive in, from when, steps and power.';
comment on column app.venues.created_at is 'When it was published.';
comment on column app.venues.delete_batch is 'The deletion that took it, if any.';
create index venues_directory on app.venues (key, id) where delete_batch is null;           -- the directory, the match of a name
create index venues_list on app.venues (supplier_id, key, id) where delete_batch is null;   -- a business's own
create index venues_id on app.venues (id) where delete_batch is null;                       -- one venue
call app.protect_table('app.venues', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{key}');

-- PostgreSQL asks permissive policies from the last name to the first: this one answers for everybody.
create policy signed_in on app.venues for select to wedsync_app, wedsync_worker using ((select app.actor_id()) is not null);
create policy published_by_venues on app.venues as restrictive for insert to wedsync_app, wedsync_worker
  with check (supplier_id in (
    select m.supplier_id from app.supplier_members m join app.suppliers s on s.id = m.supplier_id
    where m.person_id = (select app.actor_id()) and m.left_at is null and m.role in ('owner', 'admin', 'manager')
      and 'venue' = any (s.supplier_types)));
create policy kept_by_venues on app.venues as restrictive for update to wedsync_app, wedsync_worker
  using (supplier_id in (
    select m.supplier_id from app.supplier_members m join app.suppliers s on s.id = m.supplier_id
    where m.person_id = (select app.actor_id()) and m.left_at is null and m.role in ('owner', 'admin', 'manager')
      and 'venue' = any (s.supplier_types)));
