-- What a supplier knew before the couple came, put to the couple: a fact only once one of them takes it.

create table app.fact_proposals (
  wedding_id uuid not null, supplier_id uuid not null, id uuid not null default uuidv7(),
  definition_key text not null references app.core_field_definitions, value jsonb not null check (pg_column_size(value) <= 2048),
  created_at timestamptz not null default clock_timestamp(), left_at timestamptz, primary key (wedding_id, id),
  unique (wedding_id, supplier_id, definition_key), foreign key (wedding_id, supplier_id) references app.connections);
comment on table app.fact_proposals is 'What a supplier knew of a wedding when its couple took up the invitation; the couple''s to read.';
comment on column app.fact_proposals.wedding_id is 'The wedding.';
comment on column app.fact_proposals.supplier_id is 'Who knew it.';
comment on column app.fact_proposals.id is 'The proposal.';
comment on column app.fact_proposals.definition_key is 'The question that it would answer.';
comment on column app.fact_proposals.value is 'The value, as the fact would keep it.';
comment on column app.fact_proposals.created_at is 'When the invitation was taken up.';
comment on column app.fact_proposals.left_at is 'When one of the couple let it go; null while it is open, or was taken.';
call app.protect_table('app.fact_proposals', scope => 'wedding', area => 'basics', class => 'security',
  immutable => '{supplier_id,definition_key,value}');
revoke insert on app.fact_proposals from wedsync_app, wedsync_worker;
grant insert on app.fact_proposals to wedsync_guard;   -- guard.propose_facts
-- No supplier, not even the one that wrote it, learns what became of it; a companion reads what partners read.
create policy for_the_couple on app.fact_proposals as restrictive to wedsync_app, wedsync_worker
  using (wedding_id = any ((select app.own_wedding_ids())::uuid[]));
call app.declare_values('app.fact_proposals', '{definition_key}', 'plain');
call app.declare_values('app.fact_proposals', '{value}', 'removed', whose =>
  'exists (select from app.wedding_members m where m.wedding_id = r.wedding_id and m.person_id = $1 and m.role = ''partner''
     and (r.definition_key like ''partner'' || m.partner_number || ''\_%'' or r.wedding_id in (select guard.weddings_left_by($1))))');
