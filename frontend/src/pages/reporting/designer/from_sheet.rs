//! A form made from the ministry's own workbook: what was recognised is shown, with all that was guessed, before a draft
//! is begun with it.

use std::rc::Rc;

use fupin_contract::reporting::{FormOfSheet, MOST_SHEET_BYTES, ReadForm};
use fupin_form::Form;
use web_sys::File;
use yew::{platform::spawn_local, prelude::*};
use yew_router::hooks::use_navigator;

use super::{drafts::note_lines, preview::Preview};
use crate::{
    i18n::{error_sentence, t, tp},
    kit::{Alert, Button, ButtonKind, Dialog, DropZone, Same, SelectField, Tone, bytes_of, use_action},
    routes::Route,
};

/// A file in hand.
#[derive(Clone, PartialEq)]
struct Chosen {
    name: String,
    bytes: Rc<Vec<u8>>,
}

/// What is asked of the server: only to look, or to begin a draft.
#[derive(Clone, PartialEq)]
struct Asked {
    file: Chosen,
    how: ReadForm,
}

#[derive(Properties, PartialEq)]
pub struct FromSheetDialogProps {
    pub onclose: Callback<()>,
}

#[component]
pub fn FromSheetDialog(props: &FromSheetDialogProps) -> Html {
    let navigator = use_navigator();
    let chosen = use_state(|| None::<Chosen>);
    let looked = use_state(|| None::<Rc<FormOfSheet>>);
    let too_large = use_state(|| false);
    let action = {
        let looked = looked.clone();
        use_action(
            async |api, Asked { file, how }: Asked, key| api.read_form_sheet(&how, (*file.bytes).clone(), key).await,
            Callback::from(move |answer: FormOfSheet| match (&answer.draft, &navigator) {
                (Some(draft), Some(navigator)) => navigator.push(&Route::FormDraft { id: draft.id.to_string() }),
                (Some(_) | None, _) => looked.set(Some(Rc::new(answer))),
            }),
        )
    };
    let take = {
        let (chosen, looked, too_large) = (chosen.clone(), looked.clone(), too_large.clone());
        let (run, forget) = (action.run.clone(), action.forget.clone());
        Callback::from(move |file: File| {
            looked.set(None);
            chosen.set(None);
            forget.emit(());
            let is_too_large = file.size() > MOST_SHEET_BYTES as f64;
            too_large.set(is_too_large);
            if is_too_large {
                return;
            }
            let (chosen, run) = (chosen.clone(), run.clone());
            spawn_local(async move {
                let Some(bytes) = bytes_of(&file).await else { return };
                let file = Chosen { name: file.name(), bytes: Rc::new(bytes) };
                chosen.set(Some(file.clone()));
                run.emit(Asked { file, how: ReadForm { dry_run: Some(true), sheet: None } });
            });
        })
    };
    let ask = {
        let (chosen, run) = (chosen.clone(), action.run.clone());
        Callback::from(move |how: ReadForm| {
            if let Some(file) = (*chosen).clone() {
                run.emit(Asked { file, how });
            }
        })
    };
    let sheet = looked.as_ref().map(|looked| looked.sheet.clone());
    let is_ready = sheet.is_some();
    let onsubmit = {
        let ask = ask.clone();
        Callback::from(move |()| {
            if sheet.is_some() {
                ask.emit(ReadForm { dry_run: Some(false), sheet: sheet.clone() });
            }
        })
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true disabled={!is_ready} busy={action.pending && is_ready}>{ t("design.from_sheet_use") }</Button>
        </>
    };
    let refused = action.failure.as_ref().map(error_sentence);
    let name = chosen.as_ref().map(|file| file.name.clone()).unwrap_or_default();
    html! {
        <Dialog title={t("design.from_sheet")} onclose={props.onclose.clone()} {onsubmit} {foot} wide=true>
            <p class="muted">{ t("design.from_sheet_hint") }</p>
            <DropZone {take} word={t("design.from_sheet_drop")} />
            if *too_large { <Alert tone={Tone::Danger} urgent=true><p>{ t("design.from_sheet_large") }</p></Alert> }
            if let Some(said) = refused {
                <Alert tone={Tone::Danger} urgent=true>
                    <p class="strong">{ tp("sheet.refused", &[("name", &name)]) }</p>
                    <p>{ said }</p>
                </Alert>
            }
            if action.pending && !is_ready { <p role="status"><span class="busy" aria-hidden="true"></span>{ " " }{ tp("design.from_sheet_reading", &[("name", &name)]) }</p> }
            if let Some(looked) = looked.as_ref() { <Recognised answer={Same(looked.clone())} {ask} /> }
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct RecognisedProps {
    answer: Same<FormOfSheet>,
    /// Look at another sheet.
    ask: Callback<ReadForm>,
}

/// What would become of the file: counts, guesses, and the form as a clerk would fill it.
#[component]
fn Recognised(props: &RecognisedProps) -> Html {
    let answer = props.answer.0.clone();
    let form = use_memo(props.answer.clone(), |answer| compiled(&answer.0));
    let options: Vec<(String, String)> = answer.sheets.iter().map(|name| (name.clone(), name.clone())).collect();
    let onchange = props.ask.reform(|sheet: String| ReadForm { dry_run: Some(true), sheet: Some(sheet) });
    let counts = tp("design.from_sheet_counts", &[("filled", &answer.filled), ("computed", &answer.computed)]);
    html! {
        <div class="stack-tight">
            if answer.sheets.len() > 1 { <SelectField label={t("design.from_sheet_which")} {options} value={answer.sheet.clone()} {onchange} /> }
            <p role="status" class="strong">{ counts }</p>
            if answer.notes.is_empty() { <p class="muted">{ t("design.from_sheet_sure") }</p> }
            else {
                <Alert tone={Tone::Wait}>
                    <p>{ tp("design.notes", &[("count", &answer.notes.len())]) }</p>
                    { note_lines(&answer.notes) }
                </Alert>
            }
            { match &*form {
                Some(form) => html! { <Preview form={Same(form.clone())} /> },
                None => html! { <Alert tone={Tone::Wait}><p>{ tp("design.from_sheet_faulty", &[("count", &answer.faults.len())]) }</p></Alert> },
            } }
        </div>
    }
}

/// The form as it could be tried, whatever number it still lacks.
fn compiled(answer: &FormOfSheet) -> Option<Rc<Form>> {
    let mut definition = answer.definition.clone();
    if definition.code.is_empty() {
        "—".clone_into(&mut definition.code);
    }
    Form::compile(definition).ok().map(Rc::new)
}
