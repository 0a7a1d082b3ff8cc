//! What the leaves below a unit add up to: the filled form of the whole, or one item across the units below. A figure
//! leads to the units that brought it, down to the cell of a village's report.

use std::{collections::HashMap, rc::Rc};

use fupin_client::{ClientError, Download};
use fupin_contract::{
    FormId, ReportId, TaskId, UnitId,
    access::Permission,
    reporting::{BoardFilter, TotalValue, Totals, TotalsFilter, TotalsOf, TotalsRow},
};
use fupin_form::{CellKey, Form, Rows, Section};
use web_sys::Element;
use yew::prelude::*;
use yew_router::prelude::Link;

use super::{form_table, report::AskedCell, task::unit_path};
use crate::{
    format,
    i18n::{t, tp},
    kit::{
        Alert, Allowed, Button, Column, Icon, Row, SelectField, Shape, Table, Tone, save_file, use_action, use_query,
    },
    routes::Route,
};

#[derive(Properties, PartialEq)]
pub struct TotalsViewProps {
    pub task: TaskId,
    pub unit: Option<UnitId>,
    pub form: FormId,
    pub of: TotalsOf,
    /// The item that is compared across units, by cell key.
    pub column: Option<String>,
    pub set_unit: Callback<UnitId>,
    pub set_column: Callback<Option<String>>,
}

#[component]
pub fn TotalsView(props: &TotalsViewProps) -> Html {
    let form = use_query(props.form, |api, id| async move {
        let detail = api.get_form(id).await?;
        Form::compile(detail.definition).map_err(|_| ClientError::Unreadable(200))
    });
    let totals = use_query((props.task, props.unit, props.form, props.of), |api, (task, unit, form, of)| async move {
        api.get_totals(task, &TotalsFilter { form, unit, of: Some(of) }).await
    });
    let reports = use_query((props.task, props.unit, props.form), |api, (task, unit, form)| async move {
        let board = api.get_board(task, &BoardFilter { unit, form: Some(form) }).await?;
        let of_unit = board.rows.into_iter().filter_map(|row| row.report_id.map(|report| (row.unit.id, report)));
        Ok(of_unit.collect::<Reports>())
    });
    let comparison = use_node_ref();
    {
        let comparison = comparison.clone();
        use_effect_with(props.column.clone(), move |column| {
            if let Some(section) = comparison.cast::<Element>().filter(|_| column.is_some()) {
                section.scroll_into_view();
            }
        });
    }
    let nothing = Reports::new();
    let reports = reports.ready().map_or(&nothing, |reports| &**reports);
    form.view(|form| {
        let form: Rc<Form> = form.clone();
        totals.view(|totals| {
            let sheets = html! { { for form.sections().iter().map(|section| whole(&form, section, &totals.whole, props)) } };
            let units = html! { <div ref={comparison}>{ compared(&form, totals, reports, props) }</div> };
            html! {
            <>
                { unit_path(&totals.path, &totals.unit, &props.set_unit) }
                <div class="row between">
                    <p>{ tp("board.counted", &[("counted", &format::count(totals.whole.counted)), ("expected", &format::count(totals.whole.expected))]) }</p>
                    <Allowed to={Permission::ExportReports}><Export task={props.task} form={props.form} unit={props.unit} of={props.of} /></Allowed>
                </div>
                <p class="muted small no-print">{ t("board.see_units") }</p>
                // Who asks for one item wants to see the units first.
                if props.column.is_some() { { units }{ sheets } } else { { sheets }{ units } }
                <p class="muted small">{ tp("board.as_of", &[("at", &format::date_time(totals.as_of))]) }</p>
            </>
        }})
    })
}

/// The reports of the units that owe exactly one.
type Reports = HashMap<UnitId, ReportId>;

fn shown(value: Option<&TotalValue>) -> String {
    // Where the item applies to nobody, the total does not apply either.
    if value.is_some_and(|total| total.value.is_none() && total.filled + total.blank == 0 && total.not_applicable > 0) {
        return "/".to_owned();
    }
    value.and_then(|total| total.value.as_deref()).map(format::decimal).unwrap_or_default()
}

/// How many reports stand behind a figure.
fn behind(value: Option<&TotalValue>) -> Option<String> {
    value.map(|total| {
        tp(
            "board.behind",
            &[
                ("filled", &format::count(total.filled)),
                ("blank", &format::count(total.blank)),
                ("na", &format::count(total.not_applicable)),
            ],
        )
    })
}

