-- Every event is one of these.
alter table app.security_events validate constraint security_events_kind_check;
