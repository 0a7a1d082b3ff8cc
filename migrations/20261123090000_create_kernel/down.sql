drop table outbox, idempotency, audit_segment, audit_row;
drop function audit_tick();
drop table audit_base;
drop view v_kernel_moment;
drop table access_epoch;
drop function clock_now();
drop table clock_offset;
