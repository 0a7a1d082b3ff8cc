//! The left column: sections and rules by name, and everything that is still wrong.

use fupin_form::{DefinitionFault, FormDefinition, Severity};
use yew::prelude::*;

use super::{
    editing::{self, Chosen},
    faults::{as_fault, place_of},
    properties::new_words,
    sketch::{Sketch, Step},
};
use crate::{
    i18n::{fault_sentence, t, tp},
    kit::{Button, Tone, shape},
};

/// More of them at once help nobody.
const MOST_SHOWN: usize = 30;

pub fn outline(sketch: &Sketch, faults: &[DefinitionFault], step: &Callback<Step>) -> Html {
    let definition = &sketch.definition;
    let line = |chosen: Chosen, word: String| {
        let is_chosen = sketch.chosen == chosen;
        let onclick = step.reform(move |_: MouseEvent| Step::Choose(chosen.clone()));
        html! { <li><button type="button" class={classes!("design-line", is_chosen.then_some("is-chosen"))} aria-pressed={is_chosen.to_string()} {onclick}>{ word }</button></li> }
    };
    let add = |word: String, act: fn(&mut FormDefinition, &editing::NewWords) -> Chosen| {
        let definition = definition.clone();
        let onclick = step.reform(move |()| {
            let mut changed = (*definition).clone();
            let chosen = act(&mut changed, &new_words());
            Step::Change(Box::new(changed), chosen)
        });
        html! { <Button {onclick}>{ word }</Button> }
    };
    html! {
        <nav class="panel stack-tight" aria-label={t("design.structure")}>
            <h2>{ t("design.structure") }</h2>
            <ul>
                { line(Chosen::Form, t("design.form")) }
                { for definition.sections.iter().enumerate().map(|(at, section)| line(Chosen::Section(at), named(&section.title))) }
            </ul>
            <div>{ add(t("design.add_section"), editing::add_section) }</div>
            <h2>{ t("form.rules") }</h2>
            <ul>
                { for definition.rules.iter().enumerate().map(|(at, rule)| {
                    let kind = if rule.severity == Severity::Hard { t("report.hard") } else { t("report.soft") };
                    line(Chosen::Rule(at), format!("{kind}：{}", named(&rule.message)))
                }) }
            </ul>
            <div>{ add(t("design.add_rule"), editing::add_rule) }</div>
            { list(definition, faults, step) }
        </nav>
    }
}

fn named(text: &str) -> String {
    if text.trim().is_empty() { t("design.unnamed") } else { text.to_owned() }
}

/// What is wrong, each line leading to its place.
fn list(definition: &FormDefinition, faults: &[DefinitionFault], step: &Callback<Step>) -> Html {
    if faults.is_empty() {
        return html! { <p class="design-good">{ shape(Tone::Done) }{ t("design.no_fault") }</p> };
    }
    let line = |fault: &DefinitionFault| {
        let chosen = place_of(definition, &fault.path);
        let word = format!("{}：{}", place_word(definition, &chosen), fault_sentence(&as_fault(fault)));
        let onclick = step.reform(move |_: MouseEvent| Step::Choose(chosen.clone()));
        html! { <li><button type="button" class="design-line design-fault" {onclick}>{ word }</button></li> }
    };
    html! {
        <section aria-label={t("design.faults")}>
            <h2>{ tp("design.faults_count", &[("count", &faults.len())]) }</h2>
            <ul>{ for faults.iter().take(MOST_SHOWN).map(line) }</ul>
        </section>
    }
}

/// Where something stands, in words.
fn place_word(definition: &FormDefinition, chosen: &Chosen) -> String {
    let section = |at: &usize| definition.sections.get(*at).map(|section| named(&section.title)).unwrap_or_default();
    match chosen {
        Chosen::Form => t("design.form"),
        Chosen::Section(at) => section(at),
        Chosen::Head { section: of, path } => {
            let node = definition.sections.get(*of).and_then(|of| editing::node_at(&of.columns, path));
            match node {
                Some(fupin_form::ColumnNode::Group(group)) => named(&group.title),
                Some(fupin_form::ColumnNode::Column(column)) => named(&column.title),
                None => section(of),
            }
        }
        Chosen::Row { section: of, row } => match definition.sections.get(*of).map(|of| &of.rows) {
            Some(fupin_form::RowsDefinition::Fixed(rows)) => {
                rows.get(*row).map(|row| named(&row.label)).unwrap_or_default()
            }
            Some(fupin_form::RowsDefinition::Dynamic { .. }) | None => section(of),
        },
        Chosen::Cell { row, column, .. } => format!("{row}.{column}"),
        Chosen::Rule(at) => tp("design.rule_number", &[("number", &(at + 1))]),
    }
}
