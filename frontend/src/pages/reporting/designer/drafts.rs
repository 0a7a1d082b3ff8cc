//! Drafts on the page of forms, a definition as a file, and what was guessed when a draft was read from a spreadsheet.

use std::rc::Rc;

use fupin_client::Download;
use fupin_contract::{
    DraftId,
    reporting::{DraftLayout, DraftNote, DraftNoteKind, FormDraftSummary},
};
use fupin_form::FormDefinition;
use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    format,
    i18n::{error_sentence, t, tp},
    kit::{
        Alert, Button, ButtonKind, Column, Dialog, Icon, Row, Shape, Table, Tone, save_file, use_action, use_query,
        use_toasts,
    },
    routes::Route,
};

/// Drafts that are under way; nothing where there is none.
#[component]
pub fn Drafts() -> Html {
    let query = use_query((), async |api, ()| api.list_form_drafts().await);
    let doomed = use_state(|| None::<FormDraftSummary>);
    let Some(page) = query.ready().filter(|page| !page.items.is_empty()) else { return Html::default() };
    let columns = vec![
        Column::text(t("form.title")),
        Column::text(t("form.code")),
        Column::text(t("design.becomes")),
        Column::text(t("design.changed")),
        Column::text(""),
    ];
    let rows = page.items.iter().map(|draft| row(draft, &doomed));
    let onclose = {
        let doomed = doomed.clone();
        Callback::from(move |()| doomed.set(None))
    };
    html! {
        <section class="stack-tight" aria-label={t("design.drafts")}>
            <h2>{ t("design.drafts") }</h2>
            <Table caption={t("design.drafts")} {columns} rows={rows.collect::<Vec<_>>()} />
            if let Some(draft) = &*doomed { <DeleteDialog id={draft.id} title={named(draft)} {onclose} ondone={query.reload.clone()} /> }
        </section>
    }
}

fn named(draft: &FormDraftSummary) -> String {
    if draft.title.trim().is_empty() { t("design.unnamed") } else { draft.title.clone() }
}

fn row(draft: &FormDraftSummary, doomed: &UseStateHandle<Option<FormDraftSummary>>) -> Row {
    let becomes = match &draft.based_on {
        Some(form) => tp("design.next_of", &[("version", &(form.version + 1))]),
        None => t("design.new_form"),
    };
    let changed =
        tp("design.changed_by", &[("who", &draft.changed_by), ("when", &format::date_time(draft.changed_at))]);
    let onclick = {
        let (doomed, draft) = (doomed.clone(), draft.clone());
        Callback::from(move |()| doomed.set(Some(draft.clone())))
    };
    let label = tp("design.delete_draft", &[("title", &named(draft))]);
    Row::new(
        draft.id,
        vec![
            html! { <Link<Route> to={Route::FormDraft { id: draft.id.to_string() }}>{ named(draft) }</Link<Route>> },
            html! { draft.code.clone() },
            html! { becomes },
            html! { changed },
            html! { <Button kind={ButtonKind::Quiet} {label} {onclick}>{ t("design.delete") }</Button> },
        ],
    )
}

#[derive(Properties, PartialEq)]
struct DeleteDialogProps {
    id: DraftId,
    title: String,
    onclose: Callback<()>,
    ondone: Callback<()>,
}

#[component]
fn DeleteDialog(props: &DeleteDialogProps) -> Html {
    let toasts = use_toasts();
    let delete = use_action(async |api, id: DraftId, _| api.delete_form_draft(id).await, {
        let (onclose, ondone) = (props.onclose.clone(), props.ondone.clone());
        Callback::from(move |()| {
            toasts.done(t("design.deleted"));
            onclose.emit(());
            ondone.emit(());
        })
    });
    let onsubmit = {
        let id = props.id;
        delete.run.reform(move |()| id)
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::DangerSolid} submit=true busy={delete.pending}>{ t("design.delete") }</Button>
        </>
    };
    html! {
        <Dialog title={t("design.delete_title")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(error) = &delete.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <p>{ tp("design.delete_hint", &[("title", &props.title)]) }</p>
        </Dialog>
    }
}

/// A button that hands a definition to the browser as a file, in the form in which it can be brought back.
pub fn definition_button(definition: &Rc<FormDefinition>) -> Html {
    let definition = definition.clone();
    let onclick = Callback::from(move |()| {
        let name = format!("{}.json", definition.code.trim());
        let bytes = serde_json::to_vec_pretty(&*definition).unwrap_or_default();
        save_file(&Download { name: name.clone(), bytes }, &name);
    });
    html! { <Button {onclick}><Icon shape={Shape::Download} />{ t("design.download") }</Button> }
}

/// What was guessed when the draft was read, until somebody has looked at it.
pub fn notes(notes: &[DraftNote]) -> Html {
    if notes.is_empty() {
        return Html::default();
    }
    html! {
        <Alert tone={Tone::Wait}>
            <details>
                <summary>{ tp("design.notes", &[("count", &notes.len())]) }</summary>
                { note_lines(notes) }
            </details>
        </Alert>
    }
}

/// Where each stands, what stands there, and what was made of it.
pub fn note_lines(notes: &[DraftNote]) -> Html {
    let line = |note: &DraftNote| {
        let place = format!("{} {}", note.sheet, note.cell);
        let (place, kind) = (place.trim(), kind_word(note.kind));
        let said = if note.text.is_empty() {
            tp("design.note_bare", &[("place", &place), ("kind", &kind)])
        } else {
            tp("design.note", &[("place", &place), ("text", &note.text), ("kind", &kind)])
        };
        html! { <li>{ said }</li> }
    };
    html! { <ul class="draft-notes">{ for notes.iter().map(line) }</ul> }
}

fn kind_word(kind: DraftNoteKind) -> String {
    match kind {
        DraftNoteKind::NoTable => t("design.note_no_table"),
        DraftNoteKind::FormulaLost => t("design.note_formula_lost"),
        DraftNoteKind::ContentDropped => t("design.note_content_dropped"),
        DraftNoteKind::TextDropped => t("design.note_text_dropped"),
        DraftNoteKind::RowsAdded => t("design.note_rows_added"),
        DraftNoteKind::UnitGuessed => t("design.note_unit_guessed"),
        DraftNoteKind::TypeGuessed => t("design.note_type_guessed"),
        DraftNoteKind::TitleMissing => t("design.note_title_missing"),
        DraftNoteKind::CodeMissing => t("design.note_code_missing"),
        DraftNoteKind::Greyed => t("design.note_greyed"),
        DraftNoteKind::ShareChanged => t("design.note_share_changed"),
        DraftNoteKind::Nameless => t("design.note_nameless"),
        DraftNoteKind::OtherSheet => t("design.note_other_sheet"),
    }
}

/// Whether the form still goes back into the sheet that it was made from.
pub fn layout_state(layout: Option<&DraftLayout>) -> Html {
    let Some(DraftLayout { sheet, missing }) = layout else { return Html::default() };
    if missing.is_empty() {
        return html! { <p class="muted">{ tp("design.layout_kept", &[("sheet", sheet)]) }</p> };
    }
    let keys: Vec<&str> = missing.iter().take(5).map(fupin_form::CellKey::as_str).collect();
    let said = [("sheet", sheet as &dyn std::fmt::Display), ("count", &missing.len()), ("cells", &keys.join("、"))];
    html! { <Alert tone={Tone::Wait}><p>{ tp("design.layout_lost", &said) }</p></Alert> }
}
