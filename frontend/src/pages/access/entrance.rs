//! The frame of the pages before signing in.

use yew::prelude::*;

use crate::{i18n::t, session::use_session};

#[derive(Properties, PartialEq)]
pub struct EntranceProps {
    pub title: AttrValue,
    pub children: Html,
}

#[component]
pub fn Entrance(props: &EntranceProps) -> Html {
    use_effect_with(props.title.clone(), |title| crate::kit::set_title(title));
    let session = use_session();
    let instance = session.instance.clone();
    let province = instance.as_ref().and_then(|instance| instance.province.clone()).unwrap_or_default();
    let version = instance.as_ref().map(|instance| instance.version.clone()).unwrap_or_default();
    html! {
        <div class="entrance">
            <header class="entrance-picture">
                <div class="row between">
                    <p class="brand"><img src="/favicon.svg" alt="" width="40" height="40" />{ t("shell.name") }</p>
                    if session.is_demo() { <span class="demo-mark">{ t("shell.demo") }</span> }
                </div>
                <div class="stack-tight">
                    <p class="motto">{ t("sign_in.motto") }<br />{ t("sign_in.motto_second") }</p>
                    <p class="more">{ t("sign_in.motto_more") }</p>
                </div>
                <p>{ province }{ " " }{ version }</p>
            </header>
            <main class="entrance-form">
                <h1>{ props.title.clone() }</h1>
                { props.children.clone() }
            </main>
        </div>
    }
}
