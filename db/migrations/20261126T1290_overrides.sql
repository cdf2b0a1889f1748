-- A release that cannot wait (F6): asked for by one, approved by two others, used once, reviewed. Only ever added to.

create table app.protection_overrides (
  person_id uuid not null references app.operators, id uuid not null default uuidv7() unique,
  kind text not null check (kind in ('sev1', 'exploited', 'data_loss', 'rollback')),
  reason text not null check (length(reason) between 20 and 2000),
  rollback_plan text not null check (length(rollback_plan) between 10 and 2000),
  incident text not null check (length(incident) between 1 and 100),
  image_digest text not null check (image_digest ~ '^sha256:[0-9a-f]{64}$'),
  commander_id uuid references app.operators, window_ends_at timestamptz not null,
  created_at timestamptz not null default app.clock(), primary key (person_id, id),
  check ((kind = 'rollback') = (commander_id is null)), check (commander_id <> person_id),
  check (window_ends_at > created_at and window_ends_at <= created_at + interval '24 hours'));
comment on table app.protection_overrides is 'Releases that somebody asked for in a freeze, and why.';
comment on column app.protection_overrides.person_id is 'Who asked; they approve nothing of it.';
comment on column app.protection_overrides.id is 'The override; what its token names.';
comment on column app.protection_overrides.kind is 'sev1, exploited or data_loss; or rollback, the return to the image that ran before.';
comment on column app.protection_overrides.reason is 'What is wrong and cannot wait.';
comment on column app.protection_overrides.rollback_plan is 'What happens if the release makes it worse.';
comment on column app.protection_overrides.incident is 'Where the incident is written down.';
comment on column app.protection_overrides.image_digest is 'The one image that may be released.';
comment on column app.protection_overrides.commander_id is 'Who leads the incident, and is one of the two who approve; nobody for a return.';
comment on column app.protection_overrides.window_ends_at is 'Until when it may be used, 24 hours at most.';
comment on column app.protection_overrides.created_at is 'When it was asked for; its window begins.';

create table app.protection_approvals (
  person_id uuid not null references app.operators, id uuid not null default uuidv7(), author_id uuid not null, override_id uuid not null,
  created_at timestamptz not null default app.clock(), primary key (person_id, override_id), check (person_id <> author_id),
  foreign key (author_id, override_id) references app.protection_overrides (person_id, id));
comment on table app.protection_approvals is 'Who let an override pass.';
comment on column app.protection_approvals.person_id is 'Who approved, once, and never what they asked for themselves.';
comment on column app.protection_approvals.id is 'The approval.';
comment on column app.protection_approvals.author_id is 'Who asked for it.';
comment on column app.protection_approvals.override_id is 'What was approved.';
comment on column app.protection_approvals.created_at is 'When.';
create index protection_approvals_override on app.protection_approvals (override_id);   -- app.is_approved

create table app.protection_redemptions (
  person_id uuid not null references app.operators, id uuid not null default uuidv7(), author_id uuid not null,
  override_id uuid not null constraint protection_redemptions_once unique, review_due_on date not null,
  created_at timestamptz not null default app.clock(), primary key (person_id, override_id),
  foreign key (author_id, override_id) references app.protection_overrides (person_id, id));
comment on table app.protection_redemptions is 'Overrides that were used. Each is used once, whoever comes first.';
comment on column app.protection_redemptions.person_id is 'Who used it.';
comment on column app.protection_redemptions.id is 'The use.';
comment on column app.protection_redemptions.author_id is 'Who had asked for it.';
comment on column app.protection_redemptions.override_id is 'What was used.';
comment on column app.protection_redemptions.review_due_on is 'By when its review is due: two working days later.';
comment on column app.protection_redemptions.created_at is 'When.';

create table app.protection_reviews (
  person_id uuid not null references app.operators, id uuid not null default uuidv7(), author_id uuid not null,
  override_id uuid not null unique references app.protection_redemptions (override_id),
  is_justified boolean not null, findings text not null check (length(findings) between 20 and 5000),
  created_at timestamptz not null default app.clock(), primary key (person_id, override_id), check (person_id <> author_id),
  foreign key (author_id, override_id) references app.protection_overrides (person_id, id));
comment on table app.protection_reviews is 'What was learnt from an override that was used.';
comment on column app.protection_reviews.person_id is 'Who reviewed it; not who had asked for it.';
comment on column app.protection_reviews.id is 'The review.';
comment on column app.protection_reviews.author_id is 'Who had asked for it.';
comment on column app.protection_reviews.override_id is 'What was reviewed.';
comment on column app.protection_reviews.is_justified is 'Whether it would be done again.';
comment on column app.protection_reviews.findings is 'What happened, and what is changed so that it need not happen again.';
comment on column app.protection_reviews.created_at is 'When.';

call app.protect_table('app.protection_overrides', scope => 'self', class => 'ledger');
call app.protect_table('app.protection_approvals', scope => 'self', class => 'ledger');
call app.protect_table('app.protection_redemptions', scope => 'self', class => 'ledger');
call app.protect_table('app.protection_reviews', scope => 'self', class => 'ledger');

-- Nobody writes what the clock has to say.
revoke insert on app.protection_overrides, app.protection_approvals, app.protection_redemptions, app.protection_reviews
  from wedsync_app, wedsync_worker;
grant insert (person_id, id, kind, reason, rollback_plan, incident, image_digest, commander_id, window_ends_at)
  on app.protection_overrides to wedsync_app, wedsync_worker;
grant insert (person_id, id, author_id, override_id) on app.protection_approvals to wedsync_app, wedsync_worker;
grant insert (person_id, id, author_id, override_id, review_due_on) on app.protection_redemptions to wedsync_app, wedsync_worker;
grant insert (person_id, id, author_id, override_id, is_justified, findings) on app.protection_reviews to wedsync_app, wedsync_worker;

do $$
declare t name;
begin
  foreach t in array '{protection_overrides,protection_approvals,protection_redemptions,protection_reviews}'::name[] loop
    execute format('create policy colleagues on app.%I for select to wedsync_app, wedsync_worker using ((select app.operator_role()) is not null)', t);
    execute format('create policy who_release on app.%I as restrictive for insert to wedsync_app, wedsync_worker with check ((select app.operator_role()) = any (array[''super_admin'', ''developer'', ''ops'']))', t);
    execute format('create trigger added after insert on app.%I referencing new table as new_rows for each statement execute function guard.written(''ledger'', ''self'', ''person_id'')', t);
    execute format('alter table app.%I enable always trigger added', t);
  end loop;
end $$;
create trigger redeemed before insert on app.protection_redemptions for each row execute function guard.redeemed();
alter table app.protection_redemptions enable always trigger redeemed;

call app.declare_values('app.protection_overrides', '{kind,image_digest}', 'plain');
call app.declare_values('app.protection_overrides', '{reason,rollback_plan,incident}', 'kept',
  why => 'what was released in a freeze and why: written by operators about the platform, reviewed, and on record');
call app.declare_values('app.protection_redemptions', '{review_due_on}', 'plain');
call app.declare_values('app.protection_reviews', '{findings}', 'kept',
  why => 'what was learnt from a release in a freeze: written by operators about the platform, and on record');
