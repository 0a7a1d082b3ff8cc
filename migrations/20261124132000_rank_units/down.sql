alter table task_policy drop column late_day_points, drop column return_points, drop column error_points;
