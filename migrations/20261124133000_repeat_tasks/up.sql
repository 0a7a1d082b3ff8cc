-- Tasks that come again each month, quarter or year.

create table holiday (
    day date primary key,
    -- A day off that would be worked, or a working day in place of it.
    works boolean not null,
    name text not null,
    -- Said by the State Council's notice; else made by hand and to be confirmed.
    confirmed boolean not null
);
comment on table holiday is 'reporting: a day that is not what its weekday says';

create table schedule (
    schedule_id uuid primary key,
    title text not null check (title <> ''),
    every text not null check (every in ('month', 'quarter', 'year')),
    form_codes text[] not null check (cardinality(form_codes) > 0),
    level smallint not null check (level between 0 and 3),
    unit_id integer not null references unit,
    chain smallint[] not null check (cardinality(chain) between 1 and 3),
    -- Of the last month of the period.
    issue_day smallint not null check (issue_day between 1 and 28),
    -- Of the month after it: the day, or the working day.
    due text not null check (due in ('day', 'working_day')),
    due_number smallint not null check (due_number between 1 and 28),
    -- The first month for which it issues; later ones follow in its steps.
    first_period date not null check (extract(day from first_period) = 1),
    paused boolean not null default false,
    created_by uuid not null references account,
    created_at timestamptz not null
);
comment on table schedule is 'reporting: forms that are issued again and again';

create table schedule_run (
    schedule_id uuid not null references schedule,
    period date not null,
    at timestamptz not null,
    -- Absent where it was not issued: the deadline had passed, or the problem says why.
    task_id uuid references task,
    problem text,
    primary key (schedule_id, period),
    check (task_id is null or problem is null)
);
comment on table schedule_run is 'reporting: a period that a schedule has dealt with, once';

grant select, insert, update, delete on holiday to fupin_app;
grant select, insert, update on schedule to fupin_app;
grant select, insert on schedule_run to fupin_app;
