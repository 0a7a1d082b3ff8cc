//! From what stands in a sheet to rows as they were typed. Pure.
//! Invariant: columns are known by their heads, in whatever order; a row in which nothing stands is no row.

use std::collections::{BTreeMap, HashMap};

use fupin_contract::account_imports::{ImportColumn, MOST_IMPORTED};
use fupin_kernel::{Error, error::Refusal};
use fupin_sheet::{Book, ReadSheet, Typed, Unreadable};
use serde::{Deserialize, Serialize};

use super::words;

/// The heads stand within the first rows; above them there may be a title.
const HEAD_WITHIN: u32 = 10;
/// Longer than anything that a column may hold; the rest would only be carried along.
const LONGEST: usize = 200;

/// A row as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedRow {
    /// As the spreadsheet program counts.
    pub row: i32,
    pub name: String,
    pub username: String,
    pub phone: String,
    pub unit: String,
    pub role: String,
    /// Columns that hold a formula that came to nothing, with what it says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<(ImportColumn, String)>,
    /// Where each column stands: `A`, `B` and so on.
    pub letters: [u16; 5],
}

impl TypedRow {
    pub fn typed(&self, column: ImportColumn) -> &str {
        match column {
            ImportColumn::Name => &self.name,
            ImportColumn::Username => &self.username,
            ImportColumn::Phone => &self.phone,
            ImportColumn::Unit => &self.unit,
            ImportColumn::Role => &self.role,
        }
    }

    fn typed_mut(&mut self, column: ImportColumn) -> &mut String {
        match column {
            ImportColumn::Name => &mut self.name,
            ImportColumn::Username => &mut self.username,
            ImportColumn::Phone => &mut self.phone,
            ImportColumn::Unit => &mut self.unit,
            ImportColumn::Role => &mut self.role,
        }
    }

    /// `C7`.
    pub fn cell(&self, column: ImportColumn) -> String {
        let place = ImportColumn::ALL.into_iter().position(|known| known == column).unwrap_or_default();
        let row = u32::try_from(self.row - 1).unwrap_or_default();
        rust_xlsxwriter::utility::row_col_to_cell(row, self.letters[place])
    }
}

/// Why a sheet is not taken at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetError {
    Unreadable(Unreadable),
    HeadMissing { head: &'static str },
    NoRows,
    TooManyRows { rows: usize },
}

impl From<SheetError> for Error {
    fn from(error: SheetError) -> Self {
        Self::Invalid(match error {
            SheetError::Unreadable(why) => Refusal::new(match why {
                Unreadable::OldFormat => "access.sheet_old_format",
                Unreadable::PlainText => "access.sheet_plain_text",
                Unreadable::NotAWorkbook => "access.sheet_no_workbook",
                Unreadable::Encrypted => "access.sheet_encrypted",
                Unreadable::Macros => "access.sheet_macros",
                Unreadable::Suspicious => "access.sheet_suspicious",
                Unreadable::TooComplex => "access.sheet_too_complex",
                Unreadable::Damaged => "access.sheet_damaged",
            }),
            SheetError::HeadMissing { head } => Refusal::new("access.sheet_head_missing").with("head", head),
            SheetError::NoRows => Refusal::new("access.sheet_no_rows"),
            SheetError::TooManyRows { rows } => {
                Refusal::new("access.sheet_too_many_rows").with("rows", rows).with("most", MOST_IMPORTED)
            }
        })
    }
}

/// The rows of the first sheet that has the heads.
pub fn read(book: &Book) -> Result<Vec<TypedRow>, SheetError> {
    let mut missing = SheetError::HeadMissing { head: words::head(ImportColumn::Name) };
    for sheet in &book.sheets {
        match heads(sheet) {
            Ok((row, columns)) => return rows(sheet, row, &columns),
            Err(other) if sheet.name == words::SHEET => missing = other,
            Err(_) => {}
        }
    }
    Err(missing)
}

