-- Forms that are being designed.

create table form_draft (
    draft_id uuid primary key,
    -- Code and title repeat what the definition says; while somebody designs they may be empty.
    code text not null,
    title text not null,
    version integer not null default 1 check (version > 0),
    definition text not null,
    -- The newest version of the same form when the draft was begun.
    based_on uuid references form,
    -- What was guessed when it was read from a spreadsheet.
    notes text not null default '[]',
    created_by uuid not null references account,
    created_at timestamptz not null,
    changed_by uuid not null references account,
    changed_at timestamptz not null
);
comment on table form_draft is 'reporting: a form that is being designed; gone once it is published';
create index form_draft_by_change on form_draft (changed_at desc, draft_id);

grant select, insert, update, delete on form_draft to fupin_app;
