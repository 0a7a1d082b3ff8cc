//! The first set-up, by a one-time link: province, three administrators, gateway; then a link for each of them.

use fupin_client::ClientError;
use fupin_contract::{
    access::CheckLink,
    setup::{FirstAccount, ProvinceChoice, SetUp, SetUpDone},
};
use yew::prelude::*;

use super::use_link::{is_no_link, no_link, use_fragment};
use crate::{
    format,
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, Check, Same, TextField, Tone, set_title, use_action, use_query},
    pages::notify::{GatewayDraft, GatewayForm},
    words,
};

/// The three administrators: field of the request, key of the word.
const ADMINISTRATORS: [(&str, &str); 3] = [
    ("system_admin", "role.system_admin"),
    ("security_admin", "role.security_admin"),
    ("audit_admin", "role.audit_admin"),
];

#[derive(Clone, PartialEq, Default)]
struct Draft {
    province: String,
    usernames: [String; 3],
    names: [String; 3],
    gateway: GatewayDraft,
}

impl Draft {
    fn request(&self, token: String) -> SetUp {
        let account = |at: usize| FirstAccount {
            username: self.usernames[at].trim().to_owned(),
            name: self.names[at].trim().to_owned(),
        };
        SetUp {
            token,
            province: self.province.clone(),
            system_admin: account(0),
            security_admin: account(1),
            audit_admin: account(2),
            gateway: self.gateway.settings(),
        }
    }

    /// The key of what is missing.
    fn lack(&self) -> Option<&'static str> {
        if self.province.is_empty() {
            return Some("setup.choose_province");
        }
        if self.usernames.iter().chain(&self.names).any(|text| text.trim().is_empty()) {
            return Some("setup.name_all");
        }
        let [a, b, c] = &self.usernames;
        (a == b || b == c || a == c).then_some("setup.three_people")
    }
}

#[component]
pub fn SetUpPage() -> Html {
    let token = use_fragment();
    use_effect_with((), |()| set_title(&t("setup.title")));
    let query =
        use_query(token.clone(), |api, token| async move { api.list_set_up_choices(&CheckLink { token }).await });
    let done = use_state(|| None::<Same<SetUpDone>>);
    let ondone = {
        let done = done.clone();
        Callback::from(move |answer: Same<SetUpDone>| done.set(Some(answer)))
    };
    html! {
        <main class="wizard stack">
            <h1>{ t("setup.title") }</h1>
            if let Some(done) = &*done {
                { links(&done.0) }
            } else {
                <p>{ t("setup.intro") }</p>
                if is_no_link(&query.load) { { no_link() } } else { { query.view(|choices| html! { <Wizard token={token.clone()} choices={Same(std::rc::Rc::new(choices.provinces.clone()))} {ondone} /> }) } }
            }
        </main>
    }
}

