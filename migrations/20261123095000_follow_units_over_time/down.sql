create or replace view v_access_recipient as
    select a.account_id, a.name, a.phone_sealed, a.unit_id as home_unit_id, g.role, g.unit_id
    from account a
    join account_grant g on g.account_id = a.account_id
    where a.disabled_at is null and a.password_hash is not null;
drop view v_access_place;
drop index unit_absorbed;
create or replace function tree_on(day date) returns integer language sql stable as
    $$ select tree_id from tree where valid_from <= day order by valid_from desc limit 1 $$;
drop index tree_valid_from;
alter table tree add constraint tree_valid_from_key unique (valid_from);
