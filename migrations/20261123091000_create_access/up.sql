-- Units over time, accounts, grants, sessions.

create table instance (
    singleton boolean primary key default true check (singleton),
    province_key text not null,
    province_name text not null,
    demo boolean not null,
    set_up_at timestamptz not null default now()
);
comment on table instance is 'access: the province that this instance serves, once it is set up';

create table unit (
    unit_id integer generated always as identity primary key,
    successor_id integer references unit,
    created_at timestamptz not null default now()
);
comment on table unit is 'access: a node of the working tree, whatever its name, code or parent';

create table tree (
    tree_id integer generated always as identity primary key,
    valid_from date not null unique
);
comment on table tree is 'access: the whole tree as it holds from a date until the next tree begins';

create table tree_node (
    tree_id integer not null references tree,
    unit_id integer not null references unit,
    parent_id integer references unit,
    level smallint not null check (level between 0 and 3),
    code text not null,
    name text not null check (name <> ''),
    lo integer not null,
    hi integer not null check (hi > lo),
    primary key (tree_id, unit_id),
    unique (tree_id, lo),
    unique (tree_id, code),
    check ((level = 0) = (parent_id is null))
);
comment on table tree_node is 'access: a unit within one tree; its subtree is the range [lo, hi) of ordinals';
create index tree_node_parent on tree_node (tree_id, parent_id);
create index tree_node_unit on tree_node (unit_id);

-- The tree of a date; today's when the date is today's.
create function tree_on(day date) returns integer language sql stable as
    $$ select tree_id from tree where valid_from <= day order by valid_from desc limit 1 $$;

create function local_today() returns date language sql stable as
    $$ select (clock_now() at time zone 'Asia/Shanghai')::date $$;

-- Today's tree: what a person may see follows it.
-- Written out rather than by the functions above, so that a prepared statement plans it once.
create view v_access_unit as
    select unit_id, parent_id, level, code, name, lo, hi
    from tree_node
    where tree_id = (
        select t.tree_id from tree t, clock_offset c
        where t.valid_from <= ((now() + c.shift) at time zone 'Asia/Shanghai')::date
        order by t.valid_from desc limit 1
    );
comment on view v_access_unit is 'access: units as they stand today';

create table account (
    account_id uuid primary key,
    username text not null check (username ~ '^[A-Za-z0-9._-]{3,64}$'),
    name text not null check (name <> ''),
    unit_id integer not null references unit,
    phone_sealed bytea,
    password_hash text,
    failed_attempts integer not null default 0,
    locked_until timestamptz,
    disabled_at timestamptz,
    last_signed_in_at timestamptz,
    created_at timestamptz not null default now()
);
comment on table account is 'access: a person who can sign in';
create unique index account_username on account (lower(username));
create index account_unit on account (unit_id);

create table account_grant (
    grant_id uuid primary key,
    account_id uuid not null references account,
    role text not null,
    unit_id integer not null references unit,
    granted_by uuid references account,
    granted_at timestamptz not null default now(),
    unique (account_id, role, unit_id)
);
comment on table account_grant is 'access: a role given to an account at a unit';
-- Separation of the three administrators: no account may hold two of them.
create unique index account_grant_one_administrator on account_grant (account_id)
    where role in ('system_admin', 'security_admin', 'audit_admin');
create index account_grant_role_unit on account_grant (role, unit_id);

create table session (
    session_id uuid primary key,
    account_id uuid not null references account,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    ended_at timestamptz,
    end_reason text,
    address text not null,
    user_agent text not null
);
comment on table session is 'access: one sign-in of an account on one device';
create index session_account on session (account_id) where ended_at is null;

create table refresh_token (
    token_digest bytea primary key,
    session_id uuid not null references session,
    issued_at timestamptz not null,
    used_at timestamptz
);
comment on table refresh_token is 'access: a token that renews a session once; used twice, it ends the session';
create index refresh_token_session on refresh_token (session_id);

create table one_time_link (
    token_digest bytea primary key,
    kind text not null check (kind in ('activation', 'reset', 'set_up')),
    account_id uuid references account,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    check ((kind = 'set_up') = (account_id is null))
);
comment on table one_time_link is 'access: a link that works once';

grant select, insert, update on instance, unit, tree, account, session, refresh_token, one_time_link to fupin_app;
grant select, insert, update, delete on tree_node, account_grant to fupin_app;
grant delete on refresh_token, one_time_link, session to fupin_app;
grant select on v_access_unit to fupin_app;

-- Whom others may tell something: who can sign in, what for, and where. A lock passes; who is locked is told all the same.
create view v_access_recipient as
    select a.account_id, a.name, a.phone_sealed, a.unit_id as home_unit_id, g.role, g.unit_id
    from account a
    join account_grant g on g.account_id = a.account_id
    where a.disabled_at is null and a.password_hash is not null;
comment on view v_access_recipient is 'access: people who can sign in, one row for each role that they hold at a unit';
grant select on v_access_recipient to fupin_app;

-- What a caller may do is remembered between calls for as long as nothing of this changes.
create function count_access_change() returns trigger language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
begin
    update access_epoch set version = version + 1;
    return null;
end
$$;
create trigger account_changed after update of name, disabled_at on account
    for each statement execute function count_access_change();
create trigger account_grant_changed after insert or update or delete on account_grant
    for each statement execute function count_access_change();
create trigger session_ended after update of ended_at or delete on session
    for each statement execute function count_access_change();
create trigger tree_changed after insert or update or delete on tree
    for each statement execute function count_access_change();
create trigger tree_node_changed after insert or update or delete on tree_node
    for each statement execute function count_access_change();
create trigger unit_changed after update on unit
    for each statement execute function count_access_change();

-- A planner that has not seen the tree yet takes 3,559 rows for a handful, and what it then plans takes seconds. It looks
-- once the first tree is planted; later ones change too little to mislead it before autovacuum comes by.
create function know_the_tree() returns void language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
begin
    analyze tree, tree_node, unit, clock_offset, access_epoch;
end
$$;
