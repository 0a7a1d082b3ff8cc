comment on view v_reporting_todo is 'reporting: reports that wait for somebody to fill, mend or review them';
drop view v_reporting_writer;
