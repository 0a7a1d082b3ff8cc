-- Who counts reports keeps what was read, and reads anew what has changed since: see reporting's standings.
create view v_kernel_horizon as
    select base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint as tick,
        pg_current_xact_id_if_assigned() is not null as writing
    from audit_base;
comment on view v_kernel_horizon is 'kernel: every transaction of an earlier tick is over; whether this one has written';
grant select on v_kernel_horizon to fupin_app;

alter table report_edit add column tick bigint not null default audit_tick();
create index report_edit_tick on report_edit (tick);

-- Each change of what is expected sets it anew.
alter table task add column set_tick bigint not null default audit_tick();
