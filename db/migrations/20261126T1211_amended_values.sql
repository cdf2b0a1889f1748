-- What amendments hold of whom.
call app.declare_values('app.amendments', '{kind,reason_code,party,salt,commitment,hash}', 'plain');
call app.declare_values('app.amendments', '{reason}', 'committed', whose => 'r.person_id = $1');
call app.declare_values('app.amendment_changes', '{fact_key,definition_key,audience,salt,commitment,hash}', 'plain');
-- A proposed value is of the person whom the fact is of.
call app.declare_values('app.amendment_changes', '{value}', 'committed', whose =>
  'exists (select from app.core_field_revisions f where f.id in (select guard.facts_of($1)) and f.wedding_id = r.wedding_id and f.subject_id = r.subject_id and f.fact_key = r.fact_key)');
call app.declare_values('app.amendment_responses', '{answer,party,salt,commitment,hash}', 'plain');
call app.declare_values('app.amendment_responses', '{note}', 'committed', whose => 'r.person_id = $1');
