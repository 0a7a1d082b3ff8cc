//! How much may be sent and when, and what it has cost.

use fupin_client::ClientError;
use fupin_contract::notify::{GatewayKind, GatewayPrice, MessageCosts, MessageLimits, QuietHours, TemplateChannel};
use yew::prelude::*;

use super::carrier_fields::told_event;
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Check, Column, Empty, PageHead, Row, Table, TextField, Tone, use_action, use_query,
        use_toasts,
    },
    words,
};

/// Gateways that take money.
const PAID: [GatewayKind; 3] = [GatewayKind::Aliyun, GatewayKind::Tencent, GatewayKind::Http];

#[component]
pub fn LimitsPage() -> Html {
    let query = use_query((), async |api, ()| {
        let (limits, templates) = (api.get_message_limits().await?, api.list_message_templates().await?);
        // Mail wakes nobody, at any hour.
        let ringing = templates.items.into_iter().filter(|template| template.channel != TemplateChannel::Mail);
        let mut events: Vec<String> = ringing.map(|template| template.event).collect();
        events.retain(|event| !event.ends_with(".many") && event != "notify.budget_spent");
        events.dedup();
        Ok::<_, ClientError>((limits, events))
    });
    let costs = use_query((), async |api, ()| api.get_message_costs().await);
    let saved = costs.reload.clone();
    html! {
        <>
            <PageHead title={t("nav.message_limits")} />
            <div class="split">
                { query.view(|read| html! { <Edit limits={read.0.clone()} events={read.1.clone()} {saved} /> }) }
                <div class="stack">{ costs.view(|costs| spent(costs)) }</div>
            </div>
        </>
    }
}

/// Limits as they are typed; an empty field bounds nothing.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    from: String,
    until: String,
    urgent: Vec<String>,
    per_minute: String,
    per_hour: String,
    per_day: String,
    mail_per_day: String,
    monthly: String,
    prices: Vec<(GatewayKind, String)>,
}

impl Draft {
    fn of(limits: &MessageLimits) -> Self {
        let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        let price = |kind: GatewayKind| {
            let known = limits.prices.iter().find(|price| price.gateway == kind);
            (kind, known.map(|price| price.yuan.normalize().to_string()).unwrap_or_default())
        };
        Self {
            from: limits.quiet.as_ref().map(|quiet| quiet.from.clone()).unwrap_or_default(),
            until: limits.quiet.as_ref().map(|quiet| quiet.until.clone()).unwrap_or_default(),
            urgent: limits.urgent.clone(),
            per_minute: number(limits.per_minute),
            per_hour: number(limits.per_hour),
            per_day: number(limits.per_day),
            mail_per_day: number(limits.mail_per_day),
            monthly: number(limits.monthly_segments),
            prices: PAID.map(price).to_vec(),
        }
    }

    /// The limits, or the field that is no number.
    fn limits(&self) -> Result<MessageLimits, &'static str> {
        let quiet = match (self.from.trim(), self.until.trim()) {
            ("", "") => None,
            (from, until) => Some(QuietHours { from: from.to_owned(), until: until.to_owned() }),
        };
        let mut prices = Vec::new();
        for (gateway, text) in &self.prices {
            if !text.trim().is_empty() {
                prices.push(GatewayPrice { gateway: *gateway, yuan: text.trim().parse().map_err(|_| "prices")? });
            }
        }
        Ok(MessageLimits {
            quiet,
            urgent: self.urgent.clone(),
            per_minute: number(&self.per_minute, "per_minute")?,
            per_hour: number(&self.per_hour, "per_hour")?,
            per_day: number(&self.per_day, "per_day")?,
            mail_per_day: number(&self.mail_per_day, "mail_per_day")?,
            monthly_segments: number(&self.monthly, "monthly_segments")?,
            prices,
        })
    }
}

fn number(text: &str, field: &'static str) -> Result<Option<i32>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| field),
    }
}

#[derive(Properties, PartialEq)]
struct EditProps {
    limits: MessageLimits,
    events: Vec<String>,
    saved: Callback<()>,
}

#[component]
fn Edit(props: &EditProps) -> Html {
    let draft = use_state(|| Draft::of(&props.limits));
    let wrong = use_state(|| None::<&'static str>);
    let toasts = use_toasts();
    let action = {
        let saved = props.saved.clone();
        use_action(
            |api, limits: MessageLimits, _| async move { api.set_message_limits(&limits).await },
            Callback::from(move |_: MessageLimits| {
                toasts.done(t("kit.saved"));
                saved.emit(());
            }),
        )
    };
    let onsubmit = {
        let (run, draft, wrong) = (action.run.clone(), draft.clone(), wrong.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match draft.limits() {
                Ok(limits) => {
                    wrong.set(None);
                    run.emit(limits);
                }
                Err(field) => wrong.set(Some(field)),
            }
        })
    };
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let fault = |field: &str| {
        let typed = (*wrong).filter(|wrong| *wrong == field).map(|_| t("message.no_number"));
        typed.or_else(|| field_fault(action.failure.as_ref(), field))
    };
    html! {
        <form class="panel stack" {onsubmit} novalidate=true>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <h2>{ t("message.quiet") }</h2>
            <div class="form-grid">
                <TextField label={t("message.quiet_from")} kind="time" value={draft.from.clone()} oninput={change(|draft, from| Draft { from, ..draft })} fault={fault("quiet.from").or_else(|| fault("quiet.__all__"))} />
                <TextField label={t("message.quiet_until")} kind="time" hint={t("message.quiet_hint")} value={draft.until.clone()} oninput={change(|draft, until| Draft { until, ..draft })} fault={fault("quiet.until")} />
            </div>
            { urgent(&draft, &props.events) }
            <h2>{ t("message.caps") }</h2>
            <div class="form-grid">
                <TextField label={t("message.per_minute")} kind="number" min="1" value={draft.per_minute.clone()} oninput={change(|draft, per_minute| Draft { per_minute, ..draft })} fault={fault("per_minute")} />
                <TextField label={t("message.per_hour")} kind="number" min="1" value={draft.per_hour.clone()} oninput={change(|draft, per_hour| Draft { per_hour, ..draft })} fault={fault("per_hour")} />
                <TextField label={t("message.per_day")} kind="number" min="1" hint={t("message.no_cap_hint")} value={draft.per_day.clone()} oninput={change(|draft, per_day| Draft { per_day, ..draft })} fault={fault("per_day")} />
                <TextField label={t("message.mail_per_day")} kind="number" min="1" hint={t("message.mail_per_day_hint")} value={draft.mail_per_day.clone()} oninput={change(|draft, mail_per_day| Draft { mail_per_day, ..draft })} fault={fault("mail_per_day")} />
                <TextField label={t("message.monthly")} kind="number" min="1" hint={t("message.monthly_hint")} value={draft.monthly.clone()} oninput={change(|draft, monthly| Draft { monthly, ..draft })} fault={fault("monthly_segments")} />
            </div>
            <h2>{ t("message.prices") }</h2>
            if let Some(fault) = fault("prices") { <p class="fault">{ fault }</p> }
            <div class="form-grid">{ for PAID.map(|kind| price(&draft, kind)) }</div>
            <div class="row row-end"><Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("kit.save") }</Button></div>
        </form>
    }
}

