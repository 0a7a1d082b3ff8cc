-- Of trees that begin on the same day the newest is in force: tree_on said so, this view took whichever the plan met first.
create or replace view v_access_unit as
    select unit_id, parent_id, level, code, name, lo, hi
    from tree_node
    where tree_id = (
        select t.tree_id from tree t, clock_offset c
        where t.valid_from <= ((now() + c.shift) at time zone 'Asia/Shanghai')::date
        order by t.valid_from desc, t.tree_id desc limit 1
    );
