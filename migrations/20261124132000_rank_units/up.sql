-- How a unit's discipline in reporting is scored.

alter table task_policy
    add column late_day_points numeric(6, 2) not null default 5 check (late_day_points >= 0),
    add column return_points numeric(6, 2) not null default 3 check (return_points >= 0),
    add column error_points numeric(6, 2) not null default 0.5 check (error_points >= 0);
comment on column task_policy.late_day_points is 'what a day of lateness of one report costs';
comment on column task_policy.return_points is 'what a return costs';
comment on column task_policy.error_points is 'what a cell costs that was mended after a return';
