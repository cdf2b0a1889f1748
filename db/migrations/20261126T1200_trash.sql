-- Who reads that something was removed reads by whom: staff of a business removes for the business.
alter table app.delete_batches add column supplier_id uuid;
alter table app.delete_batches alter column supplier_id set default app.chosen_supplier();
comment on column app.delete_batches.supplier_id is 'The business they acted for, if any.';
create or replace view live.delete_batches with (security_invoker) as
  select scope_id, id, action, person_id, created_at, restored_at, purged_at, supplier_id from app.delete_batches;
comment on view live.delete_batches is 'One row per deletion, whatever it took along; restorable for 30 days.';
