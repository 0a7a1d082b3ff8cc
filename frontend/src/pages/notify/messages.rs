//! The message log: every text, its state, and a decision where nobody knows whether it went out.

use fupin_contract::{
    MessageId, Period, UnitId,
    notify::{
        GatewayKind, HoldReason, Message, MessageChannel, MessageFilter, MessageHold, MessageState, SettleMessage,
        UnknownDecision,
    },
    units::UnitName,
};
use serde::{Deserialize, Serialize};
use yew::prelude::*;

use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{
        Alert, Button, ButtonKind, Chip, Column, Dialog, Empty, More, PageHead, Row, SelectField, Status, Table,
        TextField, Tone, UnitField, use_action, use_address, use_pages, use_toasts,
    },
    words,
};

const STATES: [MessageState; 6] = [
    MessageState::Queued,
    MessageState::Sending,
    MessageState::Accepted,
    MessageState::Delivered,
    MessageState::Failed,
    MessageState::Unknown,
];

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<MessageState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<MessageChannel>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gateway: Option<GatewayKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    month: Option<Period>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitId>,
}

#[component]
pub fn MessagesPage() -> Html {
    let address = use_address::<Chosen>();
    let settling = use_state(|| None::<MessageId>);
    let pages = use_pages(address.value.clone(), |api, chosen: Chosen, after| async move {
        let Chosen { state, channel, gateway, month, unit } = chosen;
        api.list_messages(&MessageFilter { state, channel, gateway, month, unit, after, limit: None }).await
    });
    let chip = |label: String, state: Option<MessageState>| {
        let chosen = address.value.clone();
        let onclick = address.set.reform(move |()| Chosen { state, ..chosen.clone() });
        html! { <Chip {label} on={address.value.state == state} {onclick} /> }
    };
    let close = {
        let settling = settling.clone();
        Callback::from(move |()| settling.set(None))
    };
    let settled = {
        let (settling, reload) = (settling.clone(), pages.reload.clone());
        Callback::from(move |()| {
            settling.set(None);
            reload.emit(());
        })
    };
    html! {
        <>
            <PageHead title={t("nav.messages")}><Button onclick={pages.reload.clone()}>{ t("kit.refresh") }</Button></PageHead>
            <div class="chips" role="group" aria-label={t("kit.filters")}>
                { chip(t("report.all"), None) }
                { for STATES.map(|state| chip(words::message_state(state).1, Some(state))) }
            </div>
            <Narrow chosen={address.value.clone()} onchange={address.set.clone()} />
            { pages.view(|messages| list(messages, &settling)) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
            if let Some(id) = *settling { <Settle {id} onclose={close} done={settled} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct NarrowProps {
    chosen: Chosen,
    onchange: Callback<Chosen>,
}

/// By channel, gateway, month and unit.
#[component]
fn Narrow(props: &NarrowProps) -> Html {
    // The address keeps the unit's number; its name is known to whoever chose it.
    let unit = use_state(|| None::<UnitName>);
    let set = |apply: fn(Chosen, String) -> Chosen| {
        let (chosen, onchange) = (props.chosen.clone(), props.onchange.clone());
        Callback::from(move |text: String| onchange.emit(apply(chosen.clone(), text)))
    };
    let choose_unit = {
        let (unit, chosen, onchange) = (unit.clone(), props.chosen.clone(), props.onchange.clone());
        Callback::from(move |name: UnitName| {
            onchange.emit(Chosen { unit: Some(name.id), ..chosen.clone() });
            unit.set(Some(name));
        })
    };
    let all = {
        let (unit, state, onchange) = (unit.clone(), props.chosen.state, props.onchange.clone());
        Callback::from(move |()| {
            unit.set(None);
            onchange.emit(Chosen { state, ..Chosen::default() });
        })
    };
    let mut options = vec![(String::new(), t("message.any_gateway"))];
    options.extend(GatewayKind::ALL.map(|kind| (kind.name().to_owned(), words::gateway(kind.name()))));
    let gateway = props.chosen.gateway.map(GatewayKind::name).unwrap_or_default();
    let month = props.chosen.month.map(|month| month.to_string()).unwrap_or_default();
    let onchange = set(|chosen, name| Chosen {
        gateway: kind_of(&name),
        channel: chosen.channel.filter(|channel| *channel == MessageChannel::Sms || name.is_empty()),
        ..chosen
    });
    let mut channels = vec![(String::new(), t("message.any_channel"))];
    channels.extend(MessageChannel::ALL.map(|channel| (channel.name().to_owned(), words::message_channel(channel))));
    let channel = props.chosen.channel.map(MessageChannel::name).unwrap_or_default();
    let set_channel = set(|chosen, name| Chosen {
        channel: MessageChannel::ALL.into_iter().find(|known| known.name() == name),
        // No gateway of texts carries mail.
        gateway: chosen.gateway.filter(|_| name != MessageChannel::Mail.name()),
        ..chosen
    });
    let Chosen { channel: of_channel, gateway: of_gateway, month: of_month, unit: of_unit, .. } = &props.chosen;
    let narrowed = of_channel.is_some() || of_gateway.is_some() || of_month.is_some() || of_unit.is_some();
    html! {
        <div class="form-grid">
            <SelectField label={t("message.channel")} options={channels} value={channel} onchange={set_channel} />
            <SelectField label={t("message.gateway")} {options} value={gateway} {onchange} />
            <TextField label={t("message.month")} kind="month" value={month} oninput={set(|chosen, text| Chosen { month: text.parse().ok(), ..chosen })} />
            <UnitField label={t("report.unit")} value={(*unit).clone()} onchange={choose_unit} />
            if narrowed { <div class="field"><Button onclick={all}>{ t("message.any") }</Button></div> }
        </div>
    }
}

fn kind_of(name: &str) -> Option<GatewayKind> {
    GatewayKind::ALL.into_iter().find(|kind| kind.name() == name)
}

/// Why it waits, and until when.
fn hold(hold: &MessageHold, channel: MessageChannel) -> String {
    let key = match hold.reason {
        HoldReason::Quiet => "message.held_quiet",
        HoldReason::Number if channel == MessageChannel::Mail => "message.held_address",
        HoldReason::Number => "message.held_number",
        HoldReason::Budget => "message.held_budget",
    };
    tp(key, &[("until", &format::date_time(hold.until))])
}

fn list(messages: &[&Message], settling: &UseStateHandle<Option<MessageId>>) -> Html {
    if messages.is_empty() {
        return html! { <Empty title={t("message.none")}><p>{ t("message.none_hint") }</p></Empty> };
    }
    let columns = vec![
        Column::text(t("message.recipient")),
        Column::text(t("message.channel")),
        Column::text(t("message.address")),
        Column::text(t("message.text")),
        Column::text(t("report.status")),
        Column::text(t("message.gateway")),
        Column::number(t("message.segments")),
        Column::number(t("message.attempts")),
        Column::text(t("message.changed_at")),
        Column::text(""),
    ];
    let rows = messages.iter().map(|message| {
        let (tone, word) = words::message_fate(message.channel, message.state);
        let id = message.id;
        let settling = settling.clone();
        let onclick = Callback::from(move |()| settling.set(Some(id)));
        Row::new(
            id,
            vec![
                html! { <span class="nowrap">{ message.recipient_name.clone() }</span> },
                html! { <span class="nowrap">{ words::message_channel(message.channel) }</span> },
                html! { <span class="nowrap">{ message.address.clone() }</span> },
                html! { <div class="cut" title={message.text.clone()}>{ message.subject.clone().unwrap_or_else(|| message.text.clone()) }</div> },
                html! { <span class="row"><Status {tone} {word} />if let Some(code) = message.gateway_code.as_ref().filter(|_| message.state != MessageState::Delivered) { <span class="muted small mono">{ code.clone() }</span> }if let Some(waits) = &message.hold { <span class="muted small">{ hold(waits, message.channel) }</span> }</span> },
                html! { <span class="nowrap">{ words::gateway(&message.gateway) }</span> },
                html! { message.segments },
                html! { message.attempts },
                html! { <span class="nowrap">{ format::date_time(message.changed_at) }</span> },
                if message.state == MessageState::Unknown { html! { <Button {onclick}>{ t("message.settle") }</Button> } } else { Html::default() },
            ],
        )
    });
    html! { <Table caption={t("nav.messages")} {columns} rows={rows.collect::<Vec<_>>()} /> }
}

#[derive(Properties, PartialEq)]
struct SettleProps {
    id: MessageId,
    onclose: Callback<()>,
    done: Callback<()>,
}

const DECISIONS: [(&str, UnknownDecision, &str); 3] = [
    ("delivered", UnknownDecision::Delivered, "message.was_delivered"),
    ("failed", UnknownDecision::Failed, "message.was_not_sent"),
    ("send_again", UnknownDecision::SendAgain, "message.send_again"),
];

#[component]
fn Settle(props: &SettleProps) -> Html {
    let decision = use_state(|| "delivered".to_owned());
    let reason = use_state(String::new);
    let toasts = use_toasts();
    let action = {
        let (id, done) = (props.id, props.done.clone());
        use_action(
            move |api, (decision, reason): (UnknownDecision, String), _| async move {
                api.settle_message(id, &SettleMessage { decision, reason }).await
            },
            Callback::from(move |message: Message| {
                toasts.done(words::message_state(message.state).1);
                done.emit(());
            }),
        )
    };
    let onsubmit = {
        let (decision, reason, run) = (decision.clone(), reason.clone(), action.run.clone());
        Callback::from(move |()| {
            if let Some((_, decision, _)) = DECISIONS.iter().find(|(name, _, _)| *name == decision.as_str()) {
                run.emit((*decision, (*reason).clone()));
            }
        })
    };
    let onchange = {
        let decision = decision.clone();
        Callback::from(move |name| decision.set(name))
    };
    let oninput = {
        let reason = reason.clone();
        Callback::from(move |text| reason.set(text))
    };
    let options = DECISIONS.iter().map(|(name, _, key)| ((*name).to_owned(), t(key))).collect::<Vec<_>>();
    let foot = html! {
        <>
            <Button onclick={props.onclose.clone()}>{ t("kit.cancel") }</Button>
            <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("message.settle") }</Button>
        </>
    };
    html! {
        <Dialog title={t("message.settle_title")} onclose={props.onclose.clone()} {onsubmit} {foot}>
            <p>{ t("message.settle_hint") }</p>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <SelectField label={t("message.decision")} {options} value={(*decision).clone()} {onchange} />
            <TextField label={t("report.reason")} value={(*reason).clone()} {oninput} fault={field_fault(action.failure.as_ref(), "reason")} />
        </Dialog>
    }
}
