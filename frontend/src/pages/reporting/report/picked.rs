//! The cells that a reviewer picks to be returned, each with a remark.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use yew::prelude::*;

use super::{cell_line::cell_name, desk::Desk};
use crate::{
    i18n::{t, tp},
    kit::{Button, ButtonKind, TextField},
};

/// Remarks by cell key.
pub type Remarks = BTreeMap<String, String>;

/// What a reviewer has picked so far, and how to change it.
#[derive(Clone, PartialEq)]
pub struct Picked {
    pub cells: Rc<Remarks>,
    pub toggle: Callback<String>,
    pub remark: Callback<(String, String)>,
}

#[hook]
pub fn use_picked() -> Picked {
    let cells = use_state(|| Rc::new(Remarks::new()));
    let toggle = {
        let cells = cells.clone();
        Callback::from(move |key: String| {
            let mut picked = (**cells).clone();
            if picked.remove(&key).is_none() {
                picked.insert(key, String::new());
            }
            cells.set(Rc::new(picked));
        })
    };
    let remark = {
        let cells = cells.clone();
        Callback::from(move |(key, text): (String, String)| {
            let mut picked = (**cells).clone();
            picked.insert(key, text);
            cells.set(Rc::new(picked));
        })
    };
    Picked { cells: (*cells).clone(), toggle, remark }
}

#[derive(Properties)]
pub struct PickedCellsProps {
    pub desk: Rc<RefCell<Desk>>,
    pub picked: Picked,
}

impl PartialEq for PickedCellsProps {
    fn eq(&self, other: &Self) -> bool {
        self.picked == other.picked
    }
}

/// The picked cells in the dialog of a return.
#[component]
pub fn PickedCells(props: &PickedCellsProps) -> Html {
    let desk = props.desk.borrow();
    let Picked { cells, toggle, remark } = &props.picked;
    if cells.is_empty() {
        return html! { <p class="muted small">{ t("report.pick_hint") }</p> };
    }
    html! {
        <section class="stack-tight" aria-label={t("report.picked")}>
            <p class="strong">{ tp("report.picked_count", &[("count", &cells.len())]) }</p>
            { for cells.iter().map(|(key, text)| {
                let name = cell_name(&desk, key);
                let (of_remark, of_toggle) = (key.clone(), key.clone());
                let oninput = remark.reform(move |text: String| (of_remark.clone(), text));
                let onclick = toggle.reform(move |()| of_toggle.clone());
                html! {
                    <div key={key.clone()} class="picked-line">
                        <TextField label={name.clone()} value={text.clone()} {oninput} placeholder={t("report.remark")} wide=true />
                        <Button kind={ButtonKind::Quiet} label={tp("report.unpick_cell", &[("cell", &name)])} {onclick}>{ t("report.unpick") }</Button>
                    </div>
                }
            }) }
        </section>
    }
}
