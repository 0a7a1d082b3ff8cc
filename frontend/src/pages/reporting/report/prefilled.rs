//! Beside the grid: how many cells wait for an answer to what the last period suggests; and the zero report.

use std::rc::Rc;

use yew::prelude::*;

use super::grid::SharedDesk;
use crate::{
    i18n::{t, tp},
    kit::{Button, ButtonKind, use_toasts},
};

#[derive(Properties)]
pub struct PrefilledProps {
    pub desk: SharedDesk,
    pub tick: u32,
    pub onchange: Callback<bool>,
    pub onjump: Callback<String>,
}

impl PartialEq for PrefilledProps {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick && Rc::ptr_eq(&self.desk, &other.desk)
    }
}

/// The cells that wait for an answer, and the one press that confirms all of them.
#[component]
pub fn PrefilledPanel(props: &PrefilledProps) -> Html {
    let keys = props.desk.borrow().suggested();
    let Some(first) = keys.first().cloned() else { return Html::default() };
    let jump = props.onjump.reform(move |_: MouseEvent| first.clone());
    let title = tp("grid.prefill_title", &[("count", &keys.len())]);
    let confirm = {
        let (desk, onchange) = (props.desk.clone(), props.onchange.clone());
        Callback::from(move |()| {
            let to_save = desk.borrow_mut().confirm(&keys);
            onchange.emit(to_save);
        })
    };
    html! {
        <section class="panel" aria-label={title.clone()}>
            <h2>{ title }</h2>
            <p class="small">{ t("grid.prefill_how") }{ " " }<button type="button" class="button-link" onclick={jump}>{ t("report.go_there") }</button></p>
            <Button onclick={confirm}>{ t("grid.prefill_all") }</Button>
        </section>
    }
}

#[derive(Properties)]
pub struct ZeroReportProps {
    pub desk: SharedDesk,
    pub tick: u32,
    pub onchange: Callback<bool>,
}

impl PartialEq for ZeroReportProps {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick && Rc::ptr_eq(&self.desk, &other.desk)
    }
}

/// One press fills every required number that is blank with zero; as long as nothing else was done since, the next one
/// takes it back.
#[component]
pub fn ZeroReport(props: &ZeroReportProps) -> Html {
    let done_at = use_state(|| None::<usize>);
    let toasts = use_toasts();
    let steps = props.desk.borrow().steps();
    let (desk, onchange) = (props.desk.clone(), props.onchange.clone());
    if done_at.is_some_and(|at| at == steps) {
        let undo = Callback::from(move |()| {
            desk.borrow_mut().undo();
            done_at.set(None);
            onchange.emit(true);
        });
        return html! { <Button kind={ButtonKind::Quiet} onclick={undo}>{ t("grid.zero_undo") }</Button> };
    }
    let fill = Callback::from(move |()| {
        let count = desk.borrow_mut().fill_zeros();
        if count == 0 {
            return toasts.done(t("grid.zero_none"));
        }
        done_at.set(Some(desk.borrow().steps()));
        toasts.done(tp("grid.zero_done", &[("count", &count)]));
        onchange.emit(true);
    });
    html! { <Button kind={ButtonKind::Quiet} onclick={fill} title={t("grid.zero_hint")}>{ t("grid.zero") }</Button> }
}
