-- Quiet hours hold what must arrive too, so they last for half a day at most. Nobody has chosen longer ones: they are a day old.
alter table app.letter_settings add constraint letter_settings_short_night
  check ((quiet_until - quiet_from + 24) % 24 <= 12) not valid;
