//! The settings of the gateway: the sandbox, a hook that carries each message, or one of the two carriers.

use fupin_client::ClientError;
use fupin_contract::notify::{
    AliyunGateway, CarrierParam, CarrierTemplate, GatewayKind, GatewaySettings, HttpGateway, HttpHeader, TencentGateway,
};
use yew::prelude::*;

use super::carrier_fields::CarrierFields;
use crate::{
    i18n::{field_fault, t},
    kit::{Check, TextArea, TextField},
};

/// Settings as they are typed: headers and templates as lines.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayDraft {
    pub kind: GatewayKind,
    pub url: String,
    pub headers: String,
    pub body: String,
    pub secret: String,
    pub aliyun: CarrierDraft,
    pub tencent: CarrierDraft,
}

/// What both carriers ask for; each in its own words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CarrierDraft {
    pub endpoint: String,
    pub region: String,
    pub key_id: String,
    pub key: String,
    pub app_id: String,
    pub sign_name: String,
    pub templates: Vec<TemplateLine>,
    /// Made by the server; the end of the address for receipts.
    pub receipt_token: String,
}

/// The carrier's template for one event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TemplateLine {
    pub event: String,
    pub code: String,
    /// `name=name, form=form`.
    pub params: String,
}

impl Default for GatewayDraft {
    fn default() -> Self {
        Self {
            kind: GatewayKind::Sandbox,
            url: String::new(),
            headers: String::new(),
            body: r#"{"id": {{id}}, "phone": {{phone}}, "text": {{text}}}"#.to_owned(),
            secret: String::new(),
            aliyun: CarrierDraft { endpoint: AliyunGateway::ENDPOINT.to_owned(), ..CarrierDraft::default() },
            tencent: CarrierDraft {
                endpoint: TencentGateway::ENDPOINT.to_owned(),
                region: TencentGateway::REGION.to_owned(),
                ..CarrierDraft::default()
            },
        }
    }
}

impl GatewayDraft {
    pub fn of(settings: &GatewaySettings) -> Self {
        let mut draft = Self { kind: settings.kind, ..Self::default() };
        if let Some(http) = &settings.http {
            draft.url.clone_from(&http.url);
            let lines: Vec<String> =
                http.headers.iter().map(|header| format!("{}: {}", header.name, header.value)).collect();
            draft.headers = lines.join("\n");
            draft.body.clone_from(&http.body);
        }
        if let Some(aliyun) = &settings.aliyun {
            draft.aliyun = CarrierDraft {
                endpoint: aliyun.endpoint.clone(),
                key_id: aliyun.access_key_id.clone(),
                sign_name: aliyun.sign_name.clone(),
                templates: lines_of(&aliyun.templates),
                receipt_token: aliyun.receipt_token.clone(),
                ..CarrierDraft::default()
            };
        }
        if let Some(tencent) = &settings.tencent {
            draft.tencent = CarrierDraft {
                endpoint: tencent.endpoint.clone(),
                region: tencent.region.clone(),
                key_id: tencent.secret_id.clone(),
                app_id: tencent.app_id.clone(),
                sign_name: tencent.sign_name.clone(),
                templates: lines_of(&tencent.templates),
                receipt_token: tencent.receipt_token.clone(),
                ..CarrierDraft::default()
            };
        }
        draft
    }

