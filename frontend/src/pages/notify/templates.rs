//! The words for what people are told, tried before they are saved.

use fupin_contract::notify::{
    MessageTemplate, MessageTemplates, PreviewTemplate, SetTemplate, TemplateChannel, TemplatePreview,
};
use yew::prelude::*;

use super::carrier_fields::told_event;
use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Column, Dialog, PageHead, Row, Table, TextArea, TextField, Tone, use_action,
        use_query, use_toasts,
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
        TemplateChannel::Mail => t("message.channel_mail"),
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
                said(template),
                html! { <Button {onclick}>{ t("message.edit") }</Button> },
            ],
        )
    });
    html! { <Table caption={t("nav.message_templates")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

/// What it says: of a mail the subject first.
fn said(template: &MessageTemplate) -> Html {
    if template.subject.is_empty() {
        return html! { <span class="lines">{ template.body.clone() }</span> };
    }
    html! { <><span class="strong">{ template.subject.clone() }</span><br /><span class="lines muted">{ template.body.clone() }</span></> }
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
    let subject = use_state(|| props.template.subject.clone());
    // Mail has a subject; what stands below each has none.
    let subjected = !props.template.subject.is_empty();
    let given = Some((*subject).clone()).filter(|_| subjected);
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
            move |api, (subject, body): (Option<String>, String), _| {
                let template = template.clone();
                let words = SetTemplate { subject, body };
                async move { api.set_message_template(&template.event, template.channel, &words).await }
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
    let onsubject = {
        let (subject, seen) = (subject.clone(), seen.clone());
        Callback::from(move |text: String| {
            subject.set(text);
            seen.set(None);
        })
    };
    let onsubmit = {
        let (run, body, subject) = (save.run.clone(), body.clone(), given.clone());
        Callback::from(move |()| run.emit((subject.clone(), (*body).clone())))
    };
    let preview = {
        let (run, body, subject) = (try_out.run.clone(), body.clone(), given);
        let (event, channel) = (props.template.event.clone(), Some(props.template.channel));
        Callback::from(move |()| {
            let (event, subject, body) = (event.clone(), subject.clone(), (*body).clone());
            run.emit(PreviewTemplate { event, channel, subject, body });
        })
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
            if subjected { <TextField wide=true label={t("message.subject")} value={(*subject).clone()} oninput={onsubject} fault={field_fault(failure, "subject")} /> }
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
        TemplateChannel::Notice | TemplateChannel::Mail => {
            tp("message.counted_notice", &[("characters", &preview.characters)])
        }
    };
    html! {
        <section class="panel stack-tight" aria-live="polite">
            if let Some(subject) = &preview.subject { <p class="strong">{ subject.clone() }</p> }
            <p class="lines">{ preview.text.clone() }</p>
            <p class="muted small">{ counted }</p>
        </section>
    }
}
