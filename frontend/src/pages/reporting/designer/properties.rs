//! The right panel: what is chosen, with its fields, its acts and what is wrong with it.

use fupin_form::{ColumnNode, DefinitionFault, FormDefinition, RowsDefinition, Severity};
use yew::prelude::*;

use super::{
    editing::{self, Chosen, NewWords, Shift, node_at},
    faults::{as_fault, path_of},
    sketch::{Pointing, Sketch, Step},
    traits::said,
};
use crate::{
    i18n::{fault_sentence, t, tp},
    kit::{Button, ButtonKind, SelectField, TextArea, TextField},
};

/// What the panel looks at.
pub struct Panel<'a> {
    pub sketch: &'a Sketch,
    pub faults: &'a [DefinitionFault],
    pub step: &'a Callback<Step>,
}

/// The names of what is new.
pub fn new_words() -> NewWords {
    NewWords {
        section: t("design.new_section"),
        row_header: t("design.new_row_header"),
        column: t("design.new_column"),
        group: t("design.new_group"),
        row: t("design.new_row"),
        rule: t("design.new_rule"),
    }
}

impl Panel<'_> {
    pub fn draw(&self) -> Html {
        let definition = &self.sketch.definition;
        let (title, fields) = match &self.sketch.chosen {
            Chosen::Form => (t("design.form"), self.form(definition)),
            Chosen::Section(section) => (t("design.section"), self.section(definition, *section)),
            Chosen::Head { section, path } => self.head(definition, *section, path),
            Chosen::Row { section, row } => (t("design.row"), self.row(definition, *section, *row)),
            Chosen::Cell { section, row, column } => (t("design.cell"), self.cell(definition, *section, row, column)),
            Chosen::Rule(rule) => (t("design.rule"), self.rule(definition, *rule)),
        };
        html! {
            <section class="panel stack-tight" aria-label={t("design.properties")} key={format!("{:?}", self.sketch.chosen)}>
                <h2>{ title }</h2>
                { self.other_faults() }
                { fields }
            </section>
        }
    }

    /// Changes the definition by what was typed into a field of what is chosen.
    pub fn changing(&self, change: impl Fn(&mut FormDefinition, &Chosen, String) + 'static) -> Callback<String> {
        self.changing_with(change)
    }

    pub fn changing_with<T: 'static>(&self, change: impl Fn(&mut FormDefinition, &Chosen, T) + 'static) -> Callback<T> {
        let (definition, chosen) = (self.sketch.definition.clone(), self.sketch.chosen.clone());
        self.step.reform(move |value: T| {
            let mut changed = (*definition).clone();
            change(&mut changed, &chosen, value);
            Step::Change(Box::new(changed), chosen.clone())
        })
    }

    /// An act on the definition that also says what is chosen afterwards.
    fn act(&self, word: String, act: impl Fn(&mut FormDefinition, &Chosen) -> Chosen + 'static) -> Html {
        let (definition, chosen) = (self.sketch.definition.clone(), self.sketch.chosen.clone());
        let onclick = self.step.reform(move |()| {
            let mut changed = (*definition).clone();
            let next = act(&mut changed, &chosen);
            Step::Change(Box::new(changed), next)
        });
        html! { <Button {onclick}>{ word }</Button> }
    }

    fn remove(&self, word: String) -> Html {
        let (definition, chosen) = (self.sketch.definition.clone(), self.sketch.chosen.clone());
        let onclick = self.step.reform(move |()| {
            let mut changed = (*definition).clone();
            let next = editing::remove(&mut changed, &chosen);
            Step::Change(Box::new(changed), next)
        });
        html! { <Button kind={ButtonKind::Danger} {onclick}>{ word }</Button> }
    }

    fn moves(&self, earlier: String, later: String) -> Html {
        html! {
            <>
                { self.act(earlier, |definition, chosen| editing::shift(definition, chosen, Shift::Earlier)) }
                { self.act(later, |definition, chosen| editing::shift(definition, chosen, Shift::Later)) }
            </>
        }
    }

    fn here(&self) -> Option<String> {
        path_of(&self.sketch.definition, &self.sketch.chosen)
    }

    /// The sentence of what is wrong with a field itself, and not with what stands within it.
    pub fn fault_of(&self, field: &str) -> Option<String> {
        let place = format!("{}/{field}", self.here()?);
        let found = self.faults.iter().find(|fault| fault.path == place)?;
        Some(fault_sentence(&as_fault(found)))
    }

    /// The sentence of what is wrong with a field of what is chosen.
    pub fn fault(&self, field: &str) -> Option<String> {
        let place = format!("{}/{field}", self.here()?);
        let found = self.faults.iter().find(|fault| fault.path.starts_with(&place))?;
        Some(fault_sentence(&as_fault(found)))
    }

    /// What is wrong here and stands beside no field.
    fn other_faults(&self) -> Html {
        let Some(here) = self.here() else { return Html::default() };
        let own =
            ["", "/columns", "/rows", "/cells", "/sections", "/children", "/cell", "/rows/fixed", "/rows/dynamic"];
        let is_own = |fault: &&DefinitionFault| own.iter().any(|end| fault.path == format!("{here}{end}"));
        html! {
            { for self.faults.iter().filter(is_own).map(|fault| html! { <p class="fault">{ fault_sentence(&as_fault(fault)) }</p> }) }
        }
    }

    fn form(&self, definition: &FormDefinition) -> Html {
        let code = self.changing(|definition, _, text| definition.code = text);
        let title = self.changing(|definition, _, text| definition.title = text);
        let unit_note = self.changing(|definition, _, text| definition.unit_note = said(text));
        let note = self.changing(|definition, _, text| definition.note = said(text));
        html! {
            <>
                <TextField label={t("form.code")} value={definition.code.clone()} oninput={code} hint={t("design.code_hint")} fault={self.fault("code")} />
                <TextField label={t("form.title")} value={definition.title.clone()} oninput={title} fault={self.fault("title")} />
                <TextField label={t("design.unit_note")} value={definition.unit_note.clone().unwrap_or_default()} oninput={unit_note} fault={self.fault("unit_note")} />
                <TextArea label={t("design.form_note")} value={definition.note.clone().unwrap_or_default()} oninput={note} fault={self.fault("note")} />
                <p class="muted small">{ t("design.choose_hint") }</p>
            </>
        }
    }

    fn section(&self, definition: &FormDefinition, at: usize) -> Html {
        let Some(section) = definition.sections.get(at) else { return Html::default() };
        let title = self.changing(move |definition, _, text| definition.sections[at].title = text);
        let head = self.changing(move |definition, _, text| definition.sections[at].row_header = text);
        let key = self.changing(move |definition, _, text| definition.sections[at].key = text);
        let is_fixed = matches!(section.rows, RowsDefinition::Fixed(_));
        html! {
            <>
                <TextField label={t("design.section_title")} value={section.title.clone()} oninput={title} fault={self.fault("title")} />
                <TextField label={t("design.row_header")} value={section.row_header.clone()} oninput={head} fault={self.fault("row_header")} />
                { self.rows_kind(&section.rows, at) }
                <TextField label={t("design.key")} value={section.key.clone()} oninput={key} hint={t("design.key_hint")} fault={self.fault("key")} />
                <div class="row design-acts">
                    if is_fixed { { self.act(t("design.add_row"), move |definition, _| editing::add_row(definition, at, None, &new_words())) } }
                    { self.act(t("design.add_column"), move |definition, _| editing::add_column(definition, at, &[], &new_words())) }
                    { self.moves(t("design.move_up"), t("design.move_down")) }
                    { self.remove(t("design.remove_section")) }
                </div>
            </>
        }
    }

    fn rows_kind(&self, rows: &RowsDefinition, at: usize) -> Html {
        let options =
            vec![("fixed".to_owned(), t("design.rows_fixed")), ("dynamic".to_owned(), t("design.rows_dynamic"))];
        let onchange = self.changing(move |definition, _, kind| {
            let section = &mut definition.sections[at];
            if kind == "dynamic" {
                section.rows = RowsDefinition::Dynamic { min: 0, max: 50 };
                section.cells.clear();
            } else if matches!(section.rows, RowsDefinition::Dynamic { .. }) {
                section.rows = RowsDefinition::Fixed(Vec::new());
                editing::add_row(definition, at, None, &new_words());
            }
        });
        let limit = |set: fn(&mut u32, &mut u32, u32)| {
            self.changing(move |definition, _, text: String| {
                if let (RowsDefinition::Dynamic { min, max }, Ok(number)) =
                    (&mut definition.sections[at].rows, text.trim().parse())
                {
                    set(min, max, number);
                }
            })
        };
        html! {
            <>
                <SelectField label={t("design.rows")} {options} value={if matches!(rows, RowsDefinition::Fixed(_)) { "fixed" } else { "dynamic" }} {onchange} />
                if let RowsDefinition::Dynamic { min, max } = rows {
                    <TextField label={t("design.rows_min")} kind="number" min="0" value={min.to_string()} oninput={limit(|min, _, number| *min = number)} />
                    <TextField label={t("design.rows_max")} kind="number" min="1" value={max.to_string()} oninput={limit(|_, max, number| *max = number)} />
                }
            </>
        }
    }

    fn head(&self, definition: &FormDefinition, section: usize, path: &[usize]) -> (String, Html) {
        let node = definition.sections.get(section).and_then(|of| node_at(&of.columns, path));
        let Some(node) = node else { return (t("design.column"), Html::default()) };
        let at = path.to_vec();
        let title = {
            let at = at.clone();
            self.changing(move |definition, _, text| {
                editing::with_node(definition, section, &at, |node| match node {
                    ColumnNode::Group(group) => group.title = text,
                    ColumnNode::Column(column) => column.title = text,
                });
            })
        };
        let (beside, over, below, away) = (at.clone(), at.clone(), at.clone(), at.clone());
        let beside = self.act(t("design.add_column_beside"), move |definition, _| {
            editing::add_column(definition, section, &beside, &new_words())
        });
        let over =
            self.act(t("design.group"), move |definition, _| editing::group(definition, section, &over, &new_words()));
        let moves = self.moves(t("design.move_left"), t("design.move_right"));
        match node {
            ColumnNode::Group(group) => {
                let below = self.act(t("design.add_column_below"), move |definition, _| {
                    editing::add_column_below(definition, section, &below, &new_words())
                });
                let away =
                    self.act(t("design.ungroup"), move |definition, _| editing::ungroup(definition, section, &away));
                let fields = html! {
                    <>
                        <TextField label={t("design.group_title")} value={group.title.clone()} oninput={title} fault={self.fault("title")} />
                        <div class="row design-acts">{ below }{ beside }{ over }{ away }{ moves }{ self.remove(t("design.remove_group")) }</div>
                    </>
                };
                (t("design.group_head"), fields)
            }
            ColumnNode::Column(column) => {
                let key = self.changing(move |definition, _, text| {
                    editing::with_node(definition, section, &at, |node| {
                        if let ColumnNode::Column(column) = node {
                            column.key = text;
                        }
                    });
                });
                let fields = html! {
                    <>
                        <TextField label={t("design.column_title")} value={column.title.clone()} oninput={title} fault={self.fault("title")} />
                        <div class="row design-acts">{ beside }{ over }{ moves }{ self.remove(t("design.remove_column")) }</div>
                        { self.traits() }
                        <TextField label={t("design.key")} value={column.key.clone()} oninput={key} hint={t("design.key_hint")} fault={self.fault("key")} />
                    </>
                };
                (t("design.column"), fields)
            }
        }
    }

    fn row(&self, definition: &FormDefinition, section: usize, at: usize) -> Html {
        let rows = definition.sections.get(section).map(|section| &section.rows);
        let Some(row) = (match rows {
            Some(RowsDefinition::Fixed(rows)) => rows.get(at),
            Some(RowsDefinition::Dynamic { .. }) | None => None,
        }) else {
            return Html::default();
        };
        let label = self.changing(move |definition, _, text| {
            editing::with_row(definition, section, at, |row| row.label = text);
        });
        let key = self.changing(move |definition, _, text| {
            editing::with_row(definition, section, at, |row| row.key = text);
        });
        let indent = self.changing(move |definition, _, text| {
            editing::with_row(definition, section, at, |row| row.indent = text.parse().unwrap_or(row.indent));
        });
        let levels: Vec<(String, String)> = (0..=3)
            .map(|level: u8| {
                let word =
                    if level == 0 { t("design.indent_none") } else { tp("design.indent_level", &[("level", &level)]) };
                (level.to_string(), word)
            })
            .collect();
        html! {
            <>
                <TextField label={t("design.row_label")} value={row.label.clone()} oninput={label} fault={self.fault("label")} />
                <SelectField label={t("design.indent")} options={levels} value={row.indent.to_string()} onchange={indent} />
                <div class="row design-acts">
                    { self.act(t("design.add_row_below"), move |definition, _| editing::add_row(definition, section, Some(at), &new_words())) }
                    { self.moves(t("design.move_up"), t("design.move_down")) }
                    { self.remove(t("design.remove_row")) }
                </div>
                <p class="muted small">{ t("design.row_traits_hint") }</p>
                { self.traits() }
                <TextField label={t("design.key")} value={row.key.clone()} oninput={key} hint={t("design.key_hint")} fault={self.fault("key")} />
            </>
        }
    }

    fn cell(&self, definition: &FormDefinition, section: usize, row: &str, column: &str) -> Html {
        let key = definition.sections.get(section).map(|section| section.key.clone()).unwrap_or_default();
        let is_own = self.here().is_some();
        html! {
            <>
                <p class="muted small">{ t("design.cell_hint") }</p>
                <p class="small">{ t("design.address") }<code>{ format!("{key}.{row}.{column}") }</code></p>
                { self.traits() }
                if is_own { <div class="row">{ self.remove(t("design.remove_exception")) }</div> }
            </>
        }
    }

    fn rule(&self, definition: &FormDefinition, at: usize) -> Html {
        let Some(rule) = definition.rules.get(at) else { return Html::default() };
        let severity = self.changing(move |definition, _, text| {
            definition.rules[at].severity = if text == "soft" { Severity::Soft } else { Severity::Hard };
        });
        let each = self.changing(move |definition, _, text| definition.rules[at].each = said(text));
        let expression = self.changing(move |definition, _, text| definition.rules[at].expression = text);
        let cells = self.changing_with(move |definition, _, cells: Vec<String>| definition.rules[at].cells = cells);
        let message = self.changing(move |definition, _, text| definition.rules[at].message = text);
        let sections = definition.sections.iter().map(|section| (section.key.clone(), section.title.clone()));
        let judged: Vec<(String, String)> =
            [(String::new(), t("design.rule_once"))].into_iter().chain(sections).collect();
        let severities = vec![("hard".to_owned(), t("design.rule_hard")), ("soft".to_owned(), t("design.rule_soft"))];
        html! {
            <>
                <SelectField label={t("design.severity")} options={severities} value={if rule.severity == Severity::Soft { "soft" } else { "hard" }} onchange={severity} />
                <TextArea label={t("design.expression")} value={rule.expression.clone()} oninput={expression} hint={t("design.expression_hint")} fault={self.fault("expression")} />
                { self.point(Pointing::Expression) }
                <SelectField label={t("design.each")} options={judged} value={rule.each.clone().unwrap_or_default()} onchange={each} fault={self.fault("each")} />
                <MarkedField cells={rule.cells.clone()} onchange={cells} fault={self.fault("cells")} />
                { self.point(Pointing::Marked) }
                <TextArea label={t("design.message")} value={rule.message.clone()} oninput={message} hint={t("design.message_hint")} fault={self.fault("message")} />
                <div class="row">{ self.remove(t("design.remove_rule")) }</div>
            </>
        }
    }
}

#[derive(Properties, PartialEq)]
struct MarkedFieldProps {
    cells: Vec<String>,
    onchange: Callback<Vec<String>>,
    fault: Option<String>,
}

/// References with commas between them. What is being typed stands as it is typed.
#[component]
fn MarkedField(props: &MarkedFieldProps) -> Html {
    let text = use_state(|| props.cells.join(", "));
    {
        let text = text.clone();
        use_effect_with(props.cells.clone(), move |cells| {
            if references(&text) != *cells {
                text.set(cells.join(", "));
            }
        });
    }
    let oninput = {
        let (text, onchange) = (text.clone(), props.onchange.clone());
        Callback::from(move |typed: String| {
            onchange.emit(references(&typed));
            text.set(typed);
        })
    };
    html! { <TextField label={t("design.marked")} value={(*text).clone()} {oninput} fault={props.fault.clone()} /> }
}

fn references(text: &str) -> Vec<String> {
    let parts = text.split([',', '，', '、', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}
