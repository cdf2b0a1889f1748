-- Of which questions it is kept who has seen the answer, as the kernel lists them; a test compares the two.
alter table app.core_field_definitions add column is_acknowledged boolean not null default false;
comment on column app.core_field_definitions.is_acknowledged is 'Whether it is kept which suppliers have seen each revision of its answer.';
update app.core_field_definitions d
set is_acknowledged = true
from app.audiences a
where a.audience = d.audience and not d.is_derived
  and (d.field_class = 'A' or d.fact_key in ('start_time', 'end_time') or a.area in ('headcounts', 'dietary'));
call app.protect_table('app.core_field_definitions', scope => 'reference', class => 'system');
