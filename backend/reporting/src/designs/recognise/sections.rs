//! From sketches to sections: keys, titles, types, computed cells. Pure.

use std::collections::{BTreeMap, BTreeSet};

use fupin_contract::reporting::DraftNoteKind;
use fupin_form::{
    CellOverride, CellTraits, CellType, ColumnDefinition, ColumnGroup, ColumnNode, RollUp, RowDefinition,
    RowsDefinition, SectionDefinition,
};

use super::{
    Notes, formulas,
    formulas::Formula,
    grid::{Grid, Place, What},
    kinds::{self, Around, Guess, Shown},
    tables::{Leaf, Sketch},
    translate::{Seen, Speaker, Target, column_key, row_key, section_key},
    words,
};

/// A cell that is computed.
#[derive(Clone, Debug)]
struct Computed {
    /// How it is said from each side; by full names it can be said at all.
    afar: String,
    from_row: Option<String>,
    from_column: Option<String>,
    scale: u32,
    is_share: bool,
}

#[derive(Clone, Debug)]
struct Judged {
    guess: Guess,
    computed: Option<Computed>,
}

/// All sections, and what they are read from.
pub struct Builder<'a, 'b> {
    pub grid: &'a Grid<'b>,
    pub sketches: &'a [Sketch],
    pub targets: &'a BTreeMap<Place, Target>,
    /// The only measure that the form says for all of its cells.
    pub measure: Option<String>,
    pub title: String,
}

/// What the layout needs to know of the sections.
#[derive(Debug, Default)]
pub struct Built {
    pub sections: Vec<SectionDefinition>,
    /// Cells that are computed.
    pub computed: BTreeSet<Place>,
    /// Cells that show a share.
    pub shares: BTreeSet<Place>,
}

impl Builder<'_, '_> {
    pub fn build(&self, notes: &mut Notes<'_>) -> Built {
        let mut built = Built::default();
        for number in 0..self.sketches.len() {
            let section = self.section(number, &mut built, notes);
            built.sections.push(section);
        }
        built
    }

    fn section(&self, number: usize, built: &mut Built, notes: &mut Notes<'_>) -> SectionDefinition {
        let sketch = &self.sketches[number];
        let mut judged = BTreeMap::new();
        for ((line, leaf), place) in &sketch.cells {
            let at = Target { section: number, line: *line, leaf: *leaf };
            judged.insert((*line, *leaf), self.judge(at, *place, built, notes));
        }
        let columns: Vec<CellTraits> =
            (0..sketch.leaves.len()).map(|leaf| column_traits(sketch, &judged, leaf)).collect();
        if sketch.is_dynamic {
            self.name_lost(sketch, &mut judged, &columns, notes);
        }
        for ((line, leaf), judged) in &judged {
            if judged.computed.is_some()
                && let Some(place) = sketch.cells.get(&(*line, *leaf))
            {
                built.computed.insert(*place);
            }
        }
        self.name_blind(sketch, &judged, notes);
        let title = sketch.title.map(|place| self.grid.text(place)).filter(|title| !title.is_empty());
        let unnamed = || if self.sketches.len() == 1 { self.title.clone() } else { format!("第{}部分", number + 1) };
        let (rows, cells) = if sketch.is_dynamic {
            let max = u32::try_from(sketch.lines.len()).unwrap_or(1).clamp(1, fupin_form::MAX_DYNAMIC_ROWS);
            (RowsDefinition::Dynamic { min: 0, max }, Vec::new())
        } else {
            self.fixed_rows(sketch, &judged, &columns, notes)
        };
        SectionDefinition {
            key: section_key(number),
            title: title.unwrap_or_else(unnamed),
            row_header: sketch.row_header.clone(),
            columns: self.nodes(&sketch.leaves.iter().enumerate().collect::<Vec<_>>(), 0, &columns, notes),
            rows,
            cells,
        }
    }

