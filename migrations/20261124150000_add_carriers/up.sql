-- Carriers with templates of their own: what a message tells of is kept beside its words.

alter table gateway drop constraint gateway_kind_check;
alter table gateway add constraint gateway_kind_check check (kind in ('sandbox', 'http', 'aliyun', 'tencent'));

alter table message
    add column event text not null default '',
    add column facts jsonb not null default '{}',
    add column gateway_ref text,
    add column handed_at timestamptz;
comment on column message.event is 'the event that it tells of, by which a carrier finds its own template';
comment on column message.facts is 'what there is to tell, by the names that templates use';
comment on column message.gateway_ref is 'the carrier''s own number of it';
comment on column message.handed_at is 'when the gateway was called last, by the real clock, as carriers keep their books';
create index message_gateway_ref on message (gateway, gateway_ref) where gateway_ref is not null;

-- A receipt may overtake the answer that says which message it speaks of.
alter table stray_receipt add column gateway_ref text;
create index stray_receipt_gateway_ref on stray_receipt (gateway, gateway_ref) where gateway_ref is not null;
