-- Tables of households and people from files: checked row by row, taken in batches, undone as a whole.

create table registry_import (
    registry_import_id uuid primary key,
    account_id uuid not null references account,
    -- Rows may speak of households of this unit and those below it.
    unit_id integer not null references unit,
    table_name text not null check (table_name in ('person', 'household', 'income')),
    source text not null,
    name text not null,
    atomic boolean not null,
    digest bytea not null check (length(digest) = 32),
    bytes bigint not null,
    -- Of the file in the data directory; gone with it.
    key_sealed bytea,
    state text not null default 'checking'
        check (state in ('checking', 'checked', 'taking', 'done', 'undoing', 'undone', 'failed', 'dropped')),
    format text not null default '',
    columns jsonb not null default '{}',
    total bigint not null default 0,
    handled bigint not null default 0,
    creates bigint not null default 0,
    updates bigint not null default 0,
    sames bigint not null default 0,
    faulty bigint not null default 0,
    warned bigint not null default 0,
    -- Rows that are not to be taken, ascending.
    bad_rows bytea,
    failure jsonb,
    uploaded_at timestamptz not null,
    checked_at timestamptz,
    run_by uuid references account,
    run_at timestamptz,
    finished_at timestamptz,
    undone_by uuid references account,
    undone_at timestamptz
);
comment on table registry_import is 'registry: a file of a table of households, people or ledgers, and how far it is';
create index registry_import_at on registry_import (uploaded_at desc, registry_import_id desc);

create table registry_import_fault (
    registry_import_id uuid not null references registry_import,
    row_no bigint not null,
    place integer not null,
    -- The file's header of the column; absent: the row as a whole.
    header text,
    code text not null,
    params jsonb not null,
    warns boolean not null,
    primary key (registry_import_id, row_no, place)
);
comment on table registry_import_fault is 'registry: what is wrong with a cell or row of a file; the cell itself is not kept';

-- What stood in a row before an import wrote over it.
create table registry_import_before (
    registry_import_id uuid not null references registry_import,
    kind text not null check (kind in ('person', 'household', 'person_year', 'household_year', 'income')),
    subject_id bigint not null,
    year smallint not null,
    before jsonb not null,
    primary key (registry_import_id, kind, subject_id, year)
);
comment on table registry_import_before is 'registry: a row as it was before an import changed it, so that the import can be undone';

create index household_origin on household (origin_id);
create index person_year_origin on person_year (origin_id);

grant select, insert, update on registry_import to fupin_app;
grant select, insert, delete on registry_import_fault, registry_import_before to fupin_app;
-- Only an import is undone by taking its pages away; nothing else deletes.
grant delete on household_year, person_year, income to fupin_app;
