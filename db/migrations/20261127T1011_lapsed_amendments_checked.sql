-- Every answer is one of these.
alter table app.amendment_responses validate constraint amendment_responses_answer_check;
