drop table cell_flag;
drop table cell_comment;
