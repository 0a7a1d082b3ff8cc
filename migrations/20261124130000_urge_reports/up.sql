-- Who still owes is reminded by the calendar, and dunned by an officer.

-- As notify_line, for whoever else has to know who stands above a unit.
create function access_line(units integer[])
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
comment on function access_line is 'access: units, and for each of them itself and all that stands above it today';

create table task_policy (
    singleton boolean primary key default true check (singleton),
    -- Days from the deadline: before it, on it (0), after it.
    reminder_days smallint[] not null default '{-3,-1,0,1,3}',
    -- The hour of such a day at which people are reminded, local time.
    reminder_hour smallint not null default 9 check (reminder_hour between 0 and 23),
    -- From so many days after the deadline on, the reviewers of these levels hear of it.
    escalation_days smallint[] not null default '{1,3}',
    escalation_levels smallint[] not null default '{2,1}',
    -- A person is dunned for a task again after this.
    dunning_rest interval not null default '4 hours' check (dunning_rest >= '0'),
    -- How often an officer duns in a day.
    dunnings_per_day integer not null default 20 check (dunnings_per_day > 0),
    check (cardinality(escalation_days) = cardinality(escalation_levels))
);
comment on table task_policy is 'reporting: how the province urges those who owe';
insert into task_policy default values;

alter table task
    add column reminder_days smallint[],
    add column deadline_set_at timestamptz,
    add column ended_by uuid references account;
comment on column task.reminder_days is 'its own days of reminding, in place of the province''s';
comment on column task.deadline_set_at is 'when the deadline in force was set; absent, when it was issued';

create table reminder (
    task_id uuid not null references task,
    -- With another deadline the days are counted anew.
    deadline date not null,
    step smallint not null,
    at timestamptz not null,
    -- Nobody was told of a step that had passed before it could be taken.
    told boolean not null,
    primary key (task_id, deadline, step)
);
comment on table reminder is 'reporting: a day of reminding that has been dealt with, once';

create table dunning (
    dunning_id uuid primary key,
    task_id uuid not null references task,
    account_id uuid not null references account,
    at timestamptz not null,
    form_id uuid references form,
    unit_id integer references unit,
    overdue boolean not null,
    told integer not null check (told >= 0),
    resting integer not null check (resting >= 0)
);
comment on table dunning is 'reporting: an officer asks those who owe reports of a task for them';
create index dunning_account on dunning (account_id, at);
create index dunning_task on dunning (task_id, at);

create table dunned (
    task_id uuid not null references task,
    account_id uuid not null references account,
    dunning_id uuid not null,
    at timestamptz not null,
    primary key (task_id, account_id)
);
comment on table dunned is 'reporting: when a person was last dunned for a task';
create index dunned_dunning on dunned (dunning_id);

create view v_reporting_dunned as select dunning_id, task_id, account_id from dunned;
comment on view v_reporting_dunned is 'reporting: whom a dunning is for';

grant select on task_policy, v_reporting_dunned to fupin_app;
grant insert, update on task_policy to fupin_app;
grant select, insert on reminder, dunning to fupin_app;
grant select, insert, update on dunned to fupin_app;
