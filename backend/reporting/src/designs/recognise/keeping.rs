//! The sheet itself, with a place for each cell of the form: what an export goes back into. Pure.

use std::collections::{BTreeMap, BTreeSet};

use fupin_contract::reporting::DraftNoteKind;
use fupin_form::{Form, FormDefinition};
use fupin_sheet::{Style, Typed};

use super::{
    Notes, compiled,
    grid::{MOST_COLUMNS, Place, What},
    sections::{Builder, Built},
    translate::{Target, column_key, row_key, section_key},
};
use crate::sheets::official::{Field, Fixed, Held, KeptFormula, Meanings, Named, Official, OfficialCell};

pub struct Keeper<'a, 'b> {
    pub builder: &'a Builder<'a, 'b>,
    pub built: &'a Built,
    pub definition: &'a FormDefinition,
    /// Texts outside the tables that the definition says.
    pub said: &'a BTreeSet<Place>,
}

/// Styles as they are needed, each once.
#[derive(Default)]
struct Styles {
    list: Vec<Style>,
    numbers: BTreeMap<Style, u16>,
}

impl Styles {
    fn number(&mut self, style: &Style) -> Option<u16> {
        if *style == Style::default() {
            return None;
        }
        if let Some(number) = self.numbers.get(style) {
            return Some(*number);
        }
        let number = u16::try_from(self.list.len()).ok()?;
        self.list.push(style.clone());
        self.numbers.insert(style.clone(), number);
        Some(number)
    }
}

impl Keeper<'_, '_> {
    pub fn keep(&self, notes: &mut Notes<'_>) -> Official {
        let grid = self.builder.grid;
        let form = compiled(self.definition);
        let meanings: BTreeMap<String, String> = form.as_ref().map(meanings).unwrap_or_default();
        let named = self.named();
        let mut styles = Styles::default();
        let mut cells = Vec::new();
        let places: BTreeSet<Place> = grid.places().into_iter().chain(self.builder.targets.keys().copied()).collect();
        for place in places {
            let holds = self.held(place, &named, &meanings, notes);
            let style = grid.style(place).map(|style| self.shown(place, style)).unwrap_or_default();
            let style = styles.number(&style);
            if holds == Held::Nothing && style.is_none() {
                continue;
            }
            cells.push(OfficialCell { row: place.0, column: place.1, style, holds });
        }
        let looks = grid.sheet.looks.clone().unwrap_or_default();
        let is_own = |(first, last, _): &(u16, u16, u32)| first <= last && *last < MOST_COLUMNS;
        Official {
            sheet: safe_name(&grid.sheet.name),
            is_landscape: looks.is_landscape,
            widths: looks.widths.into_iter().filter(is_own).collect(),
            heights: looks.heights.into_iter().filter(|(row, _)| *row < grid.rows).collect(),
            default_height: looks.default_height,
            merges: grid.merges.values().copied().collect(),
            styles: styles.list,
            cells,
        }
    }

    /// A share is kept in hundredths, and would be shown a hundredfold.
    fn shown(&self, place: Place, style: &Style) -> Style {
        if self.built.shares.contains(&place) {
            return Style { number: style.number.replace('%', ""), ..style.clone() };
        }
        style.clone()
    }

    fn held(
        &self,
        place: Place,
        named: &BTreeMap<Place, Named>,
        meanings: &BTreeMap<String, String>,
        notes: &mut Notes<'_>,
    ) -> Held {
        let grid = self.builder.grid;
        if let Some(target) = self.builder.targets.get(&place) {
            return Held::Field(self.field(place, *target, meanings));
        }
        if !grid.is_anchor(place) {
            return Held::Nothing;
        }
        match grid.what(place) {
            What::Empty => Held::Nothing,
            What::Text(text) => {
                if self.is_of_a_table(place) {
                    return Held::Fixed(Fixed { text: text.to_owned(), of: named.get(&place).cloned() });
                }
                if !self.said.contains(&place) {
                    notes.add(DraftNoteKind::TextDropped, place, text);
                }
                Held::Loose(text.to_owned())
            }
            What::Value(value) => {
                if !self.is_of_a_table(place) {
                    notes.add(DraftNoteKind::TextDropped, place, &value.shown());
                }
                printed(value)
            }
            What::Formula(written) => {
                notes.add(DraftNoteKind::FormulaLost, place, &format!("={written}"));
                grid.value(place).map_or(Held::Nothing, printed)
            }
        }
    }

