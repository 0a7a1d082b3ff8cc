//! What is wrong, as a list to jump from: hard first; a soft one takes its explanation right here.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use fupin_form::{FaultCode, Finding, MIN_EXPLANATION, Severity};
use yew::prelude::*;

use super::{
    cell_line::{cell_name, finding_sentence},
    desk::Desk,
};
use crate::{
    i18n::{t, tp},
    kit::{TextArea, Tone, shape},
};

const SHOWN: usize = 60;

#[derive(Properties)]
pub struct FindingsProps {
    pub desk: Rc<RefCell<Desk>>,
    pub findings: Rc<Vec<Finding>>,
    pub explanations: Rc<BTreeMap<String, String>>,
    pub editable: bool,
    /// Soft rules that still need an explanation are called out.
    pub strict: bool,
    pub onexplain: Callback<(String, String)>,
    pub onjump: Callback<String>,
}

impl PartialEq for FindingsProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.findings, &other.findings)
            && self.explanations == other.explanations
            && self.editable == other.editable
            && self.strict == other.strict
    }
}

/// Whether a soft finding has its explanation.
pub fn is_explained(finding: &Finding, explanations: &BTreeMap<String, String>) -> bool {
    let text = finding.rule.as_ref().and_then(|rule| explanations.get(rule));
    text.is_some_and(|text| text.trim().chars().count() >= MIN_EXPLANATION)
}

#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    if props.findings.is_empty() {
        return Html::default();
    }
    let hard = props.findings.iter().filter(|finding| finding.severity == Severity::Hard).count();
    let soft = props.findings.len() - hard;
    let listed: Vec<&Finding> =
        props.findings.iter().filter(|finding| finding.code != FaultCode::RequiredMissing).collect();
    html! {
        <section class="panel" aria-label={t("report.findings")}>
            <h2>{ tp("report.findings_count", &[("hard", &hard), ("soft", &soft)]) }</h2>
            <ul>
                { for listed.iter().take(SHOWN).map(|finding| row(props, finding)) }
                { missing(props) }
            </ul>
            if listed.len() > SHOWN { <p class="muted">{ tp("report.findings_more", &[("count", &(listed.len() - SHOWN))]) }</p> }
        </section>
    }
}

/// Empty cells are one line, however many there are: it leads to the first.
fn missing(props: &FindingsProps) -> Html {
    let empty: Vec<&Finding> =
        props.findings.iter().filter(|finding| finding.code == FaultCode::RequiredMissing).collect();
    let Some(key) = empty.first().and_then(|finding| finding.cells.first()).map(|key| key.as_str().to_owned()) else {
        return Html::default();
    };
    let jump = props.onjump.reform(move |_: MouseEvent| key.clone());
    html! {
        <li key="missing" class="finding finding-hard">
            { shape(Tone::Danger) }
            <p>{ tp("grid.missing", &[("count", &empty.len())]) }{ " " }<button type="button" class="button-link" onclick={jump}>{ t("report.go_there") }</button></p>
        </li>
    }
}

fn row(props: &FindingsProps, finding: &Finding) -> Html {
    let (class, tone, word) = match finding.severity {
        Severity::Hard => ("finding-hard", Tone::Danger, t("report.hard")),
        Severity::Soft => ("finding-soft", Tone::Wait, t("report.soft")),
    };
    let first = finding.cells.first().map(|key| key.as_str().to_owned());
    let jump = first.clone().map(|key| props.onjump.reform(move |_: MouseEvent| key.clone()));
    let place = first.filter(|_| finding.message.is_none()).map(|key| cell_name(&props.desk.borrow(), &key));
    let key = format!(
        "{}-{}-{}",
        finding.code,
        finding.rule.clone().unwrap_or_default(),
        finding.cells.first().map_or("", |key| key.as_str())
    );
    html! {
        <li {key} class={classes!("finding", class)}>
            { shape(tone) }
            <div class="stack-tight">
                <p>
                    <span class="visually-hidden">{ word }</span>
                    if let Some(place) = place { <span class="strong">{ place }{ " " }</span> }
                    { finding_sentence(finding) }
                    if let Some(jump) = jump { { " " }<button type="button" class="button-link" onclick={jump}>{ t("report.go_there") }</button> }
                </p>
                if finding.severity == Severity::Soft { { explanation(props, finding) } }
            </div>
        </li>
    }
}

fn explanation(props: &FindingsProps, finding: &Finding) -> Html {
    let Some(rule) = finding.rule.clone() else { return Html::default() };
    let value = props.explanations.get(&rule).cloned().unwrap_or_default();
    if !props.editable {
        return html! { <p class="muted">{ tp("report.explained", &[("text", &value)]) }</p> };
    }
    let fault = (props.strict && !is_explained(finding, &props.explanations))
        .then(|| tp("report.explain_more", &[("min", &MIN_EXPLANATION)]));
    let oninput = props.onexplain.reform(move |text: String| (rule.clone(), text));
    html! { <TextArea label={t("report.explain")} {value} {oninput} {fault} /> }
}
