//! In-app notices: how many are unread, the latest fifty, read as they are opened.

use fupin_contract::notify::{NoticeList, ReadNotices};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use crate::{
    format,
    i18n::{t, tp},
    kit::{Icon, Shape, use_action, use_query},
};

const ASK_EVERY_MS: u32 = 60_000;

#[component]
pub fn Bell() -> Html {
    let query = use_query((), async |api, ()| api.list_notices().await);
    {
        let reload = query.reload.clone();
        let latest = use_mut_ref(|| reload.clone());
        latest.replace(reload);
        use_effect_with((), move |()| {
            let asking = Interval::new(ASK_EVERY_MS, move || latest.borrow().emit(()));
            move || drop(asking)
        });
    }
    let read =
        use_action(|api, up_to, _| async move { api.read_notices(&ReadNotices { up_to }).await }, query.reload.clone());
    let list = query.ready().cloned();
    let unread = list.as_ref().map_or(0, |list| list.unread);
    let ontoggle = {
        let (list, run) = (list.clone(), read.run.clone());
        Callback::from(move |_: Event| {
            if let Some(newest) = list.as_ref().filter(|list| list.unread > 0).and_then(|list| list.items.first()) {
                run.emit(newest.id);
            }
        })
    };
    let label = if unread > 0 { tp("shell.notices_unread", &[("count", &unread)]) } else { t("shell.notices") };
    html! {
        <details class="menu" {ontoggle}>
            <summary class="icon-button bell" aria-label={label}>
                <Icon shape={Shape::Bell} />
                if unread > 0 { <span class="dot" aria-hidden="true">{ if unread > 99 { "99+".to_owned() } else { unread.to_string() } }</span> }
            </summary>
            <div class="menu-body notices">{ notices(list.as_deref()) }</div>
        </details>
    }
}

fn notices(list: Option<&NoticeList>) -> Html {
    let Some(list) = list.filter(|list| !list.items.is_empty()) else {
        return html! { <p class="muted menu-head">{ t("shell.no_notices") }</p> };
    };
    html! {
        <ul>
            { for list.items.iter().map(|notice| html! {
                <li key={notice.id.to_string()}>
                    <a class={classes!("notice", (!notice.read).then_some("notice-unread"))} href={notice.link.clone()}>
                        <span>{ notice.text.clone() }</span>
                        <span class="small muted">{ format::date_time(notice.at) }</span>
                    </a>
                </li>
            }) }
        </ul>
    }
}
