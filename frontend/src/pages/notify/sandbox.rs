//! What phones would show. In a demonstration it opens to anybody; elsewhere to those who may read messages.

use fupin_contract::notify::{SandboxFilter, SandboxMessage};
use gloo_timers::callback::Interval;
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    format,
    i18n::t,
    kit::{Alert, Empty, More, PageHead, Status, TextField, Tone, use_address, use_pages},
    routes::Route,
    words,
};

const ASK_EVERY_MS: u32 = 5_000;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Chosen {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    q: String,
}

/// The page without the shell, for those who are not signed in.
pub fn open_sandbox() -> Html {
    html! {
        <main class="page">
            <SandboxPage />
            <p><Link<Route> to={Route::SignIn}>{ t("sandbox.to_sign_in") }</Link<Route>></p>
        </main>
    }
}

#[component]
pub fn SandboxPage() -> Html {
    let address = use_address::<Chosen>();
    let sought = use_state(|| address.value.q.clone());
    let pages = use_pages((*sought).trim().to_owned(), |api, q: String, after| async move {
        let q = Some(q).filter(|q| !q.is_empty());
        api.list_sandbox_messages(&SandboxFilter { q, after }).await
    });
    {
        let latest = use_mut_ref(|| pages.reload.clone());
        latest.replace(pages.reload.clone());
        use_effect_with((), move |()| {
            let asking = Interval::new(ASK_EVERY_MS, move || latest.borrow().emit(()));
            move || drop(asking)
        });
    }
    let oninput = {
        let sought = sought.clone();
        Callback::from(move |text: String| sought.set(text))
    };
    html! {
        <>
            <PageHead title={t("sandbox.title")} />
            <Alert tone={Tone::Accent}><p>{ t("sandbox.what") }</p></Alert>
            <TextField label={t("sandbox.search")} kind="search" value={(*sought).clone()} {oninput} />
            { pages.view(|messages| if messages.is_empty() {
                html! { <Empty title={t("sandbox.none")}><p>{ t("sandbox.none_hint") }</p></Empty> }
            } else {
                html! { <ul class="phone-list">{ for messages.iter().map(|message| bubble(message)) }</ul> }
            }) }
            <More shown={pages.items().len()} more={pages.more.clone()} busy={pages.reading_more} />
        </>
    }
}

fn bubble(message: &SandboxMessage) -> Html {
    let (tone, word) = words::message_state(message.state);
    html! {
        <li key={message.id.to_string()} class="sms">
            <p class="row between"><span class="strong">{ message.recipient_name.clone() }{ " " }<span class="muted">{ message.phone.clone() }</span></span><Status {tone} {word} /></p>
            <p>{ with_links(&message.text) }</p>
            <p class="muted small">{ format::date_time(message.at) }</p>
        </li>
    }
}

/// The text with its addresses as links; only those of this site become one.
fn with_links(text: &str) -> Html {
    let own = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
    parts(text, &own)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => html! { text },
            Part::Link(url) => html! { <a href={url.clone()}>{ url }</a> },
        })
        .collect()
}

#[derive(Debug, PartialEq)]
enum Part {
    Text(String),
    Link(String),
}

fn parts(text: &str, own: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(own).filter(|_| !own.is_empty()) {
        let tail = &rest[start..];
        let end = tail
            .find(|c: char| c.is_whitespace() || !c.is_ascii() || matches!(c, '"' | '<' | '>'))
            .unwrap_or(tail.len());
        parts.push(Part::Text(rest[..start].to_owned()));
        parts.push(Part::Link(tail[..end].to_owned()));
        rest = &tail[end..];
    }
    parts.push(Part::Text(rest.to_owned()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_this_site_ends_where_chinese_begins() {
        let found = parts("请打开 http://a.b/reports/1，谢谢", "http://a.b");
        assert_eq!(
            found,
            [Part::Text("请打开 ".into()), Part::Link("http://a.b/reports/1".into()), Part::Text("，谢谢".into())]
        );
        assert_eq!(parts("see http://evil.example", "http://a.b").len(), 1);
    }
}
