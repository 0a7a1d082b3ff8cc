//! Of a report that was returned for some of its cells: which they are, what the reviewer says of each, and the way from
//! one to the next.

use std::{cell::RefCell, rc::Rc};

use yew::prelude::*;

use super::{cell_line::cell_name, desk::Desk};
use crate::{
    i18n::{t, tp},
    kit::Button,
};

#[derive(Properties)]
pub struct ReopenedProps {
    pub desk: Rc<RefCell<Desk>>,
    /// The cell under the cursor.
    pub here: Option<String>,
    pub onjump: Callback<String>,
}

impl PartialEq for ReopenedProps {
    fn eq(&self, other: &Self) -> bool {
        self.here == other.here
    }
}

#[component]
pub fn Reopened(props: &ReopenedProps) -> Html {
    let desk = props.desk.borrow();
    let cells = desk.reopened();
    let Some(next) = next_after(&cells, props.here.as_deref()) else { return Html::default() };
    let onclick = props.onjump.reform(move |()| next.clone());
    html! {
        <section class="panel" aria-label={t("report.reopened")}>
            <h2>{ tp("report.reopened_count", &[("count", &cells.len())]) }</h2>
            <p class="muted small">{ t("report.reopened_hint") }</p>
            <ul>
                { for cells.iter().map(|(key, remark)| {
                    let to = key.clone();
                    let jump = props.onjump.reform(move |_: MouseEvent| to.clone());
                    html! {
                        <li key={key.clone()} class="reopened-line">
                            <button type="button" class="button-link" onclick={jump}>{ cell_name(&desk, key) }</button>
                            if !remark.is_empty() { <p>{ remark }</p> }
                        </li>
                    }
                }) }
            </ul>
            if cells.len() > 1 { <Button {onclick}>{ t("report.next_reopened") }</Button> }
        </section>
    }
}

/// The cell after the one under the cursor, in reading order; after the last one the first.
fn next_after(cells: &[(String, String)], here: Option<&str>) -> Option<String> {
    let at = here.and_then(|here| cells.iter().position(|(key, _)| key == here));
    let next = at.map_or(0, |at| (at + 1) % cells.len());
    cells.get(next).map(|(key, _)| key.clone())
}

#[cfg(test)]
mod tests {
    use super::next_after;

    #[test]
    fn the_way_leads_round_all_reopened_cells() {
        let cells = ["a", "b"].map(|key| (key.to_owned(), String::new()));
        let from = |here| next_after(&cells, here);
        assert_eq!(from(None).as_deref(), Some("a"));
        assert_eq!(from(Some("elsewhere")).as_deref(), Some("a"));
        assert_eq!(from(Some("a")).as_deref(), Some("b"));
        assert_eq!(from(Some("b")).as_deref(), Some("a"));
        assert_eq!(next_after(&[], Some("a")), None);
    }
}
