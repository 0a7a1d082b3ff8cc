//! What people say of the cell under the cursor: a short thread, a flag to follow up, files; the files of the whole report;
//! and where else something is said.

mod files;
mod sending;

use std::rc::Rc;

use fupin_client::{Result, Uuid};
use fupin_contract::{
    ReportId,
    access::Permission,
    reporting::{CellNotes, CommentCell, FlagCell, ReportNotes},
};
use yew::prelude::*;

use super::{cell_line::cell_name, grid::SharedDesk};
use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{Alert, Button, ButtonKind, TextArea, Tone, use_action, use_query},
    session::use_session,
    transport::Api,
};
use files::Files;
use sending::{Sending, use_sending};

/// The notes of a report as far as they are known, and who is told of newer ones.
#[derive(Clone, PartialEq)]
pub struct Notes {
    pub known: Rc<ReportNotes>,
    pub told: Callback<Rc<ReportNotes>>,
}

/// `onchange` hears of whatever is said from here.
#[hook]
pub fn use_notes(id: ReportId, onchange: &Callback<()>) -> Notes {
    let read = use_query(id, async |api, id| api.get_report_notes(id).await);
    let newer = use_state(|| None::<Rc<ReportNotes>>);
    let known = (*newer).clone().or_else(|| read.ready().cloned()).unwrap_or_default();
    let onchange = onchange.clone();
    let told = Callback::from(move |notes| {
        newer.set(Some(notes));
        onchange.emit(());
    });
    Notes { known, told }
}

/// The small mark of a cell of which something is said, in words.
pub fn mark_words(notes: &ReportNotes, key: &str) -> Option<String> {
    let cell = notes.cells.get(key)?;
    let said = (!cell.comments.is_empty()).then(|| tp("grid.note_mark", &[("count", &cell.comments.len())]));
    let flagged = cell.flag.is_some().then(|| t("grid.note_mark_flag"));
    joined([said, flagged])
}

/// The mark of a cell that has files, in words.
pub fn clip_words(notes: &ReportNotes, key: &str) -> Option<String> {
    let files = notes.cells.get(key).map_or(0, |cell| cell.attachments.len());
    (files > 0).then(|| tp("grid.file_mark", &[("count", &files)]))
}

fn joined<const N: usize>(words: [Option<String>; N]) -> Option<String> {
    let words: Vec<String> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

#[derive(Clone, Debug, PartialEq)]
enum Act {
    Comment(CommentCell),
    Flag(FlagCell),
}

async fn perform(api: Api, id: ReportId, act: Act, key: Uuid) -> Result<ReportNotes> {
    match act {
        Act::Comment(comment) => api.comment_cell(id, &comment, key).await,
        Act::Flag(flag) => api.flag_cell(id, &flag).await,
    }
}

#[derive(Properties)]
pub struct NotesPanelProps {
    pub id: ReportId,
    pub desk: SharedDesk,
    /// The key of the cell under the cursor.
    pub here: Option<String>,
    pub notes: Notes,
    /// The task is open.
    pub open: bool,
    pub onjump: Callback<String>,
}

impl PartialEq for NotesPanelProps {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.here == other.here && self.notes == other.notes && self.open == other.open
    }
}

#[component]
pub fn NotesPanel(props: &NotesPanelProps) -> Html {
    let text = use_state(String::new);
    let sending = use_sending(props.id, &props.notes.told);
    let session = use_session();
    {
        let text = text.clone();
        use_effect_with(props.here.clone(), move |_| text.set(String::new()));
    }
    let action = {
        let (id, text, told) = (props.id, text.clone(), props.notes.told.clone());
        use_action(
            move |api, act: Act, key| perform(api, id, act, key),
            Callback::from(move |notes: ReportNotes| {
                text.set(String::new());
                told.emit(Rc::new(notes));
            }),
        )
    };
    let writes = props.open && (session.may(Permission::FillReports) || session.may(Permission::ApproveReports));
    let Some(key) = props.here.clone().filter(|key| props.desk.borrow().form.cell(key).is_some()) else {
        return elsewhere(props, &sending, writes);
    };
    let notes = props.notes.known.cells.get(&key).cloned().unwrap_or_default();
    let flagged = notes.flag.is_some();
    let comment = {
        let (run, cell, text) = (action.run.clone(), key.clone(), (*text).trim().to_owned());
        Callback::from(move |()| run.emit(Act::Comment(CommentCell { cell: cell.clone(), text: text.clone() })))
    };
    let flag = {
        let (run, cell) = (action.run.clone(), key.clone());
        Callback::from(move |()| run.emit(Act::Flag(FlagCell { cell: cell.clone(), flagged: !flagged })))
    };
    let oninput = {
        let text = text.clone();
        Callback::from(move |typed: String| text.set(typed.replace('\n', " ")))
    };
    html! {
        <section class="panel no-print" aria-label={t("grid.note_title")}>
            <h2>{ t("grid.note_title") }</h2>
            <p class="muted small">{ cell_name(&props.desk.borrow(), &key) }</p>
            { thread(&notes) }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            if writes {
                <TextArea label={t("grid.note_text")} value={(*text).clone()} {oninput} />
                <div class="row">
                    <Button onclick={comment} disabled={text.trim().is_empty()} busy={action.pending}>{ t("grid.note_add") }</Button>
                    <Button kind={ButtonKind::Quiet} onclick={flag} disabled={action.pending}>{ if flagged { t("grid.note_unflag") } else { t("grid.note_flag") } }</Button>
                </div>
            }
            <Files cell={Some(key.clone())} files={notes.attachments.clone()} sending={sending.clone()} {writes} told={props.notes.told.clone()} />
            { of_report(props, &sending, writes) }
            { others(props, Some(&key)) }
        </section>
    }
}

