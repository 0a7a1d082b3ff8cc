//! What happened to the report, newest first.

use fupin_contract::reporting::{HistoryEntry, HistoryKind, ReportHistory};
use fupin_form::{Cell, Form, display_cell};
use yew::prelude::*;

use crate::{
    format,
    i18n::{t, tp},
    kit::Same,
    words,
};

const SHOWN: usize = 30;

/// Saves by one person in a row, told as one.
fn gathered(history: &ReportHistory) -> Vec<(&HistoryEntry, usize)> {
    let mut lines: Vec<(&HistoryEntry, usize)> = Vec::new();
    for entry in history.entries.iter().rev() {
        match lines.last_mut() {
            Some((last, cells))
                if last.kind == HistoryKind::Saved
                    && entry.kind == HistoryKind::Saved
                    && last.by == entry.by
                    && last.on_behalf_of == entry.on_behalf_of =>
            {
                *cells += entry.changes.len()
            }
            Some(_) | None => lines.push((entry, entry.changes.len())),
        }
    }
    lines
}

#[derive(Properties, PartialEq)]
pub struct CellHistoryProps {
    pub history: std::rc::Rc<ReportHistory>,
    /// Where the cell stands, in words.
    pub name: String,
    pub key_of_cell: String,
    /// Numbers and choices as the form shows them.
    pub form: Same<Form>,
}

/// Everything that stood in one cell, newest first.
#[component]
pub fn CellHistory(props: &CellHistoryProps) -> Html {
    let Some(spec) = props.form.0.cell(&props.key_of_cell) else { return Html::default() };
    let changes: Vec<_> = props
        .history
        .entries
        .iter()
        .rev()
        .filter_map(|entry| entry.changes.get(&props.key_of_cell).map(|change| (entry, change)))
        .collect();
    if changes.is_empty() {
        return Html::default();
    }
    let shown = |cell: &Cell| match display_cell(spec, cell) {
        text if text.is_empty() => "—".to_owned(),
        text => text,
    };
    html! {
        <section class="panel" aria-label={t("report.cell_history")}>
            <h2>{ t("report.cell_history") }</h2>
            <p class="muted small">{ props.name.clone() }</p>
            <ol class="timeline">
                { for changes.into_iter().take(SHOWN).map(|(entry, change)| html! {
                    <li key={entry.version}>
                        <p>{ shown(&change.old) }{ " → " }<span class="strong">{ shown(&change.new) }</span></p>
                        <p class="muted small">{ words::doer(&entry.by, entry.on_behalf_of.as_deref()) }{ " " }{ format::date_time(entry.at) }</p>
                    </li>
                }) }
            </ol>
        </section>
    }
}

#[derive(Properties, PartialEq)]
pub struct HistoryProps {
    pub history: std::rc::Rc<ReportHistory>,
}

#[component]
pub fn History(props: &HistoryProps) -> Html {
    let lines = gathered(&props.history);
    html! {
        <section class="panel" aria-label={t("report.history")}>
            <h2>{ t("report.history") }</h2>
            if lines.is_empty() { <p class="muted">{ t("report.no_history") }</p> }
            <ol class="timeline">
                { for lines.into_iter().take(SHOWN).map(|(entry, cells)| html! {
                    <li key={entry.version}>
                        <p><span class="strong">{ words::history(entry.kind) }</span>{ " " }{ words::doer(&entry.by, entry.on_behalf_of.as_deref()) }</p>
                        if let Some(reason) = &entry.reason { <p>{ tp("report.reason_was", &[("reason", reason)]) }</p> }
                        if let Some(cells) = &entry.reopened { <p class="muted small">{ tp("report.cells_returned", &[("count", &cells.len())]) }</p> }
                        if entry.kind == HistoryKind::Saved { <p class="muted small">{ tp("report.cells_changed", &[("count", &cells)]) }</p> }
                        <p class="muted small">{ format::date_time(entry.at) }</p>
                    </li>
                }) }
            </ol>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use fupin_contract::reporting::CellChange;

    use super::*;

    fn entry(version: i32, kind: HistoryKind, changes: &[(&str, i64, i64)]) -> HistoryEntry {
        let changes = changes.iter().map(|(key, old, new)| {
            ((*key).to_owned(), CellChange { old: Cell::Integer(*old), new: Cell::Integer(*new) })
        });
        HistoryEntry {
            version,
            at: "2026-11-23T00:00:00Z".parse().unwrap(),
            by: "A".into(),
            on_behalf_of: None,
            kind,
            reason: None,
            reopened: None,
            changes: changes.collect(),
        }
    }

    #[test]
    fn saves_in_a_row_are_told_as_one() {
        let entries = vec![
            entry(1, HistoryKind::Saved, &[("a", 0, 1)]),
            entry(2, HistoryKind::Saved, &[("a", 1, 2), ("b", 0, 1)]),
            entry(3, HistoryKind::Submitted, &[]),
        ];
        let history = ReportHistory { entries };
        let told: Vec<_> = gathered(&history).into_iter().map(|(entry, cells)| (entry.version, cells)).collect();
        assert_eq!(told, [(3, 0), (2, 3)]);
    }
}
