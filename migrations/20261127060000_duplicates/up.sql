-- Two records that may be of one human being, until somebody says so; and what was said can be taken back.

create table duplicate (
    duplicate_id uuid primary key,
    -- The record that is older, and the younger one.
    first_id bigint not null references person,
    second_id bigint not null references person,
    likeness text not null check (likeness in ('unnumbered', 'renumbered')),
    state text not null default 'open' check (state in ('open', 'merged', 'apart')),
    -- Of a pair that was merged: which record is kept, whether the other belonged to its household, and which of its years
    -- went over.
    kept_id bigint,
    was_present boolean,
    moved_years smallint[] not null default '{}',
    found_at timestamptz not null,
    decided_by uuid references account,
    decided_at timestamptz,
    reason text,
    unique (first_id, second_id),
    check (first_id < second_id),
    check ((state = 'open') = (decided_at is null)),
    check ((state = 'merged') = (kept_id is not null)),
    check (kept_id in (first_id, second_id))
);
comment on table duplicate is 'registry: two records that may be of one person, and what somebody said of them';
create index duplicate_waiting on duplicate (found_at, duplicate_id) where state = 'open';
create index duplicate_second on duplicate (second_id);

-- People of one birthday and name, wherever they live.
create index person_likeness on person (birthday, name) where voided_at is null;

grant select, insert, update on duplicate to fupin_app;
