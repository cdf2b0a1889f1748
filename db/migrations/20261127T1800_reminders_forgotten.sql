-- Letters about changes that were not seen are sent soon after they are taken; a month later no job asks for one again.

grant delete on app.reminders to wedsync_guard;   -- app.forget_reminders
