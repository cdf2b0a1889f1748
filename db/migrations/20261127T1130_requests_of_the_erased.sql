-- Whoever is erased waits for no answer and no file: the guard takes back what they had asked for (guard.part).
grant update (withdrawn_at) on app.data_requests to wedsync_guard;
