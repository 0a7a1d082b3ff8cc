//! How a cell of somebody else's workbook looks, kept so that it can be written again.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};
use serde::{Deserialize, Serialize};

/// Only what a printed form needs; absent is what a spreadsheet does by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Style {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub font: String,
    /// In hundredths of a point.
    #[serde(skip_serializing_if = "is_none")]
    pub size: u32,
    #[serde(skip_serializing_if = "is_not")]
    pub bold: bool,
    #[serde(skip_serializing_if = "is_not")]
    pub italic: bool,
    #[serde(skip_serializing_if = "is_not")]
    pub underline: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colour: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<u32>,
    /// Left, right, top, bottom; numbers of [`BORDERS`].
    #[serde(skip_serializing_if = "no_borders")]
    pub borders: [u8; 4],
    /// A number of [`HORIZONTAL`].
    #[serde(skip_serializing_if = "is_first")]
    pub horizontal: u8,
    /// A number of [`VERTICAL`].
    #[serde(skip_serializing_if = "is_first")]
    pub vertical: u8,
    #[serde(skip_serializing_if = "is_first")]
    pub indent: u8,
    #[serde(skip_serializing_if = "is_not")]
    pub wrap: bool,
    /// As `#,##0.00`; empty for the general one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub number: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none(number: &u32) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_first(number: &u8) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_not(truth: &bool) -> bool {
    !*truth
}

fn no_borders(borders: &[u8; 4]) -> bool {
    *borders == [0; 4]
}

/// Lines as a workbook names them.
pub const BORDERS: [(&str, FormatBorder); 14] = [
    ("none", FormatBorder::None),
    ("thin", FormatBorder::Thin),
    ("medium", FormatBorder::Medium),
    ("dashed", FormatBorder::Dashed),
    ("dotted", FormatBorder::Dotted),
    ("thick", FormatBorder::Thick),
    ("double", FormatBorder::Double),
    ("hair", FormatBorder::Hair),
    ("mediumDashed", FormatBorder::MediumDashed),
    ("dashDot", FormatBorder::DashDot),
    ("mediumDashDot", FormatBorder::MediumDashDot),
    ("dashDotDot", FormatBorder::DashDotDot),
    ("mediumDashDotDot", FormatBorder::MediumDashDotDot),
    ("slantDashDot", FormatBorder::SlantDashDot),
];
pub const HORIZONTAL: [(&str, FormatAlign); 8] = [
    ("general", FormatAlign::General),
    ("left", FormatAlign::Left),
    ("center", FormatAlign::Center),
    ("right", FormatAlign::Right),
    ("fill", FormatAlign::Fill),
    ("justify", FormatAlign::Justify),
    ("centerContinuous", FormatAlign::CenterAcross),
    ("distributed", FormatAlign::Distributed),
];
pub const VERTICAL: [(&str, FormatAlign); 5] = [
    ("bottom", FormatAlign::Bottom),
    ("center", FormatAlign::VerticalCenter),
    ("top", FormatAlign::Top),
    ("justify", FormatAlign::VerticalJustify),
    ("distributed", FormatAlign::VerticalDistributed),
];

/// The number of a name in one of the lists above.
pub fn number_of<T>(list: &[(&str, T)], name: &str) -> u8 {
    let at = list.iter().position(|(known, _)| *known == name).unwrap_or(0);
    u8::try_from(at).unwrap_or(0)
}

impl Style {
    pub fn has_border(&self) -> bool {
        self.borders != [0; 4]
    }

    /// The style as it is written.
    pub fn format(&self) -> Format {
        let mut format = Format::new();
        if !self.font.is_empty() {
            format = format.set_font_name(&self.font);
        }
        if self.size > 0 {
            format = format.set_font_size(f64::from(self.size) / 100.0);
        }
        for (is_set, set) in [
            (self.bold, Format::set_bold as fn(Format) -> Format),
            (self.italic, Format::set_italic),
            (self.wrap, Format::set_text_wrap),
        ] {
            if is_set {
                format = set(format);
            }
        }
        if self.underline {
            format = format.set_underline(FormatUnderline::Single);
        }
        if let Some(colour) = self.colour {
            format = format.set_font_color(Color::RGB(colour));
        }
        if let Some(fill) = self.fill {
            format = format.set_background_color(Color::RGB(fill));
        }
        let border = |at: usize| BORDERS.get(usize::from(self.borders[at])).map_or(FormatBorder::None, |known| known.1);
        format = format
            .set_border_left(border(0))
            .set_border_right(border(1))
            .set_border_top(border(2))
            .set_border_bottom(border(3));
        for (list, number) in [(HORIZONTAL.as_slice(), self.horizontal), (&VERTICAL, self.vertical)] {
            if let Some((_, align)) = list.get(usize::from(number)).filter(|_| number > 0) {
                format = format.set_align(*align);
            }
        }
        if self.indent > 0 {
            format = format.set_indent(self.indent);
        }
        if !self.number.is_empty() {
            format = format.set_num_format(&self.number);
        }
        format
    }
}
