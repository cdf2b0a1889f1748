-- A client meets its wedding: the couple takes up the invitation that went to it, and the guard writes that down.
grant update (wedding_id) on app.clients to wedsync_guard;
grant execute on function app.name_key(text) to wedsync_guard;   -- a changed row is spelt anew
grant insert on app.client_events to wedsync_guard;
