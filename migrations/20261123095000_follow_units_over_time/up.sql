-- Trees are never rewritten: an act on the tree makes new ones, of which the newest of a day is in force. A task keeps
-- the tree that it was issued on.

alter table tree drop constraint tree_valid_from_key;
create index tree_valid_from on tree (valid_from desc, tree_id desc);
create or replace function tree_on(day date) returns integer language sql stable as
    $$ select tree_id from tree where valid_from <= day order by valid_from desc, tree_id desc limit 1 $$;

create index unit_absorbed on unit (unit_id) where successor_id is not null;

-- A unit that was merged away is stood for by the one that goes on; one that has merely ended stands nowhere.
create view v_access_place as
    select unit_id, unit_id as place_id, parent_id, level, code, name, lo, hi from v_access_unit
    union all
    select a.unit_id, v.unit_id, v.parent_id, v.level, v.code, v.name, v.lo, v.hi
    from (
        with recursive absorbed (unit_id, at_id) as (
            select u.unit_id, u.successor_id from unit u
            where u.successor_id is not null
                and not exists (select from v_access_unit v where v.unit_id = u.unit_id)
            union
            select a.unit_id, u.successor_id from absorbed a join unit u on u.unit_id = a.at_id
            where u.successor_id is not null
                and not exists (select from v_access_unit v where v.unit_id = u.unit_id)
        )
        select unit_id, at_id from absorbed
    ) a
    join v_access_unit v on v.unit_id = a.at_id;
comment on view v_access_place is 'access: where each unit of any tree stands today, itself or by what it was merged into';
grant select on v_access_place to fupin_app;

create or replace view v_access_recipient as
    select a.account_id, a.name, a.phone_sealed, coalesce(h.place_id, a.unit_id) as home_unit_id, g.role,
        p.place_id as unit_id
    from account a
    join account_grant g on g.account_id = a.account_id
    join v_access_place p on p.unit_id = g.unit_id
    left join v_access_place h on h.unit_id = a.unit_id
    where a.disabled_at is null and a.password_hash is not null;
