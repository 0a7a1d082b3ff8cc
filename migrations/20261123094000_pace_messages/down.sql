drop index message_waiting, message_account;
alter table message drop column occasion, drop column reports, drop column waits_until;
