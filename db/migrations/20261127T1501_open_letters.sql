-- no-transaction
create index concurrently if not exists supplier_invitations_open on app.supplier_invitations (supplier_id, email)
  where accepted_at is null and revoked_at is null;   -- whose letter is out
