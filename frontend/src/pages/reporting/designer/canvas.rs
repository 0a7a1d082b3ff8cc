//! The form as it is drawn while it is designed: every head, label and cell is a button that chooses it.

use std::collections::BTreeSet;

use fupin_form::{CellTraits, CellType, ColumnNode, FormDefinition, RowsDefinition, SectionDefinition};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::{
    editing::{Chosen, Leaf, depth, leaves, node_at, width},
    sketch::{Sketch, Step},
};
use crate::{
    i18n::{t, tp},
    pages::reporting::form_table,
};

/// What drawing looks at.
pub struct Canvas<'a> {
    pub sketch: &'a Sketch,
    /// What is wrong, by what has to be chosen to mend it.
    pub faulty: &'a [Chosen],
    pub step: &'a Callback<Step>,
}

/// A row as it is drawn; in a section that grows one stands for all.
struct Line {
    key: String,
    label: String,
    indent: u8,
    traits: CellTraits,
}

impl Canvas<'_> {
    pub fn draw(&self) -> Html {
        let definition = &self.sketch.definition;
        html! {
            <div class="stack" onkeydown={Callback::from(walk)}>
                { for definition.sections.iter().enumerate().map(|(number, section)| self.section(number, section)) }
            </div>
        }
    }

    fn section(&self, number: usize, section: &SectionDefinition) -> Html {
        let columns = leaves(&section.columns);
        html! {
            <section class="stack-tight" key={number} aria-label={section.title.clone()}>
                <h2>{ self.button(Chosen::Section(number), shown(&section.title), "design-section") }</h2>
                <div class="sheet design-sheet" tabindex="0" role="group" aria-label={section.title.clone()}>
                    <table>
                        { self.head(number, section) }
                        <tbody>{ for lines(section).iter().enumerate().map(|(at, line)| self.line(number, at, line, &columns)) }</tbody>
                    </table>
                </div>
            </section>
        }
    }

    fn head(&self, number: usize, section: &SectionDefinition) -> Html {
        let depth = depth(&section.columns).max(1);
        let mut levels: Vec<Vec<Html>> = vec![Vec::new(); depth];
        self.heads((number, depth), &section.columns, &mut Vec::new(), &mut levels);
        let corner = html! { <th class="corner" scope="col" rowspan={depth.to_string()}>{ self.button(Chosen::Section(number), shown(&section.row_header), "design-head") }</th> };
        html! {
            <thead>{ for levels.into_iter().enumerate().map(|(level, heads)| html! {
                <tr>if level == 0 { { corner.clone() } }{ for heads }</tr>
            }) }</thead>
        }
    }

    fn heads(&self, of: (usize, usize), nodes: &[ColumnNode], path: &mut Vec<usize>, levels: &mut [Vec<Html>]) {
        let (section, depth) = of;
        let level = path.len();
        for (at, node) in nodes.iter().enumerate() {
            path.push(at);
            let (title, rows) = match node {
                ColumnNode::Group(group) => (&group.title, 1),
                ColumnNode::Column(column) => (&column.title, depth - level),
            };
            let chosen = Chosen::Head { section, path: path.clone() };
            let scope = if rows > 1 || level + 1 == depth { "col" } else { "colgroup" };
            levels[level].push(html! {
                <th {scope} rowspan={rows.to_string()} colspan={width(node).to_string()}>{ self.button(chosen, shown(title), "design-head") }</th>
            });
            if let ColumnNode::Group(group) = node {
                self.heads(of, &group.children, path, levels);
            }
            path.pop();
        }
    }

    fn line(&self, section: usize, at: usize, line: &Line, columns: &[Leaf]) -> Html {
        let of = &self.sketch.definition.sections[section];
        let is_fixed = matches!(of.rows, RowsDefinition::Fixed(_));
        let label = if is_fixed { Chosen::Row { section, row: at } } else { Chosen::Section(section) };
        let cells = columns.iter().map(|leaf| {
            let chosen = if is_fixed {
                Chosen::Cell { section, row: line.key.clone(), column: leaf.key.clone() }
            } else {
                Chosen::Head { section, path: leaf.path.clone() }
            };
            let (word, class) = cell_word(of, line, leaf);
            let class = classes!("cell", class);
            html! { <td {class}>{ self.cell(chosen, (section, &line.key, &leaf.key), word, &format!("{} {}", line.label, leaf.title)) }</td> }
        });
        html! {
            <tr key={at}>
                <th scope="row" class={classes!(form_table::indent(line.indent))}>{ self.button(label, shown(&line.label), "design-label") }</th>
                { for cells }
            </tr>
        }
    }

    fn look(&self, chosen: &Chosen) -> Classes {
        let is_chosen = self.sketch.chosen == *chosen;
        let is_faulty = self.faulty.contains(chosen);
        classes!("design-pick", is_chosen.then_some("is-chosen"), is_faulty.then_some("is-faulty"))
    }

    fn button(&self, chosen: Chosen, word: String, class: &'static str) -> Html {
        let classes = classes!(self.look(&chosen), class);
        let pressed = (self.sketch.chosen == chosen).to_string();
        let fault = self.faulty.contains(&chosen);
        let onclick = self.step.reform(move |_: MouseEvent| Step::Choose(chosen.clone()));
        html! {
            <button type="button" class={classes} aria-pressed={pressed} {onclick}>
                { word }if fault { <span class="visually-hidden">{ t("design.faulty") }</span> }
            </button>
        }
    }

    fn cell(&self, chosen: Chosen, at: (usize, &str, &str), word: String, label: &str) -> Html {
        let classes = self.look(&chosen);
        let pressed = (self.sketch.chosen == chosen).to_string();
        let (section, row, column) = (at.0, at.1.to_owned(), at.2.to_owned());
        let points = self.sketch.pointing.is_some();
        let onclick = self.step.reform(move |_: MouseEvent| {
            if points { Step::Pointed(section, row.clone(), column.clone()) } else { Step::Choose(chosen.clone()) }
        });
        let label = tp("design.cell_label", &[("cell", &label), ("kind", &word)]);
        html! { <button type="button" class={classes} aria-pressed={pressed} aria-label={label} {onclick}>{ word }</button> }
    }
}

