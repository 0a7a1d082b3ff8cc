-- E-mail as the second way by which people are told.

alter table account
    add column email_sealed bytea,
    add column email_confirmed_at timestamptz,
    add constraint account_email check (email_confirmed_at is null or email_sealed is not null);
comment on column account.email_confirmed_at is 'when its owner opened the link that was sent to the address; before that nothing else is sent there';

create table email_confirmation (
    email_confirmation_id uuid primary key,
    account_id uuid not null references account,
    asked_at timestamptz not null,
    -- Made when the message leaves, as every link is that lets somebody do something.
    token_digest bytea unique,
    expires_at timestamptz,
    used_at timestamptz,
    check ((token_digest is null) = (expires_at is null))
);
comment on table email_confirmation is 'access: a link that was asked for to confirm an e-mail address; it works once, and only for the address that it was sent to';
create index email_confirmation_account on email_confirmation (account_id, asked_at desc);
grant select, insert, update on email_confirmation to fupin_app;

-- Where mail reaches somebody; who has not confirmed an address has none.
create view v_access_mailbox as
    select account_id, email_sealed from account where email_confirmed_at is not null and disabled_at is null;
comment on view v_access_mailbox is 'access: confirmed e-mail addresses of people whose account is not disabled';
grant select on v_access_mailbox to fupin_app;

create table mail_server (
    singleton boolean primary key default true check (singleton),
    -- The password of its account is among them.
    settings_sealed bytea not null,
    changed_at timestamptz not null default now()
);
comment on table mail_server is 'notify: the server that takes mail; no row, no mail';
grant select, insert, update, delete on mail_server to fupin_app;

create table message_choice (
    account_id uuid not null references account,
    event text not null,
    sms boolean not null,
    mail boolean not null,
    primary key (account_id, event),
    check (sms or mail)
);
comment on table message_choice is 'notify: by which ways a person wants to be told of an event; no row means both';
grant select, insert, update on message_choice to fupin_app;

alter table message_template drop constraint message_template_channel_check;
alter table message_template
    add constraint message_template_channel_check check (channel in ('message', 'notice', 'mail')),
    add column subject text not null default '',
    add constraint message_template_subject check (channel = 'mail' or subject = '');

alter table message
    add column channel text not null default 'sms' check (channel in ('sms', 'mail')),
    add column subject text not null default '',
    add constraint message_subject check (channel = 'mail' or subject = '');
comment on column message.phone_sealed is 'the address that it goes to, sealed for its place in the account: a phone number, or an e-mail address';
comment on table message is 'notify: one text to one phone, or one mail to one address';
create index message_channel on message (channel, created_at desc, message_id desc);
drop index message_waiting;
create unique index message_waiting on message (account_id, occasion, channel)
    where state = 'queued' and waits_until is not null;

alter table message_limit add column mail_per_day integer check (mail_per_day > 0);
comment on column message_limit.mail_per_day is 'mails to one address within a day; the rest is held';
