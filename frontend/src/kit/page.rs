//! The head of a page: where am I, what is this, the main act at the right.

use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{i18n::t, routes::Route};

/// One step of the path above the title.
#[derive(Clone, Debug, PartialEq)]
pub struct Crumb {
    pub name: String,
    pub to: Option<Route>,
    /// A unit to step to on the same page.
    pub act: Option<Callback<()>>,
}

impl Crumb {
    pub fn to(name: impl Into<String>, route: Route) -> Self {
        Self { name: name.into(), to: Some(route), act: None }
    }

    pub fn plain(name: impl Into<String>) -> Self {
        Self { name: name.into(), to: None, act: None }
    }

    pub fn act(name: impl Into<String>, act: Callback<()>) -> Self {
        Self { name: name.into(), to: None, act: Some(act) }
    }
}

/// The title of the window.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(&format!("{title} · {}", t("shell.name")));
    }
}

#[derive(Properties, PartialEq)]
pub struct PageHeadProps {
    pub title: AttrValue,
    #[prop_or_default]
    pub path: Vec<Crumb>,
    /// Stands right beside the title: a status.
    #[prop_or_default]
    pub beside: Html,
    #[prop_or_default]
    pub children: Html,
}

#[component]
pub fn PageHead(props: &PageHeadProps) -> Html {
    use_effect_with(props.title.clone(), |title| set_title(title));
    let crumbs = props.path.iter().map(|crumb| {
        let name = crumb.name.clone();
        let inner = match (&crumb.to, &crumb.act) {
            (Some(route), _) => html! { <Link<Route> to={route.clone()}>{ name }</Link<Route>> },
            (None, Some(act)) => {
                let onclick = act.reform(|_: MouseEvent| ());
                html! { <button type="button" class="button-link" {onclick}>{ name }</button> }
            }
            (None, None) => html! { name },
        };
        html! { <li>{ inner }</li> }
    });
    html! {
        <header class="page-head">
            if !props.path.is_empty() {
                <nav aria-label={t("kit.path")}><ol class="path">{ for crumbs }</ol></nav>
            }
            <h1>{ props.title.clone() }</h1>
            { props.beside.clone() }
            <div class="acts">{ props.children.clone() }</div>
        </header>
    }
}
