-- Whoever wrote in a report does not review it, and is not told to: the rows of one report stand together under the key
-- of report_edit. v_reporting_submitter stays for the program of the release before.
create view v_reporting_writer as
    select report_id, account_id, on_behalf_of from report_edit where kind in ('saved', 'submitted');
comment on view v_reporting_writer is 'reporting: who saved or submitted cells of a report, and in whose place';
grant select on v_reporting_writer to fupin_app;

comment on view v_reporting_todo is 'reporting: reports that wait for somebody to fill, mend or review them; of the reviewers, for those who wrote nothing in them (v_reporting_writer)';
