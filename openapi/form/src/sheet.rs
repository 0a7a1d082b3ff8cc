//! The typed values of one report, with everything that is computed from them.
//! A server makes one for a request; a grid keeps one and tells it each change.
//! Invariants: computed cells always agree with the rest; a cell that cannot be read counts as
//! blank and its fault is kept; dynamic rows are sorted by id.

mod zero;

use std::collections::BTreeMap;

use crate::entry::read_cell;
use crate::evaluate::Place;
use crate::{Cell, CellFault, CellKey, CellKind, CellSpec, Cells, FaultCode, Form, Section, Value};

/// A report's values. Every method wants the form that the sheet was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    fixed: Vec<Value>,
    /// For each section; empty for the fixed ones.
    pub(crate) rows: Vec<DynamicRows>,
    pub(crate) faults: BTreeMap<CellKey, CellFault>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DynamicRows {
    pub width: usize,
    pub ids: Vec<Box<str>>,
    pub values: Vec<Value>,
}

impl DynamicRows {
    pub fn find(&self, id: &str) -> Result<usize, usize> {
        match self.ids.last() {
            Some(last) if last.as_ref() == id => Ok(self.ids.len() - 1),
            Some(last) if last.as_ref() < id => Err(self.ids.len()),
            Some(_) | None => self.ids.binary_search_by(|other| other.as_ref().cmp(id)),
        }
    }

    fn find_or_add(&mut self, id: &str) -> usize {
        self.find(id).unwrap_or_else(|at| {
            self.ids.insert(at, id.into());
            let start = at * self.width;
            self.values.splice(start..start, std::iter::repeat_n(Value::Blank, self.width));
            at
        })
    }
}

impl Sheet {
    /// Reads the cells of a report and computes the rest.
    pub fn new(form: &Form, cells: &Cells) -> Self {
        let mut sheet = Self::empty(form);
        let mut sorted = form.by_key.iter().peekable();
        for (key, cell) in cells.iter() {
            // Both lists are sorted by key, so that one pass finds every fixed cell.
            let mut index = None;
            while let Some(next) = sorted.peek() {
                match form.cells[**next as usize].key.cmp(key) {
                    std::cmp::Ordering::Less => drop(sorted.next()),
                    std::cmp::Ordering::Equal => {
                        index = Some(**next as usize);
                        break;
                    }
                    std::cmp::Ordering::Greater => break,
                }
            }
            match index {
                Some(index) => sheet.put(form, &form.cells[index], 0, key, cell),
                None => sheet.put_dynamic(form, key, cell),
            };
        }
        sheet.compute(form);
        sheet
    }

    pub(crate) fn empty(form: &Form) -> Self {
        let initial = |spec: &CellSpec| match spec.kind {
            CellKind::Blocked => Value::NotApplicable,
            CellKind::Integer
            | CellKind::Decimal { .. }
            | CellKind::Money
            | CellKind::Text { .. }
            | CellKind::Date
            | CellKind::Choice { .. }
            | CellKind::Computed { .. } => Value::Blank,
        };
        let width = |section: &Section| {
            if section.is_dynamic() { section.columns.len() } else { 0 }
        };
        let rows = |section| DynamicRows { width: width(section), ..DynamicRows::default() };
        Self {
            fixed: form.cells.iter().map(initial).collect(),
            rows: form.sections.iter().map(rows).collect(),
            faults: BTreeMap::new(),
        }
    }

    /// The value of a cell; blank for a key that the form does not know.
    pub fn value(&self, form: &Form, key: &str) -> &Value {
        match form.index_of(key) {
            None => &Value::Blank,
            Some(index) if !form.sections[form.cells[index].section].is_dynamic() => &self.fixed[index],
            Some(index) => self.dynamic_value(form, index, key).unwrap_or(&Value::Blank),
        }
    }

    fn dynamic_value(&self, form: &Form, index: usize, key: &str) -> Option<&Value> {
        let (_, row) = form.dynamic_index(key)?;
        let section = form.cells[index].section;
        let row = self.rows[section].find(row).ok()?;
        Some(self.row_value(section, row, form.sections[section].column_of(index)))
    }

    /// Ids of the rows of a dynamic section, in the order of display.
    pub fn row_ids(&self, section: usize) -> impl ExactSizeIterator<Item = &str> {
        self.rows[section].ids.iter().map(AsRef::as_ref)
    }

    /// How many cells that a person fills in hold an answer, and how many there are.
    pub fn progress(&self, form: &Form) -> (usize, usize) {
        let mut filled = 0;
        let mut all = 0;
        let mut count = |spec: &CellSpec, value: &Value| {
            if spec.is_fillable() {
                all += 1;
                filled += usize::from(!value.is_blank());
            }
        };
        for (number, section) in form.sections.iter().enumerate() {
            let specs = &form.cells[section.first..section.first + section.cell_count()];
            if section.is_dynamic() {
                self.rows[number].values.iter().zip(specs.iter().cycle()).for_each(|(value, spec)| count(spec, value));
            } else {
                specs.iter().for_each(|spec| count(spec, &self.fixed[spec.index]));
            }
        }
        (filled, all)
    }

    /// The whole report as it is kept: every value in its one canonical form, computed cells
    /// included. Blank cells are left out, so are dynamic rows of nothing else, and what could not
    /// be read or is unknown to the form.
    pub fn to_cells(&self, form: &Form) -> Cells {
        let filled = |spec: &CellSpec| spec.kind != CellKind::Blocked;
        let fixed = form.by_key.iter().map(|index| &form.cells[*index as usize]);
        let mut all: Vec<(CellKey, Cell)> = fixed
            .filter(|spec| filled(spec))
            .map(|spec| (spec.key.clone(), self.fixed[spec.index].to_cell()))
            .collect();
        let sections = form.sections.iter().filter(|section| section.is_dynamic());
        for index in sections.flat_map(|section| section.first..section.first + section.cell_count()) {
            let rows = self.rows_of(form, index);
            all.extend(rows.map(|row| (self.key(form, index, row), self.value_at(form, index, row).to_cell())));
        }
        let mut cells = Cells::new();
        cells.overwrite(all);
        cells
    }

