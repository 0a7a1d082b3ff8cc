drop index stray_receipt_gateway_ref;
alter table stray_receipt drop column gateway_ref;
drop index message_gateway_ref;
alter table message drop column event, drop column facts, drop column gateway_ref, drop column handed_at;
alter table gateway drop constraint gateway_kind_check;
alter table gateway add constraint gateway_kind_check check (kind in ('sandbox', 'http'));
