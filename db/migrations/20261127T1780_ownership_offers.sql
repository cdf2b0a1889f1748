-- A business changes hands: its owner offers it to somebody of the team, who takes it up by the link in a letter, or does not.

create table app.ownership_offers (
  supplier_id uuid not null, id uuid not null default uuidv7(), person_id uuid not null, receiver_id uuid not null,
  code_hash bytea not null unique check (length(code_hash) = 32), created_at timestamptz not null default app.clock(),
  expires_at timestamptz not null, ended_at timestamptz, outcome text check (outcome in ('accepted', 'withdrawn', 'left')),
  primary key (supplier_id, id), check (person_id <> receiver_id), check ((ended_at is null) = (outcome is null)),
  foreign key (supplier_id, person_id) references app.supplier_members,
  foreign key (supplier_id, receiver_id) references app.supplier_members);
comment on table app.ownership_offers is 'Offers of a business by its owner to somebody of its team.';
comment on column app.ownership_offers.supplier_id is 'The business.';
comment on column app.ownership_offers.id is 'The offer; its code is derived from this and the installation''s secret.';
comment on column app.ownership_offers.person_id is 'The owner who offers it.';
comment on column app.ownership_offers.receiver_id is 'Who is to own it.';
comment on column app.ownership_offers.code_hash is 'SHA-256 of the code.';
comment on column app.ownership_offers.created_at is 'When.';
comment on column app.ownership_offers.expires_at is '7 days later.';
comment on column app.ownership_offers.ended_at is 'When it was taken up, withdrawn, or ended because one of the two left.';
comment on column app.ownership_offers.outcome is 'accepted, withdrawn or left; null while it waits.';
create unique index ownership_offers_open on app.ownership_offers (supplier_id) where ended_at is null;   -- one at a time
create index ownership_offers_receiver on app.ownership_offers (supplier_id, receiver_id) where ended_at is null;   -- who leaves
call app.protect_table('app.ownership_offers', scope => 'supplier', area => 'settings', class => 'security', hidden => '{code_hash}');
call app.declare_values('app.ownership_offers', '{code_hash,outcome}', 'plain');
revoke insert, update on app.ownership_offers from wedsync_app, wedsync_worker;   -- through the doors of 5_ownership.sql alone
grant insert, update on app.ownership_offers to wedsync_guard;
create trigger leavers_offers after update of left_at on app.supplier_members for each row
  when (new.left_at is not null and old.left_at is null) execute function guard.end_offers_of_leaver();
alter table app.supplier_members enable always trigger leavers_offers;