    /// The chosen gateway alone: the server keeps what the others were configured with.
    pub fn settings(&self) -> GatewaySettings {
        let mut settings = GatewaySettings::of(self.kind);
        match self.kind {
            GatewayKind::Sandbox => {}
            GatewayKind::Http => {
                settings.http = Some(HttpGateway {
                    url: self.url.trim().to_owned(),
                    headers: self.headers.lines().filter_map(header).collect(),
                    body: self.body.clone(),
                    secret: self.secret.clone(),
                });
            }
            GatewayKind::Aliyun => {
                let draft = &self.aliyun;
                settings.aliyun = Some(AliyunGateway {
                    endpoint: draft.endpoint.trim().to_owned(),
                    access_key_id: draft.key_id.trim().to_owned(),
                    access_key_secret: draft.key.clone(),
                    sign_name: draft.sign_name.trim().to_owned(),
                    templates: templates_of(&draft.templates),
                    receipt_token: draft.receipt_token.clone(),
                });
            }
            GatewayKind::Tencent => {
                let draft = &self.tencent;
                settings.tencent = Some(TencentGateway {
                    endpoint: draft.endpoint.trim().to_owned(),
                    region: draft.region.trim().to_owned(),
                    secret_id: draft.key_id.trim().to_owned(),
                    secret_key: draft.key.clone(),
                    app_id: draft.app_id.trim().to_owned(),
                    sign_name: draft.sign_name.trim().to_owned(),
                    templates: templates_of(&draft.templates),
                    receipt_token: draft.receipt_token.clone(),
                });
            }
        }
        settings
    }
}

fn header(line: &str) -> Option<HttpHeader> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    (!name.is_empty()).then(|| HttpHeader { name: name.to_owned(), value: value.trim().to_owned() })
}

fn lines_of(templates: &[CarrierTemplate]) -> Vec<TemplateLine> {
    let line = |template: &CarrierTemplate| {
        let params: Vec<String> =
            template.params.iter().map(|param| format!("{}={}", param.name, param.fact)).collect();
        TemplateLine { event: template.event.clone(), code: template.code.clone(), params: params.join(", ") }
    };
    templates.iter().map(line).collect()
}

/// Lines without a template's number say nothing.
fn templates_of(lines: &[TemplateLine]) -> Vec<CarrierTemplate> {
    let filled = lines.iter().filter(|line| !line.code.trim().is_empty());
    filled
        .map(|line| CarrierTemplate {
            event: line.event.clone(),
            code: line.code.trim().to_owned(),
            params: line.params.split([',', '，']).filter_map(param).collect(),
        })
        .collect()
}

fn param(text: &str) -> Option<CarrierParam> {
    let text = text.trim();
    let (name, fact) = text.split_once(['=', '＝']).unwrap_or((text, text));
    let (name, fact) = (name.trim(), fact.trim());
    (!name.is_empty()).then(|| CarrierParam { name: name.to_owned(), fact: fact.to_owned() })
}

#[derive(Properties, PartialEq)]
pub struct GatewayFormProps {
    pub draft: GatewayDraft,
    pub onchange: Callback<GatewayDraft>,
    pub failure: Option<ClientError>,
    /// What stands before the field's name in a refusal.
    #[prop_or_default]
    pub prefix: AttrValue,
    /// Events that a carrier needs templates for; none where they are asked for later.
    #[prop_or_default]
    pub events: Vec<String>,
}

#[component]
pub fn GatewayForm(props: &GatewayFormProps) -> Html {
    let draft = &props.draft;
    let choose = |kind: GatewayKind, label: &str| {
        let (chosen, onchange) = (draft.clone(), props.onchange.clone());
        let onchange = Callback::from(move |_: bool| onchange.emit(GatewayDraft { kind, ..chosen.clone() }));
        html! { <Check radio="gateway" label={t(label)} checked={draft.kind == kind} {onchange} /> }
    };
    let carrier = |put: fn(GatewayDraft, CarrierDraft) -> GatewayDraft| {
        let (draft, onchange) = (draft.clone(), props.onchange.clone());
        Callback::from(move |carrier: CarrierDraft| onchange.emit(put(draft.clone(), carrier)))
    };
    html! {
        <div class="stack">
            <fieldset class="stack-tight">
                <legend class="field-legend">{ t("message.gateway_kind") }</legend>
                { choose(GatewayKind::Sandbox, "message.gateway_sandbox") }
                { choose(GatewayKind::Aliyun, "message.gateway_aliyun") }
                { choose(GatewayKind::Tencent, "message.gateway_tencent") }
                { choose(GatewayKind::Http, "message.gateway_http") }
            </fieldset>
            if draft.kind == GatewayKind::Http { { hook_fields(props) } }
            if draft.kind == GatewayKind::Aliyun {
                <CarrierFields kind={GatewayKind::Aliyun} draft={draft.aliyun.clone()} onchange={carrier(|draft, aliyun| GatewayDraft { aliyun, ..draft })} failure={props.failure.clone()} prefix={format!("{}aliyun.", props.prefix)} events={props.events.clone()} />
            }
            if draft.kind == GatewayKind::Tencent {
                <CarrierFields kind={GatewayKind::Tencent} draft={draft.tencent.clone()} onchange={carrier(|draft, tencent| GatewayDraft { tencent, ..draft })} failure={props.failure.clone()} prefix={format!("{}tencent.", props.prefix)} events={props.events.clone()} />
            }
        </div>
    }
}

