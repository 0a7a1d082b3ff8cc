alter table report_edit drop constraint report_edit_kind_check;
alter table report_edit add constraint report_edit_kind_check
    check (kind in ('saved', 'submitted', 'withdrawn', 'approved', 'returned'));
alter table report_edit drop column reopened;
alter table report drop column reopened;
