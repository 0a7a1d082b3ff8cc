drop table form_draft;
