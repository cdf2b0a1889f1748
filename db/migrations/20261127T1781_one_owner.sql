-- no-transaction
create unique index concurrently if not exists supplier_members_owner on app.supplier_members (supplier_id)
  where role = 'owner' and left_at is null;   -- a business has one owner
