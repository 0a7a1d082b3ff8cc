-- Somebody's work is done by somebody else for some days.

create table delegation (
    delegation_id uuid primary key,
    -- Whose work it is.
    principal_id uuid not null references account,
    -- Who does it meanwhile.
    delegate_id uuid not null references account,
    first_day date not null,
    last_day date not null,
    reason text not null check (reason <> ''),
    made_by uuid not null references account,
    made_at timestamptz not null,
    ended_at timestamptz,
    ended_by uuid references account,
    check (principal_id <> delegate_id),
    check (last_day >= first_day),
    check (ended_by is null or ended_at is not null)
);
comment on table delegation is 'access: an account''s daily work is another''s to do from one day to another';
comment on column delegation.ended_by is 'absent where it ended with an account that was disabled';
create index delegation_principal on delegation (principal_id, last_day);
create index delegation_delegate on delegation (delegate_id, last_day);
grant select, insert, update on delegation to fupin_app;

create trigger delegation_changed after insert or update or delete on delegation
    for each statement execute function count_access_change();

-- What an account may do today: by its own grants, and by the daily work that is delegated to it. Never by an office: an
-- administrator, an officer and a leader delegate nothing. Delegated work is not delegated on, for only grants of the
-- principal's own are looked at.
-- The day is written out, as in v_access_unit.
create view v_access_grant as
    select g.account_id, g.role, g.unit_id, null::uuid as principal_id, null::text as principal_name
    from account_grant g
    union all
    select d.delegate_id, g.role, g.unit_id, p.account_id, p.name
    from clock_offset c
    join delegation d on ((now() + c.shift) at time zone 'Asia/Shanghai')::date between d.first_day and d.last_day
    join account p on p.account_id = d.principal_id
    join account_grant g on g.account_id = p.account_id and g.role in ('clerk', 'reviewer')
    where d.ended_at is null and p.disabled_at is null;
comment on view v_access_grant is 'access: grants in force today, own and delegated, with whoever delegated them';

-- Who stands in for somebody is told what that one would be told.
create or replace view v_access_recipient as
    select a.account_id, a.name, a.phone_sealed, coalesce(h.place_id, a.unit_id) as home_unit_id, g.role,
        p.place_id as unit_id
    from account a
    join v_access_grant g on g.account_id = a.account_id
    join v_access_place p on p.unit_id = g.unit_id
    left join v_access_place h on h.unit_id = a.unit_id
    where a.disabled_at is null and a.password_hash is not null;

-- A delegation concerns two people; either is told of it whatever his or her roles.
create view v_access_delegation as
    select d.delegation_id, s.side, a.account_id, a.name, a.phone_sealed, coalesce(h.place_id, a.unit_id) as home_unit_id,
        p.name as principal_name, e.name as delegate_name, d.first_day, d.last_day, d.reason,
        d.ended_at is not null as ended
    from delegation d
    join account p on p.account_id = d.principal_id
    join account e on e.account_id = d.delegate_id
    cross join (values ('principal'), ('delegate')) s (side)
    join account a on a.account_id = case s.side when 'principal' then d.principal_id else d.delegate_id end
    left join v_access_place h on h.unit_id = a.unit_id
    where a.disabled_at is null;
comment on view v_access_delegation is 'access: what a message may say of a delegation, to either of the two';
grant select on v_access_grant, v_access_delegation to fupin_app;

alter table report add column submitted_for uuid;
comment on column report.submitted_for is 'in whose place it was submitted: an account, without a foreign key as submitted_by';
alter table report_edit add column on_behalf_of uuid;
comment on column report_edit.on_behalf_of is 'in whose place the account acted; without a foreign key as account_id';

create view v_reporting_submitter as select report_id, submitted_by, submitted_for from report where status = 'submitted';
comment on view v_reporting_submitter is 'reporting: who handed in what waits for a reviewer, and in whose place';
grant select on v_reporting_submitter to fupin_app;
