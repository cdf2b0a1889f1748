-- Last: nobody creates functions in app any more, and DDL opens only inside a recorded migration.
revoke create on schema app from wedsync_guard;
drop event trigger if exists refuse_ddl;
create event trigger refuse_ddl on ddl_command_start execute function guard.refuse_ddl();
alter event trigger refuse_ddl enable always;
