-- What was missing is noticed: the tally of a wedding's facts, and deletions that come back whole or not at all.

alter table app.wedding_shields
  add column fact_count bigint not null default 0,
  add column fact_links bit(256) not null default 0::bit(256);
comment on column app.wedding_shields.fact_count is 'How many revisions its facts have; nobody but the guard reads it.';
comment on column app.wedding_shields.fact_links is 'Their hash links, added bit by bit without carrying: a chain whose end is missing no longer adds up.';
update app.wedding_shields s
set fact_count = f.links, fact_links = f.tally
from (
  select r.wedding_id, count(*) as links, bit_xor(('x' || encode(r.hash, 'hex'))::bit(256)) as tally
  from app.core_field_revisions r
  group by r.wedding_id) f
where f.wedding_id = s.wedding_id;

create constraint trigger restored_whole after update of restored_at on app.delete_batches
  deferrable initially deferred for each row execute function guard.restored_whole();
alter table app.delete_batches enable always trigger restored_whole;

-- A business leaves a wedding by the word of somebody who manages it.
alter policy leaves on app.connections
  using (status = 'connected' and supplier_id = any ((select app.supplier_ids('connections', 'write'))::uuid[]))
  with check (status = 'disconnected' and supplier_id = any ((select app.supplier_ids('connections', 'write'))::uuid[]));
