//! The form as a clerk will fill it: the very grid, on a desk of its own, kept nowhere.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fupin_contract::reporting::ReportNotes;
use fupin_form::Form;
use yew::prelude::*;

use crate::{
    i18n::t,
    kit::Same,
    pages::reporting::report::{Desk, Findings, Grid, SharedDesk, jump_on},
};

#[derive(Properties, PartialEq)]
pub struct PreviewProps {
    pub form: Same<Form>,
}

#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let tick = use_state(|| 0_u32);
    let explanations = use_state(|| Rc::new(BTreeMap::<String, String>::new()));
    let desk = use_memo(props.form.clone(), |form| Rc::new(RefCell::new(Desk::blank(form.0.clone()))));
    let desk: SharedDesk = (*desk).clone();
    let findings = {
        let desk = desk.clone();
        use_memo((*tick, props.form.clone()), move |_| desk.borrow().findings(false))
    };
    let onchange = {
        let (tick, count) = (tick.clone(), use_mut_ref(|| 0_u32));
        Callback::from(move |_: bool| {
            *count.borrow_mut() += 1;
            tick.set(*count.borrow());
        })
    };
    let onexplain = {
        let explanations = explanations.clone();
        Callback::from(move |(rule, text): (String, String)| {
            let mut all = (**explanations).clone();
            all.insert(rule, text);
            explanations.set(Rc::new(all));
        })
    };
    let (changes, picked) = (use_memo((), |()| BTreeMap::new()), use_memo((), |()| BTreeMap::new()));
    let notes = use_memo((), |()| ReportNotes::default());
    let definition = props.form.0.definition();
    html! {
        <div class="stack design-preview">
            <p class="report-notes"><span>{ definition.title.clone() }</span>
                if let Some(note) = &definition.unit_note { <span>{ note.clone() }</span> }
            </p>
            <Grid key={format!("{:p}", Rc::as_ptr(&desk))} desk={desk.clone()} tick={*tick} editable=true findings={findings.clone()} {changes} {notes} {picked} {onchange} onfocus={Callback::noop()} />
            if let Some(note) = &definition.note { <p class="muted small">{ note.clone() }</p> }
            <p class="muted small">{ t("design.try_hint") }</p>
            <Findings desk={desk.clone()} {findings} explanations={(*explanations).clone()} editable=true strict=false {onexplain} onjump={jump_on(&desk)} />
        </div>
    }
}
