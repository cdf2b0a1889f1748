-- Whoever leaves a business, by whatever way, is signed out on every device with the same commit.
create trigger leavers_sessions after update of left_at on app.supplier_members for each row
  when (new.left_at is not null and old.left_at is null) execute function guard.end_sessions_of_leaver();
alter table app.supplier_members enable always trigger leavers_sessions;