/// A section filled with totals; dynamic rows are one line.
fn whole(form: &Form, section: &Section, row: &TotalsRow, props: &TotalsViewProps) -> Html {
    let lines: Vec<(String, String, Option<&'static str>)> = match &section.rows {
        Rows::Fixed(rows) => {
            rows.iter().map(|row| (row.key.clone(), row.label.clone(), form_table::indent(row.indent))).collect()
        }
        Rows::Dynamic { .. } => vec![("*".to_owned(), t("board.all_rows"), None)],
    };
    html! {
        <section class="stack-tight" aria-label={section.title.clone()}>
            if form.sections().len() > 1 { <h2>{ section.title.clone() }</h2> }
            <div class="sheet" tabindex="0" role="group" aria-label={section.title.clone()}>
                <table>
                    <caption class="visually-hidden">{ section.title.clone() }</caption>
                    { form_table::head(form, section, None) }
                    <tbody>
                        { for lines.iter().map(|(key, label, indent)| html! {
                            <tr key={key.clone()}>
                                <th scope="row" class={classes!(*indent)}>{ label.clone() }</th>
                                { for section.columns.iter().map(|column| {
                                    let key = CellKey::new(&section.key, key, &column.key);
                                    let value = row.values.get(key.as_str());
                                    html! { <td class="cell cell-number">{ figure(form, key.as_str(), value, props) }</td> }
                                }) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// A figure of the whole; it leads to the units that brought it.
fn figure(form: &Form, key: &str, value: Option<&TotalValue>, props: &TotalsViewProps) -> Html {
    let text = shown(value);
    if text.is_empty() || !form_table::has_item(form, key) {
        return html! { <span class="shown" title={behind(value)}>{ text }</span> };
    }
    let chosen = props.column.as_deref() == Some(key);
    let onclick = {
        let key = key.to_owned();
        props.set_column.reform(move |_: MouseEvent| Some(key.clone()))
    };
    html! { <button type="button" class="shown figure" title={behind(value)} aria-current={chosen.then_some("true")} {onclick}>{ text }</button> }
}

/// Leads to the units below, or to the very cell of the report where there is but one.
fn way_down(row: &TotalsRow, text: String, item: &str, reports: &Reports, props: &TotalsViewProps) -> Html {
    if text.is_empty() {
        return Html::default();
    }
    let id = row.unit.id;
    if let Some(report) = reports.get(&id) {
        let query = AskedCell { cell: Some(item.to_owned()) };
        return html! { <Link<Route, AskedCell> to={Route::Report { id: report.to_string() }} {query}>{ text }</Link<Route, AskedCell>> };
    }
    let onclick = props.set_unit.reform(move |_: MouseEvent| id);
    html! { <button type="button" class="button-link" {onclick}>{ text }</button> }
}

/// One item across the units below: which of them brought what.
fn compared(form: &Form, totals: &Totals, reports: &Reports, props: &TotalsViewProps) -> Html {
    let items = form_table::items(form);
    let Some(first) = items.first().map(|(key, _)| key.clone()).filter(|_| !totals.rows.is_empty()) else {
        return Html::default();
    };
    let chosen = props.column.clone().unwrap_or(first);
    let name = items.iter().find(|(key, _)| *key == chosen).map(|(_, name)| name.clone()).unwrap_or_default();
    let columns = vec![
        Column::text(t("board.unit")),
        Column::number(name.clone()),
        Column::number(t("board.filled")),
        Column::number(t("board.counted_short")),
        Column::number(t("board.expected")),
    ];
    let line = |row: &TotalsRow, name: Html, number: Html| {
        let value = row.values.get(&chosen);
        let cells = vec![
            name,
            number,
            html! { format::count(value.map_or(0, |total| total.filled)) },
            html! { format::count(row.counted) },
            html! { format::count(row.expected) },
        ];
        Row::new(row.unit.id, cells)
    };
    let down = |row: &TotalsRow, text: String| way_down(row, text, &chosen, reports, props);
    let mut rows: Vec<Row> = totals
        .rows
        .iter()
        .map(|row| line(row, down(row, row.unit.name.clone()), down(row, shown(row.values.get(&chosen)))))
        .collect();
    let sum = html! { tp("board.sum_of", &[("unit", &totals.whole.unit.name)]) };
    rows.push(line(&totals.whole, sum, html! { shown(totals.whole.values.get(&chosen)) }).class("total"));
    let onchange = props.set_column.reform(Some);
    html! {
        <section class="stack-tight" aria-label={t("board.compare")}>
            <h2>{ t("board.compare") }</h2>
            <SelectField label={t("board.item")} options={items} value={chosen.clone()} {onchange} />
            <Table caption={tp("board.compare_caption", &[("item", &name)])} {columns} {rows} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ExportProps {
    task: TaskId,
    form: FormId,
    unit: Option<UnitId>,
    of: TotalsOf,
}

#[component]
fn Export(props: &ExportProps) -> Html {
    let task = props.task;
    let export = use_action(
        move |api, (form, unit, of): (FormId, Option<UnitId>, TotalsOf), _| async move {
            api.export_totals(task, &TotalsFilter { form, unit, of: Some(of) }).await
        },
        Callback::from(|file: Download| save_file(&file, "totals.xlsx")),
    );
    let onclick = {
        let (run, wanted) = (export.run.clone(), (props.form, props.unit, props.of));
        Callback::from(move |()| run.emit(wanted))
    };
    html! {
        <>
            if let Some(error) = &export.failure { <Alert tone={Tone::Danger} urgent=true><p>{ crate::i18n::error_sentence(error) }</p></Alert> }
            <Button {onclick} busy={export.pending}><Icon shape={Shape::Download} />{ t("board.export") }</Button>
        </>
    }
}