fn shown(text: &str) -> String {
    if text.trim().is_empty() { t("design.unnamed") } else { text.to_owned() }
}

fn lines(section: &SectionDefinition) -> Vec<Line> {
    match &section.rows {
        RowsDefinition::Fixed(rows) => {
            let line = |row: &fupin_form::RowDefinition| Line {
                key: row.key.clone(),
                label: row.label.clone(),
                indent: row.indent,
                traits: row.cell.clone(),
            };
            rows.iter().map(line).collect()
        }
        RowsDefinition::Dynamic { max, .. } => {
            let label = tp("form.up_to_rows", &[("max", max)]);
            vec![Line { key: "*".to_owned(), label, indent: 0, traits: CellTraits::default() }]
        }
    }
}

/// The kind of a cell in a word, by the nearest that speaks of it: cell, row, column.
fn cell_word(section: &SectionDefinition, line: &Line, leaf: &Leaf) -> (String, Option<&'static str>) {
    let none = CellTraits::default();
    let column = match node_at(&section.columns, &leaf.path) {
        Some(ColumnNode::Column(column)) => &column.cell,
        Some(ColumnNode::Group(_)) | None => &none,
    };
    let own = section.cells.iter().find(|own| own.row == line.key && own.column == leaf.key).map(|own| &own.cell);
    let own = own.unwrap_or(&none);
    if own.blocked.or(line.traits.blocked).or(column.blocked) == Some(true) {
        return (t("design.blocked"), Some("cell-blocked"));
    }
    let is_computed = |traits: &CellTraits| matches!(traits.cell_type, Some(CellType::Computed { .. }));
    let is_number = !matches!(column.cell_type, Some(CellType::Text { .. } | CellType::Date | CellType::Choice(_)));
    // A computed row leaves computed columns and those without numbers as they are.
    let row_speaks = !is_computed(&line.traits) || (is_number && !is_computed(column));
    let row = line.traits.cell_type.as_ref().filter(|_| row_speaks);
    let nearest = own.cell_type.as_ref().or(row).or(column.cell_type.as_ref());
    match nearest {
        Some(CellType::Computed { formula, .. }) => (format!("= {formula}"), Some("cell-computed")),
        Some(other) => (type_word(other), None),
        None => (t("design.no_type"), Some("cell-hard")),
    }
}

pub fn type_word(of: &CellType) -> String {
    match of {
        CellType::Integer => t("design.type_integer"),
        CellType::Decimal { scale } => tp("design.type_decimal_of", &[("scale", scale)]),
        CellType::Money => t("design.type_money"),
        CellType::Text { .. } => t("design.type_text"),
        CellType::Date => t("design.type_date"),
        CellType::Choice(_) => t("design.type_choice"),
        CellType::Computed { .. } => t("design.type_computed"),
    }
}

/// Everything in a definition that has a fault, once.
pub fn faulty(definition: &FormDefinition, faults: &[fupin_form::DefinitionFault]) -> Vec<Chosen> {
    let paths: BTreeSet<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
    paths.into_iter().map(|path| super::faults::place_of(definition, path)).collect()
}

/// Arrows walk from button to button within a table, as they do when it is filled.
fn walk(event: KeyboardEvent) {
    let (down, right) = match event.key().as_str() {
        "ArrowDown" => (1, 0),
        "ArrowUp" => (-1, 0),
        "ArrowRight" => (0, 1),
        "ArrowLeft" => (0, -1),
        _ => return,
    };
    let Some(here) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let Ok(Some(place)) = here.closest("td, th") else { return };
    let Ok(Some(table)) = here.closest("table") else { return };
    let Some(to) = neighbour(&table, &place, down, right) else { return };
    event.prevent_default();
    drop(to.focus());
}

/// The button nearest in a direction, by where the cells are drawn: merged heads have no row and column of their own.
fn neighbour(table: &web_sys::Element, place: &web_sys::Element, down: i32, right: i32) -> Option<HtmlElement> {
    let from = place.get_bounding_client_rect();
    let (x, y) = (from.x() + from.width() / 2.0, from.y() + from.height() / 2.0);
    let found = table.query_selector_all("td > button, th > button").ok()?;
    let mut best: Option<(f64, HtmlElement)> = None;
    for at in 0..found.length() {
        let Some(button) = found.item(at).and_then(|node| node.dyn_into::<HtmlElement>().ok()) else { continue };
        let to = button.get_bounding_client_rect();
        let (across, along) = (to.x() + to.width() / 2.0 - x, to.y() + to.height() / 2.0 - y);
        let (ahead, aside) = match (down, right) {
            (0, right) => (across * f64::from(right), along.abs()),
            (down, _) => (along * f64::from(down), across.abs()),
        };
        let far = ahead + aside * 4.0;
        if ahead > 4.0 && best.as_ref().is_none_or(|(nearest, _)| far < *nearest) {
            best = Some((far, button));
        }
    }
    best.map(|(_, button)| button)
}
