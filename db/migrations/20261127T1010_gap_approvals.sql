-- What waits until nobody marries may go earlier (F3): between events, with two approvals. No incident, nobody who leads, and
-- no review; all else is as for an override.

-- The rules only widen, over a handful of rows that are checked at once.
-- squawk-ignore-file ban-drop-constraint, constraint-missing-not-valid, ban-drop-not-null
alter table app.protection_overrides
  add column change text
    check (change in ('contracting-migration', 'configuration', 'flag', 'infrastructure', 'upgrade')),
  drop constraint protection_overrides_kind_check,
  drop constraint protection_overrides_check,
  add constraint protection_overrides_kind_check check (kind in ('sev1', 'exploited', 'data_loss', 'rollback', 'gap')),
  add constraint protection_overrides_leads check ((kind in ('rollback', 'gap')) = (commander_id is null)),
  add constraint protection_overrides_changes check ((kind = 'gap') = (change is not null));
comment on column app.protection_overrides.kind is 'sev1, exploited or data_loss; rollback, the return to the image that ran before; gap, a change between events while a wedding is on.';
comment on column app.protection_overrides.change is 'What kind of change may go between events; null for everything else.';
comment on column app.protection_overrides.incident is 'Where the incident, or the change, is written down.';
comment on column app.protection_overrides.commander_id is 'Who leads the incident, and is one of the two who approve; nobody for a return, or between events.';
call app.protect_table('app.protection_overrides', scope => 'self', class => 'ledger');
call app.declare_values('app.protection_overrides', '{change}', 'plain');
revoke insert on app.protection_overrides from wedsync_app, wedsync_worker;
grant insert (person_id, id, kind, change, reason, rollback_plan, incident, image_digest, commander_id, window_ends_at)
  on app.protection_overrides to wedsync_app, wedsync_worker;

alter table app.protection_redemptions alter column review_due_on drop not null;
comment on column app.protection_redemptions.review_due_on is 'By when its review is due: two working days later; null for a change between events.';
