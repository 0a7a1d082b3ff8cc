-- Messages to phones, notices in the application, the gateway in force.

create table gateway (
    singleton boolean primary key default true check (singleton),
    kind text not null check (kind in ('sandbox', 'http')),
    -- Address, headers, body and secret of the hook: carriers' keys travel in all of them.
    settings_sealed bytea not null,
    changed_at timestamptz not null default now()
);
comment on table gateway is 'notify: what carries messages';

create table message_template (
    event text not null,
    channel text not null check (channel in ('message', 'notice')),
    body text not null check (body <> ''),
    primary key (event, channel)
);
comment on table message_template is 'notify: the words for an event, with {{names}} for what varies';

create table message (
    message_id uuid primary key,
    -- One intent, one message: the same intent twice changes nothing.
    intent text not null unique,
    account_id uuid not null references account,
    -- Where the recipient belonged when it was written: who may read the message log of that unit reads it.
    unit_id integer not null references unit,
    recipient_name text not null,
    phone_sealed bytea not null,
    body text not null check (body <> ''),
    segments integer not null check (segments > 0),
    state text not null default 'queued'
        check (state in ('queued', 'sending', 'accepted', 'delivered', 'failed', 'unknown')),
    gateway text not null,
    gateway_code text,
    attempts integer not null default 0 check (attempts >= 0),
    created_at timestamptz not null,
    changed_at timestamptz not null,
    -- By the real clock, which nobody sets ahead: tells a call that is under way from one whose caller died.
    touched_at timestamptz not null default now()
);
comment on table message is 'notify: one text to one phone';
create index message_created_at on message (created_at desc, message_id desc);
create index message_unfinished on message (touched_at) where state in ('queued', 'sending');
create index message_unknown on message (created_at desc, message_id desc) where state = 'unknown';

create table message_event (
    event_id bigint generated always as identity primary key,
    message_id uuid not null references message,
    at timestamptz not null,
    state text not null,
    gateway_code text,
    account_id uuid references account,
    reason text
);
comment on table message_event is 'notify: each step of a message, with the gateway''s own words';
create index message_event_message on message_event (message_id);

create table stray_receipt (
    receipt_id bigint generated always as identity primary key,
    gateway text not null,
    body text not null,
    at timestamptz not null default now()
);
comment on table stray_receipt is 'notify: a signed receipt for a message that we do not know, kept for a person to look at';

create table sandbox_message (
    message_id uuid primary key references message,
    at timestamptz not null
);
comment on table sandbox_message is 'notify: a message that the sandbox gateway has taken';
create index sandbox_message_at on sandbox_message (at desc, message_id desc);

create table notice (
    notice_id uuid primary key,
    intent text not null unique,
    account_id uuid not null references account,
    body text not null check (body <> ''),
    link text not null,
    at timestamptz not null,
    read_at timestamptz
);
comment on table notice is 'notify: an in-app line addressed to one account';
create index notice_account on notice (account_id, notice_id desc);
create index notice_unread on notice (account_id) where read_at is null;

-- Units, and for each of them itself and all that stands above it in today's tree.
create function notify_line(units integer[])
    returns table (unit_id integer, at_id integer, level smallint, up integer)
    language sql stable rows 10000 as
$$
    with recursive today as materialized (select unit_id, parent_id, level from v_access_unit),
    line (unit_id, at_id, parent_id, level, up) as (
        select u.unit_id, u.unit_id, u.parent_id, u.level, 0
        from today u where u.unit_id = any (units)
        union all
        select line.unit_id, u.unit_id, u.parent_id, u.level, line.up + 1
        from line join today u on u.unit_id = line.parent_id
    )
    select unit_id, at_id, level, up from line
$$;

grant select, insert, update on gateway, message_template, message, notice to fupin_app;
grant select, insert on message_event, stray_receipt, sandbox_message to fupin_app;
