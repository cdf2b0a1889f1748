-- An operator's session lasts a day. Those that were begun before the appointment, for a week or a month, end with it.
grant update (ended_at) on app.sessions to wedsync_guard;
