alter table sandbox_message drop column text;
drop view v_access_person;
drop table grant_proposal, account_import_row, account_import;
