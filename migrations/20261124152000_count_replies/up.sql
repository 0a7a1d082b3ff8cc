-- What comes back from phones: what it said is acted on and counted, not kept.

create table message_reply (
    reply_id bigint generated always as identity primary key,
    gateway text not null,
    at timestamptz not null,
    message_id uuid references message,
    meaning text not null check (meaning in ('read', 'other', 'unknown')),
    check ((meaning = 'unknown') = (message_id is null))
);
comment on table message_reply is 'notify: a reply from a phone, and the message that went there last';
create index message_reply_meaning on message_reply (meaning);
grant select, insert on message_reply to fupin_app;
create index message_gateway on message (gateway, created_at desc, message_id desc);
