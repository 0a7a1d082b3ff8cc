//! The styles of a workbook: what its cells name by number.
//! Invariant: as many as a workbook that people make can have, or the file is refused.

use std::{
    collections::BTreeMap,
    io::{Read, Seek},
};

use zip::ZipArchive;

use super::xml::{self, Tag};
use crate::{
    content::Unreadable,
    style::{BORDERS, HORIZONTAL, Style, VERTICAL, number_of},
};

/// Spreadsheets allow 64,000; a form has a few dozen.
const MOST: usize = 8_000;
const LONGEST: usize = 200;

/// What a workbook says of its styles before cells combine them.
#[derive(Default)]
struct Parts {
    numbers: BTreeMap<u32, String>,
    fonts: Vec<Style>,
    fills: Vec<Option<u32>>,
    borders: Vec<[u8; 4]>,
    styles: Vec<Style>,
}

pub fn read(archive: &mut ZipArchive<impl Read + Seek>, part: &str) -> Result<Vec<Style>, Unreadable> {
    let mut parts = Parts::default();
    xml::each(archive, part, |tag| parts.see(tag))?;
    Ok(parts.styles)
}

impl Parts {
    fn see(&mut self, tag: &Tag<'_>) -> Result<(), Unreadable> {
        if self.fonts.len().max(self.fills.len()).max(self.borders.len()).max(self.styles.len()).max(self.numbers.len())
            > MOST
        {
            return Err(Unreadable::TooComplex);
        }
        let within: Vec<&str> = tag.within.iter().map(String::as_str).collect();
        match (within.as_slice(), tag.name.as_str()) {
            (["styleSheet", "numFmts"], "numFmt") => {
                if let (Some(id), Some(code)) = (tag.number("numFmtId"), tag.text("formatCode")) {
                    self.numbers.insert(id, code.chars().take(LONGEST).collect());
                }
            }
            (["styleSheet", "fonts"], "font") => self.fonts.push(Style::default()),
            (["styleSheet", "fonts", "font"], _) => self.font(tag),
            (["styleSheet", "fills"], "fill") => self.fills.push(None),
            (["styleSheet", "fills", "fill", "patternFill"], "fgColor") => {
                if let Some(fill) = self.fills.last_mut() {
                    *fill = colour(tag);
                }
            }
            (["styleSheet", "borders"], "border") => self.borders.push([0; 4]),
            (["styleSheet", "borders", "border"], side) => {
                let at = ["left", "right", "top", "bottom"].iter().position(|known| *known == side);
                if let (Some(at), Some(border), Some(style)) = (at, self.borders.last_mut(), tag.text("style")) {
                    border[at] = number_of(&BORDERS, &style);
                }
            }
            (["styleSheet", "cellXfs"], "xf") => self.combine(tag),
            (["styleSheet", "cellXfs", "xf"], "alignment") => self.align(tag),
            _ => {}
        }
        Ok(())
    }

    fn font(&mut self, tag: &Tag<'_>) {
        let Some(font) = self.fonts.last_mut() else { return };
        match tag.name.as_str() {
            "b" => font.bold = tag.truth("val", true),
            "i" => font.italic = tag.truth("val", true),
            "u" => font.underline = tag.text("val").is_none_or(|kind| kind != "none"),
            "sz" => font.size = hundredths(tag.number("val").unwrap_or(0.0), 409.0),
            "name" => font.font = tag.text("val").unwrap_or_default().chars().take(LONGEST).collect(),
            "color" => font.colour = colour(tag).filter(|colour| *colour != 0),
            _ => {}
        }
    }

    fn combine(&mut self, tag: &Tag<'_>) {
        let at = |name: &str| tag.number::<usize>(name).unwrap_or(0);
        let mut style = self.fonts.get(at("fontId")).cloned().unwrap_or_default();
        // The first two fills are none and a pattern by definition.
        style.fill = self.fills.get(at("fillId")).copied().flatten();
        style.borders = self.borders.get(at("borderId")).copied().unwrap_or_default();
        let id = tag.number("numFmtId").unwrap_or(0);
        style.number = self.numbers.get(&id).cloned().unwrap_or_else(|| built_in(id).to_owned());
        if style.number.eq_ignore_ascii_case("general") {
            style.number.clear();
        }
        self.styles.push(style);
    }

    fn align(&mut self, tag: &Tag<'_>) {
        let Some(style) = self.styles.last_mut() else { return };
        style.horizontal = tag.text("horizontal").map_or(0, |name| number_of(&HORIZONTAL, &name));
        style.vertical = tag.text("vertical").map_or(0, |name| number_of(&VERTICAL, &name));
        style.indent = tag.number::<u8>("indent").unwrap_or(0).min(15);
        style.wrap = tag.truth("wrapText", false);
    }
}

/// A measure in hundredths, from nothing to `most`.
pub fn hundredths(number: f64, most: f64) -> u32 {
    let bounded = if number.is_finite() { number.clamp(0.0, most) } else { 0.0 };
    // It is bounded, and no sign is left.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies between nothing and most")]
    let whole = (bounded * 100.0).round() as u32;
    whole
}

/// Formats that have a number and are not written down.
fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        14 => "yyyy/m/d",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "yyyy/m/d h:mm",
        31 => "yyyy\"年\"m\"月\"d\"日\"",
        37 | 38 => "#,##0;-#,##0",
        39 | 40 => "#,##0.00;-#,##0.00",
        49 => "@",
        57 => "yyyy\"年\"m\"月\"",
        58 => "m\"月\"d\"日\"",
        _ => "",
    }
}

/// The colours of a theme that nobody has changed, by their number.
const THEME: [u32; 10] =
    [0xFF_FFFF, 0x00_0000, 0xE7_E6E6, 0x44_546A, 0x44_72C4, 0xED_7D31, 0xA5_A5A5, 0xFF_C000, 0x5B_9BD5, 0x70_AD47];

fn colour(tag: &Tag<'_>) -> Option<u32> {
    if let Some(rgb) = tag.text("rgb") {
        return u32::from_str_radix(rgb.get(rgb.len().checked_sub(6)?..)?, 16).ok();
    }
    let colour = *THEME.get(tag.number::<usize>("theme")?)?;
    Some(tinted(colour, tag.number("tint").unwrap_or(0.0)))
}

/// Lighter by a positive share of what is missing to white, darker by a negative one.
fn tinted(colour: u32, tint: f64) -> u32 {
    let part = |shift: u32| {
        let value = f64::from((colour >> shift) & 0xFF);
        let tint = tint.clamp(-1.0, 1.0);
        let changed = if tint < 0.0 { value * (1.0 + tint) } else { value + (255.0 - value) * tint };
        (hundredths(changed, 255.0) / 100) << shift
    };
    part(16) | part(8) | part(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tint_lightens_or_darkens() {
        assert_eq!(tinted(0xFF_FFFF, -0.15), 0xD8_D8D8);
        assert_eq!(tinted(0x00_0000, 0.5), 0x7F_7F7F);
        assert_eq!(tinted(0x44_72C4, 0.0), 0x44_72C4);
        assert_eq!(tinted(0x44_72C4, f64::INFINITY), 0xFF_FFFF);
    }
}