    fn is_of_a_table(&self, place: Place) -> bool {
        let sketches = self.builder.sketches;
        sketches.iter().any(|sketch| sketch.fixed.contains(&place) || sketch.greyed.values().any(|grey| *grey == place))
    }

    fn field(&self, place: Place, target: Target, meanings: &BTreeMap<String, String>) -> Field {
        let sketch = &self.builder.sketches[target.section];
        let (section, column) = (section_key(target.section), column_key(target.leaf));
        let (key, line) = if sketch.is_dynamic {
            (format!("{section}.*.{column}"), target.line)
        } else {
            (format!("{section}.{}.{column}", row_key(target.line)), 0)
        };
        let formula = match self.builder.grid.what(place) {
            What::Formula(written) if self.built.computed.contains(&place) => meanings.get(&key).map(|meaning| {
                let is_share = self.built.shares.contains(&place);
                let written = if is_share { format!("({written})*100") } else { written.to_owned() };
                KeptFormula { written, meaning: meaning.clone() }
            }),
            What::Formula(_) | What::Empty | What::Text(_) | What::Value(_) => None,
        };
        Field { key, line, formula }
    }

    /// Labels that say nothing but the name of a row, and titles of nothing but one column.
    fn named(&self) -> BTreeMap<Place, Named> {
        let grid = self.builder.grid;
        let mut named = BTreeMap::new();
        for (number, sketch) in self.builder.sketches.iter().enumerate() {
            let section = section_key(number);
            for (at, line) in sketch.lines.iter().enumerate() {
                if let Some(place) = line.label_at.filter(|place| grid.text(*place).contains(&line.label)) {
                    let (row, said) = (Some(row_key(at)), line.label.clone());
                    named.entry(place).or_insert(Named { section: section.clone(), row, column: None, said });
                }
            }
            for (at, leaf) in sketch.leaves.iter().enumerate() {
                let Some(place) = leaf.path.last() else { continue };
                let is_shared = sketch.leaves.iter().filter(|other| other.path.contains(place)).count() > 1;
                let (said, _) = self.builder.column_words(leaf);
                if !is_shared && grid.text(*place).contains(&said) {
                    let column = Some(column_key(at));
                    named.entry(*place).or_insert(Named { section: section.clone(), row: None, column, said });
                }
            }
        }
        named
    }
}

/// What each computed cell means, by its key.
fn meanings(form: &Form) -> BTreeMap<String, String> {
    let of = |spec: &fupin_form::CellSpec| Some((spec.key.to_string(), Meanings(form).of(spec.index)?));
    form.cells().iter().filter_map(of).collect()
}

fn printed(value: &Typed) -> Held {
    match value {
        Typed::Number(number) => Held::Number(number.clone()),
        Typed::Text(text) | Typed::Date(text) | Typed::Broken(text) => Held::Loose(text.clone()),
        Typed::Truth(_) => Held::Loose(value.shown()),
    }
}

/// A name that a sheet may have beside ours.
fn safe_name(name: &str) -> String {
    let clean: String =
        name.chars().filter(|sign| !"*?:[]\\/'".contains(*sign) && !sign.is_control()).take(31).collect();
    let clean = clean.trim().to_owned();
    let mut length = 0;
    let fits = |sign: &char| {
        length += sign.len_utf16();
        length <= 31
    };
    let clean: String = clean.chars().take_while(fits).collect();
    let is_taken = clean.is_empty() || clean.eq_ignore_ascii_case(super::OURS) || clean.eq_ignore_ascii_case("history");
    if is_taken { "填报表".to_owned() } else { clean }
}
