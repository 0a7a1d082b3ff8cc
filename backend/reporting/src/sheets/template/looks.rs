//! How the cells of a spreadsheet to fill look: open ones white and unlocked, all others as they are printed.

use fupin_form::CellKind;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::export::workbook::formats::Formats;

const MOST_DECIMALS: usize = 10;
/// Calculated, and not to be typed over.
const CALCULATED: u32 = 0x00F2_F2F2;
const GUIDE: u32 = 0x0059_5959;

#[derive(Debug)]
pub struct Looks {
    pub base: Formats,
    pub guide: Format,
    /// By decimals.
    open_numbers: Vec<Format>,
    computed: Vec<Format>,
    date: Format,
    text: Format,
    choice: Format,
}

impl Looks {
    pub fn new() -> Self {
        let boxed = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let right = boxed.clone().set_align(FormatAlign::Right);
        let numbers = |format: &Format| -> Vec<Format> {
            let number = |decimals: usize| {
                let fraction = if decimals == 0 { String::new() } else { format!(".{}", "0".repeat(decimals)) };
                format.clone().set_num_format(format!("#,##0{fraction}"))
            };
            (0..=MOST_DECIMALS).map(number).collect()
        };
        Self {
            base: Formats::new(),
            guide: Format::new().set_font_color(GUIDE).set_align(FormatAlign::VerticalCenter),
            open_numbers: numbers(&right.clone().set_unlocked()),
            computed: numbers(&right.clone().set_background_color(CALCULATED)),
            date: right.set_num_format("yyyy-mm-dd").set_unlocked(),
            // As text, so that a long number keeps all of its digits.
            text: boxed.clone().set_text_wrap().set_num_format("@").set_unlocked(),
            choice: boxed.set_text_wrap().set_unlocked(),
        }
    }

    pub fn of(&self, kind: &CellKind) -> &Format {
        let decimals = |scale: u32| (scale as usize).min(MOST_DECIMALS);
        match kind {
            CellKind::Integer => &self.open_numbers[0],
            CellKind::Money => &self.open_numbers[2],
            CellKind::Decimal { scale } => &self.open_numbers[decimals(*scale)],
            CellKind::Computed { scale } => &self.computed[decimals(*scale)],
            CellKind::Text { .. } => &self.text,
            CellKind::Date => &self.date,
            CellKind::Choice { .. } => &self.choice,
            CellKind::Blocked => &self.base.blocked,
        }
    }
}
