-- Spreadsheets of many reports in one file, made while somebody waits.

create table export (
    export_id uuid primary key,
    -- Whose it is; nobody else fetches it.
    account_id uuid not null references account,
    task_id uuid not null references task,
    -- Not of task_form: a corrected form takes the place of the one that was ordered.
    form_id uuid not null references form,
    -- All reports of this unit and of those below it, by the task's tree.
    unit_id integer not null references unit,
    state text not null default 'queued'
        check (state in ('queued', 'running', 'done', 'failed', 'cancelled', 'expired')),
    total integer not null check (total > 0),
    written integer not null default 0 check (written >= 0),
    -- Of the file.
    bytes bigint check (bytes > 0),
    ordered_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    expires_at timestamptz,
    check (state not in ('done', 'expired') or (bytes is not null and finished_at is not null and expires_at is not null))
);
comment on table export is 'reporting: a file of many spreadsheets that somebody ordered; the file itself lies in the data directory';
create index export_by_account on export (account_id, ordered_at desc);
-- Whoever orders the same again while it is being made gets the one that is being made.
create unique index export_one_under_way on export (account_id, task_id, form_id, unit_id)
    where state in ('queued', 'running');
create index export_to_expire on export (expires_at) where state = 'done';

grant select, insert, update on export to fupin_app;
