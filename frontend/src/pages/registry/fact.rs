//! One value of an attribute as it is read: what it says, whence it comes, who verified it last.

use fupin_contract::{
    access::Permission,
    registry::{
        Fact, FactOrigin,
        catalog::{Catalog, Field},
    },
};
use yew::prelude::*;

use super::{
    catalog::worded,
    reveal::{Of, Sealed},
};
use crate::{
    format,
    i18n::{t, tp},
    kit::{Allowed, Status, Tone},
};

/// The act by which a value came in, in one line.
pub fn origin_line(origin: &FactOrigin) -> String {
    let what = match origin.kind.as_str() {
        "import" => tp("origin.import", &[("file", &origin.source)]),
        "change" => change_word(&origin.source),
        "merge" => t("origin.merge"),
        "synthetic" => t("origin.synthetic"),
        _ => origin.source.clone(),
    };
    let at = format::date_time(origin.at);
    match &origin.by {
        Some(by) => tp("origin.by", &[("what", &what), ("by", by), ("at", &at)]),
        None => tp("origin.by_nobody", &[("what", &what), ("at", &at)]),
    }
}

/// A change by its name in storage.
pub fn change_word(name: &str) -> String {
    fupin_contract::registry::ChangeKind::from_name(name).map_or_else(|| name.to_owned(), super::change_kind)
}

/// Where a value stands: of whom, and of which year.
#[derive(Clone, PartialEq)]
pub struct Place<'a> {
    pub catalog: &'a Catalog,
    pub origins: &'a [FactOrigin],
    pub of: Of,
    pub whose: &'a str,
    pub year: i16,
    pub ask: &'a Callback<Sealed>,
}

/// A value, with a note that opens when it is pointed at, focused or touched.
pub fn fact_value(place: &Place<'_>, field: &Field, fact: &Fact) -> Html {
    let title = field.title_in(place.year).to_owned();
    let shown = match &fact.unmapped {
        Some(typed) => html! { <>{ typed.clone() }{ " " }<Status tone={Tone::Wait} word={t("value.unmapped")} /></> },
        None if fact.masked => html! { <span class="nowrap">{ fact.value.clone() }</span> },
        None => html! { worded(place.catalog, field, &fact.value, place.year) },
    };
    let came = place.origins.get(fact.origin as usize).map(origin_line);
    let verified = fact.verified.and_then(|at| place.origins.get(at as usize));
    let said = verified.map_or_else(
        || t("value.not_verified"),
        |origin| {
            let by = origin.by.clone().unwrap_or_default();
            tp("value.verified", &[("by", &by), ("at", &format::date_time(origin.at))])
        },
    );
    let mark = verified.map(|_| {
        html! { <svg class="fact-mark" viewBox="0 0 10 10" role="img" aria-label={t("value.is_verified")}><path d="M1.200 4.200L0 5.500 3.800 9.300 10 2.500 8.700 1.200 3.700 6.600z" /></svg> }
    });
    html! {
        <span class="fact-line">
            <button type="button" class="fact">
                { shown }{ for mark }
                <span class="fact-note" role="note">
                    if let Some(came) = came { <span>{ came }</span> }
                    <span>{ said }</span>
                    if fact.unmapped.is_some() { <span>{ t("value.unmapped_hint") }</span> }
                </span>
            </button>
            if fact.masked { { see(place, field, &title, &fact.value) } }
        </span>
    }
}

fn see(place: &Place<'_>, field: &Field, title: &str, masked: &str) -> Html {
    let sealed = Sealed {
        of: place.of,
        whose: place.whose.to_owned(),
        field: field.key.clone(),
        title: title.to_owned(),
        masked: masked.to_owned(),
        year: Some(place.year),
    };
    see_button(sealed, place.ask)
}

/// Leads to a number in clear, for those who may see one.
pub fn see_button(sealed: Sealed, ask: &Callback<Sealed>) -> Html {
    let label = tp("reveal.see_of", &[("whose", &sealed.whose), ("title", &sealed.title)]);
    let onclick = ask.reform(move |_: MouseEvent| sealed.clone());
    html! { <Allowed to={Permission::RevealPeople}><button type="button" class="button-link see no-print" aria-label={label} {onclick}>{ t("reveal.see") }</button></Allowed> }
}
