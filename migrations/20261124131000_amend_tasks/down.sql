alter table report reset (toast_tuple_target);
drop index report_form_period;
revoke delete on task_form from fupin_app;
delete from report_edit where kind = 'amended';
alter table report_edit drop constraint report_edit_kind_check;
alter table report_edit add constraint report_edit_kind_check
    check (kind in ('saved', 'submitted', 'withdrawn', 'approved', 'returned', 'revoked'));
drop table amendment;
