-- A reviewer returns a report for some of its cells, and takes an approval back.

alter table report add column reopened text;
comment on column report.reopened is
    'the cells that the last return opened to the clerk, each with its remark, as JSON; none when it opened all';
alter table report_edit add column reopened text;
comment on column report_edit.reopened is 'of a return: as report.reopened';
alter table report_edit drop constraint report_edit_kind_check;
alter table report_edit add constraint report_edit_kind_check
    check (kind in ('saved', 'submitted', 'withdrawn', 'approved', 'returned', 'revoked'));