fn hook_fields(props: &GatewayFormProps) -> Html {
    let draft = &props.draft;
    let change = |apply: fn(GatewayDraft, String) -> GatewayDraft| {
        let (draft, onchange) = (draft.clone(), props.onchange.clone());
        Callback::from(move |text: String| onchange.emit(apply(draft.clone(), text)))
    };
    let fault = |field: &str| field_fault(props.failure.as_ref(), &format!("{}http.{field}", props.prefix));
    html! {
        <div class="form-grid">
            <TextField wide=true label={t("message.url")} kind="url" value={draft.url.clone()} oninput={change(|draft, url| GatewayDraft { url, ..draft })} fault={fault("url")} />
            <TextArea label={t("message.headers")} hint={t("message.headers_hint")} value={draft.headers.clone()} oninput={change(|draft, headers| GatewayDraft { headers, ..draft })} fault={fault("headers")} />
            <TextArea label={t("message.body")} hint={t("message.body_hint")} value={draft.body.clone()} oninput={change(|draft, body| GatewayDraft { body, ..draft })} fault={fault("body")} />
            <TextField wide=true label={t("message.secret")} kind="password" autocomplete="off" hint={t("message.secret_hint")} value={draft.secret.clone()} oninput={change(|draft, secret| GatewayDraft { secret, ..draft })} fault={fault("secret")} />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_lines_and_come_back_as_lines() {
        let draft = GatewayDraft {
            kind: GatewayKind::Http,
            headers: "X-A: 1\n\nnonsense\nX-B: a: b".into(),
            ..GatewayDraft::default()
        };
        let settings = draft.settings();
        assert_eq!(settings.http.as_ref().unwrap().headers.len(), 2);
        assert_eq!(GatewayDraft::of(&settings).headers, "X-A: 1\nX-B: a: b");
    }

    #[test]
    fn templates_are_typed_as_pairs_and_empty_lines_say_nothing() {
        let line = |event: &str, code: &str, params: &str| TemplateLine {
            event: event.into(),
            code: code.into(),
            params: params.into(),
        };
        let aliyun = CarrierDraft {
            templates: vec![line("a", " SMS_1 ", "who=name，form ,"), line("b", "", "x=name")],
            ..CarrierDraft::default()
        };
        let settings = GatewayDraft { kind: GatewayKind::Aliyun, aliyun, ..GatewayDraft::default() }.settings();
        let templates = &settings.aliyun.as_ref().unwrap().templates;
        assert_eq!(templates.len(), 1);
        let params: Vec<_> =
            templates[0].params.iter().map(|param| (param.name.as_str(), param.fact.as_str())).collect();
        assert_eq!(params, [("who", "name"), ("form", "form")]);
        assert_eq!(GatewayDraft::of(&settings).aliyun.templates, [line("a", "SMS_1", "who=name, form=form")]);
    }
}