fn urgent(draft: &UseStateHandle<Draft>, events: &[String]) -> Html {
    let check = |event: &String| {
        let (draft, event) = (draft.clone(), event.clone());
        let checked = draft.urgent.contains(&event);
        let label = told_event(&event);
        let onchange = Callback::from(move |on: bool| {
            let mut changed = (*draft).clone();
            changed.urgent.retain(|known| *known != event);
            if on {
                changed.urgent.push(event.clone());
            }
            draft.set(changed);
        });
        html! { <Check {label} {checked} {onchange} /> }
    };
    html! {
        <fieldset class="stack-tight">
            <legend class="field-legend">{ t("message.urgent") }</legend>
            <div class="form-grid">{ for events.iter().map(check) }</div>
        </fieldset>
    }
}

fn price(draft: &UseStateHandle<Draft>, kind: GatewayKind) -> Html {
    let value = draft.prices.iter().find(|(known, _)| *known == kind).map(|(_, text)| text.clone()).unwrap_or_default();
    let draft = draft.clone();
    let oninput = Callback::from(move |text: String| {
        let mut changed = (*draft).clone();
        changed.prices.iter_mut().filter(|(known, _)| *known == kind).for_each(|(_, price)| price.clone_from(&text));
        draft.set(changed);
    });
    html! { <TextField label={tp("message.price_of", &[("gateway", &words::gateway(kind.name()))])} {value} {oninput} /> }
}

fn spent(costs: &MessageCosts) -> Html {
    let replies = costs.replies;
    html! {
        <>
            <section class="panel stack-tight">
                <h2>{ t("message.this_month") }</h2>
                <p class="strong">
                    { match costs.monthly_segments {
                        Some(most) => tp("message.spent_of", &[("spent", &format::count(costs.segments_this_month)), ("most", &format::count(i64::from(most)))]),
                        None => tp("message.spent", &[("spent", &format::count(costs.segments_this_month))]),
                    } }
                </p>
                if let Some(most) = costs.monthly_segments { <progress class="bar-meter" max={most.to_string()} value={costs.segments_this_month.min(i64::from(most)).to_string()} aria-label={t("message.this_month")}></progress> }
                if costs.held_for_budget > 0 { <Alert tone={Tone::Wait}><p>{ tp("message.held_for_budget", &[("count", &format::count(costs.held_for_budget))]) }</p></Alert> }
                <p class="muted small">{ tp("message.replies", &[("read", &format::count(replies.read)), ("other", &format::count(replies.other)), ("unknown", &format::count(replies.unknown))]) }</p>
            </section>
            <section class="stack-tight">
                <h2>{ t("message.costs") }</h2>
                { table(costs) }
            </section>
        </>
    }
}

fn table(costs: &MessageCosts) -> Html {
    if costs.items.is_empty() {
        return html! { <Empty title={t("message.no_costs")}><p>{ t("message.no_costs_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("message.month")),
        Column::number(t("message.segments")),
        Column::number(t("message.yuan")),
    ];
    let rows = costs.items.iter().map(|cost| {
        Row::new(
            format!("{}{}", cost.month, cost.gateway),
            vec![
                html! { <>{ format::period(cost.month) }<br /><span class="muted small">{ words::gateway(&cost.gateway) }</span></> },
                html! { format::count(cost.segments) },
                html! { format::decimal(&cost.yuan.round_dp(2).to_string()) },
            ],
        )
    });
    html! { <Table caption={t("message.costs")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_come_back_as_they_were_typed_and_empty_bounds_nothing() {
        let limits = MessageLimits {
            quiet: Some(QuietHours { from: "21:30".into(), until: "07:30".into() }),
            per_hour: Some(10),
            prices: vec![GatewayPrice { gateway: GatewayKind::Http, yuan: "0.0450".parse().unwrap() }],
            ..MessageLimits::default()
        };
        let draft = Draft::of(&limits);
        assert_eq!((draft.per_minute.as_str(), draft.per_hour.as_str()), ("", "10"));
        assert_eq!(draft.prices[2].1, "0.045");
        assert_eq!(draft.limits().unwrap().per_hour, Some(10));
        assert_eq!(Draft { monthly: "很多".into(), ..draft }.limits(), Err("monthly_segments"));
    }
}
