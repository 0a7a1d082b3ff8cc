-- Answers are swept once an hour, by a look at all of them; each write that may be repeated paid for the index.
drop index idempotency_created_at;

comment on column report.late is 'not read and no longer written: late is who submitted after the deadline in force; here for the program of the release before';
