drop view v_reporting_dunned;
drop table dunned, dunning, reminder, task_policy;
alter table task drop column reminder_days, drop column deadline_set_at, drop column ended_by;
drop function access_line;
