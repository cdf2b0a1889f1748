-- Found as it is written: an expression is not leakproof, so under row security its index would never be asked.

-- squawk-ignore require-concurrent-index-deletion
drop index app.clients_email, app.clients_partner_email;
-- squawk-ignore require-concurrent-index-creation
create index clients_email on app.clients (supplier_id, email) where email <> '' and delete_batch is null;   -- who is here already
-- squawk-ignore require-concurrent-index-creation
create index clients_partner_email on app.clients (supplier_id, partner_email) where partner_email <> '' and delete_batch is null;
