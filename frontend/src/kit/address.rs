//! Filters that live in the address, so that a list can be linked and the back button works.

use serde::{Serialize, de::DeserializeOwned};
use yew::prelude::*;
use yew_router::hooks::{use_location, use_navigator};

/// The query part of the address as a value.
#[derive(Clone, PartialEq)]
pub struct Address<Q: 'static> {
    pub value: Q,
    /// Writes a new query part under the same path.
    pub set: Callback<Q>,
}

/// Reads the query part; what cannot be read counts as nothing chosen.
#[hook]
pub fn use_address<Q>() -> Address<Q>
where
    Q: Serialize + DeserializeOwned + Default + Clone + PartialEq + 'static,
{
    let location = use_location();
    let navigator = use_navigator();
    let value = location.as_ref().and_then(|location| location.query::<Q>().ok()).unwrap_or_default();
    let path = location.map(|location| location.path().to_owned()).unwrap_or_default();
    let set = Callback::from(move |query: Q| {
        let Some(navigator) = &navigator else { return };
        if let Some(route) = <crate::routes::Route as yew_router::Routable>::recognize(&path) {
            // A query that cannot be written leaves the address as it is.
            drop(navigator.push_with_query(&route, &query));
        }
    });
    Address { value, set }
}

#[derive(Properties, PartialEq)]
pub struct ChipProps {
    pub label: AttrValue,
    pub on: bool,
    pub onclick: Callback<()>,
}

/// One choice of a filter.
#[component]
pub fn Chip(props: &ChipProps) -> Html {
    let onclick = props.onclick.reform(|_: MouseEvent| ());
    html! { <button type="button" class="chip" aria-pressed={props.on.to_string()} {onclick}>{ props.label.clone() }</button> }
}
