-- Accounts of a whole province from one sheet: what was uploaded, what became of each row, and the grants that it proposes.

create table account_import (
    account_import_id uuid primary key,
    -- Who uploaded it.
    account_id uuid not null references account,
    -- The top of the uploader's scope: rows name units of its subtree, and whoever manages accounts there sees the import.
    unit_id integer not null references unit,
    digest bytea not null check (length(digest) = 32),
    state text not null default 'checking'
        check (state in ('checking', 'checked', 'importing', 'done', 'failed', 'expired')),
    content_sealed bytea,
    total integer not null check (total > 0),
    -- Rows that the pass under way has dealt with, and of how many.
    handled integer not null default 0 check (handled >= 0),
    to_handle integer not null check (to_handle >= 0),
    creates integer not null default 0,
    proposes integer not null default 0,
    sames integer not null default 0,
    faulty integer not null default 0,
    uploaded_at timestamptz not null,
    checked_at timestamptz,
    run_by uuid references account,
    run_at timestamptz,
    finished_at timestamptz,
    check (state not in ('checking', 'checked', 'importing') or content_sealed is not null)
);
comment on table account_import is 'access: a sheet of accounts that somebody uploaded';
comment on column account_import.content_sealed is 'its rows as they were typed, phones among them; gone when nothing is left to do with them';
create index account_import_uploaded on account_import (uploaded_at desc, account_import_id desc);
create index account_import_digest on account_import (digest) where state = 'done';

create table account_import_row (
    account_import_id uuid not null references account_import,
    row_no integer not null check (row_no > 0),
    username text not null,
    name text not null,
    unit_typed text not null,
    unit_id integer references unit,
    role text,
    outcome text not null check (outcome in ('create', 'propose', 'same', 'faulty')),
    faults jsonb not null default '[]',
    -- The account that it speaks of, once there is one.
    account_id uuid references account,
    -- How often its person was sent a link, and when last; absent again while the next one is being prepared.
    invitations integer not null default 0,
    invited_at timestamptz,
    primary key (account_import_id, row_no),
    check ((outcome = 'faulty') = (faults <> '[]'))
);
comment on table account_import_row is 'access: a row of such a sheet, and what became of it';
create index account_import_row_outcome on account_import_row (account_import_id, outcome, row_no);
create index account_import_row_account on account_import_row (account_id) where account_id is not null;

create table grant_proposal (
    grant_proposal_id uuid primary key,
    account_import_id uuid not null references account_import,
    account_id uuid not null references account,
    role text not null,
    unit_id integer not null references unit,
    state text not null default 'pending' check (state in ('pending', 'confirmed', 'refused')),
    reason text,
    decided_by uuid references account,
    decided_at timestamptz,
    proposed_at timestamptz not null,
    unique (account_id, role, unit_id),
    check ((state = 'pending') = (decided_at is null)),
    check ((state = 'refused') = (reason is not null))
);
comment on table grant_proposal is 'access: a role that a sheet proposes for an account; it gives nothing before it is confirmed';
create index grant_proposal_import on grant_proposal (account_import_id, grant_proposal_id);

grant select, insert, update on account_import, account_import_row, grant_proposal to fupin_app;

-- Whom one may be told something of his own account, whether he has a right yet or not.
create view v_access_person as
    select a.account_id, a.username, a.name, a.phone_sealed, coalesce(h.place_id, a.unit_id) as home_unit_id,
        a.password_hash is null as pending
    from account a
    left join v_access_place h on h.unit_id = a.unit_id
    where a.disabled_at is null;
comment on view v_access_person is 'access: people whose account is not disabled, activated or not';
grant select on v_access_person to fupin_app;

-- A one-time link is made at the moment of sending and kept nowhere; only the sandbox shows what went out.
alter table sandbox_message add column text text;
comment on column sandbox_message.text is 'what went out, where the message itself leaves a secret blank';
