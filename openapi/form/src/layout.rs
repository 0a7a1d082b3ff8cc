//! The layout of a form: its texts and keys, sections, header, rows, and the cells they make.
//! Invariant: cells come in reading order, section by section.

use std::collections::BTreeSet;

use crate::compile::{Compiler, Source};
use crate::layers::{Layers, Settled};
use crate::measure::RollUpWish;
use crate::resolve::Scope;
use crate::{
    CellKey, CellOverride, CellSpec, CellTraits, Column, ColumnNode, DefinitionCode, DefinitionFault, FormDefinition,
    HeaderCell, MAX_CELLS, MAX_DYNAMIC_ROWS, Row, Rows, RowsDefinition, Section, SectionDefinition,
};

/// A column with the place of what it says of its cells.
struct Leaf<'a> {
    column: Column,
    traits: &'a CellTraits,
    path: String,
}

fn is_key(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && key.len() <= 32
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !matches!(key, "and" | "or" | "not")
}

impl Compiler<'_> {
    pub(crate) fn fault(&mut self, path: impl Into<String>, code: DefinitionCode) {
        self.faults.push(DefinitionFault::new(path, code));
    }

    pub(crate) fn text(&mut self, path: String, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.fault(path, DefinitionCode::Empty);
        } else if text.chars().count() > max {
            self.faults.push(DefinitionFault::new(path, DefinitionCode::TooLong).with("max", max));
        }
    }

    fn traits(&mut self, path: &str, traits: &CellTraits) {
        for (field, text, max) in [("unit", &traits.unit, 20), ("hint", &traits.hint, 300)] {
            if let Some(text) = text {
                self.text(format!("{path}/{field}"), text, max);
            }
        }
    }

    pub(crate) fn key<'k>(&mut self, path: String, key: &'k str, seen: &mut BTreeSet<&'k str>) {
        if !is_key(key) {
            self.faults.push(DefinitionFault::new(path, DefinitionCode::InvalidKey).with("key", key));
        } else if !seen.insert(key) {
            self.faults.push(DefinitionFault::new(path, DefinitionCode::DuplicateKey).with("key", key));
        }
    }

    pub(crate) fn texts(&mut self, definition: &FormDefinition) {
        self.text("/code".into(), &definition.code, 50);
        self.text("/title".into(), &definition.title, 200);
        for (path, text) in [("/note", &definition.note), ("/unit_note", &definition.unit_note)] {
            if let Some(text) = text {
                self.text(path.into(), text, 2_000);
            }
        }
    }

    pub(crate) fn sections(&mut self, definition: &FormDefinition) {
        if definition.sections.is_empty() {
            self.fault("/sections", DefinitionCode::Empty);
        }
        let mut seen = BTreeSet::new();
        for (number, section) in definition.sections.iter().enumerate() {
            let path = format!("/sections/{number}");
            self.key(format!("{path}/key"), &section.key, &mut seen);
            self.text(format!("{path}/title"), &section.title, 200);
            self.text(format!("{path}/row_header"), &section.row_header, 200);
            self.section(section, &path);
            if self.cells.len() > MAX_CELLS {
                return;
            }
        }
    }

    fn section(&mut self, definition: &SectionDefinition, path: &str) {
        let mut leaves = Vec::new();
        let depth = depth(&definition.columns);
        let mut header = vec![Vec::new(); depth];
        self.columns(&definition.columns, &format!("{path}/columns"), "", &mut header, &mut leaves);
        if leaves.is_empty() {
            self.fault(format!("{path}/columns"), DefinitionCode::Empty);
        }
        let mut seen = BTreeSet::new();
        for leaf in &leaves {
            let (key, path) = (leaf.column.key.as_str(), leaf.path.trim_end_matches("/cell"));
            self.key(format!("{path}/key"), key, &mut seen);
        }
        let rows = self.rows(&definition.rows, path);
        self.overrides(definition, &leaves, path);
        let number = self.sections.len();
        self.sections.push(Section {
            key: definition.key.clone(),
            title: definition.title.clone(),
            row_header: definition.row_header.clone(),
            header,
            columns: leaves.iter().map(|leaf| leaf.column.clone()).collect(),
            rows,
            first: self.cells.len(),
        });
        match &definition.rows {
            RowsDefinition::Dynamic { .. } => leaves.iter().enumerate().for_each(|(column, leaf)| {
                let key = CellKey::new(&definition.key, "*", &leaf.column.key);
                let scope = Scope { section: Some(number), row: Some(0), column: Some(column) };
                self.cell(key, "", leaf, [None, None], scope);
            }),
            RowsDefinition::Fixed(rows) => {
                for (at, row) in rows.iter().enumerate() {
                    let row_path = format!("{path}/rows/fixed/{at}/cell");
                    for (column, leaf) in leaves.iter().enumerate() {
                        let own = definition
                            .cells
                            .iter()
                            .enumerate()
                            .find(|(_, own)| own.row == row.key && own.column == leaf.column.key);
                        let own = own.map(|(at, own)| (&own.cell, format!("{path}/cells/{at}/cell")));
                        let key = CellKey::new(&definition.key, &row.key, &leaf.column.key);
                        let scope = Scope { section: Some(number), row: Some(at), column: Some(column) };
                        let own = own.as_ref().map(|(traits, path)| (*traits, path.as_str()));
                        self.cell(key, &row.label, leaf, [Some((&row.cell, &row_path)), own], scope);
                    }
                    if self.cells.len() > MAX_CELLS {
                        return;
                    }
                }
            }
        }
    }

    fn columns<'d>(
        &mut self,
        nodes: &'d [ColumnNode],
        path: &str,
        above: &str,
        header: &mut [Vec<HeaderCell>],
        leaves: &mut Vec<Leaf<'d>>,
    ) {
        let Some((row, below)) = header.split_first_mut() else {
            return;
        };
        for (at, node) in nodes.iter().enumerate() {
            let path = format!("{path}/{at}");
            let titled = |title: &str| {
                if above.is_empty() { title.to_owned() } else { format!("{above} / {title}") }
            };
            match node {
                ColumnNode::Group(group) => {
                    self.text(format!("{path}/title"), &group.title, 200);
                    if group.children.is_empty() {
                        self.fault(format!("{path}/children"), DefinitionCode::Empty);
                        continue;
                    }
                    let before = leaves.len();
                    let place = row.len();
                    row.push(HeaderCell { title: group.title.clone(), rowspan: 1, colspan: 0 });
                    self.columns(&group.children, &format!("{path}/children"), &titled(&group.title), below, leaves);
                    row[place].colspan = leaves.len() - before;
                }
                ColumnNode::Column(column) => {
                    self.text(format!("{path}/title"), &column.title, 200);
                    self.traits(&format!("{path}/cell"), &column.cell);
                    row.push(HeaderCell { title: column.title.clone(), rowspan: 1 + below.len(), colspan: 1 });
                    let compiled =
                        Column { key: column.key.clone(), title: column.title.clone(), path: titled(&column.title) };
                    leaves.push(Leaf { column: compiled, traits: &column.cell, path: format!("{path}/cell") });
                }
            }
        }
    }

    fn rows(&mut self, definition: &RowsDefinition, path: &str) -> Rows {
        match definition {
            RowsDefinition::Dynamic { min, max } => {
                if min > max || *max == 0 || *max > MAX_DYNAMIC_ROWS {
                    let fault = DefinitionFault::new(format!("{path}/rows/dynamic"), DefinitionCode::RowLimits);
                    self.faults.push(fault.with("max", MAX_DYNAMIC_ROWS));
                }
                Rows::Dynamic { min: *min, max: *max }
            }
            RowsDefinition::Fixed(rows) => {
                if rows.is_empty() {
                    self.fault(format!("{path}/rows/fixed"), DefinitionCode::Empty);
                }
                let mut seen = BTreeSet::new();
                for (at, row) in rows.iter().enumerate() {
                    self.key(format!("{path}/rows/fixed/{at}/key"), &row.key, &mut seen);
                    self.text(format!("{path}/rows/fixed/{at}/label"), &row.label, 200);
                    self.traits(&format!("{path}/rows/fixed/{at}/cell"), &row.cell);
                }
                Rows::Fixed(
                    rows.iter()
                        .map(|row| Row { key: row.key.clone(), label: row.label.clone(), indent: row.indent })
                        .collect(),
                )
            }
        }
    }

    fn overrides(&mut self, definition: &SectionDefinition, leaves: &[Leaf<'_>], path: &str) {
        let RowsDefinition::Fixed(rows) = &definition.rows else {
            if !definition.cells.is_empty() {
                self.fault(format!("{path}/cells"), DefinitionCode::CellsOfDynamicRows);
            }
            return;
        };
        for (at, CellOverride { row, column, cell }) in definition.cells.iter().enumerate() {
            self.traits(&format!("{path}/cells/{at}/cell"), cell);
            let unknown = |field: &str, key: &str| {
                DefinitionFault::new(format!("{path}/cells/{at}/{field}"), DefinitionCode::UnknownReference)
                    .with("reference", key)
            };
            if !rows.iter().any(|known| known.key == *row) {
                self.faults.push(unknown("row", row));
            }
            if !leaves.iter().any(|known| known.column.key == *column) {
                self.faults.push(unknown("column", column));
            }
            if definition.cells[..at].iter().any(|other| other.row == *row && other.column == *column) {
                let fault = DefinitionFault::new(format!("{path}/cells/{at}"), DefinitionCode::DuplicateKey);
                self.faults.push(fault.with("key", format!("{row}.{column}")));
            }
        }
    }

    fn cell(
        &mut self,
        key: CellKey,
        row_label: &str,
        leaf: &Leaf<'_>,
        nearer: [Option<(&CellTraits, &str)>; 2],
        scope: Scope,
    ) {
        let layers = Layers {
            traits: [Some((leaf.traits, leaf.path.as_str())), nearer[0], nearer[1]],
            dictionaries: self.dictionaries,
        };
        let Settled { kind, formula, unit, hint, required, always_applies, min, max, roll_up, prefill } =
            layers.settle(&mut self.faults);
        self.cells.push(CellSpec {
            index: self.cells.len(),
            key,
            section: scope.section.unwrap_or(0),
            row_label: row_label.to_owned(),
            column_title: leaf.column.path.clone(),
            kind,
            unit,
            hint,
            required,
            always_applies,
            min,
            max,
        });
        self.sources.push(Source { formula, roll_up: RollUpWish { said: roll_up, scope }, prefill, scope });
    }
}

fn depth(nodes: &[ColumnNode]) -> usize {
    let below = |node: &ColumnNode| match node {
        ColumnNode::Group(group) => depth(&group.children),
        ColumnNode::Column(_) => 0,
    };
    nodes.iter().map(|node| 1 + below(node)).max().unwrap_or(0)
}
