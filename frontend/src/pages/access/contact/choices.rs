//! By which ways I am told of what: by SMS, by mail, or by both.

use fupin_contract::notify::{MessageChoice, MessageChoices, SetMessageChoices};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::{
    i18n::{error_sentence, event_name, t},
    kit::{Alert, Button, ButtonKind, Column, Row, Table, Tone, use_action, use_query, use_toasts},
};

#[component]
pub fn Choices() -> Html {
    let query = use_query((), async |api, ()| api.get_message_choices().await);
    html! {
        <section class="panel stack" aria-label={t("contact.choices")}>
            <h2>{ t("contact.choices") }</h2>
            { query.view(|choices| html! { <Edit choices={(**choices).clone()} /> }) }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct EditProps {
    choices: MessageChoices,
}

/// One of the two ways of a choice.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Sms,
    Mail,
}

impl Way {
    fn of(self, choice: &MessageChoice) -> bool {
        match self {
            Self::Sms => choice.sms,
            Self::Mail => choice.mail,
        }
    }

    fn set(self, choice: &MessageChoice, on: bool) -> MessageChoice {
        match self {
            Self::Sms => MessageChoice { sms: on, ..choice.clone() },
            Self::Mail => MessageChoice { mail: on, ..choice.clone() },
        }
    }

    fn word(self) -> String {
        t(match self {
            Self::Sms => "message.channel_message",
            Self::Mail => "message.channel_mail",
        })
    }
}

#[component]
fn Edit(props: &EditProps) -> Html {
    let items = use_state(|| props.choices.items.clone());
    let toasts = use_toasts();
    let action = use_action(
        |api, items: Vec<MessageChoice>, _| async move { api.set_message_choices(&SetMessageChoices { items }).await },
        Callback::from(move |_: MessageChoices| toasts.done(t("kit.saved"))),
    );
    let onsubmit = {
        let (run, items) = (action.run.clone(), items.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            run.emit((*items).clone());
        })
    };
    let untold = items.iter().any(|choice| !choice.sms && !choice.mail);
    let columns =
        vec![Column::text(t("message.told_of")), Column::text(Way::Sms.word()), Column::text(Way::Mail.word())];
    let rows: Vec<Row> = items
        .iter()
        .map(|choice| {
            let boxes = [Way::Sms, Way::Mail].map(|way| tick(&items, choice, way));
            let mut cells = vec![html! { event_name(&choice.event) }];
            cells.extend(boxes);
            Row::new(&choice.event, cells)
        })
        .collect();
    html! {
        <form class="stack" {onsubmit} novalidate=true>
            <p class="muted">{ t(if props.choices.mail_offered { "contact.choices_hint" } else { "contact.not_offered" }) }</p>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <Table caption={t("contact.choices_table")} {columns} {rows} />
            if untold { <p class="fault">{ t("error.no_way") }</p> }
            <div class="row row-end"><Button kind={ButtonKind::Primary} submit=true busy={action.pending} disabled={untold}>{ t("kit.save") }</Button></div>
        </form>
    }
}

fn tick(items: &UseStateHandle<Vec<MessageChoice>>, choice: &MessageChoice, way: Way) -> Html {
    let (items, chosen) = (items.clone(), choice.clone());
    let onchange = Callback::from(move |event: Event| {
        let on = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            .is_some_and(|input| input.checked());
        let change = |item: &MessageChoice| if item.event == chosen.event { way.set(item, on) } else { item.clone() };
        items.set(items.iter().map(change).collect());
    });
    let label = format!("{} · {}", event_name(&choice.event), way.word());
    html! { <label class="check"><input type="checkbox" aria-label={label} checked={way.of(choice)} {onchange} /></label> }
}