/// The row of the heads, and which column each heads.
fn heads(sheet: &ReadSheet) -> Result<(u32, HashMap<u16, ImportColumn>), SheetError> {
    let mut best: (u32, HashMap<u16, ImportColumn>) = (0, HashMap::new());
    let mut by_row: BTreeMap<u32, HashMap<u16, ImportColumn>> = BTreeMap::new();
    for cell in sheet.cells.iter().take_while(|cell| cell.row < HEAD_WITHIN) {
        if let Typed::Text(text) = &cell.typed
            && let Some(column) = words::column_of(text)
        {
            by_row.entry(cell.row).or_default().entry(cell.column).or_insert(column);
        }
    }
    for (row, columns) in by_row {
        if columns.len() > best.1.len() {
            best = (row, columns);
        }
    }
    let absent = ImportColumn::ALL.into_iter().find(|column| !best.1.values().any(|known| known == column));
    match absent {
        Some(column) => Err(SheetError::HeadMissing { head: words::head(column) }),
        None => Ok(best),
    }
}

fn rows(sheet: &ReadSheet, head: u32, columns: &HashMap<u16, ImportColumn>) -> Result<Vec<TypedRow>, SheetError> {
    let mut letters = [0; 5];
    for (place, column) in ImportColumn::ALL.into_iter().enumerate() {
        letters[place] = columns.iter().find(|(_, known)| **known == column).map_or(0, |(letter, _)| *letter);
    }
    let mut rows: Vec<TypedRow> = Vec::new();
    for cell in sheet.cells.iter().filter(|cell| cell.row > head) {
        let Some(column) = columns.get(&cell.column) else { continue };
        let (text, broken) = match &cell.typed {
            Typed::Text(text) | Typed::Number(text) | Typed::Date(text) => (plain(text), None),
            Typed::Truth(_) => (cell.typed.shown(), None),
            Typed::Broken(error) => (String::new(), Some(error.clone())),
        };
        if text.is_empty() && broken.is_none() {
            continue;
        }
        let row = i32::try_from(cell.row + 1).unwrap_or(i32::MAX);
        if rows.last().is_none_or(|last| last.row != row) {
            rows.push(TypedRow { row, letters, ..TypedRow::default() });
        }
        if let Some(last) = rows.last_mut() {
            last.broken.extend(broken.map(|error| (*column, error)));
            *last.typed_mut(*column) = text;
        }
    }
    match rows.len() {
        0 => Err(SheetError::NoRows),
        rows if rows > MOST_IMPORTED => Err(SheetError::TooManyRows { rows }),
        _ => Ok(rows),
    }
}

/// Without spaces around it, and with the letters and digits of a Chinese keyboard made plain.
fn plain(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{feff}' | '\u{200b}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    let plain: String = text.chars().map(narrow).take(LONGEST).collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use fupin_sheet::ReadCell;

    use super::*;

    fn book(lines: &[&[&str]]) -> Book {
        let mut cells = Vec::new();
        for (row, line) in (0..).zip(lines) {
            for (column, text) in (0..).zip(line.iter()).filter(|(_, text)| !text.is_empty()) {
                cells.push(ReadCell { row, column, typed: Typed::Text((*text).to_owned()) });
            }
        }
        let sheet = ReadSheet { name: "甲".to_owned(), cells, ..ReadSheet::default() };
        Book { sheets: vec![sheet], ..Book::default() }
    }

    const HEAD: &[&str] = &["用户名", "姓名", "联系电话", "单位", "角色"];

    #[test]
    fn columns_are_known_by_their_heads() {
        let rows = read(&book(&[&["人员"], HEAD, &["li.si", "李四", "１９９ ", "甲东一村", "填报员"]])).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].row, rows[0].name.as_str(), rows[0].phone.as_str()), (3, "李四", "199"));
        assert_eq!(rows[0].cell(ImportColumn::Username), "A3");
        assert_eq!(rows[0].cell(ImportColumn::Phone), "C3");
    }

    #[test]
    fn a_row_in_which_nothing_stands_is_no_row() {
        let rows = read(&book(&[HEAD, &[" ", ""], &["a"], &[], &["b"]])).unwrap();
        assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3, 5]);
        assert_eq!(read(&book(&[HEAD])), Err(SheetError::NoRows));
    }

    #[test]
    fn a_sheet_without_a_head_says_which() {
        let missing = read(&book(&[&["姓名", "用户名", "联系电话", "单位"], &["a"]]));
        assert_eq!(missing, Err(SheetError::HeadMissing { head: "姓名" }));
        let mut named = book(&[&["姓名", "用户名", "联系电话", "单位"], &["a"]]);
        named.sheets[0].name = words::SHEET.to_owned();
        assert_eq!(read(&named), Err(SheetError::HeadMissing { head: "角色" }));
    }
}
