drop view v_reporting_submitter;
alter table report_edit drop column on_behalf_of;
alter table report drop column submitted_for;
drop view v_access_delegation;
create or replace view v_access_recipient as
    select a.account_id, a.name, a.phone_sealed, coalesce(h.place_id, a.unit_id) as home_unit_id, g.role,
        p.place_id as unit_id
    from account a
    join account_grant g on g.account_id = a.account_id
    join v_access_place p on p.unit_id = g.unit_id
    left join v_access_place h on h.unit_id = a.unit_id
    where a.disabled_at is null and a.password_hash is not null;
drop view v_access_grant;
drop table delegation;
