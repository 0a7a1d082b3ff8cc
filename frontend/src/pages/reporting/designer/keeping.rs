//! Keeps a draft on the server: a moment after the last change, and again after a bad network.

use std::rc::Rc;

use fupin_client::ClientError;
use fupin_contract::{
    DraftId,
    reporting::{FormDraft, SaveFormDraft},
};
use fupin_form::FormDefinition;
use gloo_timers::callback::Timeout;
use yew::{platform::spawn_local, prelude::*};

use super::sketch::{Keeping, Sketch, Step};
use crate::{
    i18n::{error_sentence, t},
    kit::{Button, Status, Tone},
    session::use_api,
    transport::Api,
};

/// After the last change.
const REST_MS: u32 = 1_200;
/// After a save that did not get through.
const AGAIN_MS: u32 = 8_000;

/// Watches a sketch, and saves what is not kept; answers how to save at once.
#[hook]
pub fn use_keeping(id: DraftId, sketch: &UseReducerHandle<Sketch>) -> Callback<()> {
    let api = use_api();
    let save = {
        let (api, sketch) = (api, sketch.clone());
        Callback::from(move |()| {
            if sketch.is_kept() || matches!(sketch.keeping, Keeping::UnderWay | Keeping::Stale(_)) {
                return;
            }
            let (definition, version, dispatch) = (sketch.definition.clone(), sketch.version, sketch.dispatcher());
            dispatch.dispatch(Step::Saving);
            let api = api.clone();
            spawn_local(async move { dispatch.dispatch(sent(api, id, definition, version).await) });
        })
    };
    {
        let save = save.clone();
        let due = !sketch.is_kept() && !matches!(sketch.keeping, Keeping::UnderWay | Keeping::Stale(_));
        let pause = if matches!(sketch.keeping, Keeping::Failed(_)) { AGAIN_MS } else { REST_MS };
        use_effect_with((due, pause, sketch.definition.clone()), move |(due, pause, _)| {
            let timer = due.then(|| Timeout::new(*pause, move || save.emit(())));
            move || drop(timer)
        });
    }
    save
}

async fn sent(api: Api, id: DraftId, definition: Rc<FormDefinition>, version: i32) -> Step {
    let save = SaveFormDraft { version, definition: (*definition).clone() };
    match api.save_form_draft(id, &save).await {
        Ok(draft) => Step::Kept(definition, draft.summary.version),
        Err(error) => match current(&error) {
            // Our own save, whose answer was lost.
            Some(theirs) if theirs.definition == *definition => Step::Kept(definition, theirs.summary.version),
            Some(theirs) => Step::Stale(Rc::new(theirs)),
            None => Step::NotKept(error_sentence(&error)),
        },
    }
}

/// The draft as it is now, where somebody was faster.
fn current(error: &ClientError) -> Option<FormDraft> {
    serde_json::from_value(error.problem()?.current.clone()?).ok()
}

/// Saved, saving, not saved; and what is to be done where somebody else saved.
pub fn state(sketch: &Sketch) -> Html {
    let (tone, word) = match &sketch.keeping {
        Keeping::Rest if sketch.is_kept() => (Tone::Done, t("design.kept")),
        Keeping::Rest => (Tone::Wait, t("design.not_kept")),
        Keeping::UnderWay => (Tone::Accent, t("design.keeping")),
        Keeping::Failed(_) => (Tone::Danger, t("design.keep_failed")),
        Keeping::Stale(_) => (Tone::Danger, t("design.stale")),
    };
    html! { <span role="status"><Status {tone} {word} /></span> }
}

/// Whoever was faster, and the two ways on.
pub fn stale(theirs: &FormDraft, step: &Callback<Step>) -> Html {
    let (take, keep) = (step.reform(|()| Step::TakeTheirs), step.reform(|()| Step::KeepOurs));
    html! {
        <div class="row">
            <p>{ crate::i18n::tp("design.stale_by", &[("who", &theirs.summary.changed_by), ("when", &crate::format::date_time(theirs.summary.changed_at))]) }</p>
            <Button onclick={take}>{ t("design.take_theirs") }</Button>
            <Button onclick={keep}>{ t("design.keep_ours") }</Button>
        </div>
    }
}
