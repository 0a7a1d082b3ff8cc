//! What a carrier asks for: keys, a signature, a template for each event; and where its receipts go.

use fupin_client::ClientError;
use fupin_contract::notify::GatewayKind;
use yew::prelude::*;

use super::gateway_form::{CarrierDraft, TemplateLine};
use crate::{
    i18n::{event_name, field_fault, t, tp},
    kit::{Column, Row, Table, TextField, typed},
};

#[derive(Properties, PartialEq)]
pub struct CarrierFieldsProps {
    pub kind: GatewayKind,
    pub draft: CarrierDraft,
    pub onchange: Callback<CarrierDraft>,
    pub failure: Option<ClientError>,
    pub prefix: AttrValue,
    pub events: Vec<String>,
}

#[component]
pub fn CarrierFields(props: &CarrierFieldsProps) -> Html {
    let draft = &props.draft;
    let tencent = props.kind == GatewayKind::Tencent;
    let change = |apply: fn(CarrierDraft, String) -> CarrierDraft| {
        let (draft, onchange) = (draft.clone(), props.onchange.clone());
        Callback::from(move |text: String| onchange.emit(apply(draft.clone(), text)))
    };
    let fault = |field: &str| field_fault(props.failure.as_ref(), &format!("{}{field}", props.prefix));
    let (id_field, key_field) =
        if tencent { ("secret_id", "secret_key") } else { ("access_key_id", "access_key_secret") };
    let (id_label, key_label) = if tencent {
        ("message.tencent_id", "message.tencent_key")
    } else {
        ("message.aliyun_id", "message.aliyun_key")
    };
    html! {
        <div class="stack">
            <div class="form-grid">
                <TextField label={t(id_label)} autocomplete="off" value={draft.key_id.clone()} oninput={change(|draft, key_id| CarrierDraft { key_id, ..draft })} fault={fault(id_field)} />
                <TextField label={t(key_label)} kind="password" autocomplete="off" hint={t("message.secret_hint")} value={draft.key.clone()} oninput={change(|draft, key| CarrierDraft { key, ..draft })} fault={fault(key_field)} />
                <TextField label={t("message.sign_name")} hint={t("message.sign_name_hint")} value={draft.sign_name.clone()} oninput={change(|draft, sign_name| CarrierDraft { sign_name, ..draft })} fault={fault("sign_name")} />
                if tencent {
                    <TextField label={t("message.app_id")} value={draft.app_id.clone()} oninput={change(|draft, app_id| CarrierDraft { app_id, ..draft })} fault={fault("app_id")} />
                    <TextField label={t("message.region")} value={draft.region.clone()} oninput={change(|draft, region| CarrierDraft { region, ..draft })} fault={fault("region")} />
                }
                <TextField label={t("message.endpoint")} kind="url" value={draft.endpoint.clone()} oninput={change(|draft, endpoint| CarrierDraft { endpoint, ..draft })} fault={fault("endpoint")} />
            </div>
            if !props.events.is_empty() { { templates(props) } } else { <p class="muted">{ t("message.templates_later") }</p> }
            if !draft.receipt_token.is_empty() { { addresses(props) } }
        </div>
    }
}

/// The event's name as the trail has it; several of it told together are said to be so.
pub fn told_event(event: &str) -> String {
    match event.strip_suffix(".many") {
        Some(one) => tp("message.several", &[("event", &event_name(one))]),
        None => event_name(event),
    }
}

fn templates(props: &CarrierFieldsProps) -> Html {
    let line_of = |event: &str| {
        let known = props.draft.templates.iter().find(|line| line.event == event).cloned();
        known.unwrap_or_else(|| TemplateLine { event: event.to_owned(), ..TemplateLine::default() })
    };
    let change = |event: &str, apply: fn(TemplateLine, String) -> TemplateLine| {
        let (draft, onchange, line) = (props.draft.clone(), props.onchange.clone(), line_of(event));
        Callback::from(move |event: InputEvent| {
            let text = typed(&event);
            let mut draft = draft.clone();
            draft.templates.retain(|known| known.event != line.event);
            draft.templates.push(apply(line.clone(), text));
            onchange.emit(draft);
        })
    };
    let label = |event: &str, key: &str| format!("{} · {}", told_event(event), t(key));
    let rows = props.events.iter().map(|event| {
        let line = line_of(event);
        Row::new(
            event,
            vec![
                html! { told_event(event) },
                html! { <input class="input" aria-label={label(event, "message.template_code")} value={line.code} oninput={change(event, |line, code| TemplateLine { code, ..line })} /> },
                html! { <input class="input" aria-label={label(event, "message.template_params")} placeholder="name=name, form=form" value={line.params} oninput={change(event, |line, params| TemplateLine { params, ..line })} /> },
            ],
        )
    });
    let columns = vec![
        Column::text(t("message.told_of")),
        Column::text(t("message.template_code")),
        Column::text(t("message.template_params")),
    ];
    html! {
        <section class="stack-tight">
            <h2>{ t("message.carrier_templates") }</h2>
            <p class="muted">{ t("message.carrier_templates_hint") }</p>
            if let Some(fault) = template_fault(props) { <p class="fault">{ fault }</p> }
            <Table caption={t("message.carrier_templates")} {columns} rows={rows.collect::<Vec<_>>()} />
        </section>
    }
}

/// The first thing that is wrong with any template.
fn template_fault(props: &CarrierFieldsProps) -> Option<String> {
    let problem = props.failure.as_ref()?.problem()?;
    let head = format!("{}templates", props.prefix);
    let field = problem.faults.keys().find(|field| field.starts_with(&head))?;
    field_fault(props.failure.as_ref(), field)
}

fn addresses(props: &CarrierFieldsProps) -> Html {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    let address = |what: &str| format!("{origin}/api/{what}/{}/{}", props.kind.name(), props.draft.receipt_token);
    html! {
        <section class="stack-tight">
            <h2>{ t("message.addresses") }</h2>
            <p class="muted">{ t("message.addresses_hint") }</p>
            <dl class="facts">
                <dt>{ t("message.receipt_address") }</dt><dd class="mono small">{ address("receipts") }</dd>
                <dt>{ t("message.reply_address") }</dt><dd class="mono small">{ address("replies") }</dd>
            </dl>
        </section>
    }
}
