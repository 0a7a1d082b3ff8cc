//! Publishing: what is asked for twice is shown once more, then the version stands for good.

use fupin_contract::{
    DraftId,
    reporting::{AtVersion, FormSummary},
};
use yew::prelude::*;
use yew_router::hooks::use_navigator;

use super::{drafts::layout_state, overlaps::overlap_lines};
use crate::{
    i18n::{error_sentence, t, tp},
    kit::{Alert, Button, ButtonKind, Dialog, Tone, use_action, use_query, use_toasts},
    routes::Route,
};

#[derive(Properties, PartialEq)]
pub struct PublishDialogProps {
    pub id: DraftId,
    /// The draft as it was seen.
    pub version: i32,
    pub title: String,
    pub onclose: Callback<()>,
}

#[component]
pub fn PublishDialog(props: &PublishDialogProps) -> Html {
    let (toasts, navigator) = (use_toasts(), use_navigator());
    let overlaps = use_query(props.id, async |api, id| {
        let overlaps = api.list_draft_overlaps(id).await?;
        Ok((overlaps, api.get_form_draft(id).await?.layout))
    });
    let publish = use_action(
        |api, (id, version): (DraftId, i32), key| async move {
            api.publish_form_draft(id, &AtVersion { version }, key).await
        },
        Callback::from(move |published: FormSummary| {
            toasts.done(tp("design.published", &[("title", &published.title), ("version", &published.version)]));
            if let Some(navigator) = &navigator {
                navigator.push(&Route::Form { id: published.id.to_string() });
            }
        }),
    );
    let onsubmit = {
        let seen = (props.id, props.version);
        publish.run.reform(move |()| seen)
    };
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={publish.pending} disabled={overlaps.ready().is_none()}>{ t("design.publish") }</Button>
        </>
    };
    html! {
        <Dialog title={t("design.publish_title")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(error) = &publish.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <p>{ tp("design.publish_hint", &[("title", &props.title)]) }</p>
            { overlaps.view(|seen| html! { <>{ layout_state(seen.1.as_ref()) }{ overlap_lines(&seen.0.items) }</> }) }
        </Dialog>
    }
}
