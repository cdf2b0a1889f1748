-- One question a statement instead of two: the function itself leaves out what the couple goes on to read.
alter policy restricted on app.core_field_revisions
  using ((wedding_id, fact_key) not in (select r.wedding_id, r.fact_key from app.restricted_facts() r));
