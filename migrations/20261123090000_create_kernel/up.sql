-- What every domain stands on: the clock, the audit trail, the outbox, repeated requests.

create table clock_offset (
    singleton boolean primary key default true check (singleton),
    shift interval not null default '0'
);
comment on table clock_offset is 'kernel: how far the demonstration and the tests have set the clock ahead';
insert into clock_offset default values;

-- The one clock of the product. Stable within a statement, as now() is within a transaction.
create function clock_now() returns timestamptz language sql stable as
    $$ select now() + (select shift from clock_offset) $$;

-- Counts changes of who may do what, so that what was read of it before is known to hold still or not.
create table access_epoch (
    singleton boolean primary key default true check (singleton),
    version bigint not null default 0
);
comment on table access_epoch is 'kernel: how often accounts, grants, sessions or the tree have changed';
insert into access_epoch default values;

create view v_kernel_moment as
    select now() + c.shift as moment, e.version as epoch from clock_offset c, access_epoch e;
comment on view v_kernel_moment is 'kernel: the clock, and the epoch of access';

-- A tick orders audit rows by transaction. Transaction ids restart in a restored database, so a base keeps ticks growing.
create table audit_base (
    singleton boolean primary key default true check (singleton),
    base bigint not null default 0
);
comment on table audit_base is 'kernel: added to transaction ids so that ticks grow across restores';
insert into audit_base default values;

-- In a language whose plans are kept: of a function in SQL each statement that calls it makes a new one, which costs more
-- than the row that carries the tick.
create function audit_tick() returns bigint language plpgsql volatile as $$
begin
    return (select base from audit_base) + pg_current_xact_id()::text::bigint;
end
$$;

create table audit_row (
    audit_id uuid primary key,
    at timestamptz not null,
    account_id uuid,
    session_id uuid,
    event text not null check (event <> ''),
    object_id text,
    outcome text not null check (outcome in ('done', 'refused', 'failed')),
    code text,
    address text not null,
    request_id text not null,
    detail text not null,
    mac bytea not null check (length(mac) = 32),
    tick bigint not null default audit_tick()
);
comment on table audit_row is 'kernel: one act, and how it ended; never changed, never deleted';
create index audit_row_at on audit_row (at desc, audit_id desc);
create index audit_row_tick on audit_row (tick, audit_id);
create index audit_row_account on audit_row (account_id, at desc) where account_id is not null;
create index audit_row_object on audit_row (object_id, at desc) where object_id is not null;

create table audit_segment (
    segment_no bigint primary key check (segment_no > 0),
    from_tick bigint not null,
    to_tick bigint not null check (to_tick > from_tick),
    audit_ids uuid[] not null,
    digest bytea not null check (length(digest) = 32),
    previous bytea not null check (length(previous) = 32),
    mac bytea not null check (length(mac) = 32),
    sealed_at timestamptz not null
);
comment on table audit_segment is 'kernel: a sealed run of audit rows, chained to the one before';

create table idempotency (
    account_id uuid not null,
    key text not null check (length(key) between 1 and 100),
    request_digest bytea not null,
    response text not null,
    created_at timestamptz not null default now(),
    primary key (account_id, key)
);
comment on table idempotency is 'kernel: the answer to a write that may be repeated by a bad network';
create index idempotency_created_at on idempotency (created_at);

create table outbox (
    outbox_id bigint generated always as identity primary key,
    topic text not null,
    payload jsonb not null,
    created_at timestamptz not null default now()
);
comment on table outbox is 'kernel: something that happened and that others have yet to hear of';

grant select on clock_offset, access_epoch, v_kernel_moment, audit_base to fupin_app;
grant update on clock_offset to fupin_app;
grant select, insert on audit_row, audit_segment to fupin_app;
grant select, insert, delete on idempotency, outbox to fupin_app;
-- Whoever reads the outbox locks what it reads, which takes the right to update.
grant update on outbox to fupin_app;
