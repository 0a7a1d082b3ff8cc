//! The server that takes mail: its settings, and a test mail to oneself.

use fupin_contract::{
    Email,
    notify::{MailSecurity, MailServer, MailSettings, MailTrial, MailTrialOutcome},
};
use yew::prelude::*;

use crate::{
    i18n::{error_sentence, field_fault, t, tp},
    kit::{Alert, Button, ButtonKind, SelectField, TextArea, TextField, Tone, use_action, use_query, use_toasts},
};

#[component]
pub fn MailServerSection() -> Html {
    let query = use_query((), async |api, ()| api.get_mail_server().await);
    html! {
        <section class="panel stack" aria-label={t("mail.title")}>
            <h2>{ t("mail.title") }</h2>
            <p class="muted">{ t("mail.what") }</p>
            { query.view(|settings| html! { <Edit settings={(**settings).clone()} /> }) }
        </section>
    }
}

/// The settings as they are typed.
#[derive(Clone, Debug, PartialEq)]
struct Draft {
    host: String,
    port: String,
    security: MailSecurity,
    user: String,
    password: String,
    from_address: String,
    from_name: String,
    authority: String,
}

impl Draft {
    fn of(settings: &MailSettings) -> Self {
        let Some(server) = &settings.server else {
            return Self {
                host: String::new(),
                port: "465".to_owned(),
                security: MailSecurity::Tls,
                user: String::new(),
                password: String::new(),
                from_address: String::new(),
                from_name: t("mail.from_name_sample"),
                authority: String::new(),
            };
        };
        Self {
            host: server.host.clone(),
            port: server.port.to_string(),
            security: server.security,
            user: server.user.clone(),
            password: String::new(),
            from_address: server.from_address.reveal().to_owned(),
            from_name: server.from_name.clone(),
            authority: server.authority.clone(),
        }
    }

    /// Another way of keeping the connection has a port of its own.
    fn secured(self, security: MailSecurity) -> Self {
        let usual = ["465", "587", "25"];
        let port = match security {
            MailSecurity::Tls => "465",
            MailSecurity::Starttls => "587",
            MailSecurity::None => "25",
        };
        let port = if usual.contains(&self.port.trim()) { port.to_owned() } else { self.port.clone() };
        Self { security, port, ..self }
    }

    /// The server, or the field that cannot be read and why.
    fn server(&self) -> Result<MailServer, (&'static str, &'static str)> {
        Ok(MailServer {
            host: self.host.trim().to_owned(),
            port: self.port.trim().parse().map_err(|_| ("server.port", "message.no_number"))?,
            security: self.security,
            user: self.user.trim().to_owned(),
            password: self.password.clone(),
            from_address: Email::parse(&self.from_address).map_err(|_| ("server.from_address", "contact.bad_email"))?,
            from_name: self.from_name.trim().to_owned(),
            authority: self.authority.trim().to_owned(),
        })
    }
}

const SECURITIES: [(&str, MailSecurity, &str); 3] = [
    ("tls", MailSecurity::Tls, "mail.tls"),
    ("starttls", MailSecurity::Starttls, "mail.starttls"),
    ("none", MailSecurity::None, "mail.plain"),
];

#[derive(Properties, PartialEq)]
struct EditProps {
    settings: MailSettings,
}