fn links(done: &SetUpDone) -> Html {
    let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    html! {
        <>
            <Alert tone={Tone::Done}><p class="strong">{ t("setup.done") }</p><p>{ t("setup.done_hint") }</p></Alert>
            { for done.activations.iter().map(|first| html! {
                <section class="panel stack-tight" key={first.username.clone()}>
                    <h2>{ words::role(first.role) }{ " · " }{ first.username.clone() }</h2>
                    <p class="mono">{ format!("{origin}{}", first.activation.link) }</p>
                    <p class="muted small">{ tp("account.link_until", &[("until", &format::date_time(first.activation.expires_at))]) }</p>
                </section>
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct WizardProps {
    token: String,
    choices: Same<Vec<ProvinceChoice>>,
    ondone: Callback<Same<SetUpDone>>,
}

#[component]
fn Wizard(props: &WizardProps) -> Html {
    let draft = use_state(|| {
        let only = props.choices.0.first().filter(|_| props.choices.0.len() == 1);
        Draft { province: only.map(|choice| choice.key.clone()).unwrap_or_default(), ..Draft::default() }
    });
    let lacking = use_state(|| None::<&'static str>);
    let action = {
        let (token, ondone) = (props.token.clone(), props.ondone.clone());
        use_action(
            move |api, draft: Draft, _| {
                let request = draft.request(token.clone());
                async move { api.set_up(&request).await }
            },
            Callback::from(move |done: SetUpDone| ondone.emit(Same(std::rc::Rc::new(done)))),
        )
    };
    let onsubmit = {
        let (draft, lacking, run) = (draft.clone(), lacking.clone(), action.run.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let lack = draft.lack();
            lacking.set(lack);
            if lack.is_none() {
                run.emit((*draft).clone());
            }
        })
    };
    let set_gateway = {
        let draft = draft.clone();
        Callback::from(move |gateway| draft.set(Draft { gateway, ..(*draft).clone() }))
    };
    html! {
        <form class="stack" {onsubmit} novalidate=true>
            <section class="panel stack-tight">
                <h2>{ t("setup.province") }</h2>
                { for props.choices.0.iter().map(|choice| province(choice, &draft)) }
            </section>
            <section class="panel stack">
                <h2>{ t("setup.administrators") }</h2>
                <p class="muted">{ t("setup.administrators_hint") }</p>
                { for (0..ADMINISTRATORS.len()).map(|at| administrator(at, &draft, action.failure.as_ref())) }
            </section>
            <section class="panel stack">
                <h2>{ t("setup.gateway") }</h2>
                <GatewayForm draft={draft.gateway.clone()} onchange={set_gateway} failure={action.failure.clone()} prefix="gateway." />
            </section>
            if let Some(key) = *lacking { <Alert tone={Tone::Danger} urgent=true><p>{ t(key) }</p></Alert> }
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            <div class="row row-end"><Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("setup.begin") }</Button></div>
        </form>
    }
}

fn administrator(at: usize, draft: &UseStateHandle<Draft>, failure: Option<&ClientError>) -> Html {
    let (field, key) = ADMINISTRATORS[at];
    let fault = |part: &str| field_fault(failure, &format!("{field}.{part}"));
    let set = |apply: fn(&mut Draft, usize, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut changed = (*draft).clone();
            apply(&mut changed, at, text);
            draft.set(changed);
        })
    };
    html! {
        <fieldset class="stack-tight" key={field}>
            <legend class="strong">{ t(key) }</legend>
            <div class="form-grid">
                <TextField label={t("account.username")} hint={t("account.username_hint")} autocomplete="off" value={draft.usernames[at].clone()}
                    oninput={set(|draft, at, text| draft.usernames[at] = text)} fault={fault("username")} />
                <TextField label={t("account.name")} autocomplete="off" value={draft.names[at].clone()}
                    oninput={set(|draft, at, text| draft.names[at] = text)} fault={fault("name")} />
            </div>
        </fieldset>
    }
}

fn province(choice: &ProvinceChoice, draft: &UseStateHandle<Draft>) -> Html {
    let (key, handle) = (choice.key.clone(), draft.clone());
    let onchange = Callback::from(move |_: bool| handle.set(Draft { province: key.clone(), ..(*handle).clone() }));
    let counts = tp(
        "setup.counts",
        &[
            ("counties", &format::count(choice.counties)),
            ("towns", &format::count(choice.towns)),
            ("villages", &format::count(choice.villages)),
            ("forms", &format::count(choice.forms)),
        ],
    );
    html! {
        <div class="choice-card" key={choice.key.clone()}>
            <Check radio="province" label={choice.name.clone()} checked={draft.province == choice.key} {onchange}>{ " " }<span class="muted">{ counts }</span></Check>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_administrators_are_three_people() {
        let mut draft = Draft {
            province: "p".into(),
            usernames: ["a".into(), "b".into(), "b".into()],
            names: ["A".into(), "B".into(), "C".into()],
            gateway: GatewayDraft::default(),
        };
        assert_eq!(draft.lack(), Some("setup.three_people"));
        draft.usernames[2] = "c".into();
        assert_eq!(draft.lack(), None);
        draft.names[1] = " ".into();
        assert_eq!(draft.lack(), Some("setup.name_all"));
    }
}
