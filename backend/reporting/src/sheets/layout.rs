//! Where each cell of a form stands in a spreadsheet: the sections of fixed rows one below the other, as the form is
//! printed; each section of rows that the clerk adds on a sheet of its own, with room for as many as the form allows.
//! A form that was made from somebody's own sheet goes back into that sheet.
//! Invariant: the layout follows from the form and the rows alone, so that writing and reading never disagree.

mod given;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use fupin_form::{Addresses, CellKey, CellSpec, Form, HeaderCell, Rows, Section};
use fupin_sheet::Merge;
use rust_xlsxwriter::utility::row_col_to_cell;

use super::{official::Official, words};
use given::Given;

/// Title, unit and period, code and measures, guide.
const HEAD_ROWS: u32 = 4;
/// What a spreadsheet allows.
const LONGEST_NAME: usize = 31;

/// A cell of the workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    pub sheet: usize,
    pub row: u32,
    pub column: u16,
}

impl Spot {
    /// `C7`.
    pub fn address(self) -> String {
        row_col_to_cell(self.row, self.column)
    }
}

/// What a printed text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Title,
    Subtitle,
    Guide,
    Note,
    Section,
    Head,
    Label { indent: u8 },
}

/// A text that the form prints, over one or more cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub spot: Spot,
    pub rows: usize,
    pub columns: usize,
    pub text: String,
    pub part: Part,
}

/// A cell of the form in its place.
#[derive(Clone, Debug)]
pub struct Slot<'a> {
    pub spot: Spot,
    pub spec: &'a CellSpec,
    pub key: CellKey,
    /// Of its section; what a formula of a dynamic row needs.
    pub line: usize,
}

/// One section in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    sheet: usize,
    /// The row of its title.
    top: u32,
    /// The row of its first line.
    first: u32,
    /// Keys of its rows.
    lines: Vec<String>,
}

/// The rows of the dynamic sections, by section.
pub type Lines = BTreeMap<usize, Vec<String>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The sheets by name.
    pub names: Vec<String>,
    blocks: Vec<Block>,
    /// Below the last section of the first sheet.
    note_row: u32,
    /// Where the form was made from a sheet: that sheet, which then is the only one.
    given: Option<Given>,
}

impl Layout {
    /// In the sheet that the form was made from, where there is one.
    pub fn within(form: &Form, lines: &Lines, official: Option<&Arc<Official>>) -> Self {
        let drawn = Self::of(form, lines);
        let Some(official) = official else { return drawn };
        let names = vec![official.sheet.clone()];
        Self { names, given: Some(Given::new(form, official.clone())), ..drawn }
    }

    pub fn of(form: &Form, lines: &Lines) -> Self {
        let mut names = Vec::new();
        let mut next_row = HEAD_ROWS;
        if form.sections().iter().any(|section| !section.is_dynamic()) {
            names.push(words::MAIN_SHEET.to_owned());
        }
        let mut blocks = Vec::new();
        for (number, section) in form.sections().iter().enumerate() {
            let head = rows(section.header.len());
            if section.is_dynamic() {
                names.push(unique_name(&section.title, &names));
                let lines = lines.get(&number).cloned().unwrap_or_default();
                blocks.push(Block { sheet: names.len() - 1, top: HEAD_ROWS, first: HEAD_ROWS + 1 + head, lines });
                continue;
            }
            let lines: Vec<String> = section.fixed_rows().iter().map(|row| row.key.clone()).collect();
            let first = next_row + 1 + head;
            let block = Block { sheet: 0, top: next_row, first, lines };
            next_row = first + rows(block.lines.len()) + 1;
            blocks.push(block);
        }
        let note_row = if next_row > HEAD_ROWS { next_row } else { last_row(&blocks) + 2 };
        Self { names, blocks, note_row, given: None }
    }

    /// Every cell of the form, section by section, row by row.
    pub fn slots<'f>(&'f self, form: &'f Form) -> impl Iterator<Item = Slot<'f>> {
        form.sections().iter().zip(&self.blocks).flat_map(move |(section, block)| {
            let cells = (0..block.lines.len()).flat_map(|line| (0..section.columns.len()).map(move |at| (line, at)));
            cells.filter_map(move |(line, at)| {
                let spec = &form.cells()[section.index_at(if section.is_dynamic() { 0 } else { line }, at)];
                let key = CellKey::new(&section.key, &block.lines[line], &section.columns[at].key);
                let spot = match &self.given {
                    Some(given) => given.spot(spec.index, if section.is_dynamic() { line } else { 0 })?,
                    None => Spot { sheet: block.sheet, row: block.first + rows(line), column: column(at) },
                };
                Some(Slot { spot, spec, key, line })
            })
        })
    }

