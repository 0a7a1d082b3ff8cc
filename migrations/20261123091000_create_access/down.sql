drop function know_the_tree();
drop view v_access_recipient;
drop table one_time_link, refresh_token, session, account_grant, account;
drop view v_access_unit;
drop function local_today();
drop function tree_on(date);
drop table tree_node, tree, unit, instance;
drop function count_access_change();
