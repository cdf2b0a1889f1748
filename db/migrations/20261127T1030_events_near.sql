-- A wedding is read-only from its first event to its last, so no event is more than 400 days from its date. Asked at commit: when
-- the wedding's date moves, the others move along one after another.
create constraint trigger near after insert on app.core_field_revisions
  deferrable initially deferred for each row when (new.fact_key = 'date') execute function guard.near_enough();
alter table app.core_field_revisions enable always trigger near;
