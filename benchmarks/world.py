"""A database of a size worth measuring: one photographer with 2,000 weddings, each with 14 suppliers and 30 facts.

Loaded by the administrator past the guards, because 60,000 facts through them would take longer than the benchmark.
"""

from typing import Final
from uuid import UUID

import psycopg

WEDDINGS: Final = 2000
SUPPLIERS: Final = 200
OWNER: Final = "select md5('person-owner')::uuid"
LOAD: Final = """
set event_triggers = off; set synchronous_commit = off;
do $$ declare t record; begin
  for t in select tgrelid::regclass as name from pg_trigger g join pg_class c on c.oid = g.tgrelid
           where not tgisinternal and c.relnamespace = 'app'::regnamespace group by 1 loop
    execute format('alter table %s disable trigger user', t.name);
  end loop; end $$;
create function pg_temp.u(kind text, n bigint) returns uuid language sql immutable return md5(kind || n)::uuid;
insert into app.people (id, email, name) select md5('person-owner')::uuid, 'owner@example.org', 'Owner';
insert into app.people (id, email, name) select pg_temp.u('person', i), i || '@example.org', 'Person ' || i from generate_series(1, 4000) i;
insert into app.suppliers (id, name, supplier_types) select pg_temp.u('supplier', i), 'Supplier ' || i,
  array[(array['photographer', 'caterer', 'florist', 'venue', 'dj', 'band', 'cake'])[1 + i % 7]] from generate_series(0, {suppliers}) i;
insert into app.supplier_members (supplier_id, person_id, display_name, role)
  values (pg_temp.u('supplier', 0), md5('person-owner')::uuid, 'Owner', 'owner');
insert into app.people (id, email, name) select pg_temp.u('staff', i), 'staff' || i || '@example.org', 'Staff ' || i from generate_series(1, 200) i;
insert into app.supplier_members (supplier_id, person_id, display_name, role)
  select pg_temp.u('supplier', 0), pg_temp.u('staff', i), 'Staff', 'member' from generate_series(1, 200) i;
insert into app.weddings (id, title) select pg_temp.u('wedding', i), 'Alex & Sam ' || i from generate_series(1, {weddings}) i;
insert into app.wedding_shields (wedding_id, held_on, time_zone, active_span, weight_complete)
  select pg_temp.u('wedding', i), d, 'Europe/London', tstzrange(d, d + 1), 40
  from (select i, date '2027-01-01' + i % 700 as d from generate_series(1, {weddings}) i) x;
insert into app.wedding_members (wedding_id, person_id, display_name, role, partner_number)
  select pg_temp.u('wedding', i), pg_temp.u('person', (i - 1) * 2 + n), 'Partner', 'partner', n
  from generate_series(1, {weddings}) i, generate_series(1, 2) n;
insert into app.wedding_events (wedding_id, id, kind, position, title, local_date, time_zone)
  select pg_temp.u('wedding', i), pg_temp.u('event' || n, i), (array['ceremony', 'reception'])[n], n, 'Event ' || n,
    date '2027-01-01' + i % 700, 'Europe/London' from generate_series(1, {weddings}) i, generate_series(1, 2) n;
insert into app.connections (wedding_id, supplier_id, service, status, listed_on)
  select distinct on (1, 2) pg_temp.u('wedding', i),
    pg_temp.u('supplier', case when j = 0 then 0 else 1 + (i * 17 + j * 31) % {suppliers} end),
    case when j = 0 then 'photographer' else (array['caterer', 'florist', 'venue', 'dj'])[1 + j % 4] end, 'connected', date '2027-01-01' + i % 700
  from generate_series(1, {weddings}) i, generate_series(0, 13) j;
insert into app.connection_grants (wedding_id, supplier_id, area)
  select c.wedding_id, c.supplier_id, a from app.connections c, unnest(array['team', 'couple', 'event', 'headcounts', 'people', 'wishes']) a;
insert into app.core_field_revisions (wedding_id, event_id, fact_key, revision, definition_key, audience, base_revision, value, salt, written_at, commitment, hash)
  select pg_temp.u('wedding', i), case when d.subject = 'wedding' then null else pg_temp.u(case when d.subject = 'reception' then 'event2' else 'event1' end, i) end,
    d.fact_key, 1, d.key, d.audience, 0,
    case when d.fact_key in ('adults', 'children', 'infants') then to_jsonb(40) else to_jsonb('value of ' || d.key || ', some words') end,
    '\\x00112233445566778899aabbccddeeff', now(), sha256('x'), sha256('y')
  from generate_series(1, {weddings}) i cross join (
    select * from app.core_field_definitions where is_core and not is_derived and audience not like 'budget%' order by key limit 34) d;
do $$ declare t record; begin
  for t in select tgrelid::regclass as name, tgname from pg_trigger g join pg_class c on c.oid = g.tgrelid
           where not tgisinternal and c.relnamespace = 'app'::regnamespace loop
    execute format('alter table %s enable always trigger %I', t.name, t.tgname);
  end loop; end $$;
""".replace("{suppliers}", str(SUPPLIERS)).replace("{weddings}", str(WEDDINGS))


def load(admin_url: str) -> None:
    """Fill a migrated, empty database."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(LOAD)
        connection.execute("vacuum analyze")


def named(kind: str, number: int | str) -> UUID:
    """The id that `load` gave."""
    from hashlib import md5

    return UUID(md5(f"{kind}{number}".encode()).hexdigest())
