drop index message_gateway;
drop table message_reply;
