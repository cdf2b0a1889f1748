-- Whoever is invited may say no, and the one who invited learns of it.
alter table app.supplier_invitations add column declined_at timestamptz;
alter table app.wedding_invitations add column declined_at timestamptz;
comment on column app.supplier_invitations.declined_at is 'When the one invited said no; the invitation is withdrawn with it.';
comment on column app.wedding_invitations.declined_at is 'When the one invited said no; the invitation is withdrawn with it.';
call app.protect_table('app.supplier_invitations', scope => 'supplier', area => 'clients', class => 'security',
  immutable => '{kind,email,name,role,service,code_hash,person_id,expires_at,accepted_at,accepted_by,declined_at}', hidden => '{code_hash}');
call app.protect_table('app.wedding_invitations', scope => 'wedding', area => 'sharing', class => 'security',
  immutable => '{kind,email,name,service,code_hash,person_id,expires_at,accepted_at,accepted_by,declined_at}', hidden => '{code_hash}');
grant update (accepted_at, accepted_by, revoked_at, declined_at) on app.supplier_invitations, app.wedding_invitations to wedsync_guard;
