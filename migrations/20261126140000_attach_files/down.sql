drop index cell_flag_once;
drop index cell_flag_by_report;
delete from cell_flag where lifted_at is not null;
alter table cell_flag drop column cell_flag_id, drop column lifted_at, drop column lifted_by, add primary key (report_id, cell_key);
alter table task_policy drop column attachments, drop column attachment_mib;
drop table attachment;
