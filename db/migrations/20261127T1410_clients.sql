-- A supplier's own records of its clients: nobody else's, and never mixed with what a couple shares.

-- One way to spell a name, for the list and the search: small letters, no marks, no punctuation. Émile stands with Emil.
create function app.name_key(name text) returns text language sql immutable strict parallel safe
  return btrim(regexp_replace(regexp_replace(lower(normalize(name, NFKD) collate pg_c_utf8),
    '[\u0300-\u036f''’`]', '', 'g'), '[^[:alnum:]]+', ' ', 'g'));
comment on function app.name_key(text) is 'A name as lists order it and searches compare it.';
grant execute on function app.name_key(text) to wedsync_app, wedsync_worker;

create table app.clients (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(),
  name text not null check (length(name) between 1 and 5000),
  sort_key text collate "C" not null generated always as (left(app.name_key(name), 100)) stored,
  first_name text not null default '' check (length(first_name) <= 100), last_name text not null default '' check (length(last_name) <= 100),
  partner_first_name text not null default '' check (length(partner_first_name) <= 100),
  partner_last_name text not null default '' check (length(partner_last_name) <= 100),
  email text not null default '' check (length(email) <= 254),
  partner_email text not null default '' check (length(partner_email) <= 254),
  phone text not null default '' check (length(phone) <= 20), partner_phone text not null default '' check (length(partner_phone) <= 20),
  company text not null default '' check (length(company) <= 5000), event_date date check (event_date between '1900-01-01' and '2199-12-31'),
  venue text not null default '' check (length(venue) <= 5000), guests smallint check (guests between 1 and 2000),
  package text not null default '' check (length(package) <= 5000),
  total_pence bigint check (total_pence between 0 and 1000000000), total_currency text check (total_currency in ('GBP', 'EUR', 'USD')),
  paid_pence bigint check (paid_pence between 0 and 1000000000), paid_currency text check (paid_currency in ('GBP', 'EUR', 'USD')),
  stage text check (stage in ('lead', 'enquiry', 'booked', 'completed', 'cancelled')),
  tags text[] not null default '{}' check (cardinality(tags) <= 50 and array_position(tags, null) is null and length(array_to_string(tags, '')) <= 5000),
  others jsonb not null default '[]' check (jsonb_typeof(others) = 'array'),
  import_id uuid, wedding_id uuid, invitation_id uuid,
  created_at timestamptz not null default clock_timestamp(), delete_batch uuid, primary key (supplier_id, id),
  foreign key (supplier_id, delete_batch) references app.delete_batches, foreign key (wedding_id, supplier_id) references app.connections,
  foreign key (supplier_id, invitation_id) references app.supplier_invitations,
  foreign key (supplier_id, import_id) references app.client_imports,
  check ((total_pence is null) = (total_currency is null)), check ((paid_pence is null) = (paid_currency is null)));
