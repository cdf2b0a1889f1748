-- Whom support called back is one of the wedding's: what it wrote down goes with them.
call app.declare_values('app.amendment_responses', '{note}', 'committed', whose =>
  'r.person_id = $1 or r.party = ''support'' and r.wedding_id in (select m.wedding_id from app.wedding_members m where m.person_id = $1)');
