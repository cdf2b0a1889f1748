-- Duty support answers through the guard: it belongs to no wedding, so no policy of one lets it in.
grant insert on app.amendment_responses to wedsync_guard;