    /// What a cell asks for, or how it is computed.
    fn judge(&self, at: Target, place: Place, built: &mut Built, notes: &mut Notes<'_>) -> Judged {
        let sketch = &self.sketches[at.section];
        let (line, leaf) = (&sketch.lines[at.line], &sketch.leaves[at.leaf]);
        let (column, unit) = self.column_words(leaf);
        let format = self.grid.style(place).map(|style| style.number.as_str()).unwrap_or_default();
        let unit = unit.or_else(|| line.unit.clone());
        let around = Around {
            format,
            unit: unit.as_deref(),
            measure: self.measure.as_deref(),
            column: &column,
            row: if leaf.path.is_empty() { &line.label } else { "" },
        };
        let guess = kinds::guess(around);
        let is_share = matches!(kinds::shown(format), Shown::Share(_));
        if is_share {
            built.shares.insert(place);
        }
        match self.grid.what(place) {
            What::Empty => Judged { guess, computed: None },
            What::Text(text) => {
                notes.add(DraftNoteKind::ContentDropped, place, text);
                Judged { guess, computed: None }
            }
            What::Value(value) => {
                notes.add(DraftNoteKind::ContentDropped, place, &value.shown());
                Judged { guess, computed: None }
            }
            What::Formula(written) => {
                let computed =
                    formulas::read(written).and_then(|formula| self.computed(at, &formula, &guess, is_share));
                if computed.is_none() {
                    notes.add(DraftNoteKind::FormulaLost, place, &format!("={written}"));
                }
                Judged { guess, computed }
            }
        }
    }

    fn computed(&self, at: Target, formula: &Formula, guess: &Guess, is_share: bool) -> Option<Computed> {
        let say = |seen: Seen| {
            let speaker = Speaker { grid: self.grid, sketches: self.sketches, targets: self.targets, at, seen };
            let said = speaker.say(formula)?;
            Some(if is_share { format!("({said}) * 100") } else { said })
        };
        let afar = say(Seen::Afar)?;
        let (from_row, from_column) = (say(Seen::Row), say(Seen::Column));
        let divides = afar.contains('/') || afar.contains("avg(");
        let scale = if guess.is_blind && divides { 2 } else { guess.kind.scale() };
        Some(Computed { afar, from_row, from_column, scale, is_share })
    }

    /// The title of a column without its unit, and the unit of it or of what stands above.
    pub fn column_words(&self, leaf: &Leaf) -> (String, Option<String>) {
        let said = leaf.path.iter().rev().map(|place| words::split_unit(&self.grid.text(*place)));
        let mut title = None;
        let mut unit = None;
        for (text, found) in said {
            title.get_or_insert(text);
            unit = unit.or(found);
        }
        (title.unwrap_or_default(), unit)
    }

    /// In rows that the clerk adds a formula is the column's; one that not all rows have is none.
    fn name_lost(
        &self,
        sketch: &Sketch,
        judged: &mut BTreeMap<(usize, usize), Judged>,
        columns: &[CellTraits],
        notes: &mut Notes<'_>,
    ) {
        for ((line, leaf), judged) in judged {
            if judged.computed.is_some() && !is_computed(&columns[*leaf]) {
                judged.computed = None;
                if let (Some(place), 0) = (sketch.cells.get(&(*line, *leaf)), *line)
                    && let What::Formula(written) = self.grid.what(*place)
                {
                    notes.add(DraftNoteKind::FormulaLost, *place, &format!("={written}"));
                }
            }
        }
    }

    /// Columns of which nothing says what they hold, each once; shares, each column once.
    fn name_blind(&self, sketch: &Sketch, judged: &BTreeMap<(usize, usize), Judged>, notes: &mut Notes<'_>) {
        for (leaf, Leaf { path, .. }) in sketch.leaves.iter().enumerate() {
            let of_leaf = || judged.iter().filter(move |((_, at), _)| *at == leaf);
            let title = path.last().map(|place| self.grid.text(*place)).unwrap_or_default();
            let place_of = |at: &(usize, usize)| path.last().or_else(|| sketch.cells.get(at)).copied();
            let blind = of_leaf().find(|(_, judged)| judged.guess.is_blind && judged.computed.is_none());
            if let Some(place) = blind.and_then(|(at, _)| place_of(at)) {
                notes.add(DraftNoteKind::TypeGuessed, place, &title);
            }
            let is_share = |(_, place): &(&(usize, usize), &Place)| {
                matches!(self.grid.style(**place).map(|style| kinds::shown(&style.number)), Some(Shown::Share(_)))
            };
            let share = sketch.cells.iter().filter(|((_, at), _)| *at == leaf).find(is_share);
            if let Some((_, place)) = share {
                notes.add(DraftNoteKind::ShareChanged, *place, &title);
            }
        }
    }