#[component]
fn Edit(props: &EditProps) -> Html {
    let draft = use_state(|| Draft::of(&props.settings));
    let offered = use_state(|| props.settings.server.is_some());
    let wrong = use_state(|| None::<(&'static str, &'static str)>);
    let toasts = use_toasts();
    let action = {
        let (draft, offered) = (draft.clone(), offered.clone());
        use_action(
            |api, settings: MailSettings, _| async move { api.set_mail_server(&settings).await },
            Callback::from(move |settings: MailSettings| {
                draft.set(Draft::of(&settings));
                offered.set(settings.server.is_some());
                toasts.done(t(if settings.server.is_some() { "kit.saved" } else { "mail.stopped" }));
            }),
        )
    };
    let onsubmit = {
        let (run, draft, wrong) = (action.run.clone(), draft.clone(), wrong.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match draft.server() {
                Ok(server) => {
                    wrong.set(None);
                    run.emit(MailSettings { server: Some(server) });
                }
                Err(field) => wrong.set(Some(field)),
            }
        })
    };
    let stop = action.run.reform(|()| MailSettings { server: None });
    let change = |apply: fn(Draft, String) -> Draft| {
        let draft = draft.clone();
        Callback::from(move |text: String| draft.set(apply((*draft).clone(), text)))
    };
    let secure = {
        let draft = draft.clone();
        Callback::from(move |name: String| {
            if let Some((_, security, _)) = SECURITIES.iter().find(|(known, _, _)| *known == name) {
                draft.set((*draft).clone().secured(*security));
            }
        })
    };
    let fault = |field: &str| {
        let typed = (*wrong).filter(|(wrong, _)| *wrong == field).map(|(_, key)| t(key));
        typed.or_else(|| field_fault(action.failure.as_ref(), field))
    };
    let options: Vec<_> = SECURITIES.iter().map(|(name, _, key)| ((*name).to_owned(), t(key))).collect();
    let security =
        SECURITIES.iter().find(|(_, security, _)| *security == draft.security).map_or("tls", |(name, ..)| name);
    html! {
        <>
            <form class="stack" {onsubmit} novalidate=true>
                if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
                <div class="form-grid">
                    <TextField label={t("mail.host")} autocomplete="off" placeholder="smtp.example.cn" value={draft.host.clone()} oninput={change(|draft, host| Draft { host, ..draft })} fault={fault("server.host")} />
                    <SelectField label={t("mail.security")} {options} value={security} onchange={secure} fault={fault("server.security")} />
                    <TextField label={t("mail.port")} kind="number" min="1" value={draft.port.clone()} oninput={change(|draft, port| Draft { port, ..draft })} fault={fault("server.port")} />
                    <TextField label={t("mail.from_address")} kind="email" autocomplete="off" value={draft.from_address.clone()} oninput={change(|draft, from_address| Draft { from_address, ..draft })} fault={fault("server.from_address")} />
                    <TextField label={t("mail.from_name")} autocomplete="off" value={draft.from_name.clone()} oninput={change(|draft, from_name| Draft { from_name, ..draft })} fault={fault("server.from_name")} />
                    <TextField label={t("mail.user")} autocomplete="off" hint={t("mail.user_hint")} value={draft.user.clone()} oninput={change(|draft, user| Draft { user, ..draft })} fault={fault("server.user")} />
                    <TextField label={t("mail.password")} kind="password" autocomplete="new-password" hint={t("mail.password_hint")} value={draft.password.clone()} oninput={change(|draft, password| Draft { password, ..draft })} fault={fault("server.password")} />
                </div>
                <details class="fold" open={!draft.authority.is_empty()}>
                    <summary>{ t("mail.authority_fold") }</summary>
                    <TextArea wide=true label={t("mail.authority")} hint={t("mail.authority_hint")} value={draft.authority.clone()} oninput={change(|draft, authority| Draft { authority, ..draft })} fault={fault("server.authority")} />
                </details>
                <div class="row row-end">
                    if *offered { <Button onclick={stop}>{ t("mail.stop") }</Button> }
                    <Button kind={ButtonKind::Primary} submit=true busy={action.pending}>{ t("mail.save") }</Button>
                </div>
            </form>
            if *offered { <Trial /> }
        </>
    }
}

/// A mail to oneself, by the settings that are saved.
#[component]
fn Trial() -> Html {
    let seen = use_state(|| None::<MailTrial>);
    let action = {
        let seen = seen.clone();
        use_action(
            |api, (), _| async move { api.try_mail_server().await },
            Callback::from(move |trial: MailTrial| seen.set(Some(trial))),
        )
    };
    let run = {
        let (run, seen) = (action.run.clone(), seen.clone());
        Callback::from(move |()| {
            seen.set(None);
            run.emit(());
        })
    };
    html! {
        <div class="stack-tight">
            <div class="row"><Button onclick={run} busy={action.pending}>{ t("mail.try") }</Button><span class="muted">{ t("mail.try_hint") }</span></div>
            if let Some(error) = &action.failure { <Alert tone={Tone::Danger} urgent=true><p>{ error_sentence(error) }</p></Alert> }
            if let Some(trial) = &*seen { { tried(trial) } }
        </div>
    }
}

fn tried(trial: &MailTrial) -> Html {
    let code = &trial.code;
    let address = trial.address.clone().unwrap_or_default();
    let (tone, sentence) = match trial.outcome {
        MailTrialOutcome::Sent => (Tone::Done, tp("mail.sent", &[("address", &address)])),
        MailTrialOutcome::LetIn => (Tone::Wait, t("mail.let_in")),
        MailTrialOutcome::Failed => (Tone::Danger, t("mail.failed")),
    };
    html! { <Alert {tone} urgent={trial.outcome == MailTrialOutcome::Failed}><p>{ sentence }</p><p class="mono small">{ tp("mail.said", &[("code", code)]) }</p></Alert> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            host: " smtp.example.cn ".into(),
            from_address: "fupin@example.cn".into(),
            ..Draft::of(&MailSettings { server: None })
        }
    }

    #[test]
    fn a_server_comes_back_as_it_was_typed_but_for_its_password() {
        let server = Draft { password: "secret".into(), ..draft() }.server().unwrap();
        assert_eq!((server.host.as_str(), server.port), ("smtp.example.cn", 465));
        let back = Draft::of(&MailSettings { server: Some(server) });
        assert_eq!((back.host.as_str(), back.password.as_str()), ("smtp.example.cn", ""));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        assert_eq!(Draft { port: "很多".into(), ..draft() }.server().unwrap_err().0, "server.port");
        assert_eq!(Draft { from_address: "fupin".into(), ..draft() }.server().unwrap_err().0, "server.from_address");
    }

    #[test]
    fn the_port_follows_the_security_unless_it_is_ones_own() {
        assert_eq!(draft().secured(MailSecurity::Starttls).port, "587");
        assert_eq!(Draft { port: "2525".into(), ..draft() }.secured(MailSecurity::Starttls).port, "2525");
    }
}
