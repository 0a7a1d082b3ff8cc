//! Beside the table: what still has to be explained, and after a submission what was refused and why.

use std::rc::Rc;

use fupin_contract::{Fault, reporting::RefusedReport};
use fupin_form::{Finding, Form, Severity};
use serde_json::Map;
use yew::prelude::*;
use yew_router::prelude::Link;

use super::hands::SharedVillages;
use crate::{
    i18n::{fault_sentence, sentence_of, t, tp},
    kit::{Alert, Button, TextArea, Tone},
    pages::reporting::report::{cell_line::finding_sentence, findings::is_explained},
    routes::Route,
};

/// The most reasons that are named of one village, and the most explanations that are asked for at once.
const SHOWN: usize = 4;
const MOST_ASKED: usize = 30;

/// Each report that was not submitted, and why.
pub fn refusals(refused: &Rc<Vec<RefusedReport>>, form: &Form, close: Callback<()>) -> Html {
    if refused.is_empty() {
        return Html::default();
    }
    html! {
        <Alert tone={Tone::Danger} urgent=true>
            <p class="strong">{ tp("grid.many_refused", &[("count", &refused.len())]) }</p>
            <ul class="refusals">{ for refused.iter().map(|one| refusal(one, form)) }</ul>
            <Button onclick={close}>{ t("bulk.understood") }</Button>
        </Alert>
    }
}

fn refusal(refused: &RefusedReport, form: &Form) -> Html {
    let what = refused.current.as_ref().map(|report| {
        let to = Route::Report { id: report.id.to_string() };
        html! { <Link<Route> {to}>{ report.unit.name.clone() }</Link<Route>> }
    });
    let reasons: Vec<String> = refused.faults.iter().map(|(key, faults)| reason(form, key, faults)).collect();
    let why = if reasons.is_empty() {
        sentence_of(&refused.code, &Map::new()).unwrap_or_else(|| t("error.invalid"))
    } else {
        let more = reasons.len().saturating_sub(SHOWN);
        let named = reasons.into_iter().take(SHOWN).collect::<Vec<_>>().join(&t("grid.many_and"));
        if more > 0 { format!("{named}{}", tp("grid.many_and_more", &[("count", &more)])) } else { named }
    };
    html! { <li key={refused.id.to_string()}>{ what }{ " " }{ why }</li> }
}

/// A cell by name with its fault; the form's own sentence says where by itself.
fn reason(form: &Form, key: &str, faults: &[Fault]) -> String {
    let Some(fault) = faults.first() else { return key.to_owned() };
    if let Some(message) = fault.params.get("message").and_then(|message| message.as_str()) {
        return message.to_owned();
    }
    let name =
        form.cell(key).map(|spec| tp("grid.cell_label", &[("row", &spec.row_label), ("column", &spec.column_title)]));
    format!("{}：{}", name.unwrap_or_else(|| key.to_owned()), fault_sentence(fault))
}

#[derive(Properties)]
pub struct ExplanationsProps {
    pub villages: SharedVillages,
    pub tick: u32,
    pub onchange: Callback<()>,
}

impl PartialEq for ExplanationsProps {
    fn eq(&self, other: &Self) -> bool {
        self.tick == other.tick && Rc::ptr_eq(&self.villages, &other.villages)
    }
}

/// Broken soft rules of all villages, each with the place for its explanation.
#[component]
pub fn Explanations(props: &ExplanationsProps) -> Html {
    let villages = props.villages.borrow();
    let mut asked = Vec::new();
    for (number, village) in villages.list.iter().enumerate().filter(|(_, village)| village.closed.is_none()) {
        let findings = village.desk.borrow().findings(true);
        let soft = findings.into_iter().filter(|finding| finding.severity == Severity::Soft);
        asked.extend(soft.map(|finding| (number, finding)));
    }
    if asked.is_empty() {
        return Html::default();
    }
    html! {
        <section class="panel" aria-label={t("grid.many_explain")}>
            <h2>{ t("grid.many_explain") }</h2>
            <div class="stack">{ for asked.into_iter().take(MOST_ASKED).map(|(number, finding)| question(props, number, &finding)) }</div>
        </section>
    }
}

fn question(props: &ExplanationsProps, number: usize, finding: &Finding) -> Html {
    let Some(rule) = finding.rule.clone() else { return Html::default() };
    let villages = props.villages.borrow();
    let village = &villages.list[number];
    let value = village.explanations.get(&rule).cloned().unwrap_or_default();
    let key = format!("{number}-{rule}");
    let label = format!("{} {}", village.report.unit.name, finding_sentence(finding));
    let hint = (!is_explained(finding, &village.explanations)).then(|| AttrValue::from(t("grid.many_explain_hint")));
    let oninput = {
        let (villages, onchange) = (props.villages.clone(), props.onchange.clone());
        Callback::from(move |text: String| {
            villages.borrow_mut().list[number].explanations.insert(rule.clone(), text);
            onchange.emit(());
        })
    };
    html! { <TextArea {key} {label} {value} {oninput} {hint} /> }
}
