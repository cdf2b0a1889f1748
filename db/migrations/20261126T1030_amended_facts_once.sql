-- no-transaction
-- An amendment changes each of its facts once; this also finds what an amendment changed.
create unique index concurrently if not exists core_field_revisions_amended
  on app.core_field_revisions (wedding_id, amendment_id, subject_id, fact_key) where amendment_id is not null;
