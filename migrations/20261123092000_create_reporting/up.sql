-- Forms, tasks, reports and their history.

create table form (
    form_id uuid primary key,
    code text not null check (code <> ''),
    version integer not null check (version > 0),
    title text not null check (title <> ''),
    cells integer not null check (cells > 0),
    definition text not null,
    digest bytea not null,
    created_at timestamptz not null default now(),
    unique (code, version)
);
comment on table form is 'reporting: one version of a form; never changed once it exists';

create table task (
    task_id uuid primary key,
    title text not null check (title <> ''),
    period date not null check (extract(day from period) = 1),
    level smallint not null check (level between 0 and 3),
    unit_id integer not null references unit,
    -- The tree that the task was issued on: its expected set and its totals follow it.
    tree_id integer not null references tree,
    deadline date not null,
    due_at timestamptz not null,
    chain smallint[] not null check (cardinality(chain) between 1 and 3),
    status text not null default 'open' check (status in ('open', 'closed', 'cancelled')),
    issued_by uuid not null references account,
    issued_at timestamptz not null,
    ended_at timestamptz,
    cancel_reason text,
    check ((status = 'cancelled') = (cancel_reason is not null))
);
comment on table task is 'reporting: forms issued in one batch for a period';

create table task_form (
    task_id uuid not null references task,
    form_id uuid not null references form,
    position smallint not null,
    primary key (task_id, form_id)
);
comment on table task_form is 'reporting: a form of a task, in the version that it was issued with';

create table report (
    report_id uuid primary key,
    task_id uuid not null,
    form_id uuid not null,
    unit_id integer not null references unit,
    form_code text not null,
    period date not null,
    void boolean not null default false,
    status text not null default 'draft' check (status in ('draft', 'submitted', 'returned', 'approved')),
    -- How many levels of the chain have approved it.
    stage smallint not null default 0 check (stage between 0 and 3),
    version integer not null default 0 check (version >= 0),
    cells text not null default '{}',
    explanations text not null default '{}',
    -- The items that roll up, packed; present once submitted.
    leaf bytea,
    late boolean not null default false,
    submitted_at timestamptz,
    -- An account, which is never deleted. No foreign key: its check locks the account's row, and all that one account
    -- submits would queue there.
    submitted_by uuid,
    return_reason text,
    changed_at timestamptz not null,
    foreign key (task_id, form_id) references task_form,
    unique (task_id, form_id, unit_id),
    check (status in ('draft', 'returned') or leaf is not null)
) with (fillfactor = 80);
comment on table report is 'reporting: one unit''s filled form within a task';
-- One living report for a form, a unit and a period, whatever the number of tasks.
create unique index report_one_per_period on report (unit_id, period, form_code) where not void;

create table report_edit (
    report_id uuid not null references report,
    version integer not null,
    kind text not null check (kind in ('saved', 'submitted', 'withdrawn', 'approved', 'returned')),
    -- As in report: an account, without a foreign key.
    account_id uuid not null,
    at timestamptz not null,
    reason text,
    -- The cells that it changed, with their new content; what stood there before is in the rows before.
    cells text not null,
    primary key (report_id, version)
);
comment on table report_edit is 'reporting: one save or one act, and the cells that it changed';

-- Packed already: compressing it costs time and saves nothing.
alter table report alter column leaf set storage external;

grant select, insert on form, task, task_form, report, report_edit to fupin_app;
grant update on task, report to fupin_app;

create view v_reporting_todo as
    select
        case when r.status = 'submitted' then 'review_report'
             when r.status = 'returned' then 'mend_report'
             else 'fill_report' end as kind,
        r.report_id as object_id,
        r.unit_id,
        -- Whose turn it is: the level of the reviewer, or none for whoever fills.
        case when r.status = 'submitted' then t.chain[r.stage + 1] end as review_level,
        f.title,
        t.period,
        case when r.status = 'draft' then t.issued_at else r.changed_at end as since,
        t.due_at
    from report r
    join task t on t.task_id = r.task_id
    join form f on f.form_id = r.form_id
    where t.status = 'open' and not r.void and r.status in ('draft', 'returned', 'submitted');
comment on view v_reporting_todo is 'reporting: reports that wait for somebody to fill, mend or review them';

create view v_reporting_search as
    select 'form' as kind, form_id as object_id, null::integer as unit_id, title, code as place
    from form
    union all
    select 'task', task_id, unit_id, title, to_char(period, 'YYYY-MM')
    from task
    where status <> 'cancelled';
comment on view v_reporting_search is 'reporting: forms and tasks that a person can jump to';

grant select on v_reporting_todo, v_reporting_search to fupin_app;

create view v_reporting_notice as
    select r.report_id, r.task_id, r.unit_id, n.name as unit_name, f.title as form_title, tf.position,
        t.period, t.deadline, r.status,
        -- Whose turn it is: the level of the reviewer.
        case when r.status = 'submitted' then t.chain[r.stage + 1] end as review_level,
        r.return_reason
    from report r
    join task t on t.task_id = r.task_id
    join task_form tf on tf.task_id = r.task_id and tf.form_id = r.form_id
    join form f on f.form_id = r.form_id
    join tree_node n on n.tree_id = t.tree_id and n.unit_id = r.unit_id
    where t.status = 'open' and not r.void;
comment on view v_reporting_notice is 'reporting: what a message may say of a living report';
grant select on v_reporting_notice to fupin_app;

-- As know_the_tree: reports come by the thousand in one moment, and are asked for in the next. Once they are many, one
-- more issue changes little, and autovacuum is soon enough.
create function know_the_reports(added bigint) returns void language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp as $$
begin
    if (select reltuples from pg_class where oid = 'report'::regclass) < 10 * added then
        analyze report, task, task_form, form;
    end if;
end
$$;
