//! Changes of a definition, as the designer makes them. Pure.
//! Invariants: what a change does not speak of stays as it was; a new thing gets a key that nothing beside it has, so
//! that an official never has to think of one.

use fupin_form::{
    CellOverride, CellTraits, CellType, ColumnDefinition, ColumnGroup, ColumnNode, FormDefinition, RowDefinition,
    RowsDefinition, RuleDefinition, SectionDefinition, Severity,
};

/// What is chosen, and shown at the right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Chosen {
    #[default]
    Form,
    Section(usize),
    /// A column or a group, by its place in the tree of the header.
    Head {
        section: usize,
        path: Vec<usize>,
    },
    Row {
        section: usize,
        row: usize,
    },
    /// By keys of row and column: those are what an exception names.
    Cell {
        section: usize,
        row: String,
        column: String,
    },
    Rule(usize),
}

/// One step among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    Earlier,
    Later,
}

/// A column with the place of its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    pub path: Vec<usize>,
    pub key: String,
    pub title: String,
}

/// The columns of a section from left to right.
pub fn leaves(nodes: &[ColumnNode]) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(nodes, &mut Vec::new(), &mut found);
    found
}

fn collect(nodes: &[ColumnNode], path: &mut Vec<usize>, found: &mut Vec<Leaf>) {
    for (at, node) in nodes.iter().enumerate() {
        path.push(at);
        match node {
            ColumnNode::Group(group) => collect(&group.children, path, found),
            ColumnNode::Column(column) => {
                found.push(Leaf { path: path.clone(), key: column.key.clone(), title: column.title.clone() });
            }
        }
        path.pop();
    }
}

/// How many rows the header takes.
pub fn depth(nodes: &[ColumnNode]) -> usize {
    let below = |node: &ColumnNode| match node {
        ColumnNode::Group(group) => depth(&group.children),
        ColumnNode::Column(_) => 0,
    };
    nodes.iter().map(|node| 1 + below(node)).max().unwrap_or(0)
}

/// How many columns stand below a node; an empty group still takes the place of one.
pub fn width(node: &ColumnNode) -> usize {
    match node {
        ColumnNode::Group(group) => group.children.iter().map(width).sum::<usize>().max(1),
        ColumnNode::Column(_) => 1,
    }
}

pub fn node_at<'d>(nodes: &'d [ColumnNode], path: &[usize]) -> Option<&'d ColumnNode> {
    let (first, rest) = path.split_first()?;
    match (nodes.get(*first)?, rest) {
        (node, []) => Some(node),
        (ColumnNode::Group(group), rest) => node_at(&group.children, rest),
        (ColumnNode::Column(_), _) => None,
    }
}

/// The siblings among which a node stands, and its place there.
fn siblings<'d, 'p>(nodes: &'d mut Vec<ColumnNode>, path: &'p [usize]) -> Option<(&'d mut Vec<ColumnNode>, &'p usize)> {
    let (first, rest) = path.split_first()?;
    if rest.is_empty() {
        return (*first < nodes.len()).then_some((nodes, first));
    }
    match nodes.get_mut(*first)? {
        ColumnNode::Group(group) => siblings(&mut group.children, rest),
        ColumnNode::Column(_) => None,
    }
}

/// The next key of a kind that is not taken.
pub fn free_key<'k>(head: &str, taken: impl Iterator<Item = &'k str>) -> String {
    let taken: Vec<&str> = taken.collect();
    let free = |number: &usize| !taken.contains(&format!("{head}{number}").as_str());
    let number = (1..=taken.len() + 1).find(free).unwrap_or(taken.len() + 1);
    format!("{head}{number}")
}

fn new_column(section: &SectionDefinition, title: &str) -> ColumnNode {
    let columns = leaves(&section.columns);
    let key = free_key("c", columns.iter().map(|leaf| leaf.key.as_str()));
    let cell = CellTraits { cell_type: Some(CellType::Integer), ..CellTraits::default() };
    ColumnNode::Column(ColumnDefinition { key, title: title.to_owned(), cell })
}

pub fn add_section(definition: &mut FormDefinition, words: &NewWords) -> Chosen {
    let key = free_key("s", definition.sections.iter().map(|section| section.key.as_str()));
    let mut section = SectionDefinition {
        key,
        title: words.section.clone(),
        row_header: words.row_header.clone(),
        columns: Vec::new(),
        rows: RowsDefinition::Fixed(Vec::new()),
        cells: Vec::new(),
    };
    section.columns.push(new_column(&section, &words.column));
    definition.sections.push(section);
    let at = definition.sections.len() - 1;
    add_row(definition, at, None, words);
    Chosen::Section(at)
}

/// What new things are called until somebody names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWords {
    pub section: String,
    pub row_header: String,
    pub column: String,
    pub group: String,
    pub row: String,
    pub rule: String,
}

