-- no-transaction
create index concurrently if not exists reminders_age on app.reminders (taken_at) where letter_id is not null;   -- app.forget_reminders
