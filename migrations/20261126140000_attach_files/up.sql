-- Files beside the cells of a report: photographs of a ledger, scanned certificates. The content lies in the data directory
-- under its digest; what a row points at was there before the row.

create table attachment (
    attachment_id uuid primary key,
    report_id uuid not null references report,
    -- Absent: of the whole report.
    cell_key text check (length(cell_key) between 1 and 200),
    account_id uuid not null references account,
    at timestamptz not null,
    name text not null check (length(name) between 1 and 120),
    kind text not null check (kind in ('jpeg', 'png', 'webp', 'pdf', 'xlsx', 'docx')),
    bytes bigint not null check (bytes > 0),
    -- SHA-256 of the content as it is kept.
    digest bytea not null check (length(digest) = 32),
    -- By whoever attached it.
    removed_at timestamptz
);
comment on table attachment is 'reporting: a file that somebody attached to a report or to one of its cells; a removed one stays as a row';
create index attachment_by_report on attachment (report_id, at);
create index attachment_by_digest on attachment (digest);
grant select, insert on attachment to fupin_app;
grant update (removed_at) on attachment to fupin_app;

-- How much may be attached is the province's to say.
alter table task_policy
    add column attachments smallint not null default 50 check (attachments between 0 and 500),
    add column attachment_mib smallint not null default 100 check (attachment_mib between 0 and 2000);
comment on column task_policy.attachments is 'the most files of one report';
comment on column task_policy.attachment_mib is 'what the files of one report may hold together, in MiB';

-- A flag that was taken off stays, so that the history can tell of it. Whoever knows nothing of that still deletes it.
alter table cell_flag
    drop constraint cell_flag_pkey,
    add column cell_flag_id uuid primary key default gen_random_uuid(),
    add column lifted_at timestamptz,
    add column lifted_by uuid references account,
    add check ((lifted_at is null) = (lifted_by is null));
create unique index cell_flag_once on cell_flag (report_id, cell_key) where lifted_at is null;
create index cell_flag_by_report on cell_flag (report_id, at);
grant update (lifted_at, lifted_by) on cell_flag to fupin_app;