    /// Everything that the form prints. `subtitle` says for whom.
    pub fn printed(&self, form: &Form, subtitle: &str) -> Vec<Printed> {
        if let Some(given) = &self.given {
            return given.printed();
        }
        let mut printed = Vec::new();
        let definition = form.definition();
        let code = [Some(definition.code.as_str()), definition.unit_note.as_deref()];
        let code = code.into_iter().flatten().collect::<Vec<_>>().join("　　");
        for sheet in 0..self.names.len() {
            let columns = self.width(form, sheet);
            let heads = [
                (definition.title.as_str(), Part::Title),
                (subtitle, Part::Subtitle),
                (code.as_str(), Part::Subtitle),
                (words::GUIDE, Part::Guide),
            ];
            for (row, (text, part)) in (0..).zip(heads) {
                let spot = Spot { sheet, row, column: 0 };
                printed.push(Printed { spot, rows: 1, columns, text: text.to_owned(), part });
            }
        }
        for (section, block) in form.sections().iter().zip(&self.blocks) {
            print_section(section, block, &mut printed);
        }
        if let Some(note) = &definition.note {
            let spot = Spot { sheet: 0, row: self.note_row, column: 0 };
            let columns = self.width(form, 0);
            printed.push(Printed { spot, rows: 1, columns, text: note.clone(), part: Part::Note });
        }
        printed
    }

    /// Cells that are one on a sheet.
    pub fn merges(&self, printed: &[&Printed]) -> BTreeSet<Merge> {
        if let Some(given) = &self.given {
            return given.merges();
        }
        let several = printed.iter().filter(|text| text.rows * text.columns > 1);
        several
            .map(|text| {
                let first = (text.spot.row, u32::from(text.spot.column));
                Merge { first, last: (first.0 + rows(text.rows - 1), first.1 + rows(text.columns - 1)) }
            })
            .collect()
    }

    /// The sheet that the form was made from.
    pub fn official(&self) -> Option<&Official> {
        self.given.as_ref().map(Given::official)
    }

    /// Whether the cells of each section stand side by side, so that a range of them holds nothing else.
    pub fn is_dense(&self) -> bool {
        self.given.as_ref().is_none_or(Given::is_dense)
    }

    /// How many columns a sheet takes, with that of the labels.
    pub fn width(&self, form: &Form, sheet: usize) -> usize {
        let on_sheet = form.sections().iter().zip(&self.blocks).filter(|(_, block)| block.sheet == sheet);
        1 + on_sheet.map(|(section, _)| section.columns.len()).max().unwrap_or(1)
    }

    /// Where the lines of the only section of a sheet begin; none where several sections share it.
    pub fn only_first_row(&self, sheet: usize) -> Option<u32> {
        let mut blocks = self.blocks.iter().filter(|block| block.sheet == sheet);
        let first = blocks.next()?.first;
        blocks.next().is_none().then_some(first)
    }

    fn spot(&self, form: &Form, index: usize, line: usize) -> Spot {
        let number = form.cells()[index].section;
        let (section, block) = (&form.sections()[number], &self.blocks[number]);
        let at = index - section.first;
        if let Some(given) = &self.given {
            // Formulas name no cell without a place: only a greyed one has none.
            let nowhere = Spot { sheet: 0, row: 0, column: 0 };
            return given.spot(index, if section.is_dynamic() { line } else { 0 }).unwrap_or(nowhere);
        }
        let line = if section.is_dynamic() { line } else { at / section.columns.len() };
        Spot { sheet: block.sheet, row: block.first + rows(line), column: column(at % section.columns.len()) }
    }
}

fn print_section(section: &Section, block: &Block, printed: &mut Vec<Printed>) {
    let spot = |row: u32, column: u16| Spot { sheet: block.sheet, row, column };
    let columns = 1 + section.columns.len();
    let text = section.title.clone();
    printed.push(Printed { spot: spot(block.top, 0), rows: 1, columns, text, part: Part::Section });
    let text = section.row_header.clone();
    let head = section.header.len();
    printed.push(Printed { spot: spot(block.top + 1, 0), rows: head, columns: 1, text, part: Part::Head });
    for (line, at, cell) in placed(&section.header, section.columns.len()) {
        let spot = spot(block.top + 1 + rows(line), column(at));
        let HeaderCell { title, rowspan, colspan } = cell.clone();
        printed.push(Printed { spot, rows: rowspan, columns: colspan, text: title, part: Part::Head });
    }
    let labels: Vec<(String, u8)> = match &section.rows {
        Rows::Fixed(rows) => rows.iter().map(|row| (row.label.clone(), row.indent)).collect(),
        Rows::Dynamic { .. } => (1..=block.lines.len()).map(|number| (number.to_string(), 0)).collect(),
    };
    for (line, (text, indent)) in labels.into_iter().enumerate() {
        let spot = spot(block.first + rows(line), 0);
        printed.push(Printed { spot, rows: 1, columns: 1, text, part: Part::Label { indent } });
    }
}

