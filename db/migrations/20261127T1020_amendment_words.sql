-- What somebody says in their own words is not every supplier's to read. The columns are the guard's; whoever may read them
-- finds them in the views, where they stand last. Whoever protects these tables anew makes the views anew.
-- squawk-ignore ban-drop-view
drop view live.amendments;
call app.protect_table('app.amendments', scope => 'wedding', area => 'amendments', class => 'ledger', hidden => '{salt,reason}');
revoke insert on app.amendments from wedsync_app, wedsync_worker;
grant insert (wedding_id, id, kind, reason_code, reason) on app.amendments to wedsync_app, wedsync_worker;
grant update (reason, salt) on app.amendments to wedsync_guard;   -- erasure
create or replace view live.amendments with (security_invoker) as
  select wedding_id, id, kind, reason_code, party, person_id, supplier_id, proposed_at, link, commitment, hash,
    app.amendment_reason(wedding_id, id) as reason
  from app.amendments;

-- squawk-ignore ban-drop-view
drop view live.amendment_responses;
call app.protect_table('app.amendment_responses', scope => 'wedding', area => 'amendments', class => 'ledger', hidden => '{salt,note}');
revoke insert on app.amendment_responses from wedsync_app, wedsync_worker;
grant insert (wedding_id, amendment_id, answer, note) on app.amendment_responses to wedsync_app, wedsync_worker;
grant insert, update (note, salt) on app.amendment_responses to wedsync_guard;   -- support's answers, erasure
create or replace view live.amendment_responses with (security_invoker) as
  select wedding_id, amendment_id, id, answer, party, person_id, supplier_id, answered_at, link, commitment, hash,
    app.answer_note(wedding_id, amendment_id, id) as note
  from app.amendment_responses;
