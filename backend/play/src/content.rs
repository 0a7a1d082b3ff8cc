//! What a clerk writes: numbers as a village might have them, in every cell, that break no rule of the form.

use chrono::NaiveDate;
use fupin_form::{CellKey, CellKind, CellSpec, Cells, Form, Sheet, parse_entry};
use rand::{Rng, RngExt};

/// How often what breaks a rule is mended before the clerk reports zeros.
const MENDINGS: usize = 4;
/// Few enough that a village's money stays in the range of every form.
const MOST_PEOPLE: u32 = 90;
const MOST_MONEY: u32 = 3_000;

/// The content of one report.
pub fn write(form: &Form, today: NaiveDate, rng: &mut impl Rng) -> Cells {
    let mut cells = Cells::default();
    for spec in fixed(form) {
        put(&mut cells, spec, &entry(spec, today, rng));
    }
    for _ in 0..MENDINGS {
        let broken: Vec<CellKey> = faults(form, &cells);
        if broken.is_empty() {
            return cells;
        }
        broken
            .iter()
            .filter_map(|key| form.cell(key.as_str()))
            .for_each(|spec| put(&mut cells, spec, &zero(spec, today)));
    }
    zeros(form, today)
}

/// Another number in the first cell that may hold one, as a clerk mends what came back.
pub fn mend(form: &Form, key: &CellKey, cells: &mut Cells) {
    if let Some(spec) = form.cell(key.as_str()) {
        put(cells, spec, "0");
    }
}

/// A cell that a reviewer may ask about: a number that a person wrote, and that may be zero without breaking a rule.
pub fn doubtful(form: &Form, cells: &Cells) -> Option<CellKey> {
    fixed(form).map(|spec| spec.key.clone()).find(|key| {
        let mut other = cells.clone();
        mend(form, key, &mut other);
        other.cell(key.as_str()) != cells.cell(key.as_str()) && faults(form, &other).is_empty()
    })
}

fn fixed(form: &Form) -> impl Iterator<Item = &CellSpec> {
    let stands = |spec: &&CellSpec| {
        spec.is_fillable() && form.sections().get(spec.section).is_some_and(|section| !section.is_dynamic())
    };
    form.cells().iter().filter(stands)
}

fn zeros(form: &Form, today: NaiveDate) -> Cells {
    let mut cells = Cells::default();
    fixed(form).for_each(|spec| put(&mut cells, spec, &zero(spec, today)));
    cells
}

fn put(cells: &mut Cells, spec: &CellSpec, typed: &str) {
    if let Ok(cell) = parse_entry(spec, typed) {
        cells.insert(spec.key.clone(), cell);
    }
}

/// Cells that a broken rule names, soft rules too: whoever plays has nothing to explain.
fn faults(form: &Form, cells: &Cells) -> Vec<CellKey> {
    Sheet::new(form, cells).check(form).into_iter().flat_map(|finding| finding.cells).collect()
}

fn entry(spec: &CellSpec, today: NaiveDate, rng: &mut impl Rng) -> String {
    match &spec.kind {
        CellKind::Integer => rng.random_range(0..=MOST_PEOPLE).to_string(),
        CellKind::Decimal { .. } => format!("{}.5", rng.random_range(0..=MOST_PEOPLE)),
        CellKind::Money => format!("{}.{:02}", rng.random_range(0..=MOST_MONEY), rng.random_range(0..100)),
        CellKind::Text { .. }
        | CellKind::Date
        | CellKind::Choice { .. }
        | CellKind::Computed { .. }
        | CellKind::Blocked => zero(spec, today),
    }
}

/// The least that a cell may say.
fn zero(spec: &CellSpec, today: NaiveDate) -> String {
    match &spec.kind {
        CellKind::Integer | CellKind::Decimal { .. } | CellKind::Money => "0".to_owned(),
        CellKind::Text { .. } => "无".to_owned(),
        CellKind::Date => today.to_string(),
        CellKind::Choice { options } => options.first().map(|option| option.label.clone()).unwrap_or_default(),
        CellKind::Computed { .. } | CellKind::Blocked => String::new(),
    }
}
