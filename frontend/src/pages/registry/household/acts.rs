//! What a clerk does to a household, each act in a dialog of its own.

mod correct;
pub mod frame;
mod head;
mod identity;
mod income;
mod join;
mod leave;
mod merge;
mod split;
mod verify;
mod village;
mod void;
pub mod who;

pub use income::money_words;

use fupin_contract::registry::{ChangeKind, Household, Member, catalog::Catalog};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::super::change_kind;
use crate::{
    i18n::t,
    kit::{Icon, Same, Shape},
};

/// What every act knows and whom it tells.
#[derive(Properties, Clone, PartialEq)]
pub struct ActProps {
    pub catalog: Same<Catalog>,
    pub household: Same<Household>,
    pub onclose: Callback<()>,
    /// The household is to be read again.
    pub reload: Callback<()>,
}

/// Those who belong to the household at the end of the year.
fn staying(household: &Household) -> Vec<&Member> {
    household.members.iter().filter(|member| member.left_on.is_none()).collect()
}

/// The acts of the menu, in groups; what is rare and cannot be taken back comes last.
const MENU: [&[ChangeKind]; 4] = [
    &[ChangeKind::CorrectHousehold, ChangeKind::CorrectPerson, ChangeKind::CorrectIdentity],
    &[ChangeKind::AddMember, ChangeKind::RemoveMember, ChangeKind::ChangeHead],
    &[ChangeKind::MoveVillage, ChangeKind::SplitHousehold, ChangeKind::MergeInto],
    &[ChangeKind::VoidPerson, ChangeKind::VoidHousehold],
];

/// The dialog of an act; a household is registered elsewhere.
pub fn dialog(kind: ChangeKind, props: ActProps) -> Html {
    let ActProps { catalog, household, onclose, reload } = props;
    match kind {
        ChangeKind::CorrectHousehold => {
            html! { <correct::CorrectHousehold {catalog} {household} {onclose} {reload} /> }
        }
        ChangeKind::CorrectPerson => html! { <correct::CorrectPerson {catalog} {household} {onclose} {reload} /> },
        ChangeKind::CorrectIdentity => html! { <identity::CorrectIdentity {catalog} {household} {onclose} {reload} /> },
        ChangeKind::AddMember => html! { <join::AddMember {catalog} {household} {onclose} {reload} /> },
        ChangeKind::RemoveMember => html! { <leave::RemoveMember {catalog} {household} {onclose} {reload} /> },
        ChangeKind::ChangeHead => html! { <head::ChangeHead {catalog} {household} {onclose} {reload} /> },
        ChangeKind::MoveVillage => html! { <village::MoveVillage {catalog} {household} {onclose} {reload} /> },
        ChangeKind::SplitHousehold => html! { <split::SplitHousehold {catalog} {household} {onclose} {reload} /> },
        ChangeKind::MergeInto => html! { <merge::MergeInto {catalog} {household} {onclose} {reload} /> },
        ChangeKind::SetIncome => html! { <income::SetIncome {catalog} {household} {onclose} {reload} /> },
        ChangeKind::Verify => html! { <verify::Verify {catalog} {household} {onclose} {reload} /> },
        ChangeKind::VoidPerson => html! { <void::VoidPerson {catalog} {household} {onclose} {reload} /> },
        ChangeKind::VoidHousehold => html! { <void::VoidHousehold {catalog} {household} {onclose} {reload} /> },
        ChangeKind::Register => Html::default(),
    }
}

#[derive(Properties, PartialEq)]
pub struct ActMenuProps {
    pub choose: Callback<ChangeKind>,
}

/// A menu that opens with a click, Enter or the arrow; Escape and leaving it close it.
#[component]
pub fn ActMenu(props: &ActMenuProps) -> Html {
    let open = use_state(|| false);
    let body = use_node_ref();
    {
        let body = body.clone();
        use_effect_with(*open, move |open| {
            if *open {
                step(&body, 0);
            }
        });
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let onkeydown = {
        let (open, body) = (open.clone(), body.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Escape" if *open => open.set(false),
                "ArrowDown" if *open => step(&body, 1),
                "ArrowUp" if *open => step(&body, -1),
                "ArrowDown" => open.set(true),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let onfocusout = {
        let (open, body) = (open.clone(), body.clone());
        Callback::from(move |event: FocusEvent| {
            let within = |element: &HtmlElement| {
                use wasm_bindgen::JsCast;
                let to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                element.parent_element().is_some_and(|menu| menu.contains(to.as_ref()))
            };
            if !body.cast::<HtmlElement>().is_some_and(|element| within(&element)) {
                open.set(false);
            }
        })
    };
    let item = |kind: ChangeKind| {
        let (open, choose) = (open.clone(), props.choose.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            open.set(false);
            choose.emit(kind);
        });
        let grave = matches!(kind, ChangeKind::VoidPerson | ChangeKind::VoidHousehold);
        html! { <button type="button" role="menuitem" tabindex="-1" class={classes!("menu-item", grave.then_some("danger-text"))} {onclick}>{ change_kind(kind) }</button> }
    };
    html! {
        <div class="act-menu" {onkeydown} {onfocusout}>
            <button type="button" class="button button-primary" aria-haspopup="menu" aria-expanded={open.to_string()} onclick={toggle}>{ t("household.acts") }<Icon shape={Shape::Down} /></button>
            if *open {
                <div ref={body} class="menu-body" role="menu" aria-label={t("household.acts")}>
                    { for MENU.iter().map(|group| html! { <div class="menu-group" role="none">{ for group.iter().copied().map(item) }</div> }) }
                </div>
            }
        </div>
    }
}

/// Moves the keyboard among the entries, round and round.
fn step(body: &NodeRef, by: i32) {
    use wasm_bindgen::JsCast;
    let Some(element) = body.cast::<HtmlElement>() else { return };
    let Ok(found) = element.query_selector_all("[role=menuitem]") else { return };
    let items: Vec<HtmlElement> =
        (0..found.length()).filter_map(|at| found.item(at)).filter_map(|node| node.dyn_into().ok()).collect();
    let active = element.owner_document().and_then(|document| document.active_element());
    let at = items.iter().position(|item| active.as_ref().is_some_and(|active| active.is_same_node(Some(item))));
    let count = i32::try_from(items.len()).unwrap_or(1).max(1);
    let next = at.map_or(0, |at| (i32::try_from(at).unwrap_or(0) + by).rem_euclid(count));
    if let Some(item) = usize::try_from(next).ok().and_then(|next| items.get(next)) {
        drop(item.focus());
    }
}
