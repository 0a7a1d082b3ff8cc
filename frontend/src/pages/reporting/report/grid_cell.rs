//! One cell of the grid. It has no listeners of its own: the table hears for all, so that a cell is drawn again only
//! when something in it changed.

use fupin_form::{CellKind, CellSpec};
use yew::prelude::*;

use super::place::Place;
use crate::{
    i18n::t,
    kit::{Icon, Shape},
};

/// What a cell looks like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    pub hard: bool,
    pub soft: bool,
    /// Saved, saving, not saved.
    pub mark: Option<&'static str>,
    pub chosen: bool,
    pub not_applicable: bool,
    /// Picked by a reviewer to be returned.
    pub picked: bool,
    /// Other cells were returned and not this one.
    pub locked: bool,
    /// Returned, with what the reviewer says of it.
    pub remark: Option<String>,
    /// Something is said of it, in words.
    pub noted: Option<String>,
    /// It has files, in words.
    pub attached: Option<String>,
    /// Suggested from the last period, with its source, and not confirmed.
    pub suggested: Option<String>,
    /// What stood there before.
    pub old: Option<String>,
}

#[derive(Properties, PartialEq)]
pub struct GridCellProps {
    pub place: Place,
    pub text: String,
    /// Code and word of each choice; the code that is chosen.
    pub options: Option<Vec<(String, String)>>,
    pub chosen_option: String,
    pub numeric: bool,
    pub computed: bool,
    pub blocked: bool,
    pub editable: bool,
    pub label: String,
    pub look: Look,
}

/// The id of the control at a place.
pub fn id_of(place: Place) -> String {
    format!("cell-{}-{}-{}", place.section, place.row, place.column)
}

/// The place that a control's id names.
pub fn place_of(id: &str) -> Option<Place> {
    let mut parts = id.strip_prefix("cell-")?.split('-').map(str::parse);
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(section)), Some(Ok(row)), Some(Ok(column)), None) => Some(Place { section, row, column }),
        _ => None,
    }
}

pub fn options_of(spec: &CellSpec) -> Option<Vec<(String, String)>> {
    match &spec.kind {
        CellKind::Choice { options } => {
            Some(options.iter().map(|option| (option.code.clone(), option.label.clone())).collect())
        }
        CellKind::Integer
        | CellKind::Decimal { .. }
        | CellKind::Money
        | CellKind::Text { .. }
        | CellKind::Date
        | CellKind::Computed { .. }
        | CellKind::Blocked => None,
    }
}

#[component]
pub fn GridCell(props: &GridCellProps) -> Html {
    let look = &props.look;
    let class = classes!(
        "cell",
        props.numeric.then_some("cell-number"),
        props.computed.then_some("cell-computed"),
        props.blocked.then_some("cell-blocked"),
        look.hard.then_some("cell-hard"),
        (look.soft && !look.hard).then_some("cell-soft"),
        look.mark,
        look.chosen.then_some("chosen"),
        look.not_applicable.then_some("cell-na"),
        look.old.is_some().then_some("cell-changed"),
        look.picked.then_some("cell-picked"),
        look.locked.then_some("cell-locked"),
        look.remark.is_some().then_some("cell-reopened"),
        look.suggested.is_some().then_some("cell-suggested"),
        look.noted.is_some().then_some("cell-noted"),
        look.attached.is_some().then_some("cell-attached"),
    );
    let title = match &look.remark {
        Some(remark) if remark.is_empty() => Some(t("report.cell_returned")),
        Some(remark) => Some(remark.clone()),
        None if look.locked => Some(t("report.cell_locked")),
        None => look.suggested.clone(),
    };
    html! {
        <td {class} {title}>
            if look.picked { <span class="visually-hidden">{ t("report.cell_picked") }</span> }
            if let Some(old) = &look.old { <span class="old"><span class="visually-hidden">{ t("grid.before") }</span>{ if old.is_empty() { "—" } else { old.as_str() } }</span> }
            { control(props) }
            if let Some(noted) = &look.noted { <span class="noted" role="img" aria-label={noted.clone()} title={noted.clone()}></span> }
            if let Some(attached) = &look.attached { <span class="attached" role="img" aria-label={attached.clone()} title={attached.clone()}><Icon shape={Shape::Clip} /></span> }
        </td>
    }
}

fn control(props: &GridCellProps) -> Html {
    let id = id_of(props.place);
    if !props.editable || props.computed || props.blocked {
        return html! { <span class="shown" {id} tabindex="-1" title={props.text.clone()}>{ props.text.clone() }</span> };
    }
    let invalid = props.look.hard.then_some("true");
    if let Some(options) = &props.options {
        let chosen = &props.chosen_option;
        let known = options
            .iter()
            .map(|(code, word)| html! { <option value={code.clone()} selected={code == chosen}>{ word }</option> });
        return html! {
            <select {id} aria-label={props.label.clone()} aria-invalid={invalid}>
                <option value="" selected={chosen.is_empty()}></option>
                { for known }
                <option value="/" selected={props.look.not_applicable}>{ "/" }</option>
            </select>
        };
    }
    let mode = if props.numeric { "decimal" } else { "text" };
    html! { <input {id} type="text" inputmode={mode} autocomplete="off" aria-label={props.label.clone()} aria-invalid={invalid} value={props.text.clone()} /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_place() {
        let place = Place { section: 1, row: 20, column: 3 };
        assert_eq!(place_of(&id_of(place)), Some(place));
        assert_eq!(place_of("cell-1-2"), None);
        assert_eq!(place_of("other-1-2-3"), None);
    }
}
