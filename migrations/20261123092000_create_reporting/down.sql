drop function know_the_reports(bigint);
drop view v_reporting_notice, v_reporting_search, v_reporting_todo;
drop table report_edit, report, task_form, task, form;
