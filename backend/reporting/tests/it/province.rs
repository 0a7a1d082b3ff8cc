//! A province as large as a real one, below the sample province: for what must be fast.

/// 19 counties, 243 towns and 3,296 villages, each village with a clerk. The ordinals of the sample stay as they are.
pub fn villages() -> String {
    "update tree_node set hi = 1000000 where unit_id = 1;
    insert into unit (unit_id) overriding system value select n from generate_series(1001, 1400) n;
    create temporary table laid as
        select v as village, v % 243 as town, (v % 243) % 19 as county from generate_series(0, 3295) v;
    create temporary table numbered as
        select *, 100 + 2 * row_number() over (order by county, town, village) as lo from laid;
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
        select 1, 1001 + county, 1, 1, 'c' || county, '县' || county, min(lo) * 4 - 2, max(lo) * 4 + 2
        from numbered group by county;
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
        select 1, 1101 + town, 1001 + county, 2, 't' || town, '镇' || town, min(lo) * 4 - 1, max(lo) * 4 + 1
        from numbered group by county, town;
    insert into unit (unit_id) overriding system value select 5000 + v from generate_series(0, 3295) v;
    insert into tree_node (tree_id, unit_id, parent_id, level, code, name, lo, hi)
        select 1, 5000 + village, 1101 + town, 3, 'v' || village, '村' || village, lo * 4, lo * 4 + 1 from numbered;
    insert into account (account_id, username, name, unit_id, phone_sealed, password_hash)
        select gen_random_uuid(), 'clerk' || unit_id, '文员' || unit_id, unit_id, '\\x01', 'x'
        from tree_node where unit_id >= 5000;
    insert into account_grant (grant_id, account_id, role, unit_id)
        select gen_random_uuid(), account_id, 'clerk', unit_id from account where username like 'clerk%';
    analyze;"
        .to_owned()
}