comment on table app.clients is 'A supplier''s own record of a client.';
comment on column app.clients.supplier_id is 'Whose client.';
comment on column app.clients.id is 'The client.';
comment on column app.clients.name is 'As the supplier writes it.';
comment on column app.clients.sort_key is 'The name as lists order it: small letters, no marks.';
comment on column app.clients.first_name is 'The first of the couple; empty where it cannot be told from the name.';
comment on column app.clients.last_name is 'The first one''s family name.';
comment on column app.clients.partner_first_name is 'The second of the couple, if known.';
comment on column app.clients.partner_last_name is 'The second one''s family name.';
comment on column app.clients.email is 'Where letters to them go.';
comment on column app.clients.partner_email is 'The second one''s.';
comment on column app.clients.phone is 'Telephone, E.164.';
comment on column app.clients.partner_phone is 'The second one''s, E.164.';
comment on column app.clients.company is 'A planner''s or other business that they come through.';
comment on column app.clients.event_date is 'The day, as the supplier knows it.';
comment on column app.clients.venue is 'Where, as the supplier writes it.';
comment on column app.clients.guests is 'How many guests.';
comment on column app.clients.package is 'What they booked.';
comment on column app.clients.total_pence is 'What it costs, in the hundredth part of its currency.';
comment on column app.clients.total_currency is 'ISO 4217.';
comment on column app.clients.paid_pence is 'What is paid of it, likewise.';
comment on column app.clients.paid_currency is 'ISO 4217.';
comment on column app.clients.stage is 'lead, enquiry, booked, completed or cancelled; null where nobody said.';
comment on column app.clients.tags is 'Labels, as the supplier writes them.';
comment on column app.clients.others is 'What else a list said: pairs of title and text.';
comment on column app.clients.import_id is 'The import that brought it, if one did.';
comment on column app.clients.wedding_id is 'The wedding it is connected to, if any.';
comment on column app.clients.invitation_id is 'The invitation that was sent to it last, if any.';
comment on column app.clients.created_at is 'When it was written down here.';
comment on column app.clients.delete_batch is 'The deletion that took it, if any.';
create index clients_by_name on app.clients (supplier_id, sort_key, id) where delete_batch is null;            -- the list
create index clients_by_date on app.clients (supplier_id, event_date, id) where delete_batch is null;           -- the list by day, the calendar
create index clients_by_stage on app.clients (supplier_id, stage, sort_key, id) where delete_batch is null;     -- a column of the board
create index clients_by_age on app.clients (supplier_id, id desc) where delete_batch is null;                   -- the newest first
create index clients_of_wedding on app.clients (wedding_id, supplier_id) where wedding_id is not null;
create index clients_of_invitation on app.clients (supplier_id, invitation_id) where invitation_id is not null;
create index clients_of_import on app.clients (supplier_id, import_id) where import_id is not null;             -- undo
create index clients_email on app.clients (supplier_id, lower(email)) where email <> '' and delete_batch is null;      -- who is here already
create index clients_partner_email on app.clients (supplier_id, lower(partner_email)) where partner_email <> '' and delete_batch is null;
create index clients_phone on app.clients (supplier_id, phone) where phone <> '' and delete_batch is null;
create index clients_partner_phone on app.clients (supplier_id, partner_phone) where partner_phone <> '' and delete_batch is null;
call app.protect_table('app.clients', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{sort_key,import_id}');
call app.declare_values('app.clients', '{total_currency,paid_currency,stage}', 'plain');
call app.declare_values('app.clients', '{name,sort_key,first_name,last_name,partner_first_name,partner_last_name,email,partner_email,phone,partner_phone,company,event_date,venue,package,tags,others}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
grant delete on app.clients to wedsync_guard;   -- app.purge_batch

-- What could not be read as one thing stays as it was written, until somebody says what it is.
create table app.client_questions (
  supplier_id uuid not null, client_id uuid not null, id uuid not null default uuidv7(),
  target text not null default '' check (target in ('', 'names', 'email', 'partner_email', 'phone', 'partner_phone', 'company', 'date', 'venue',
    'guests', 'package', 'total', 'paid', 'stage', 'notes', 'tags')),
  verbatim text not null default '' check (length(verbatim) <= 10000), detail text not null check (length(detail) between 1 and 500),
  offers text[] not null default '{}' check (cardinality(offers) <= 20), answered_at timestamptz,
  created_at timestamptz not null default clock_timestamp(), delete_batch uuid, primary key (supplier_id, id),
  foreign key (supplier_id, client_id) references app.clients, foreign key (supplier_id, delete_batch) references app.delete_batches);
comment on table app.client_questions is 'What a list said of a client that could mean several things.';
comment on column app.client_questions.supplier_id is 'Whose client.';
comment on column app.client_questions.client_id is 'The client.';
comment on column app.client_questions.id is 'The question.';
comment on column app.client_questions.target is 'What it is about; empty for the whole row.';
comment on column app.client_questions.verbatim is 'As it was written.';
comment on column app.client_questions.detail is 'What is asked.';
comment on column app.client_questions.offers is 'What it may mean.';
comment on column app.client_questions.answered_at is 'When somebody said what it is.';
comment on column app.client_questions.created_at is 'When it was asked.';
comment on column app.client_questions.delete_batch is 'The deletion that took it, if any.';
create index client_questions_open on app.client_questions (supplier_id, client_id, id) where answered_at is null and delete_batch is null;
call app.protect_table('app.client_questions', scope => 'supplier', area => 'clients', class => 'plan',
  immutable => '{client_id,target,verbatim,detail,offers}');
call app.declare_values('app.client_questions', '{target}', 'plain');
call app.declare_values('app.client_questions', '{verbatim,detail,offers}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');

create table app.client_notes (
  supplier_id uuid not null, client_id uuid not null, id uuid not null default uuidv7(),
  kind text not null check (kind in ('general', 'important', 'reminder', 'private', 'team')),
  body text not null check (length(body) between 1 and 5000), remind_on date, author_id uuid not null default app.actor_id() references app.people,
  created_at timestamptz not null default clock_timestamp(), delete_batch uuid, primary key (supplier_id, id),
  foreign key (supplier_id, client_id) references app.clients, foreign key (supplier_id, delete_batch) references app.delete_batches,
  check ((kind = 'reminder') = (remind_on is not null)));
comment on table app.client_notes is 'What a supplier notes of a client; a couple never reads it.';
comment on column app.client_notes.supplier_id is 'Whose client.';
comment on column app.client_notes.client_id is 'The client.';
comment on column app.client_notes.id is 'The note.';
comment on column app.client_notes.kind is 'general, important, reminder, private (its author''s only) or team.';
comment on column app.client_notes.body is 'What it says.';
comment on column app.client_notes.remind_on is 'The day a reminder is for.';
comment on column app.client_notes.author_id is 'Who wrote it.';
comment on column app.client_notes.created_at is 'When.';
comment on column app.client_notes.delete_batch is 'The deletion that took it, if any.';
create index client_notes_list on app.client_notes (supplier_id, client_id, id desc) where delete_batch is null;                     -- a client's
create index client_notes_reminders on app.client_notes (supplier_id, remind_on, id) where kind = 'reminder' and delete_batch is null;  -- what is due
create index client_notes_author on app.client_notes (author_id);
call app.protect_table('app.client_notes', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{client_id,author_id}');
call app.declare_values('app.client_notes', '{kind,remind_on}', 'plain');
call app.declare_values('app.client_notes', '{body}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
create policy private_is_the_authors on app.client_notes as restrictive for select to wedsync_app, wedsync_worker
  using (kind <> 'private' or author_id = (select app.actor_id()));
create policy written_as_oneself on app.client_notes as restrictive for insert to wedsync_app, wedsync_worker
  with check (author_id = (select app.actor_id()));
create policy private_is_changed_by_its_author on app.client_notes as restrictive for update to wedsync_app, wedsync_worker
  using (kind <> 'private' or author_id = (select app.actor_id()));

-- What happened with a client, for everybody on the team: which fields changed, never what they said.
create table app.client_events (
  supplier_id uuid not null, client_id uuid not null, id uuid not null default uuidv7(),
  kind text not null check (kind in ('written', 'imported', 'changed', 'answered', 'invited', 'connected', 'removed')),
  fields text[] not null default '{}' check (cardinality(fields) <= 30), actor_id uuid default app.actor_id() references app.people,
  created_at timestamptz not null default clock_timestamp(), primary key (supplier_id, id),
  foreign key (supplier_id, client_id) references app.clients);
comment on table app.client_events is 'What happened with a client of a supplier.';
comment on column app.client_events.supplier_id is 'Whose client.';
comment on column app.client_events.client_id is 'The client.';
comment on column app.client_events.id is 'What happened.';
comment on column app.client_events.kind is 'written, imported, changed, answered, invited, connected or removed.';
comment on column app.client_events.fields is 'Which fields, by name.';
comment on column app.client_events.actor_id is 'Who did it; null for the platform itself.';
comment on column app.client_events.created_at is 'When.';
create index client_events_list on app.client_events (supplier_id, client_id, id desc);   -- a client's timeline
create index client_events_actor on app.client_events (actor_id);
call app.protect_table('app.client_events', scope => 'supplier', area => 'clients', class => 'ledger');
call app.declare_values('app.client_events', '{kind,fields}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
create policy done_by_oneself on app.client_events as restrictive for insert to wedsync_app, wedsync_worker
  with check (actor_id = (select app.actor_id()));

-- A way of looking that somebody wants again.
create table app.client_filters (
  supplier_id uuid not null references app.suppliers, id uuid not null default uuidv7(), name text not null check (length(name) between 1 and 100),
  query text not null check (length(query) <= 2000), author_id uuid not null default app.actor_id() references app.people,
  created_at timestamptz not null default clock_timestamp(), delete_batch uuid, primary key (supplier_id, id),
  foreign key (supplier_id, delete_batch) references app.delete_batches);
comment on table app.client_filters is 'A saved way of looking at a list of clients, for the whole team.';
comment on column app.client_filters.supplier_id is 'Whose clients.';
comment on column app.client_filters.id is 'The filter.';
comment on column app.client_filters.name is 'What the team calls it.';
comment on column app.client_filters.query is 'What the address of the list says.';
comment on column app.client_filters.author_id is 'Who saved it.';
comment on column app.client_filters.created_at is 'When.';
comment on column app.client_filters.delete_batch is 'The deletion that took it, if any.';
create unique index client_filters_name on app.client_filters (supplier_id, lower(name)) where delete_batch is null;   -- the list, and no name twice
create index client_filters_author on app.client_filters (author_id);
call app.protect_table('app.client_filters', scope => 'supplier', area => 'clients', class => 'plan', immutable => '{author_id}');
call app.declare_values('app.client_filters', '{name,query}', 'removed',
  whose => 'r.supplier_id in (select guard.businesses_left_by($1))');
