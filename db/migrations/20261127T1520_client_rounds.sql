-- A round of invitations: many clients, whose letters go out as fast as letters may.

create table app.client_rounds (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(), service text not null check (length(service) between 1 and 20),
  author_id uuid not null default app.actor_id() references app.people, goes_on_at timestamptz,
  created_at timestamptz not null default clock_timestamp(), primary key (supplier_id, id));
comment on table app.client_rounds is 'Clients that are invited together.';
comment on column app.client_rounds.supplier_id is 'Whose clients.';
comment on column app.client_rounds.id is 'The round.';
comment on column app.client_rounds.service is 'What the business does at their weddings.';
comment on column app.client_rounds.author_id is 'Who invites them.';
comment on column app.client_rounds.goes_on_at is 'When it goes on, where as many letters are out as may be.';
comment on column app.client_rounds.created_at is 'When it began.';
create index client_rounds_author on app.client_rounds (author_id);
call app.protect_table('app.client_rounds', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{service,author_id}');
call app.declare_values('app.client_rounds', '{service}', 'plain');

create table app.client_round_rows (
  supplier_id uuid not null, id uuid not null default uuidv7(), round_id uuid not null, client_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'passed')), created_at timestamptz not null default clock_timestamp(),
  primary key (supplier_id, id), foreign key (supplier_id, round_id) references app.client_rounds,
  foreign key (supplier_id, client_id) references app.clients);
comment on table app.client_round_rows is 'A client of a round of invitations.';
comment on column app.client_round_rows.supplier_id is 'Whose client.';
comment on column app.client_round_rows.id is 'Its place in the round.';
comment on column app.client_round_rows.round_id is 'The round.';
comment on column app.client_round_rows.client_id is 'Who is invited.';
comment on column app.client_round_rows.state is 'waiting, sent, or passed where no letter could go.';
comment on column app.client_round_rows.created_at is 'When it was chosen.';
create unique index client_round_rows_client on app.client_round_rows (supplier_id, round_id, client_id);   -- each once
create index client_round_rows_waiting on app.client_round_rows (supplier_id, round_id, id);               -- the next one
create index client_round_rows_of_client on app.client_round_rows (supplier_id, client_id);                -- app.purge_batch
call app.protect_table('app.client_round_rows', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{round_id,client_id}');
call app.declare_values('app.client_round_rows', '{state}', 'removed', whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
grant delete on app.client_round_rows to wedsync_guard;   -- app.purge_batch
