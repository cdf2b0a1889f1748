-- That support looked as somebody is theirs to know.
alter table app.security_events
  -- squawk-ignore ban-drop-constraint
  drop constraint security_events_kind_check,
  add constraint security_events_kind_check check (kind in ('new_device', 'password_set', 'address_asked', 'address_changed',
    'factor_on', 'factor_off', 'recovery_code_used', 'recovery_codes_renewed', 'locked_out', 'let_in', 'signed_out_everywhere',
    'api_key_made', 'api_key_removed', 'looked_as')) not valid;
