alter table message drop constraint message_held;
alter table message drop column number_mac, drop column sent_at, drop column cost, drop column held_until,
    drop column held_for;
drop table message_spending, message_price, message_limit;
