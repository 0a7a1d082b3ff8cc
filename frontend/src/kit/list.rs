//! The foot of a list: how many are shown, and the way to more.

use yew::prelude::*;

use super::Button;
use crate::i18n::{t, tp};

#[derive(Properties, PartialEq)]
pub struct MoreProps {
    pub shown: usize,
    pub more: Option<Callback<()>>,
    #[prop_or_default]
    pub busy: bool,
}

#[component]
pub fn More(props: &MoreProps) -> Html {
    html! {
        <div class="list-foot">
            if let Some(more) = &props.more {
                <span>{ tp("kit.shown_so_far", &[("count", &crate::format::count(props.shown as i64))]) }</span>
                <Button onclick={more.clone()} busy={props.busy}>{ t("kit.more") }</Button>
            } else {
                <span>{ tp("kit.all_shown", &[("count", &crate::format::count(props.shown as i64))]) }</span>
            }
        </div>
    }
}
