-- What people say of single cells of a report: a short thread, and a flag that somebody will follow up.

create table cell_comment (
    cell_comment_id uuid primary key,
    report_id uuid not null references report,
    cell_key text not null check (length(cell_key) between 1 and 200),
    account_id uuid not null references account,
    at timestamptz not null,
    body text not null check (length(body) between 1 and 500)
);
comment on table cell_comment is 'reporting: what somebody says of one cell of a report; never changed';
create index cell_comment_by_report on cell_comment (report_id, at);

create table cell_flag (
    report_id uuid not null references report,
    cell_key text not null check (length(cell_key) between 1 and 200),
    account_id uuid not null references account,
    at timestamptz not null,
    primary key (report_id, cell_key)
);
comment on table cell_flag is 'reporting: a cell of a report that somebody will follow up';

grant select, insert on cell_comment to fupin_app;
grant select, insert, delete on cell_flag to fupin_app;
