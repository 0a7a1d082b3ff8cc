drop table form_layout;
alter table form_draft drop column layout;
