//! How the sheets of a workbook look: widths, heights, the style of each cell, formulas.
//! Invariants: under the same limits as what stands in the cells; what lies beyond any form is not looked at.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Read, Seek},
};

use calamine::{Reader, Xlsx};
use zip::ZipArchive;

use super::{
    styles::{self, hundredths},
    workbook,
    xml::{self, Tag},
};
use crate::content::{Book, Looks, Unreadable};

/// Beyond these a sheet that is to become a form is not looked at.
pub const MOST_ROWS: u32 = 1_000;
pub const MOST_COLUMNS: u16 = 100;
/// The pixels of a digit in the font that widths are counted in.
const DIGIT: f64 = 7.0;
const WIDEST: f64 = 1_790.0;
const HIGHEST: f64 = 409.0;

/// A sheet's name, whether it is hidden, and the name of its relation.
struct Named {
    name: String,
    is_hidden: bool,
    relation: String,
}

pub fn add(file: &mut File, book: &mut Book) -> Result<(), Unreadable> {
    let mut archive = ZipArchive::new(&mut *file).map_err(|_| Unreadable::Damaged)?;
    let (targets, styles) = targets(&mut archive)?;
    book.styles = styles::read(&mut archive, &styles)?;
    for Named { name, is_hidden, relation } in names(&mut archive)? {
        let Some(sheet) = book.sheets.iter_mut().find(|sheet| sheet.name == name) else { continue };
        let mut looks = Looks { is_hidden, ..Looks::default() };
        if let Some(part) = targets.get(&relation) {
            let mut seen = Seen { looks: &mut looks, row: None, column: 0 };
            xml::each(&mut archive, part, |tag| seen.see(tag))?;
        }
        sheet.looks = Some(looks);
    }
    drop(archive);
    file.rewind().map_err(|_| Unreadable::Damaged)?;
    let mut workbook = Xlsx::new(&mut *file).map_err(workbook::unreadable)?;
    for sheet in &mut book.sheets {
        let name = sheet.name.clone();
        if let Some(looks) = &mut sheet.looks {
            looks.formulas = workbook::formulas(&mut workbook, &name)?;
        }
    }
    Ok(())
}

/// The parts that relations lead to, by relation, and that of the styles.
fn targets(archive: &mut ZipArchive<impl Read + Seek>) -> Result<(BTreeMap<String, String>, String), Unreadable> {
    let (mut targets, mut styles) = (BTreeMap::new(), "xl/styles.xml".to_owned());
    xml::each(archive, "xl/_rels/workbook.xml.rels", |tag| {
        if let (Some(id), Some(target)) = (tag.text("Id"), tag.text("Target")) {
            let part = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("xl/{target}"),
            };
            if tag.text("Type").is_some_and(|kind| kind.ends_with("/styles")) {
                styles.clone_from(&part);
            }
            targets.insert(id, part);
        }
        Ok(())
    })?;
    Ok((targets, styles))
}

fn names(archive: &mut ZipArchive<impl Read + Seek>) -> Result<Vec<Named>, Unreadable> {
    let mut names = Vec::new();
    xml::each(archive, "xl/workbook.xml", |tag| {
        if let ("sheet", true, Some(name), Some(relation)) =
            (tag.name.as_str(), tag.is_in(&["workbook", "sheets"]), tag.text("name"), tag.text("id"))
        {
            let is_hidden = tag.text("state").is_some_and(|state| state != "visible");
            names.push(Named { name, is_hidden, relation });
        }
        Ok(())
    })?;
    Ok(names)
}

/// How far a sheet has been looked at.
struct Seen<'l> {
    looks: &'l mut Looks,
    row: Option<u32>,
    /// Of the cell that comes next where it does not say where it stands.
    column: u16,
}

impl Seen<'_> {
    fn see(&mut self, tag: &Tag<'_>) -> Result<(), Unreadable> {
        match tag.name.as_str() {
            "sheetFormatPr" => {
                self.looks.default_height = tag.number("defaultRowHeight").map(|height| hundredths(height, HIGHEST));
            }
            "col" => self.columns(tag),
            "row" => self.row(tag),
            "c" => self.cell(tag),
            "pageSetup" => self.looks.is_landscape = tag.text("orientation").is_some_and(|way| way == "landscape"),
            _ => {}
        }
        if self.looks.widths.len() > usize::from(u16::MAX) || self.looks.heights.len() > 1 << 20 {
            return Err(Unreadable::TooComplex);
        }
        Ok(())
    }

    fn columns(&mut self, tag: &Tag<'_>) {
        let (Some(first), Some(last)) = (tag.number::<u16>("min"), tag.number::<u16>("max")) else { return };
        let (Some(first), Some(last)) = (first.checked_sub(1), last.checked_sub(1)) else { return };
        if first >= MOST_COLUMNS || last < first {
            return;
        }
        let width = if tag.truth("hidden", false) { 0 } else { pixels(tag.number("width").unwrap_or(9.140_625)) };
        self.looks.widths.push((first, last.min(MOST_COLUMNS - 1), width));
    }

    fn row(&mut self, tag: &Tag<'_>) {
        let row = tag.number::<u32>("r").and_then(|row| row.checked_sub(1));
        let row = row.or_else(|| self.row.map_or(Some(0), |row| row.checked_add(1)));
        (self.row, self.column) = (row, 0);
        let Some(row) = row.filter(|row| *row < MOST_ROWS) else { return };
        if tag.truth("hidden", false) {
            self.looks.heights.push((row, 0));
        } else if let Some(height) = tag.number("ht") {
            self.looks.heights.push((row, hundredths(height, HIGHEST)));
        }
    }

    fn cell(&mut self, tag: &Tag<'_>) {
        let Some(row) = self.row else { return };
        let column = tag.text("r").and_then(|address| column_of(&address)).unwrap_or(self.column);
        self.column = column.saturating_add(1);
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return;
        }
        if let Some(style) = tag.number::<u16>("s") {
            self.looks.styled.push((row, column, style));
        }
    }
}

/// Of a width in characters, as a spreadsheet draws it.
fn pixels(width: f64) -> u32 {
    hundredths(width * DIGIT, WIDEST).saturating_add(50) / 100
}

/// The column of `C7`, from 0.
fn column_of(address: &str) -> Option<u16> {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic);
    let number =
        letters.take(4).fold(0_u32, |number, letter| number * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    u16::try_from(number.checked_sub(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_width_are_read() {
        assert_eq!((column_of("A1"), column_of("Z9"), column_of("AB12")), (Some(0), Some(25), Some(27)));
        assert_eq!((column_of("12"), column_of("ZZZZZ1")), (None, None));
        assert_eq!((pixels(9.140_625), pixels(12.710_937_5), pixels(f64::NAN)), (64, 89, 0));
    }
}
