-- A running task is amended, and everybody sees by whom and why.

create table amendment (
    amendment_id uuid primary key,
    task_id uuid not null references task,
    account_id uuid not null references account,
    at timestamptz not null,
    reason text not null check (reason <> ''),
    -- What it changed, in the shape in which the log shows it.
    act jsonb not null check (act ? 'kind')
);
comment on table amendment is 'reporting: a change of a running task';
create index amendment_task on amendment (task_id, at);

alter table report_edit drop constraint report_edit_kind_check;
alter table report_edit add constraint report_edit_kind_check
    check (kind in ('saved', 'submitted', 'withdrawn', 'approved', 'returned', 'revoked', 'amended'));

grant select, insert on amendment to fupin_app;
-- A corrected form takes the place of the one before it.
grant delete on task_form to fupin_app;

-- One item over the months: found by form and period. Neither ever changes, so that writing a report stays as cheap.
create index report_form_period on report (form_code, period) where not void;
-- The board looks at how all reports of a task stand, and at none of their contents: these lie beside the rows, so that the
-- rows of a province are read in a tenth of the pages.
alter table report set (toast_tuple_target = 256);
