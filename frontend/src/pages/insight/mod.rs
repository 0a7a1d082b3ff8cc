//! What waits for me; and the page for addresses that lead nowhere.

mod home;

pub use home::HomePage;

use yew::prelude::*;
use yew_router::prelude::Link;

use crate::{
    i18n::t,
    kit::{Empty, PageHead},
    routes::Route,
};

#[component]
pub fn NotFoundPage() -> Html {
    html! {
        <>
            <PageHead title={t("home.not_found")} />
            <Empty title={t("home.not_found_why")}><Link<Route> to={Route::Home} classes="button">{ t("home.back") }</Link<Route>></Empty>
        </>
    }
}
