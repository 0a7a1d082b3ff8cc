//! What happened to the report and what was said of it, newest first.

use std::{collections::BTreeMap, rc::Rc};

use fupin_contract::reporting::{HistoryEntry, HistoryKind, HistoryNote, ReportHistory};
use fupin_form::{Cell, Form, display_cell};
use yew::prelude::*;

use crate::{
    format,
    i18n::{t, tp},
    kit::Same,
    words,
};

const SHOWN: usize = 30;

/// A line of a history.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Line<'a> {
    /// A step, and how many cells it changed.
    Step(&'a HistoryEntry, usize),
    Note(&'a HistoryNote),
}

/// Steps and notes, newest first: a note stands above the step whose version it names.
fn lines(history: &ReportHistory) -> Vec<Line<'_>> {
    let mut notes = history.notes.iter().rev().peekable();
    let mut lines = Vec::new();
    for entry in history.entries.iter().rev() {
        while let Some(note) = notes.next_if(|note| note.version >= entry.version) {
            lines.push(Line::Note(note));
        }
        lines.push(Line::Step(entry, entry.changes.len()));
    }
    lines.extend(notes.map(Line::Note));
    lines
}

/// [`lines`], with saves by one person in a row told as one.
fn gathered(history: &ReportHistory) -> Vec<Line<'_>> {
    let mut gathered: Vec<Line<'_>> = Vec::new();
    for line in lines(history) {
        match (gathered.last_mut(), line) {
            (Some(Line::Step(last, cells)), Line::Step(entry, more)) if are_one(last, entry) => *cells += more,
            (Some(_) | None, line) => gathered.push(line),
        }
    }
    gathered
}

fn are_one(last: &HistoryEntry, entry: &HistoryEntry) -> bool {
    last.kind == HistoryKind::Saved
        && entry.kind == HistoryKind::Saved
        && last.by == entry.by
        && last.on_behalf_of == entry.on_behalf_of
}

/// [`lines`] of one cell.
fn of_cell<'a>(history: &'a ReportHistory, key: &str) -> Vec<Line<'a>> {
    let is_of_cell = |line: &Line<'_>| match line {
        Line::Step(entry, _) => entry.changes.contains_key(key),
        Line::Note(note) => note.cell.as_deref() == Some(key),
    };
    lines(history).into_iter().filter(is_of_cell).collect()
}

/// Something that was said; `place` is for a list of more than one cell.
fn note_line(note: &HistoryNote, place: Option<&String>) -> Html {
    html! {
        <li>
            <p><span class="strong">{ words::note(note.kind) }</span>{ " " }{ note.by.clone() }</p>
            if let Some(place) = place { <p class="muted small">{ place.clone() }</p> }
            if let Some(text) = &note.text { <p class="said">{ text.clone() }</p> }
            <p class="muted small">{ format::date_time(note.at) }</p>
        </li>
    }
}

#[derive(Properties, PartialEq)]
pub struct CellHistoryProps {
    pub history: Rc<ReportHistory>,
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
    let lines = of_cell(&props.history, &props.key_of_cell);
    if lines.is_empty() {
        return Html::default();
    }
    let shown = |cell: &Cell| match display_cell(spec, cell) {
        text if text.is_empty() => "—".to_owned(),
        text => text,
    };
    let step = |entry: &HistoryEntry| {
        let change = entry.changes.get(&props.key_of_cell)?;
        Some(html! {
            <li>
                <p>{ shown(&change.old) }{ " → " }<span class="strong">{ shown(&change.new) }</span></p>
                <p class="muted small">{ words::doer(&entry.by, entry.on_behalf_of.as_deref()) }{ " " }{ format::date_time(entry.at) }</p>
            </li>
        })
    };
    let line = |line: Line<'_>| match line {
        Line::Step(entry, _) => step(entry),
        Line::Note(note) => Some(note_line(note, None)),
    };
    html! {
        <section class="panel" aria-label={t("report.cell_history")}>
            <h2>{ t("report.cell_history") }</h2>
            <p class="muted small">{ props.name.clone() }</p>
            <ol class="timeline">{ for lines.into_iter().take(SHOWN).filter_map(line) }</ol>
        </section>
    }
}

