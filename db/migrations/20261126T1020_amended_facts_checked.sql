-- Every fact that names an amendment has one.
alter table app.core_field_revisions validate constraint core_field_revisions_amendment;
