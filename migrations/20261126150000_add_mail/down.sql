alter table message_limit drop column mail_per_day;
delete from message_event where message_id in (select message_id from message where channel = 'mail');
delete from message_reply where message_id in (select message_id from message where channel = 'mail');
delete from message where channel = 'mail';
drop index message_waiting;
create unique index message_waiting on message (account_id, occasion)
    where state = 'queued' and waits_until is not null;
drop index message_channel;
alter table message drop constraint message_subject, drop column subject, drop column channel;
delete from message_template where channel = 'mail';
alter table message_template drop constraint message_template_subject, drop column subject,
    drop constraint message_template_channel_check;
alter table message_template add constraint message_template_channel_check check (channel in ('message', 'notice'));
drop table message_choice, mail_server;
drop view v_access_mailbox;
drop table email_confirmation;
alter table account drop constraint account_email, drop column email_confirmed_at, drop column email_sealed;
