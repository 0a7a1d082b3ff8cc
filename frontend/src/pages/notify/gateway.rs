//! How messages leave the house: texts by a gateway, mail by a server.

use fupin_client::ClientError;
use fupin_contract::notify::{GatewaySettings, TemplateChannel};
use yew::prelude::*;

use super::{GatewayDraft, GatewayForm, mail_server::MailServerSection};
use crate::{
    i18n::{error_sentence, t},
    kit::{Alert, Button, ButtonKind, PageHead, Tone, use_action, use_query, use_toasts},
};

#[component]
pub fn GatewayPage() -> Html {
    // What people are told of on phones: a carrier needs a template for each.
    let query = use_query((), async |api, ()| {
        let (settings, templates) = (api.get_gateway().await?, api.list_message_templates().await?);
        let told = templates.items.into_iter().filter(|template| template.channel == TemplateChannel::Message);
        Ok::<_, ClientError>((settings, told.map(|template| template.event).collect::<Vec<_>>()))
    });
    html! {
        <>
            <PageHead title={t("nav.gateway")} />
            <div class="stack">
                { query.view(|read| html! { <Edit settings={read.0.clone()} events={read.1.clone()} /> }) }
                <MailServerSection />
            </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct EditProps {
    settings: GatewaySettings,
    events: Vec<String>,
}

#[component]
fn Edit(props: &EditProps) -> Html {
    let draft = use_state(|| GatewayDraft::of(&props.settings));
    let toasts = use_toasts();
    let action = {
        let draft = draft.clone();
        use_action(
            |api, settings: GatewaySettings, _| async move { api.set_gateway(&settings).await },
            Callback::from(move |settings: GatewaySettings| {
                // The server may have made an address for receipts.
                draft.set(GatewayDraft::of(&settings));
                toasts.done(t("kit.saved"));
            }),
        )
    };
    let onchange = {
        let draft = draft.clone();
        Callback::from(move |changed| draft.set(changed))
    };
    let onsubmit = {
        let (run, draft) = (action.run.clone(), draft.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            run.emit(draft.settings());
        })
    };
    html! {
        <form class="panel stack" aria-label={t("message.gateway_of_texts")} {onsubmit} novalidate=true>
            <h2>{ t("message.gateway_of_texts") }</h2>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <GatewayForm draft={(*draft).clone()} {onchange} failure={action.failure.clone()} events={props.events.clone()} />
            <div class="row row-end"><Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("kit.save") }</Button></div>
        </form>
    }
}
