-- A phone that has had enough messages for now is told the rest together.

alter table message
    add column occasion text not null default '',
    add column reports integer not null default 1 check (reports > 0),
    add column waits_until timestamptz;
comment on column message.occasion is 'what it speaks of';
comment on column message.reports is 'how many reports it speaks of';
comment on column message.waits_until is 'held back until then, and meanwhile joined by what else there is to tell';
-- One message gathers what an account is to be told of one kind.
create unique index message_waiting on message (account_id, occasion)
    where state = 'queued' and waits_until is not null;
create index message_account on message (account_id, created_at desc);
