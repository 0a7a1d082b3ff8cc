//! The rows of a sheet: where, what is wrong and how to mend it; or what becomes of them.

use fupin_contract::{
    AccountImportId,
    account_imports::{ImportColumn, ImportRow, ImportRowFilter, RowOutcome},
};
use yew::prelude::*;
use yew_router::prelude::Link;

use super::page::Shown;
use crate::{
    format,
    i18n::{fault_sentence, t, tp},
    kit::{Column, Empty, More, Row, Status, Table, Tone, use_pages},
    routes::Route,
    words,
};

#[derive(Properties, PartialEq)]
pub struct RowsProps {
    pub id: AccountImportId,
    pub shown: Shown,
}

#[component]
pub fn Rows(props: &RowsProps) -> Html {
    let pages = use_pages((props.id, props.shown), |api, (id, shown): (AccountImportId, Shown), after| async move {
        let (outcome, waiting) = match shown {
            Shown::Of(outcome) => (Some(outcome), None),
            Shown::Waiting => (None, Some(true)),
        };
        api.list_import_rows(id, &ImportRowFilter { outcome, waiting, after, limit: None }).await
    });
    let faulty = props.shown == Shown::Of(RowOutcome::Faulty);
    html! {
        <>
            { pages.view(|rows| if rows.is_empty() {
                html! { <Empty title={t("import.no_rows")} /> }
            } else if faulty {
                faults(rows)
            } else {
                people(rows)
            }) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
        </>
    }
}

fn column(column: ImportColumn) -> String {
    t(match column {
        ImportColumn::Name => "account.name",
        ImportColumn::Username => "account.username",
        ImportColumn::Phone => "import.column_phone",
        ImportColumn::Unit => "import.column_unit",
        ImportColumn::Role => "account.role",
    })
}

fn faults(rows: &[&ImportRow]) -> Html {
    let columns = vec![
        Column::text(t("import.row")),
        Column::text(t("account.name")),
        Column::text(t("account.username")),
        Column::text(t("import.what_is_wrong")),
    ];
    let rows = rows.iter().map(|row| {
        let faults = row.faults.iter().map(|fault| {
            let place = tp("import.place", &[("cell", &fault.cell), ("column", &column(fault.column))]);
            html! {
                <li>
                    <span class="strong">{ place }</span>
                    if let Some(typed) = &fault.typed { <span class="muted">{ tp("import.typed", &[("typed", typed)]) }</span> }
                    { "　" }{ fault_sentence(&fault.fault) }
                </li>
            }
        });
        Row::new(
            row.row,
            vec![
                html! { tp("import.row_no", &[("row", &row.row)]) },
                html! { row.name.clone() },
                html! { row.username.clone() },
                html! { <ul class="plain">{ for faults }</ul> },
            ],
        )
    });
    html! { <Table caption={t("import.faulty")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

fn people(rows: &[&ImportRow]) -> Html {
    let columns = vec![
        Column::text(t("import.row")),
        Column::text(t("account.name")),
        Column::text(t("account.username")),
        Column::text(t("account.unit")),
        Column::text(t("account.role")),
        Column::text(t("report.status")),
    ];
    let rows = rows.iter().map(|row| {
        let name = match row.account_id {
            Some(id) => {
                html! { <Link<Route> to={Route::Account { id: id.to_string() }}>{ row.name.clone() }</Link<Route>> }
            }
            None => html! { row.name.clone() },
        };
        let unit = row.unit.as_ref().map_or_else(|| row.unit_typed.clone(), |unit| unit.name.clone());
        Row::new(
            row.row,
            vec![
                html! { tp("import.row_no", &[("row", &row.row)]) },
                name,
                html! { row.username.clone() },
                html! { unit },
                html! { row.role.map(words::role).unwrap_or_default() },
                status(row),
            ],
        )
    });
    html! { <Table caption={t("import.which_rows")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

fn status(row: &ImportRow) -> Html {
    let (tone, word) = match (row.outcome, row.account_id) {
        (RowOutcome::Create, None) => (Tone::Plain, t("import.will_create")),
        (RowOutcome::Create, Some(_)) if row.activated => (Tone::Done, t("import.activated")),
        (RowOutcome::Create, Some(_)) => match row.invited_at {
            Some(at) => (Tone::Wait, tp("import.invited_at", &[("at", &format::date_time(at))])),
            None => (Tone::Plain, t("import.not_invited")),
        },
        (RowOutcome::Propose, _) => (Tone::Accent, t("import.propose")),
        (RowOutcome::Same, _) => (Tone::Plain, t("import.same")),
        (RowOutcome::Faulty, _) => (Tone::Danger, t("import.faulty")),
    };
    html! { <Status {tone} {word} /> }
}