/// Where each cell of a merged head stands: in each line it takes the first columns that no cell above reaches into.
pub fn placed(header: &[Vec<HeaderCell>], width: usize) -> Vec<(usize, usize, &HeaderCell)> {
    let mut reached = vec![0; width];
    let mut placed = Vec::new();
    for (line, cells) in header.iter().enumerate() {
        let mut column = 0;
        for cell in cells {
            while reached.get(column).is_some_and(|reached| *reached > line) {
                column += 1;
            }
            placed.push((line, column, cell));
            for reached in reached.iter_mut().skip(column).take(cell.colspan) {
                *reached = line + cell.rowspan;
            }
            column += cell.colspan;
        }
    }
    placed
}

/// A form has at most a few thousand rows.
fn rows(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The column of a section's column; the labels stand in the first.
fn column(at: usize) -> u16 {
    u16::try_from(at + 1).unwrap_or(u16::MAX)
}

fn last_row(blocks: &[Block]) -> u32 {
    blocks.first().map_or(HEAD_ROWS, |block| block.first + rows(block.lines.len()))
}

/// A name that a sheet may have, and that no other has.
fn unique_name(title: &str, taken: &[String]) -> String {
    let clean: String =
        title.chars().map(|sign| if "*?:[]\\/'".contains(sign) || sign.is_control() { ' ' } else { sign }).collect();
    let taken: BTreeSet<String> =
        taken.iter().map(String::as_str).chain([words::MARKS_SHEET]).map(str::to_lowercase).collect();
    let base = Some(clean.trim()).filter(|name| !name.is_empty()).unwrap_or(words::MAIN_SHEET);
    let numbered = (2..).map(|number| format!(" {number}"));
    let mut names = std::iter::once(String::new()).chain(numbered).map(|end| format!("{}{end}", cut(base, end.len())));
    names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or_default()
}

/// As much of a name as leaves room for its end; lengths are counted as spreadsheets count them.
fn cut(name: &str, room: usize) -> String {
    let mut length = 0;
    let fits = |sign: &char| {
        length += sign.len_utf16();
        length + room <= LONGEST_NAME
    };
    name.chars().take_while(fits).collect::<String>().trim_end().to_owned()
}

/// Addresses as the formulas of one sheet write them.
#[derive(Debug)]
pub struct AddressesOn<'a> {
    pub layout: &'a Layout,
    pub form: &'a Form,
    pub sheet: usize,
}

impl AddressesOn<'_> {
    fn written(&self, first: Spot, last: Spot) -> String {
        let range = if first == last { first.address() } else { format!("{}:{}", first.address(), last.address()) };
        if first.sheet == self.sheet {
            return range;
        }
        format!("'{}'!{range}", self.layout.names[first.sheet])
    }
}

impl Addresses for AddressesOn<'_> {
    fn cell(&self, index: usize, line: usize) -> String {
        let spot = self.layout.spot(self.form, index, line);
        self.written(spot, spot)
    }

    fn block(&self, first: usize, last: usize) -> String {
        self.written(self.layout.spot(self.form, first, 0), self.layout.spot(self.form, last, 0))
    }

    fn column(&self, index: usize) -> String {
        let lines = self.layout.blocks[self.form.cells()[index].section].lines.len();
        let last = self.layout.spot(self.form, index, lines.saturating_sub(1));
        self.written(self.layout.spot(self.form, index, 0), last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(title: &str, rowspan: usize, colspan: usize) -> HeaderCell {
        HeaderCell { title: title.to_owned(), rowspan, colspan }
    }

    #[test]
    fn a_merged_head_is_placed_around_the_cells_that_reach_down() {
        let header = vec![
            vec![cell("a", 2, 1), cell("b", 1, 2), cell("c", 2, 1), cell("d", 1, 1)],
            vec![cell("b1", 1, 1), cell("b2", 1, 1), cell("d1", 1, 1)],
        ];
        let places: Vec<_> =
            placed(&header, 5).iter().map(|(line, column, cell)| (cell.title.as_str(), *line, *column)).collect();
        assert_eq!(
            places,
            [("a", 0, 0), ("b", 0, 1), ("c", 0, 3), ("d", 0, 4), ("b1", 1, 1), ("b2", 1, 2), ("d1", 1, 4)]
        );
    }

    #[test]
    fn a_sheet_has_a_name_that_spreadsheets_accept_and_no_other_sheet_has() {
        let long = "一二三四五六七八九十".repeat(4);
        let first = unique_name(&long, &[]);
        assert_eq!(first.chars().count(), 31);
        let second = unique_name(&long, std::slice::from_ref(&first));
        assert!(second.ends_with(" 2") && second.chars().count() <= 31, "{second}");
        assert_eq!(unique_name("收入[1/2]:'*", &[]), "收入 1 2");
        assert_eq!(unique_name("[]", &[]), "填报表");
        assert_eq!(unique_name("_FUPIN", &[]), "_FUPIN 2");
    }
}
