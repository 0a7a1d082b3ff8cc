//! Items that two forms ask for, in words.

use fupin_contract::reporting::ItemOverlap;
use yew::prelude::*;

use crate::{
    i18n::{t, tp},
    kit::{Alert, Tone},
};

const MOST_SHOWN: usize = 8;

/// A warning that names the first of them; nothing where there is none.
pub fn overlap_lines(overlaps: &[ItemOverlap]) -> Html {
    if overlaps.is_empty() {
        return Html::default();
    }
    let line = |overlap: &ItemOverlap| {
        let item = if overlap.row.is_empty() {
            overlap.column.clone()
        } else {
            format!("{} / {}", overlap.row, overlap.column)
        };
        let words =
            tp("design.overlap", &[("title", &overlap.title), ("item", &item), ("other", &overlap.other.title)]);
        html! { <li key={format!("{}{}{}", overlap.code, overlap.cell, overlap.other.id)}>{ words }</li> }
    };
    html! {
        <Alert tone={Tone::Wait}>
            <p>{ tp("design.overlaps", &[("count", &overlaps.len())]) }</p>
            <ul class="design-overlaps">{ for overlaps.iter().take(MOST_SHOWN).map(line) }</ul>
            if overlaps.len() > MOST_SHOWN { <p>{ tp("design.overlaps_more", &[("count", &(overlaps.len() - MOST_SHOWN))]) }</p> }
            <p class="small">{ t("design.overlaps_hint") }</p>
        </Alert>
    }
}
