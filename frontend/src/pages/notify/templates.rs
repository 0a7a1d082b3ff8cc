//! The words for what people are told, tried before they are saved.

use fupin_contract::notify::{
    MessageTemplate, MessageTemplates, PreviewTemplate, SetTemplate, TemplateChannel, TemplatePreview,
};
use yew::prelude::*;

use super::carrier_fields::told_event;
use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Column, Dialog, PageHead, Row, Table, TextArea, Tone, use_action, use_query,
        use_toasts,
    },
};

#[component]
pub fn TemplatesPage() -> Html {
    let query = use_query((), async |api, ()| api.list_message_templates().await);
    let editing = use_state(|| None::<MessageTemplate>);
    let close = {
        let editing = editing.clone();
        Callback::from(move |()| editing.set(None))
    };
    let saved = {
        let (editing, reload) = (editing.clone(), query.reload.clone());
        Callback::from(move |()| {
            editing.set(None);
            reload.emit(());
        })
    };
    html! {
        <>
            <PageHead title={t("nav.message_templates")} />
            { query.view(|templates| html! {
                <>
                    { list(templates, &editing) }
                    if let Some(template) = &*editing { <Edit template={template.clone()} onclose={close} {saved} /> }
                </>
            }) }
        </>
    }
}

fn channel(channel: TemplateChannel) -> String {
    match channel {
        TemplateChannel::Message => t("message.channel_message"),
        TemplateChannel::Notice => t("message.channel_notice"),
    }
}

fn list(templates: &MessageTemplates, editing: &UseStateHandle<Option<MessageTemplate>>) -> Html {
    let columns = vec![
        Column::text(t("message.told_of")),
        Column::text(t("message.channel")),
        Column::text(t("message.text")),
        Column::text(""),
    ];
    let rows = templates.items.iter().map(|template| {
        let (editing, chosen) = (editing.clone(), template.clone());
        let onclick = Callback::from(move |()| editing.set(Some(chosen.clone())));
        Row::new(
            format!("{}{}", template.event, template.channel.name()),
            vec![
                html! { <span class="nowrap">{ told_event(&template.event) }</span> },
                html! { <span class="nowrap">{ channel(template.channel) }</span> },
                html! { template.body.clone() },
                html! { <Button {onclick}>{ t("message.edit") }</Button> },
            ],
        )
    });
    html! { <Table caption={t("nav.message_templates")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[derive(Properties, PartialEq)]
struct EditProps {
    template: MessageTemplate,
    onclose: Callback<()>,
    saved: Callback<()>,
}

#[component]
fn Edit(props: &EditProps) -> Html {
    let body = use_state(|| props.template.body.clone());
    let seen = use_state(|| None::<TemplatePreview>);
    let toasts = use_toasts();
    let try_out = {
        let seen = seen.clone();
        use_action(
            |api, template: PreviewTemplate, _| async move { api.preview_message_template(&template).await },
            Callback::from(move |preview: TemplatePreview| seen.set(Some(preview))),
        )
    };
    let save = {
        let (saved, template) = (props.saved.clone(), props.template.clone());
        use_action(
            move |api, body: String, _| {
                let template = template.clone();
                async move { api.set_message_template(&template.event, template.channel, &SetTemplate { body }).await }
            },
            Callback::from(move |_: MessageTemplate| {
                toasts.done(t("kit.saved"));
                saved.emit(());
            }),
        )
    };
    let oninput = {
        let (body, seen) = (body.clone(), seen.clone());
        Callback::from(move |text: String| {
            body.set(text);
            seen.set(None);
        })
    };
    let onsubmit = {
        let (run, body) = (save.run.clone(), body.clone());
        Callback::from(move |()| run.emit((*body).clone()))
    };
    let preview = {
        let (run, body, event) = (try_out.run.clone(), body.clone(), props.template.event.clone());
        Callback::from(move |()| run.emit(PreviewTemplate { event: event.clone(), body: (*body).clone() }))
    };
    let failure = save.failure.as_ref().or(try_out.failure.as_ref());
    let foot = html! {
        <>
            <Button onclick={preview} busy={try_out.pending}>{ t("message.preview") }</Button>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={save.pending}>{ t("kit.save") }</Button>
        </>
    };
    let facts: Vec<String> = props.template.facts.iter().map(|fact| format!("{{{{{fact}}}}}")).collect();
    html! {
        <Dialog title={format!("{} · {}", told_event(&props.template.event), channel(props.template.channel))} onclose={props.onclose.clone()} {onsubmit} {foot}>
            if let Some(error) = failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <TextArea wide=true autofocus=true label={t("message.text")} hint={tp("message.facts_hint", &[("facts", &facts.join(" "))])} value={(*body).clone()} {oninput} fault={field_fault(failure, "body")} />
            if let Some(preview) = &*seen { { shown(preview, props.template.channel) } }
        </Dialog>
    }
}

fn shown(preview: &TemplatePreview, channel: TemplateChannel) -> Html {
    let counted = match channel {
        TemplateChannel::Message => {
            tp("message.counted", &[("characters", &preview.characters), ("segments", &preview.segments)])
        }
        TemplateChannel::Notice => tp("message.counted_notice", &[("characters", &preview.characters)]),
    };
    html! {
        <section class="panel stack-tight" aria-live="polite">
            <p>{ preview.text.clone() }</p>
            <p class="muted small">{ counted }</p>
        </section>
    }
}
