//! From a table to a section: where its head ends, which columns name the rows, and which cells are filled in. Pure.

use std::collections::{BTreeMap, BTreeSet};

use fupin_contract::reporting::DraftNoteKind;

use super::{
    Notes,
    grid::{Grid, Place, What},
    pieces::Piece,
    words,
};

/// A column of a section with the cells above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub column: u16,
    /// The cells of the head above it, outermost first.
    pub path: Vec<Place>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub row: u32,
    pub label: String,
    pub indent: u8,
    pub unit: Option<String>,
    /// The cell that says the last part of the label.
    pub label_at: Option<Place>,
}

/// A section before its cells are judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    pub title: Option<Place>,
    pub row_header: String,
    pub leaves: Vec<Leaf>,
    pub lines: Vec<Line>,
    /// Rows that the clerk adds.
    pub is_dynamic: bool,
    /// By line and leaf.
    pub cells: BTreeMap<(usize, usize), Place>,
    /// Cells that hold a text.
    pub greyed: BTreeMap<(usize, usize), Place>,
    /// Where the texts stand that say what the cells mean.
    pub fixed: BTreeSet<Place>,
    /// The first column of what is filled in.
    first: u16,
}

/// The sections of a table. `before` is the section above it, whose head it may have.
pub fn read(grid: &Grid<'_>, piece: &Piece, before: Option<&Sketch>, notes: &mut Notes<'_>) -> Vec<Sketch> {
    let rows: Vec<u32> = (piece.top..=piece.bottom).collect();
    let inherited = before.filter(|before| piece.follows && !before.leaves.is_empty());
    let first_line = rows.iter().copied().find(|row| is_line(grid, piece, *row, inherited.is_some()));
    let Some(first_line) = first_line else {
        notes.add(DraftNoteKind::NoTable, (piece.top, piece.left), &grid.text((piece.top, piece.left)));
        return Vec::new();
    };
    let head: Vec<u32> = rows.iter().copied().filter(|row| *row < first_line).collect();
    let lines: Vec<u32> =
        rows.iter().copied().filter(|row| *row >= first_line && !is_numbering(grid, piece, *row)).collect();
    if head.is_empty() && inherited.is_none() {
        return vec![pairs(grid, piece, notes)];
    }
    let titles: Vec<u32> = head.into_iter().filter(|row| !is_numbering(grid, piece, *row)).collect();
    let table = Table { grid, piece, titles, inherited };
    let labels = table.label_columns(&lines);
    let mut sketches = if labels.contains(&Given::Label) {
        vec![table.fixed(&lines, &labels)]
    } else {
        table.dynamic(&lines, &labels, notes)
    };
    if let Some(first) = sketches.first_mut() {
        let numbering = rows.iter().filter(|row| is_numbering(grid, piece, **row));
        first.fixed.extend(numbering.flat_map(|row| grid.own(*row, piece.left..=piece.right)));
    }
    sketches
}

/// Whether a row holds something to fill in, while none above it does.
fn is_line(grid: &Grid<'_>, piece: &Piece, row: u32, has_head: bool) -> bool {
    if (row == piece.top && !has_head && !starts_pairs(grid, piece)) || is_numbering(grid, piece, row) {
        return false;
    }
    let left = (row, piece.left);
    let own = grid.own(row, piece.left..=piece.right);
    let is_text = |place: &Place| matches!(grid.what(*place), What::Text(_));
    let others = own.iter().filter(|place| !is_text(place)).count();
    if others == 0 {
        return false;
    }
    let computes = own.iter().any(|place| matches!(grid.what(*place), What::Formula(_)));
    if computes || !own.iter().any(is_text) {
        return true;
    }
    // A head that reaches down has its own line at the left only in its first row.
    grid.is_anchor(left) && !matches!(grid.what(left), What::Empty)
}

/// Whether the first row already asks: a label, and what is filled in beside it.
fn starts_pairs(grid: &Grid<'_>, piece: &Piece) -> bool {
    let own = grid.own(piece.top, piece.left..=piece.right);
    let kinds: Vec<bool> = own.iter().map(|place| matches!(grid.what(*place), What::Text(_))).collect();
    kinds.len() > 1 && kinds.len().is_multiple_of(2) && kinds.chunks(2).all(|pair| pair == [true, false])
}

/// `甲 乙 1 2 3`: the columns by number.
fn is_numbering(grid: &Grid<'_>, piece: &Piece, row: u32) -> bool {
    let mut next = 1;
    for place in grid.own(row, piece.left..=piece.right) {
        let said = match grid.what(place) {
            What::Text(text) => text.trim().trim_matches(['（', '）', '(', ')']).to_owned(),
            What::Value(fupin_sheet::Typed::Number(number)) => number.clone(),
            What::Empty => continue,
            What::Formula(_) | What::Value(_) => return false,
        };
        if ["甲", "乙", "丙", "丁", "栏次", "序号", "行次"].contains(&said.as_str()) {
            continue;
        }
        if said.parse() != Ok(next) {
            return false;
        }
        next += 1;
    }
    next > 2
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Label,
    Unit,
    Number,
}

