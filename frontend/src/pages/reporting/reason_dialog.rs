//! Asks why: a return and an approval that is taken back both need a reason. Offers the last three of this reviewer.

use fupin_client::ClientError;
use yew::prelude::*;

use super::report::reasons::{last_reasons, remember_reason};
use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Dialog, TextArea, Tone},
    session::use_session,
};

#[derive(Properties, PartialEq)]
pub struct ReasonDialogProps {
    pub title: AttrValue,
    /// The word on the button that acts.
    pub act: AttrValue,
    pub hint: AttrValue,
    pub pending: bool,
    pub failure: Option<ClientError>,
    pub run: Callback<String>,
    pub onclose: Callback<()>,
    /// What else there is to say or to choose, below the reason.
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn ReasonDialog(props: &ReasonDialogProps) -> Html {
    let account = use_session().me().map(|me| me.account_id);
    let reason = use_state(String::new);
    let tried = use_state(|| false);
    let oninput = {
        let reason = reason.clone();
        Callback::from(move |text| reason.set(text))
    };
    let onsubmit = {
        let (reason, tried, run) = (reason.clone(), tried.clone(), props.run.clone());
        Callback::from(move |()| {
            let text = reason.trim().to_owned();
            tried.set(true);
            if !text.is_empty() {
                if let Some(account) = account {
                    remember_reason(account, &text);
                }
                run.emit(text);
            }
        })
    };
    let missing = (*tried && reason.trim().is_empty()).then(|| t("report.reason_needed"));
    let fault = field_fault(props.failure.as_ref(), "reason").or(missing);
    let other = props.failure.as_ref().filter(|error| field_fault(Some(error), "reason").is_none());
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::DangerSolid} submit=true busy={props.pending}>{ props.act.clone() }</Button>
        </>
    };
    html! {
        <Dialog title={props.title.clone()} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(error) = other { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <TextArea label={t("report.reason")} hint={props.hint.clone()} value={(*reason).clone()} {oninput} {fault} autofocus=true />
            { offered(&account.map(last_reasons).unwrap_or_default(), &reason) }
            { props.children.clone() }
        </Dialog>
    }
}

fn offered(last: &[String], reason: &UseStateHandle<String>) -> Html {
    if last.is_empty() {
        return Html::default();
    }
    html! {
        <div class="stack-tight">
            <p class="muted small">{ t("report.last_reasons") }</p>
            <div class="reasons">
                { for last.iter().map(|text| {
                    let (reason, chosen) = (reason.clone(), text.clone());
                    let onclick = Callback::from(move |_: MouseEvent| reason.set(chosen.clone()));
                    html! { <button type="button" class="chip" aria-label={tp("report.use_reason", &[("reason", text)])} {onclick}>{ text }</button> }
                }) }
            </div>
        </div>
    }
}
