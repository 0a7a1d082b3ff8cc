//! The table: a line for each village, the items of one strip across.

use std::rc::Rc;

use yew::prelude::*;

use super::{
    hands::{Block, Hands, SharedVillages, spot_of},
    line::VillageLine,
    strips::Strip,
    villages::{Pasted, Spot, span},
};
use crate::{
    i18n::{t, tp},
    pages::reporting::report::grid::place_of_event,
};

#[derive(Properties)]
pub struct TownGridProps {
    pub villages: SharedVillages,
    pub strip: Rc<Strip>,
    /// Changes whenever a village does.
    pub tick: u32,
    /// Somebody tried to submit: what is only still empty counts as wrong.
    pub strict: bool,
    pub onchange: Callback<()>,
    pub onfocus: Callback<Spot>,
    pub onpaste: Callback<Pasted>,
    pub submit: Callback<usize>,
    pub submitting: bool,
    pub reload: Callback<()>,
}

impl PartialEq for TownGridProps {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick
            && self.strict == other.strict
            && self.submitting == other.submitting
            && Rc::ptr_eq(&self.strip, &other.strip)
            && Rc::ptr_eq(&self.villages, &other.villages)
    }
}

#[component]
pub fn TownGrid(props: &TownGridProps) -> Html {
    let draft = use_mut_ref(|| None::<(Spot, String)>);
    let block: UseStateHandle<Block> = use_state(|| None);
    let hands = Hands {
        villages: props.villages.clone(),
        strip: props.strip.clone(),
        draft: draft.clone(),
        block: block.clone(),
        onchange: props.onchange.clone(),
        onpaste: props.onpaste.clone(),
    };
    let hear = |act: fn(&Hands, &Event)| {
        let hands = hands.clone();
        Callback::from(move |event: Event| act(&hands, &event))
    };
    let oninput = {
        let hands = hands.clone();
        Callback::from(move |event: InputEvent| hands.typing(&event))
    };
    let onfocusin = {
        let (hands, onfocus) = (hands.clone(), props.onfocus.clone());
        Callback::from(move |event: FocusEvent| {
            if let Some(spot) = place_of_event(&event).map(spot_of) {
                hands.arrive(&event, spot);
                onfocus.emit(spot);
            }
        })
    };
    let onfocusout = {
        let hands = hands.clone();
        Callback::from(move |_: FocusEvent| hands.leave())
    };
    let onkeydown = {
        let hands = hands.clone();
        Callback::from(move |event: KeyboardEvent| hands.key(&event))
    };
    let draft = draft.borrow();
    let lines = (0..props.villages.borrow().list.len()).map(|number| {
        let chosen = block.map(span).filter(|(down, _)| down.contains(&number)).map(|(_, across)| across);
        let typed = draft.as_ref().filter(|(spot, _)| spot.village == number);
        let typed = typed.map(|(spot, text)| (spot.across, text.clone()));
        let id = props.villages.borrow().list[number].report.id.to_string();
        html! {
            <VillageLine key={id} villages={props.villages.clone()} {number} strip={props.strip.clone()} tick={props.tick} strict={props.strict}
                {chosen} {typed} onchange={props.onchange.clone()} submit={props.submit.clone()} submitting={props.submitting} reload={props.reload.clone()} />
        }
    });
    html! {
        <div class="sheet town-sheet" tabindex="0" role="group" aria-label={props.strip.title.clone()} {oninput} {onfocusin} {onfocusout} {onkeydown}
            onpaste={hear(Hands::paste)} oncopy={hear(Hands::copy)}>
            <table>
                <caption class="visually-hidden">{ tp("grid.many_caption", &[("part", &props.strip.title)]) }</caption>
                <thead><tr>
                    <th class="corner" scope="col">{ t("grid.many_village") }</th>
                    { for props.strip.heads.iter().map(|(title, unit)| html! {
                        <th scope="col">{ title.clone() }if let Some(unit) = unit { <span class="unit">{ format!("（{unit}）") }</span> }</th>
                    }) }
                    <th scope="col" class="town-state">{ t("grid.many_state") }</th>
                </tr></thead>
                <tbody>{ for lines }</tbody>
            </table>
        </div>
    }
}
