drop table schedule_run, schedule, holiday;
