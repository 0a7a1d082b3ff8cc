//! The page of one draft.

use std::rc::Rc;

use fupin_contract::{DraftId, reporting::FormDraft};
use fupin_form::{DefinitionFault, Form};
use yew::prelude::*;

use super::{
    canvas::{Canvas, faulty},
    drafts::{definition_button, layout_state, notes},
    editing::Chosen,
    keeping::{self, use_keeping},
    outline::outline,
    preview::Preview,
    properties::Panel,
    publish::PublishDialog,
    sketch::{Keeping, Sketch, Step},
};
use crate::{
    i18n::{t, tp},
    kit::{Alert, Button, ButtonKind, Crumb, PageHead, Same, Status, Tone, use_query},
    pages::insight::NotFoundPage,
    routes::Route,
};

#[derive(Properties, PartialEq)]
pub struct DesignerPageProps {
    pub id: String,
}

#[component]
pub fn DesignerPage(props: &DesignerPageProps) -> Html {
    match props.id.parse::<DraftId>() {
        Ok(id) => html! { <Loaded {id} /> },
        Err(_) => html! { <NotFoundPage /> },
    }
}

#[derive(Properties, PartialEq)]
struct LoadedProps {
    id: DraftId,
}

#[component]
fn Loaded(props: &LoadedProps) -> Html {
    let query = use_query(props.id, async |api, id| api.get_form_draft(id).await);
    html! {
        <>
            if query.ready().is_none() { <PageHead title={t("design.title")} path={vec![Crumb::to(t("nav.forms"), Route::Forms)]} /> }
            { query.view(|draft| html! { <Studio draft={Same(draft.clone())} /> }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct StudioProps {
    draft: Same<FormDraft>,
}

/// The form compiled, or what is wrong with it.
type Compiled = Result<Rc<Form>, Vec<DefinitionFault>>;

#[component]
fn Studio(props: &StudioProps) -> Html {
    let draft = props.draft.0.clone();
    let sketch = use_reducer(|| Sketch::new(&draft));
    let save = use_keeping(draft.summary.id, &sketch);
    let tries = use_state(|| false);
    let publishing = use_state(|| false);
    let compiled: Rc<Compiled> =
        use_memo(sketch.definition.clone(), |definition| Form::compile((**definition).clone()).map(Rc::new));
    let step = {
        let dispatch = sketch.dispatcher();
        Callback::from(move |step: Step| dispatch.dispatch(step))
    };
    let faults: &[DefinitionFault] = (*compiled).as_ref().err().map_or(&[], Vec::as_slice);
    let onkeydown = use_keys(&step, &save);
    let opening = |open: &UseStateHandle<bool>, value: bool| {
        let open = open.clone();
        Callback::from(move |()| open.set(value))
    };
    let middle = match &*compiled {
        Ok(form) if *tries => html! { <Preview form={Same(form.clone())} /> },
        Err(_) if *tries => html! { <Alert tone={Tone::Wait}><p>{ t("design.mend_first") }</p></Alert> },
        Ok(_) | Err(_) => Canvas { sketch: &sketch, faulty: &faulty(&sketch.definition, faults), step: &step }.draw(),
    };
    let title =
        if sketch.definition.title.trim().is_empty() { t("design.unnamed") } else { sketch.definition.title.clone() };
    html! {
        <div class="stack" {onkeydown}>
            <PageHead title={title.clone()} path={vec![Crumb::to(t("nav.forms"), Route::Forms), Crumb::plain(t("design.title"))]}
                beside={html! { <>{ standing(&draft) }{ keeping::state(&sketch) }</> }}>
                { history(&sketch, &step) }
                { definition_button(&sketch.definition) }
                <Button onclick={save} disabled={sketch.is_kept()}>{ t("kit.save") }</Button>
                <Button kind={ButtonKind::Primary} onclick={opening(&publishing, true)} disabled={!sketch.is_kept() || !faults.is_empty()} title={(!faults.is_empty()).then(|| t("design.mend_first"))}>{ t("design.publish") }</Button>
            </PageHead>
            { trouble(&sketch, &step) }
            { notes(&draft.notes) }
            { layout_state(draft.layout.as_ref()) }
            <p class="design-narrow">{ t("design.too_narrow") }</p>
            <div class="row design-tabs" role="group" aria-label={t("design.views")}>
                { tab(t("design.edit"), !*tries, opening(&tries, false)) }
                { tab(t("design.try"), *tries, opening(&tries, true)) }
            </div>
            <div class={classes!("design-body", tries.then_some("design-trying"))}>
                { outline(&sketch, faults, &step) }
                <div class="design-middle">{ middle }</div>
                { Panel { sketch: &sketch, faults, step: &step }.draw() }
            </div>
            if *publishing { <PublishDialog id={draft.summary.id} version={sketch.version} {title} onclose={opening(&publishing, false)} /> }
        </div>
    }
}

fn tab(word: String, is_on: bool, onclick: Callback<()>) -> Html {
    let onclick = onclick.reform(|_: MouseEvent| ());
    html! { <button type="button" class={classes!("button", is_on.then_some("design-tab-on"))} aria-pressed={is_on.to_string()} {onclick}>{ word }</button> }
}

/// What the draft is to become.
fn standing(draft: &FormDraft) -> Html {
    let word = match &draft.summary.based_on {
        Some(form) => tp("design.next_of", &[("version", &(form.version + 1))]),
        None => t("design.new_form"),
    };
    html! { <Status tone={Tone::Plain} {word} /> }
}

fn history(sketch: &Sketch, step: &Callback<Step>) -> Html {
    let (undo, redo) = (step.reform(|()| Step::Undo), step.reform(|()| Step::Redo));
    html! {
        <>
            <Button onclick={undo} disabled={!sketch.can_undo()}>{ t("design.undo") }</Button>
            <Button onclick={redo} disabled={!sketch.can_redo()}>{ t("design.redo") }</Button>
        </>
    }
}

fn trouble(sketch: &Sketch, step: &Callback<Step>) -> Html {
    match &sketch.keeping {
        Keeping::Failed(why) => html! { <Alert tone={Tone::Danger} urgent=true><p>{ why }</p></Alert> },
        Keeping::Stale(theirs) => {
            html! { <Alert tone={Tone::Danger} urgent=true>{ keeping::stale(theirs, step) }</Alert> }
        }
        Keeping::Rest | Keeping::UnderWay => Html::default(),
    }
}

/// Ctrl+S saves; Ctrl+Z and Ctrl+Y go back and forth, but within a field, where they are the field's own; Escape
/// chooses the form.
#[hook]
fn use_keys(step: &Callback<Step>, save: &Callback<()>) -> Callback<KeyboardEvent> {
    use wasm_bindgen::JsCast;
    let (step, save) = (step.clone(), save.clone());
    Callback::from(move |event: KeyboardEvent| {
        let command = event.ctrl_key() || event.meta_key();
        let field = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let in_field =
            field.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
        match (command, event.key().as_str()) {
            (true, "s" | "S") => {
                event.prevent_default();
                save.emit(());
            }
            (true, "z" | "Z") if !in_field => {
                event.prevent_default();
                step.emit(if event.shift_key() { Step::Redo } else { Step::Undo });
            }
            (true, "y" | "Y") if !in_field => {
                event.prevent_default();
                step.emit(Step::Redo);
            }
            (false, "Escape") if !in_field => step.emit(Step::Choose(Chosen::Form)),
            _ => {}
        }
    })
}
