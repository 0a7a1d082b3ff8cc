-- The layout of the ministry's sheet that a form was made from: exports go back into it.

create table form_layout (
    form_id uuid primary key references form,
    layout text not null
);
comment on table form_layout is 'reporting: the sheet that a version of a form was made from; never changed';

alter table form_draft add column layout text;
comment on column form_draft.layout is 'the sheet that the draft was made from, if it was';

grant select, insert on form_layout to fupin_app;
