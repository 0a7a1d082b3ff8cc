-- How much may be sent, when, and what it costs: data that the system administrator edits.

create table message_limit (
    singleton boolean primary key default true check (singleton),
    quiet_from time,
    quiet_until time,
    urgent text[] not null default '{}',
    per_minute integer check (per_minute > 0),
    per_hour integer check (per_hour > 0),
    per_day integer check (per_day > 0),
    monthly_segments integer check (monthly_segments > 0),
    changed_at timestamptz not null default now(),
    check ((quiet_from is null) = (quiet_until is null)),
    check (quiet_from <> quiet_until)
);
comment on table message_limit is 'notify: quiet hours, how many messages a number may get, and the budget of a month; absent is unlimited';

create table message_price (
    gateway text primary key,
    yuan numeric(10, 4) not null check (yuan >= 0)
);
comment on table message_price is 'notify: what a gateway takes for one segment';

create table message_spending (
    month date not null check (extract(day from month) = 1),
    gateway text not null,
    messages integer not null check (messages >= 0),
    segments integer not null check (segments >= 0),
    yuan numeric(14, 4) not null check (yuan >= 0),
    primary key (month, gateway)
);
comment on table message_spending is 'notify: what was handed to a gateway in a local month and not refused';

alter table message
    add column number_mac bytea,
    add column sent_at timestamptz,
    add column cost numeric(10, 4),
    add column held_until timestamptz,
    add column held_for text check (held_for in ('quiet', 'number', 'budget')),
    add constraint message_held check ((held_until is null) = (held_for is null));
comment on column message.number_mac is 'a keyed digest of the number, to count by and to find whose reply it is';
comment on column message.sent_at is 'when it was handed over, by the clock of the platform; gone again if it was not taken';
create index message_number on message (number_mac, sent_at desc) where number_mac is not null;
create index message_held_until on message (held_until) where held_until is not null;

grant select, insert, update on message_limit, message_spending to fupin_app;
grant select, insert, update, delete on message_price to fupin_app;