/// A row behind another one, or at the end.
pub fn add_row(definition: &mut FormDefinition, section: usize, after: Option<usize>, words: &NewWords) -> Chosen {
    let Some(RowsDefinition::Fixed(rows)) = definition.sections.get_mut(section).map(|section| &mut section.rows)
    else {
        return Chosen::Section(section);
    };
    let key = free_key("r", rows.iter().map(|row| row.key.as_str()));
    let at = after.map_or(rows.len(), |after| (after + 1).min(rows.len()));
    let indent = after.and_then(|after| rows.get(after)).map_or(0, |row| row.indent);
    rows.insert(at, RowDefinition { key, label: words.row.clone(), indent, cell: CellTraits::default() });
    Chosen::Row { section, row: at }
}

/// A column to the right of a node, among its siblings; or at the end.
pub fn add_column(definition: &mut FormDefinition, section: usize, after: &[usize], words: &NewWords) -> Chosen {
    let Some(of) = definition.sections.get_mut(section) else { return Chosen::Form };
    let column = new_column(of, &words.column);
    let mut path = after.to_vec();
    match siblings(&mut of.columns, after) {
        Some((nodes, at)) => {
            nodes.insert(at + 1, column);
            if let Some(last) = path.last_mut() {
                *last += 1;
            }
        }
        None => {
            of.columns.push(column);
            path = vec![of.columns.len() - 1];
        }
    }
    Chosen::Head { section, path }
}

/// A column within a group.
pub fn add_column_below(definition: &mut FormDefinition, section: usize, path: &[usize], words: &NewWords) -> Chosen {
    let Some(of) = definition.sections.get_mut(section) else { return Chosen::Form };
    let column = new_column(of, &words.column);
    let mut below = path.to_vec();
    if let Some((nodes, at)) = siblings(&mut of.columns, path)
        && let Some(ColumnNode::Group(group)) = nodes.get_mut(*at)
    {
        group.children.push(column);
        below.push(group.children.len() - 1);
    }
    Chosen::Head { section, path: below }
}

/// A merged head over a node.
pub fn group(definition: &mut FormDefinition, section: usize, path: &[usize], words: &NewWords) -> Chosen {
    if let Some(of) = definition.sections.get_mut(section)
        && let Some((nodes, at)) = siblings(&mut of.columns, path)
    {
        let node = nodes.remove(*at);
        nodes.insert(*at, ColumnNode::Group(ColumnGroup { title: words.group.clone(), children: vec![node] }));
    }
    Chosen::Head { section, path: path.to_vec() }
}

/// Take a merged head away; what stood below stays.
pub fn ungroup(definition: &mut FormDefinition, section: usize, path: &[usize]) -> Chosen {
    if let Some(of) = definition.sections.get_mut(section)
        && let Some((nodes, at)) = siblings(&mut of.columns, path)
        && let Some(ColumnNode::Group(group)) = nodes.get(*at)
    {
        let children = group.children.clone();
        nodes.splice(*at..=*at, children);
    }
    Chosen::Section(section)
}

/// Take away what is chosen; what referred to it is named as a fault, not silently changed.
pub fn remove(definition: &mut FormDefinition, chosen: &Chosen) -> Chosen {
    match chosen {
        Chosen::Form => Chosen::Form,
        Chosen::Section(at) => {
            definition.sections.remove(*at);
            Chosen::Form
        }
        Chosen::Head { section, path } => {
            let Some(of) = definition.sections.get_mut(*section) else { return Chosen::Form };
            if let Some((nodes, at)) = siblings(&mut of.columns, path) {
                nodes.remove(*at);
            }
            let columns = leaves(&of.columns);
            of.cells.retain(|own| columns.iter().any(|leaf| leaf.key == own.column));
            Chosen::Section(*section)
        }
        Chosen::Row { section, row } => {
            let Some(of) = definition.sections.get_mut(*section) else { return Chosen::Form };
            if let RowsDefinition::Fixed(rows) = &mut of.rows
                && *row < rows.len()
            {
                let gone = rows.remove(*row);
                of.cells.retain(|own| own.row != gone.key);
            }
            Chosen::Section(*section)
        }
        Chosen::Cell { section, row, column } => {
            if let Some(of) = definition.sections.get_mut(*section) {
                of.cells.retain(|own| own.row != *row || own.column != *column);
            }
            chosen.clone()
        }
        Chosen::Rule(at) => {
            definition.rules.remove(*at);
            Chosen::Form
        }
    }
}