fn thread(notes: &CellNotes) -> Html {
    html! {
        <>
            if let Some(flag) = &notes.flag {
                <p class="small strong">{ tp("grid.note_flagged", &[("who", &flag.by), ("when", &format::date_time(flag.at))]) }</p>
            }
            if notes.comments.is_empty() && notes.flag.is_none() { <p class="muted small">{ t("grid.note_none") }</p> }
            <ol class="timeline">
                { for notes.comments.iter().map(|said| html! {
                    <li><p>{ said.text.clone() }</p><p class="muted small">{ said.by.clone() }{ " " }{ format::date_time(said.at) }</p></li>
                }) }
            </ol>
        </>
    }
}

/// No cell is under the cursor: only the files of the whole report, and where something is said.
fn elsewhere(props: &NotesPanelProps, sending: &Sending, writes: bool) -> Html {
    let known = &props.notes.known;
    if known.cells.is_empty() && known.attachments.is_empty() && !writes {
        return Html::default();
    }
    html! {
        <section class="panel no-print" aria-label={t("grid.note_title")}>
            <h2>{ t("grid.note_title") }</h2>
            { of_report(props, sending, writes) }
            { others(props, None) }
        </section>
    }
}

fn of_report(props: &NotesPanelProps, sending: &Sending, writes: bool) -> Html {
    html! {
        <>
            <Files files={props.notes.known.attachments.clone()} sending={sending.clone()} {writes} told={props.notes.told.clone()} />
            if writes { <p class="muted small file-hint">{ t("grid.file_hint") }</p> }
        </>
    }
}

/// The cells of which something is said, each a way there.
fn others(props: &NotesPanelProps, but: Option<&str>) -> Html {
    let desk = props.desk.borrow();
    let mut keys: Vec<&String> = props.notes.known.cells.keys().filter(|key| Some(key.as_str()) != but).collect();
    keys.sort_by_key(|key| desk.form.cell(key).map(|spec| spec.index));
    if keys.is_empty() {
        return Html::default();
    }
    let line = |key: &String| {
        let jump = {
            let key = key.clone();
            props.onjump.reform(move |_: MouseEvent| key.clone())
        };
        html! {
            <li key={key.clone()}>
                <button type="button" class="button-link" onclick={jump}>{ cell_name(&desk, key) }</button>
                <span class="muted small">{ " " }{ joined([mark_words(&props.notes.known, key), clip_words(&props.notes.known, key)]) }</span>
            </li>
        }
    };
    html! { <><h3 class="small">{ t("grid.note_all") }</h3><ul>{ for keys.into_iter().map(line) }</ul></> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_says_how_much_is_said_and_whether_somebody_follows_it_up() {
        let json = serde_json::json!({"cells": {
            "a": {"comments": [{"by": "A", "at": "2026-11-23T00:00:00Z", "text": "x"}]},
            "b": {"comments": [], "flag": {"by": "B", "at": "2026-11-23T00:00:00Z"}},
            "d": {"comments": [], "attachments": [{"id": "018f0000-0000-7000-8000-000000000002", "name": "a.jpg",
                "bytes": 1, "by": "B", "at": "2026-11-23T00:00:00Z", "removable": false}]}
        }});
        let notes: ReportNotes = serde_json::from_value(json).unwrap();
        assert_eq!(mark_words(&notes, "a"), Some(tp("grid.note_mark", &[("count", &1)])));
        assert_eq!(mark_words(&notes, "b"), Some(t("grid.note_mark_flag")));
        assert_eq!(mark_words(&notes, "c"), None);
        assert_eq!((mark_words(&notes, "d"), clip_words(&notes, "a")), (None, None));
        assert_eq!(clip_words(&notes, "d"), Some(tp("grid.file_mark", &[("count", &1)])));
    }
}
