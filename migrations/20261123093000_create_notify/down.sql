drop function notify_line(integer[]);
drop table notice, sandbox_message, stray_receipt, message_event, message, message_template, gateway;
