alter table task drop column set_tick;
alter table report_edit drop column tick;
drop view v_kernel_horizon;
