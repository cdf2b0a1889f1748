-- A list of changes shows a question without its heading, so "End" has to say of what.
update app.core_field_definitions set label = 'Reception ends' where key = 'end_time';