    /// Writes the computed cells into the cells of the report; whatever stood there goes.
    pub fn write_computed(&self, form: &Form, cells: &mut Cells) {
        let is_computed = |spec: &CellSpec| matches!(spec.kind, CellKind::Computed { .. });
        let mut computed: Vec<(CellKey, Cell)> = Vec::with_capacity(form.order.len());
        let fixed = form.by_key.iter().map(|index| &form.cells[*index as usize]);
        for spec in fixed.filter(|spec| is_computed(spec)) {
            computed.push((spec.key.clone(), self.fixed[spec.index].to_cell()));
        }
        if form.sections.iter().any(Section::is_dynamic) {
            cells.retain(|key, _| !form.cell(key.as_str()).is_some_and(is_computed));
            let patterns = form.cells.iter().filter(|spec| is_computed(spec));
            for spec in patterns.filter(|spec| form.sections[spec.section].is_dynamic()) {
                for row in self.rows_of(form, spec.index) {
                    let cell = self.value_at(form, spec.index, row).to_cell();
                    computed.push((self.key(form, spec.index, row), cell));
                }
            }
        }
        cells.overwrite(computed);
    }

    /// How often a cell stands: once, or once for each dynamic row.
    pub(crate) fn rows_of(&self, form: &Form, index: usize) -> std::ops::Range<usize> {
        let section = form.cells[index].section;
        if form.sections[section].is_dynamic() { 0..self.rows[section].ids.len() } else { 0..1 }
    }

    pub(crate) fn fixed_value(&self, index: usize) -> &Value {
        &self.fixed[index]
    }

    pub(crate) fn row_value(&self, section: usize, row: usize, column: usize) -> &Value {
        let rows = &self.rows[section];
        &rows.values[row * rows.width + column]
    }

    pub(crate) fn column_values(&self, section: usize, column: usize) -> impl Iterator<Item = &Value> {
        let rows = &self.rows[section];
        rows.values.iter().skip(column).step_by(rows.width.max(1))
    }

    pub(crate) fn value_at(&self, form: &Form, index: usize, row: usize) -> &Value {
        let section = form.cells[index].section;
        if form.sections[section].is_dynamic() {
            self.row_value(section, row, form.sections[section].column_of(index))
        } else {
            &self.fixed[index]
        }
    }

    /// Puts a value where a formula will find it. A dynamic section gets one row under `*`.
    pub(crate) fn put_total(&mut self, form: &Form, index: usize, value: Value) {
        let section = form.cells[index].section;
        let row = if form.sections[section].is_dynamic() { self.rows[section].find_or_add("*") } else { 0 };
        self.store(form, index, row, value);
    }

    fn store(&mut self, form: &Form, index: usize, row: usize, value: Value) {
        let section = form.cells[index].section;
        if form.sections[section].is_dynamic() {
            let rows = &mut self.rows[section];
            rows.values[row * rows.width + form.sections[section].column_of(index)] = value;
        } else {
            self.fixed[index] = value;
        }
    }

    pub(crate) fn key(&self, form: &Form, index: usize, row: usize) -> CellKey {
        let spec = &form.cells[index];
        let section = &form.sections[spec.section];
        if section.is_dynamic() {
            CellKey::new(
                &section.key,
                &self.rows[spec.section].ids[row],
                &section.columns[section.column_of(index)].key,
            )
        } else {
            spec.key.clone()
        }
    }

    pub(crate) fn put(
        &mut self,
        form: &Form,
        spec: &CellSpec,
        row: usize,
        key: &CellKey,
        cell: &Cell,
    ) -> Option<(usize, usize)> {
        let value = match read_cell(spec, cell) {
            Ok(_) if !spec.is_fillable() => return Some((spec.index, row)),
            Ok(value) => value,
            Err(fault) => {
                self.faults.insert(key.clone(), fault);
                if !spec.is_fillable() {
                    return Some((spec.index, row));
                }
                Value::Blank
            }
        };
        self.store(form, spec.index, row, value);
        Some((spec.index, row))
    }

    pub(crate) fn put_dynamic(&mut self, form: &Form, key: &CellKey, cell: &Cell) -> Option<(usize, usize)> {
        let Some((index, id)) = form.dynamic_index(key.as_str()) else {
            self.faults.insert(key.clone(), CellFault::new(FaultCode::UnknownCell));
            return None;
        };
        let spec = &form.cells[index];
        let rows = &mut self.rows[spec.section];
        // A computed cell alone makes no row, or a removed row would come back with it.
        if matches!(spec.kind, CellKind::Computed { .. }) && rows.find(id).is_err() {
            return None;
        }
        let row = rows.find_or_add(id);
        self.put(form, spec, row, key, cell)
    }

    fn compute(&mut self, form: &Form) {
        for index in &form.order {
            self.compute_cell(form, *index as usize, |_, _| {});
        }
    }

    /// Computes a cell in all of its rows and tells which rows have another value now.
    pub(crate) fn compute_cell(&mut self, form: &Form, index: usize, mut changed: impl FnMut(usize, &Value)) {
        let Some(formula) = &form.formulas[index] else {
            return;
        };
        for row in self.rows_of(form, index) {
            let value = formula.value(Place { sheet: self, row });
            if *self.value_at(form, index, row) != value {
                changed(row, &value);
                self.store(form, index, row, value);
            }
        }
    }
}