#[derive(Properties, PartialEq)]
pub struct HistoryProps {
    pub history: Rc<ReportHistory>,
    /// Where the cells stand of which something was said.
    pub names: BTreeMap<String, String>,
}

#[component]
pub fn History(props: &HistoryProps) -> Html {
    let lines = gathered(&props.history);
    let line = |line: Line<'_>| match line {
        Line::Step(entry, cells) => step_line(entry, cells),
        Line::Note(note) => {
            let whole = t("report.whole");
            note_line(note, Some(note.cell.as_ref().map_or(&whole, |key| props.names.get(key).unwrap_or(key))))
        }
    };
    html! {
        <section class="panel" aria-label={t("report.history")}>
            <h2>{ t("report.history") }</h2>
            if lines.is_empty() { <p class="muted">{ t("report.no_history") }</p> }
            <ol class="timeline">{ for lines.into_iter().take(SHOWN).map(line) }</ol>
        </section>
    }
}

fn step_line(entry: &HistoryEntry, cells: usize) -> Html {
    html! {
        <li>
            <p><span class="strong">{ words::history(entry.kind) }</span>{ " " }{ words::doer(&entry.by, entry.on_behalf_of.as_deref()) }</p>
            if let Some(reason) = &entry.reason { <p>{ tp("report.reason_was", &[("reason", reason)]) }</p> }
            if let Some(cells) = &entry.reopened { <p class="muted small">{ tp("report.cells_returned", &[("count", &cells.len())]) }</p> }
            if entry.kind == HistoryKind::Saved { <p class="muted small">{ tp("report.cells_changed", &[("count", &cells)]) }</p> }
            <p class="muted small">{ format::date_time(entry.at) }</p>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use fupin_contract::reporting::{CellChange, NoteKind};

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

    fn note(version: i32, kind: NoteKind, cell: Option<&str>) -> HistoryNote {
        HistoryNote {
            version,
            at: "2026-11-23T00:00:00Z".parse().unwrap(),
            by: "B".into(),
            kind,
            cell: cell.map(str::to_owned),
            text: None,
            attachment: None,
        }
    }

    /// The version of a step with the cells that it changed; of a note its version and kind.
    fn told(lines: &[Line<'_>]) -> Vec<String> {
        let line = |line: &Line<'_>| match line {
            Line::Step(entry, cells) => format!("{}: {cells}", entry.version),
            Line::Note(note) => format!("{}: {:?}", note.version, note.kind),
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn saves_in_a_row_are_told_as_one() {
        let entries = vec![
            entry(1, HistoryKind::Saved, &[("a", 0, 1)]),
            entry(2, HistoryKind::Saved, &[("a", 1, 2), ("b", 0, 1)]),
            entry(3, HistoryKind::Submitted, &[]),
        ];
        let history = ReportHistory { entries, notes: vec![] };
        assert_eq!(told(&gathered(&history)), ["3: 0", "2: 3"]);
    }

    #[test]
    fn what_was_said_stands_in_its_place_of_time() {
        let entries = vec![
            entry(1, HistoryKind::Saved, &[("a", 0, 1)]),
            entry(2, HistoryKind::Saved, &[("b", 0, 1)]),
            entry(3, HistoryKind::Submitted, &[]),
        ];
        let notes = vec![
            note(0, NoteKind::Attached, None),
            note(1, NoteKind::Flagged, Some("a")),
            note(3, NoteKind::Commented, Some("a")),
            note(3, NoteKind::Commented, Some("b")),
        ];
        let history = ReportHistory { entries, notes };
        assert_eq!(
            told(&gathered(&history)),
            ["3: Commented", "3: Commented", "3: 0", "2: 1", "1: Flagged", "1: 1", "0: Attached"]
        );
        assert_eq!(told(&of_cell(&history, "a")), ["3: Commented", "1: Flagged", "1: 1"]);
    }
}
