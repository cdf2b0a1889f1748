-- What can never take effect any more is closed, and says so.
-- squawk-ignore ban-drop-constraint
alter table app.amendment_responses drop constraint amendment_responses_answer_check,
  add constraint amendment_responses_answer_check
    check (answer in ('approve', 'refuse', 'withdraw', 'lapse', 'effective', 'accept', 'decline')) not valid;
comment on column app.amendment_responses.answer is 'approve, refuse or withdraw before it is decided; lapse when nothing can come of it any more; effective when it was carried out; accept or decline from a supplier afterwards.';