    fn fixed_rows(
        &self,
        sketch: &Sketch,
        judged: &BTreeMap<(usize, usize), Judged>,
        columns: &[CellTraits],
        notes: &mut Notes<'_>,
    ) -> (RowsDefinition, Vec<CellOverride>) {
        let (mut rows, mut cells) = (Vec::new(), Vec::new());
        for (number, line) in sketch.lines.iter().enumerate() {
            let own = row_traits(sketch, judged, columns, number);
            let mut label = line.label.clone();
            if label.is_empty() {
                label = format!("第{}行", number + 1);
                notes.add(
                    DraftNoteKind::TitleMissing,
                    (line.row, sketch.leaves.first().map_or(0, |leaf| leaf.column)),
                    "",
                );
            }
            for (leaf, column) in columns.iter().enumerate() {
                let cell = match (judged.get(&(number, leaf)), sketch.greyed.get(&(number, leaf))) {
                    (Some(judged), _) => cell_traits(judged, &own, column),
                    (None, greyed) => {
                        if let Some(place) = greyed {
                            notes.add(DraftNoteKind::Greyed, *place, &self.grid.text(*place));
                        }
                        Some(CellTraits { blocked: Some(true), ..CellTraits::default() })
                    }
                };
                if let Some(cell) = cell {
                    cells.push(CellOverride { row: row_key(number), column: column_key(leaf), cell });
                }
            }
            rows.push(RowDefinition { key: row_key(number), label, indent: line.indent, cell: own });
        }
        (RowsDefinition::Fixed(rows), cells)
    }

    /// The head as a tree: neighbours below the same cell are a group.
    fn nodes(
        &self,
        leaves: &[(usize, &Leaf)],
        depth: usize,
        columns: &[CellTraits],
        notes: &mut Notes<'_>,
    ) -> Vec<ColumnNode> {
        let column = |at: usize, title: String| {
            ColumnNode::Column(ColumnDefinition { key: column_key(at), title, cell: columns[at].clone() })
        };
        let mut nodes = Vec::new();
        for run in leaves.chunk_by(|one, other| one.1.path.get(depth) == other.1.path.get(depth)) {
            let Some(place) = run.first().and_then(|(_, leaf)| leaf.path.get(depth)) else {
                for (at, leaf) in run {
                    let above = depth.checked_sub(1).and_then(|above| leaf.path.get(above));
                    let title = match above {
                        Some(_) => (at - run[0].0 + 1).to_string(),
                        None => format!("第{}列", at + 1),
                    };
                    if !leaf.path.is_empty() || run.len() > 1 || leaves.len() > 1 {
                        notes.add(DraftNoteKind::TitleMissing, above.copied().unwrap_or((0, leaf.column)), "");
                        nodes.push(column(*at, title));
                    } else {
                        nodes.push(column(*at, "填报内容".to_owned()));
                    }
                }
                continue;
            };
            let title = words::split_unit(&self.grid.text(*place)).0;
            match run {
                [(at, leaf)] if leaf.path.len() == depth + 1 => nodes.push(column(*at, title)),
                _ => {
                    let children = self.nodes(run, depth + 1, columns, notes);
                    nodes.push(ColumnNode::Group(ColumnGroup { title, children }));
                }
            }
        }
        nodes
    }
}

fn is_computed(traits: &CellTraits) -> bool {
    matches!(traits.cell_type, Some(CellType::Computed { .. }))
}