/// Move what is chosen among its neighbours.
pub fn shift(definition: &mut FormDefinition, chosen: &Chosen, to: Shift) -> Chosen {
    let moved = |at: usize, count: usize| match to {
        Shift::Earlier => at.checked_sub(1),
        Shift::Later => (at + 1 < count).then_some(at + 1),
    };
    match chosen {
        Chosen::Section(at) => match moved(*at, definition.sections.len()) {
            Some(next) => {
                definition.sections.swap(*at, next);
                Chosen::Section(next)
            }
            None => chosen.clone(),
        },
        Chosen::Row { section, row } => {
            let rows = definition.sections.get_mut(*section).map(|of| &mut of.rows);
            match rows {
                Some(RowsDefinition::Fixed(rows)) => match moved(*row, rows.len()) {
                    Some(next) => {
                        rows.swap(*row, next);
                        Chosen::Row { section: *section, row: next }
                    }
                    None => chosen.clone(),
                },
                Some(RowsDefinition::Dynamic { .. }) | None => chosen.clone(),
            }
        }
        Chosen::Head { section, path } => {
            let Some(of) = definition.sections.get_mut(*section) else { return chosen.clone() };
            let Some((nodes, at)) = siblings(&mut of.columns, path) else { return chosen.clone() };
            let Some(next) = moved(*at, nodes.len()) else { return chosen.clone() };
            nodes.swap(*at, next);
            let mut path = path.clone();
            if let Some(last) = path.last_mut() {
                *last = next;
            }
            Chosen::Head { section: *section, path }
        }
        Chosen::Form | Chosen::Cell { .. } | Chosen::Rule(_) => chosen.clone(),
    }
}

pub fn add_rule(definition: &mut FormDefinition, words: &NewWords) -> Chosen {
    let id = free_key("rule", definition.rules.iter().map(|rule| rule.id.as_str()));
    definition.rules.push(RuleDefinition {
        id,
        severity: Severity::Hard,
        each: None,
        expression: String::new(),
        cells: Vec::new(),
        message: words.rule.clone(),
    });
    Chosen::Rule(definition.rules.len() - 1)
}

/// What is said of the cells that are chosen.
pub fn traits_of<'d>(definition: &'d FormDefinition, chosen: &Chosen) -> Option<&'d CellTraits> {
    match chosen {
        Chosen::Head { section, path } => match node_at(&definition.sections.get(*section)?.columns, path)? {
            ColumnNode::Column(column) => Some(&column.cell),
            ColumnNode::Group(_) => None,
        },
        Chosen::Row { section, row } => match &definition.sections.get(*section)?.rows {
            RowsDefinition::Fixed(rows) => rows.get(*row).map(|row| &row.cell),
            RowsDefinition::Dynamic { .. } => None,
        },
        Chosen::Cell { section, row, column } => {
            let own = definition.sections.get(*section)?.cells.iter();
            own.filter(|own| own.row == *row && own.column == *column).map(|own| &own.cell).next()
        }
        Chosen::Form | Chosen::Section(_) | Chosen::Rule(_) => None,
    }
}

/// Say something of the cells that are chosen. An exception that says nothing goes.
pub fn set_traits(definition: &mut FormDefinition, chosen: &Chosen, traits: CellTraits) {
    let of = |section: usize, definition: &'_ mut FormDefinition| section < definition.sections.len();
    match chosen {
        Chosen::Head { section, path } if of(*section, definition) => {
            if let Some((nodes, at)) = siblings(&mut definition.sections[*section].columns, path)
                && let Some(ColumnNode::Column(column)) = nodes.get_mut(*at)
            {
                column.cell = traits;
            }
        }
        Chosen::Row { section, row } if of(*section, definition) => {
            if let RowsDefinition::Fixed(rows) = &mut definition.sections[*section].rows
                && let Some(row) = rows.get_mut(*row)
            {
                row.cell = traits;
            }
        }
        Chosen::Cell { section, row, column } if of(*section, definition) => {
            let cells = &mut definition.sections[*section].cells;
            let at = cells.iter().position(|own| own.row == *row && own.column == *column);
            match at {
                Some(at) if traits.is_empty() => drop(cells.remove(at)),
                Some(at) => cells[at].cell = traits,
                None if traits.is_empty() => {}
                None => cells.push(CellOverride { row: row.clone(), column: column.clone(), cell: traits }),
            }
        }
        Chosen::Form
        | Chosen::Section(_)
        | Chosen::Rule(_)
        | Chosen::Head { .. }
        | Chosen::Row { .. }
        | Chosen::Cell { .. } => {}
    }
}

/// Change a node of the header.
pub fn with_node(definition: &mut FormDefinition, section: usize, path: &[usize], act: impl FnOnce(&mut ColumnNode)) {
    if let Some(of) = definition.sections.get_mut(section)
        && let Some((nodes, at)) = siblings(&mut of.columns, path)
        && let Some(node) = nodes.get_mut(*at)
    {
        act(node);
    }
}

/// Change a fixed row.
pub fn with_row(definition: &mut FormDefinition, section: usize, row: usize, act: impl FnOnce(&mut RowDefinition)) {
    if let Some(RowsDefinition::Fixed(rows)) = definition.sections.get_mut(section).map(|section| &mut section.rows)
        && let Some(row) = rows.get_mut(row)
    {
        act(row);
    }
}

#[cfg(test)]
#[path = "editing_tests.rs"]
mod tests;