struct Table<'a, 'b> {
    grid: &'a Grid<'b>,
    piece: &'a Piece,
    /// Rows of the head.
    titles: Vec<u32>,
    inherited: Option<&'a Sketch>,
}

impl Table<'_, '_> {
    /// The head above a column, outermost first, each cell once.
    fn path(&self, column: u16) -> Vec<Place> {
        let anchors = self.titles.iter().map(|row| self.grid.anchor((*row, column)));
        let mut path: Vec<Place> = anchors.filter(|place| !self.grid.text(*place).is_empty()).collect();
        path.dedup();
        if path.is_empty()
            && let Some(above) = self.inherited.and_then(|above| above.leaves.iter().find(|leaf| leaf.column == column))
        {
            return above.path.clone();
        }
        path
    }

    fn title(&self, column: u16) -> String {
        self.path(column).last().map(|place| self.grid.text(*place)).unwrap_or_default()
    }

    /// What the leading columns are that nobody fills in.
    fn label_columns(&self, lines: &[u32]) -> Vec<Given> {
        let mut given = Vec::new();
        for column in self.piece.left..self.piece.right {
            if let Some(above) = self.inherited.filter(|_| self.titles.is_empty())
                && column >= above.first
            {
                break;
            }
            let title = self.title(column);
            let whats: Vec<What<'_>> = lines.iter().map(|row| self.grid.what((*row, column))).collect();
            let count = |is: fn(&What<'_>) -> bool| whats.iter().filter(|what| is(what)).count();
            let (texts, formulas) =
                (count(|what| matches!(what, What::Text(_))), count(|what| matches!(what, What::Formula(_))));
            if words::numbers_rows(&title) && formulas == 0 {
                given.push(Given::Number);
            } else if formulas == 0 && texts > 0 && texts * 2 >= lines.len() {
                given.push(if words::names_units(&title) { Given::Unit } else { Given::Label });
            } else {
                break;
            }
        }
        given
    }

    fn leaves(&self, lines: &[u32], first: u16) -> Vec<Leaf> {
        let begins = |column: &u16| lines.iter().any(|row| self.grid.anchor((*row, *column)).1 == *column);
        (first..=self.piece.right)
            .filter(begins)
            .map(|column| Leaf { column, path: self.path(column) })
            // A gap between two parts of a table.
            .filter(|leaf| !leaf.path.is_empty() || lines.iter().any(|row| self.grid.is_framed((*row, leaf.column))))
            .collect()
    }

    fn fixed(&self, lines: &[u32], labels: &[Given]) -> Sketch {
        let columns = |wanted: Given| {
            let all = (self.piece.left..).zip(labels).filter(move |(_, kind)| **kind == wanted);
            all.map(|(column, _)| column).collect::<Vec<u16>>()
        };
        let (named, units) = (columns(Given::Label), columns(Given::Unit));
        let first = self.piece.left + u16::try_from(labels.len()).unwrap_or(0);
        let mut sketch = self.begin(lines, first);
        sketch.row_header = self.row_header(&named);
        for row in lines {
            let line = self.line(*row, &named, &units);
            sketch.lines.push(line);
        }
        self.fill(&mut sketch);
        sketch
    }

    fn begin(&self, lines: &[u32], first: u16) -> Sketch {
        let leaves = self.leaves(lines, first);
        let mut fixed: BTreeSet<Place> = leaves.iter().flat_map(|leaf| leaf.path.iter().copied()).collect();
        for row in &self.titles {
            fixed.extend((self.piece.left..first).map(|column| self.grid.anchor((*row, column))));
        }
        Sketch { title: self.piece.title, leaves, fixed, first, ..Sketch::default() }
    }

    fn row_header(&self, named: &[u16]) -> String {
        let mut titles: Vec<String> = named.iter().map(|column| self.title(*column)).collect();
        titles.retain(|title| !title.is_empty());
        titles.dedup();
        if titles.is_empty() {
            let above = self.inherited.map(|above| above.row_header.clone());
            return above.filter(|above| !above.is_empty()).unwrap_or_else(|| "指标名称".to_owned());
        }
        titles.join(" / ")
    }

    fn line(&self, row: u32, named: &[u16], units: &[u16]) -> Line {
        let mut anchors: Vec<Place> = named.iter().map(|column| self.grid.anchor((row, *column))).collect();
        anchors.dedup();
        let indent = anchors.last().map_or(0, |place| indent(self.grid, *place));
        let unit_beside = units.iter().map(|column| self.grid.text((row, *column))).find(|text| !text.is_empty());
        anchors.retain(|place| !self.grid.text(*place).is_empty());
        let mut unit = unit_beside.filter(|unit| words::is_unit(unit));
        let mut parts = Vec::new();
        for place in &anchors {
            let (label, said) = words::split_unit(&self.grid.text(*place));
            parts.push(label);
            unit = unit.or(said);
        }
        Line { row, label: parts.join(" / "), indent, unit, label_at: anchors.last().copied() }
    }

    /// The cells of the section, by what stands in them.
    fn fill(&self, sketch: &mut Sketch) {
        for (at, line) in sketch.lines.iter().enumerate() {
            for column in self.piece.left..sketch.first {
                sketch.fixed.insert(self.grid.anchor((line.row, column)));
            }
            for (leaf, Leaf { column, .. }) in sketch.leaves.iter().enumerate() {
                let place = (line.row, *column);
                if !self.grid.is_anchor(place) {
                    continue;
                }
                match self.grid.what(place) {
                    What::Text(_) => drop(sketch.greyed.insert((at, leaf), place)),
                    What::Empty | What::Formula(_) | What::Value(_) => drop(sketch.cells.insert((at, leaf), place)),
                }
            }
        }
        sketch.fixed.retain(|place| matches!(self.grid.what(*place), What::Text(_) | What::Value(_)));
    }

    /// Rows that the clerk adds, and behind them those that have a name all the same, as 「合计」.
    fn dynamic(&self, lines: &[u32], labels: &[Given], notes: &mut Notes<'_>) -> Vec<Sketch> {
        let first = self.piece.left + u16::try_from(labels.len()).unwrap_or(0);
        let is_named = |row: &u32| {
            let own = self.grid.own(*row, self.piece.left..=self.piece.right);
            own.iter().any(|place| words::is_total(&self.grid.text(*place)))
        };
        let (named, open): (Vec<u32>, Vec<u32>) = lines.iter().copied().partition(is_named);
        let mut sketches = Vec::new();
        if !open.is_empty() {
            let mut sketch = Sketch { is_dynamic: true, ..self.begin(&open, first) };
            sketch.row_header = self.row_header(&[self.piece.left]);
            let line = |row: &u32| Line { row: *row, label: String::new(), indent: 0, unit: None, label_at: None };
            sketch.lines = open.iter().map(line).collect();
            self.fill(&mut sketch);
            // Whatever stands in such a row is an example; the cell is filled all the same.
            let texts = std::mem::take(&mut sketch.greyed);
            sketch.cells.extend(texts);
            notes.add(DraftNoteKind::RowsAdded, (open[0], first), &open.len().to_string());
            sketches.push(sketch);
        }
        if !named.is_empty() {
            let total = Sketch { first, ..self.fixed(&named, &[Given::Label]) };
            sketches.push(Sketch { title: None, ..total });
        }
        sketches
    }
}

/// How deep a label stands: by its style, by leading spaces, by 「其中」.
fn indent(grid: &Grid<'_>, place: Place) -> u8 {
    let What::Text(text) = grid.what(place) else { return 0 };
    let spaces: usize =
        text.chars().take_while(|sign| sign.is_whitespace()).map(|sign| if sign == '　' { 2 } else { 1 }).sum();
    let by_spaces = u8::try_from(spaces / 2).unwrap_or(0).min(4);
    let by_style = grid.style(place).map_or(0, |style| style.indent.min(4));
    by_spaces.max(by_style).max(u8::from(text.trim_start().starts_with("其中")))
}

/// Labels with a cell beside each, as on a card.
fn pairs(grid: &Grid<'_>, piece: &Piece, notes: &mut Notes<'_>) -> Sketch {
    let leaf = Leaf { column: piece.left, path: Vec::new() };
    let mut sketch =
        Sketch { title: piece.title, row_header: "项目".to_owned(), leaves: vec![leaf], ..Sketch::default() };
    for row in piece.top..=piece.bottom {
        let mut label: Option<Place> = None;
        for place in grid.own(row, piece.left..=piece.right) {
            match grid.what(place) {
                What::Text(_) => label = Some(place),
                What::Empty | What::Formula(_) | What::Value(_) => {
                    let Some(of) = label.take() else {
                        notes.add(DraftNoteKind::Nameless, place, "");
                        continue;
                    };
                    let (said, unit) = words::split_unit(&grid.text(of));
                    let line = Line { row, label: said, indent: 0, unit, label_at: Some(of) };
                    sketch.cells.insert((sketch.lines.len(), 0), place);
                    sketch.lines.push(line);
                    sketch.fixed.insert(of);
                }
            }
        }
    }
    sketch
}