/// What most cells of a column are; or the formula that all of them have.
fn column_traits(sketch: &Sketch, judged: &BTreeMap<(usize, usize), Judged>, leaf: usize) -> CellTraits {
    let of_leaf: Vec<&Judged> = (0..sketch.lines.len()).filter_map(|line| judged.get(&(line, leaf))).collect();
    let same = all_same(&of_leaf, |computed| computed.from_row.as_ref());
    if let Some(computed) = same.filter(|_| of_leaf.len() == sketch.lines.len() && !of_leaf.is_empty()) {
        let unit = of_leaf.first().and_then(|judged| judged.guess.unit.clone());
        return computed_traits(computed.from_row.clone().unwrap_or_default(), Some(computed.scale), unit);
    }
    let mut counts: BTreeMap<&Guess, usize> = BTreeMap::new();
    let filled = of_leaf.iter().filter(|judged| judged.computed.is_none());
    filled.for_each(|judged| *counts.entry(&judged.guess).or_default() += 1);
    if counts.is_empty() {
        of_leaf.iter().for_each(|judged| *counts.entry(&judged.guess).or_default() += 1);
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count).map(|(guess, _)| guess.clone());
    let blind = || Guess { kind: kinds::Kind::Integer, unit: None, is_blind: true };
    filled_traits(&most.unwrap_or_else(blind))
}

/// What all cells of a row are, where that is not what their columns are.
fn row_traits(
    sketch: &Sketch,
    judged: &BTreeMap<(usize, usize), Judged>,
    columns: &[CellTraits],
    line: usize,
) -> CellTraits {
    let of_line: Vec<&Judged> = (0..sketch.leaves.len()).filter_map(|leaf| judged.get(&(line, leaf))).collect();
    if columns.iter().any(is_computed) || of_line.len() < 2 {
        return CellTraits::default();
    }
    let is_full = of_line.len() == sketch.leaves.len();
    if let Some(computed) = all_same(&of_line, |computed| computed.from_column.as_ref()).filter(|_| is_full) {
        let scale = computed.afar.contains('/').then_some(computed.scale);
        return computed_traits(computed.from_column.clone().unwrap_or_default(), scale, None);
    }
    let first = &of_line[0].guess;
    let is_one = of_line.iter().all(|judged| judged.computed.is_none() && judged.guess == *first);
    let own = filled_traits(first);
    if is_one && columns.iter().any(|column| *column != own) { own } else { CellTraits::default() }
}

/// The formula that all of some cells have, said in one way.
fn all_same<'j>(cells: &[&'j Judged], said: fn(&Computed) -> Option<&String>) -> Option<&'j Computed> {
    let first = cells.first()?.computed.as_ref()?;
    let is_same = |judged: &&Judged| {
        judged.computed.as_ref().is_some_and(|computed| {
            said(computed).is_some() && said(computed) == said(first) && computed.is_share == first.is_share
        })
    };
    cells.iter().all(is_same).then_some(first)
}

/// What a single cell is, where neither its row nor its column says so.
fn cell_traits(judged: &Judged, row: &CellTraits, column: &CellTraits) -> Option<CellTraits> {
    match &judged.computed {
        Some(_) if is_computed(column) || is_computed(row) => None,
        Some(computed) => Some(computed_traits(computed.afar.clone(), Some(computed.scale), judged.guess.unit.clone())),
        None => {
            let own = filled_traits(&judged.guess);
            let nearer = if row.is_empty() { column } else { row };
            (*nearer != own).then_some(own)
        }
    }
}

fn computed_traits(formula: String, scale: Option<u32>, unit: Option<String>) -> CellTraits {
    CellTraits { cell_type: Some(CellType::Computed { formula, scale }), unit, ..CellTraits::default() }
}

fn filled_traits(guess: &Guess) -> CellTraits {
    // Shares of many villages do not add up to anything.
    let roll_up = guess.unit.as_deref().is_some_and(words::is_share).then_some(RollUp::None);
    CellTraits { cell_type: Some(guess.kind.cell_type()), unit: guess.unit.clone(), roll_up, ..CellTraits::default() }
}
