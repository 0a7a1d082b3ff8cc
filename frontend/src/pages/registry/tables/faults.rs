//! What is wrong with a table: where, and how to mend it.

use fupin_contract::{
    RegistryImportId,
    registry::{TableCounts, TableFault, TableFaultFilter},
};
use yew::prelude::*;

use crate::{
    format,
    i18n::{fault_sentence, t, tp},
    kit::{Chip, Column, Empty, More, Row, Table, use_pages},
};

#[derive(Properties, PartialEq)]
pub struct FaultsProps {
    pub id: RegistryImportId,
    pub counts: TableCounts,
}

#[component]
pub fn Faults(props: &FaultsProps) -> Html {
    let warns = use_state(|| props.counts.faulty == 0);
    let pages = use_pages((props.id, *warns), |api, (id, warns): (RegistryImportId, bool), after| async move {
        api.list_table_faults(id, &TableFaultFilter { warns: Some(warns), after, limit: None }).await
    });
    let chip = |on: bool, key: &str, count: i64| {
        let warns = warns.clone();
        let label = format!("{} {}", t(key), format::count(count));
        html! { <Chip {label} on={*warns == on} onclick={Callback::from(move |()| warns.set(on))} /> }
    };
    html! {
        <>
            <div class="row" role="group" aria-label={t("import.which_rows")}>
                { chip(false, "table.faulty", props.counts.faulty) }
                { chip(true, "table.warned", props.counts.warned) }
            </div>
            { pages.view(|faults| if faults.is_empty() { html! { <Empty title={t("import.no_rows")} /> } } else { list(faults) }) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
        </>
    }
}

fn list(faults: &[&TableFault]) -> Html {
    let columns =
        vec![Column::text(t("import.row")), Column::text(t("table.column")), Column::text(t("import.what_is_wrong"))];
    let rows = faults.iter().enumerate().map(|(place, fault)| {
        let told = fupin_contract::Fault { code: fault.code.clone(), params: fault.params.clone() };
        Row::new(
            place,
            vec![
                html! { tp("import.row_no", &[("row", &fault.row)]) },
                html! { fault.column.clone().unwrap_or_else(|| t("table.whole_row")) },
                html! { fault_sentence(&told) },
            ],
        )
    });
    html! { <Table caption={t("import.what_is_wrong")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}
